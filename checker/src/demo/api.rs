//! Small APIs to put stages on.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{IntegrationType, Op, PatchOperation};

use crate::error::Error;

/// A REST API with GET methods on MOCK integrations.
pub(super) struct Api<'a> {
    client: &'a Client,
    id: String,
}

impl<'a> Api<'a> {
    /// An API with a GET method at each of these paths of one segment.
    pub(super) async fn create(client: &'a Client, name: &str, paths: &[&str]) -> Result<Self, Error> {
        let api = client.create_rest_api().name(name).send().await.map_err(failed)?;
        let id = api.id().unwrap_or_default().to_owned();
        let root = api.root_resource_id().unwrap_or_default();
        for path in paths {
            let resource = client.create_resource().rest_api_id(&id).parent_id(root).path_part(*path);
            let resource = resource.send().await.map_err(failed)?;
            get_method(client, &id, resource.id().unwrap_or_default()).await?;
        }
        Ok(Self { client, id })
    }

    /// Deploys the API to a stage.
    pub(super) async fn deploy(&self, stage: &str) -> Result<(), Error> {
        self.client
            .create_deployment()
            .rest_api_id(&self.id)
            .stage_name(stage)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Sets something of a stage.
    pub(super) async fn set(&self, stage: &str, values: &[(&str, &str)]) -> Result<(), Error> {
        let patches = values
            .iter()
            .map(|(path, value)| PatchOperation::builder().op(Op::Replace).path(*path).value(*value).build());
        let request = self.client.update_stage().rest_api_id(&self.id).stage_name(stage);
        request.set_patch_operations(Some(patches.collect())).send().await.map_err(failed)?;
        Ok(())
    }
}

async fn get_method(client: &Client, api: &str, resource: &str) -> Result<(), Error> {
    const GET: &str = "GET";
    const OK: &str = "200";
    const JSON: &str = "application/json";

    let method = client.put_method().rest_api_id(api).resource_id(resource).http_method(GET);
    method.authorization_type("NONE").send().await.map_err(failed)?;
    let response = client.put_method_response().rest_api_id(api).resource_id(resource).http_method(GET);
    response.status_code(OK).send().await.map_err(failed)?;
    let integration = client.put_integration().rest_api_id(api).resource_id(resource).http_method(GET);
    // Without passthrough a content type that has no template fails, as it should in an API.
    integration
        .r#type(IntegrationType::Mock)
        .request_templates(JSON, r#"{"statusCode": 200}"#)
        .passthrough_behavior("NEVER")
        .send()
        .await
        .map_err(failed)?;
    let response = client.put_integration_response().rest_api_id(api).resource_id(resource).http_method(GET);
    response.status_code(OK).response_templates(JSON, r#"{"ok": true}"#).send().await.map_err(failed)?;
    Ok(())
}

pub(super) fn failed(error: impl std::error::Error) -> Error {
    Error::call("building the sample account", error)
}
