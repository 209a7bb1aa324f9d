//! GetExport.

mod snapshot;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::document::Specification;
use super::write::{self, Address, Extent, Syntax};
use super::{check_parameters, invalid};
use crate::apigateway::faults::{bad_request, no_deployment, no_stage};
use crate::apigateway::{ApiGateway, ApiId, StageName, apis};
use crate::service::{Ctx, Fault};
use crate::store::{Scopes, SmallMap};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetExport {
    rest_api_id: ApiId,
    stage_name: StageName,
    export_type: String,
    #[serde(default)]
    parameters: SmallMap<String, String>,
    accepts: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Export {
    content_type: &'static str,
    content_disposition: String,
    body: Bytes,
}

/// Writes down what a stage serves. The document is written when the lock is gone.
pub(super) fn get(ctx: &Ctx<'_>, states: &Scopes<ApiGateway>, input: GetExport) -> Result<Export, Fault> {
    let api = input.rest_api_id;
    let (deployment, documentation) = states.read(ctx.scope, |state| {
        apis::find(ctx, state, &api)?;
        let stage = state.stages.get(&(api.clone(), input.stage_name.clone())).ok_or_else(no_stage)?;
        let deployment = state.deployments.get(&(api.clone(), stage.deployment_id.clone()));
        let version = stage.documentation_version.as_ref();
        let documentation =
            version.and_then(|version| state.documentation_versions.get(&(api.clone(), version.clone())));
        Ok::<_, Fault>((deployment.cloned().ok_or_else(no_deployment)?, documentation.cloned()))
    })?;
    let specification = specification(&input.export_type)?;
    let syntax = syntax(input.accepts.as_deref())?;
    let extent = extent(&input.parameters)?;
    let definition = snapshot::of(&api, &deployment, documentation.as_deref())?;
    let region = &ctx.scope.region;
    let address = Address {
        host: format!("{api}.execute-api.{region}.{}", region.partition().dns_suffix),
        stage: input.stage_name.to_string(),
    };
    let document = write::write(&definition, specification, extent, &address);
    Ok(Export {
        content_type: syntax.content_type(),
        // That there is a file's name is documented; the name is inferred.
        content_disposition: format!("attachment; filename=\"{}.{}\"", input.export_type, syntax.extension()),
        body: syntax.write(&document)?.into(),
    })
}

/// The values are documented, the wording is inferred.
fn specification(export_type: &str) -> Result<Specification, Fault> {
    match export_type {
        "swagger" => Ok(Specification::Swagger2),
        "oas30" => Ok(Specification::OpenApi3),
        other => Err(bad_request(format!("Invalid export type specified: {other}"))),
    }
}

/// What the caller accepts. Clients that say nothing, or that they take anything, get JSON.
fn syntax(accepts: Option<&str>) -> Result<Syntax, Fault> {
    let accepts = accepts.unwrap_or_default();
    match accepts.split([',', ';']).next().unwrap_or_default().trim() {
        "" | "*/*" | "application/*" | "application/json" => Ok(Syntax::Json),
        "application/yaml" => Ok(Syntax::Yaml),
        // The values are documented, the wording is inferred.
        other => Err(bad_request(format!("Unsupported content type specified for export: {other}"))),
    }
}

/// Which extensions are asked for. Who asks for none gets documentation, as documented. That other parameters and other
/// extensions are refused is inferred, as are the wordings.
fn extent(parameters: &SmallMap<String, String>) -> Result<Extent, Fault> {
    const EXTENSIONS: &str = "extensions";
    check_parameters(parameters, &[EXTENSIONS])?;
    let Some(list) = parameters.get(EXTENSIONS).filter(|list| !list.is_empty()) else {
        return Ok(Extent { documentation: true, ..Extent::default() });
    };
    let mut extent = Extent::default();
    for extension in list.split(',').map(str::trim) {
        match extension {
            "apigateway" => extent = Extent { documentation: extent.documentation, ..Extent::WHOLE },
            "integrations" => extent.integrations = true,
            "authorizers" => extent.authorizers = true,
            "documentation" => extent.documentation = true,
            "postman" => {
                return Err(Fault::not_implemented(
                    "This emulator writes no Postman extensions; nobody documents what they are".to_owned(),
                ));
            }
            other => {
                let valid = ["apigateway", "authorizers", "documentation", "integrations", "postman"];
                return Err(invalid(EXTENSIONS, other, &valid));
            }
        }
    }
    Ok(extent)
}
