//! Makes a fleet through the API, as people do: the role first, and its fate last.

use anyhow::{Context, Result};
use aws_sdk_apigateway::types::{IntegrationType, Op, PatchOperation};
use stagecheck::connection::{Clients, Connection};

use super::{AccessState, Api, Fleet, RoleFate, StageState};

const ROLE: &str = "fleet-logs";
const TRUSTING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const TRUSTING_ANOTHER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const DENYING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"logs:PutLogEvents","Resource":"*"}]}"#;
const GOOD_FORMAT: &str = "$context.requestId $context.requestTime $context.identity.sourceIp $context.httpMethod $context.path $context.status";
const POOR_FORMAT: &str = "$context.requestId";

/// What a fleet became.
#[derive(Clone, Debug)]
pub struct Built {
    /// The stages, with the ids that they got.
    pub stages: Vec<BuiltStage>,
}

/// A stage, with the ids that it got.
#[derive(Clone, Debug)]
pub struct BuiltStage {
    /// API id.
    pub api_id: String,
    /// Stage name.
    pub stage: String,
    /// How many methods it serves.
    pub methods: usize,
}

/// Makes a fleet in a region of an account that has nothing in it.
///
/// # Errors
///
/// When a call fails.
pub async fn build(connection: &Connection, region: &str, fleet: &Fleet) -> Result<Built> {
    let builder = Builder { connection, region, clients: connection.clients(region)? };
    let role_arn = builder.healthy_role().await?;
    builder.set_role(&role_arn).await?;
    let mut stages = Vec::new();
    for (position, api) in fleet.apis.iter().enumerate() {
        builder.api(position, api, &mut stages).await.with_context(|| format!("{api:?}"))?;
    }
    builder.befall(fleet.role).await?;
    Ok(Built { stages })
}

struct Builder<'a> {
    connection: &'a Connection,
    region: &'a str,
    clients: &'a Clients,
}

impl Builder<'_> {
    async fn healthy_role(&self) -> Result<String> {
        let iam = &self.clients.iam;
        let role = iam.create_role().role_name(ROLE).assume_role_policy_document(TRUSTING).send().await?;
        iam.attach_role_policy().role_name(ROLE).policy_arn(self.push_policy()).send().await?;
        Ok(role.role().context("no role")?.arn().to_owned())
    }

    async fn set_role(&self, arn: &str) -> Result<()> {
        let patch = PatchOperation::builder().op(Op::Replace).path("/cloudwatchRoleArn").value(arn).build();
        self.clients.apigateway.update_account().patch_operations(patch).send().await?;
        Ok(())
    }

    async fn befall(&self, fate: RoleFate) -> Result<()> {
        let iam = &self.clients.iam;
        let detach = iam.detach_role_policy().role_name(ROLE).policy_arn(self.push_policy());
        let misplace_trust =
            iam.update_assume_role_policy().role_name(ROLE).policy_document(TRUSTING_ANOTHER);
        match fate {
            RoleFate::Healthy => {}
            RoleFate::Unset => self.set_role("").await?,
            RoleFate::NotTrusted => {
                misplace_trust.send().await?;
            }
            RoleFate::NotPermitted => {
                detach.send().await?;
            }
            RoleFate::NotTrustedNorPermitted => {
                misplace_trust.send().await?;
                detach.send().await?;
            }
            RoleFate::Gone => {
                detach.send().await?;
                iam.delete_role().role_name(ROLE).send().await?;
            }
            RoleFate::Denied => {
                let denied = iam.put_role_policy().role_name(ROLE).policy_name("deny");
                denied.policy_document(DENYING).send().await?;
            }
        }
        Ok(())
    }

    async fn api(&self, position: usize, api: &Api, stages: &mut Vec<BuiltStage>) -> Result<()> {
        let client = &self.clients.apigateway;
        let created = client.create_rest_api().name(format!("api{position}")).send().await?;
        let (id, root) =
            (created.id().context("no id")?, created.root_resource_id().context("no root resource")?);
        for method in 0..api.methods {
            let verb = if api.any_verb { "ANY" } else { "GET" };
            self.method(id, root, &format!("m{method}"), verb).await?;
        }
        for (position, state) in api.stages.iter().enumerate() {
            let stage = format!("s{position}");
            client.create_deployment().rest_api_id(id).stage_name(&stage).send().await?;
            self.stage(id, &stage, state).await.with_context(|| format!("{state:?}"))?;
            stages.push(BuiltStage { api_id: id.to_owned(), stage, methods: api.methods });
        }
        Ok(())
    }

    async fn method(&self, api: &str, root: &str, part: &str, verb: &str) -> Result<()> {
        let client = &self.clients.apigateway;
        let resource =
            client.create_resource().rest_api_id(api).parent_id(root).path_part(part).send().await?;
        let resource = resource.id().context("no resource")?;
        let method = client.put_method().rest_api_id(api).resource_id(resource).http_method(verb);
        method.authorization_type("NONE").send().await?;
        let response = client.put_method_response().rest_api_id(api).resource_id(resource).http_method(verb);
        response.status_code("200").send().await?;
        let integration = client.put_integration().rest_api_id(api).resource_id(resource).http_method(verb);
        integration
            .r#type(IntegrationType::Mock)
            .request_templates("application/json", r#"{"statusCode": 200}"#)
            .passthrough_behavior("NEVER")
            .send()
            .await?;
        let response =
            client.put_integration_response().rest_api_id(api).resource_id(resource).http_method(verb);
        response.status_code("200").send().await?;
        Ok(())
    }

    async fn stage(&self, api: &str, stage: &str, state: &StageState) -> Result<()> {
        let group = format!("access-{api}-{stage}");
        let mut patches = Vec::new();
        let mut set = |path: String, value: &str| {
            patches.push(PatchOperation::builder().op(Op::Replace).path(path).value(value).build());
        };
        if let Some(level) = state.default_level {
            set("/*/*/logging/loglevel".to_owned(), level);
        }
        if state.data_trace {
            set("/*/*/logging/dataTrace".to_owned(), "true");
        }
        for (method, level) in state.own_levels.iter().enumerate() {
            if let Some(level) = level {
                set(format!("/~1m{method}/GET/logging/loglevel"), level);
            }
        }
        if state.access != AccessState::Off {
            let Connection { partition, account, .. } = self.connection;
            let arn = format!("arn:{partition}:logs:{}:{account}:log-group:{group}", self.region);
            set("/accessLogSettings/destinationArn".to_owned(), &arn);
        }
        match state.access {
            AccessState::On { .. } | AccessState::GroupDeleted => {
                set("/accessLogSettings/format".to_owned(), GOOD_FORMAT);
            }
            AccessState::PoorFormat => set("/accessLogSettings/format".to_owned(), POOR_FORMAT),
            AccessState::Off | AccessState::DestinationOnly => {}
        }
        if !matches!(state.access, AccessState::Off | AccessState::GroupDeleted) {
            self.group(&group, state.access != AccessState::On { retention: false }).await?;
        }
        if !patches.is_empty() {
            let update = self.clients.apigateway.update_stage().rest_api_id(api).stage_name(stage);
            update.set_patch_operations(Some(patches)).send().await?;
        }
        Ok(())
    }

    async fn group(&self, name: &str, retention: bool) -> Result<()> {
        let logs = &self.clients.logs;
        logs.create_log_group().log_group_name(name).send().await?;
        if retention {
            logs.put_retention_policy().log_group_name(name).retention_in_days(30).send().await?;
        }
        Ok(())
    }

    fn push_policy(&self) -> String {
        let partition = &self.connection.partition;
        format!("arn:{partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
    }
}
