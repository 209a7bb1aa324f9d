//! GetSdk: a client for a stage, as an archive. Only JavaScript is generated.

mod javascript;

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::faults::{bad_request, internal, no_deployment, no_stage};
use super::{ApiGateway, ApiId, Deployment, StageName, apis, sdk_types};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Scopes;

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.free(&operations::GET_SDK, get, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetSdk {
    rest_api_id: ApiId,
    stage_name: StageName,
    sdk_type: CompactString,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sdk {
    content_type: &'static str,
    content_disposition: String,
    body: Bytes,
}

/// The archive is made when the lock is gone.
fn get(ctx: &Ctx<'_>, states: &Scopes<ApiGateway>, input: GetSdk) -> Result<Sdk, Fault> {
    let GetSdk { rest_api_id: api, stage_name, sdk_type, parameters } = input;
    let deployment: Arc<Deployment> = states.read(ctx.scope, |state| {
        apis::find(ctx, state, &api)?;
        let stage = state.stages.get(&(api.clone(), stage_name.clone())).ok_or_else(no_stage)?;
        let deployment = state.deployments.get(&(api.clone(), stage.deployment_id.clone()));
        deployment.cloned().ok_or_else(no_deployment)
    })?;
    // Both wordings are inferred.
    let kind = sdk_types::find(&sdk_type)
        .ok_or_else(|| bad_request(format!("Invalid SDK type specified: {sdk_type}")))?;
    if let Some(missing) = kind.required().find(|name| !parameters.contains_key(*name)) {
        return Err(bad_request(format!("Missing required SDK parameter: {missing}")));
    }
    if sdk_type != "javascript" {
        return Err(Fault::not_implemented(format!(
            "This emulator generates no SDKs of type {sdk_type}; it does of type javascript"
        )));
    }
    let region = &ctx.scope.region;
    let invoke_url =
        format!("https://{api}.execute-api.{region}.{}/{stage_name}", region.partition().dns_suffix);
    let files =
        javascript::files(&invoke_url, region, &deployment).map_err(|error| internal(&error.to_string()))?;
    Ok(Sdk {
        content_type: "application/octet-stream",
        content_disposition: format!(
            "attachment; filename=\"{sdk_type}_{}.zip\"",
            deployment.created_date.file_name()
        ),
        body: archive(&files).map_err(|error| internal(&error.to_string()))?.into(),
    })
}

/// An archive of these files, by path. The same files make the same bytes.
fn archive(files: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, text) in files {
        writer.start_file(*path, options)?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn an_archive_holds_its_files() {
        let bytes = archive(&[("a/b.txt", "text".repeat(100)), ("c.md", String::new())]).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name("a/b.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text, archive.len()), ("text".repeat(100), 2));
    }
}
