//! The sample account, region by region.

use aws_sdk_apigateway::types::{Op, PatchOperation};

use super::api::{Api, failed};
use crate::connection::{Clients, Connection};
use crate::error::Error;

const LEVEL: &str = "/*/*/logging/loglevel";
const DATA_TRACE: &str = "/*/*/logging/dataTrace";
const DESTINATION: &str = "/accessLogSettings/destinationArn";
const FORMAT: &str = "/accessLogSettings/format";

const TRUSTING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const TRUSTING_ANOTHER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Tells all that an auditor asks for.
const GOOD_FORMAT: &str = r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.identity.caller","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status"}"#;

/// Tells neither who called nor how it ended.
const POOR_FORMAT: &str = r#"{"requestId":"$context.requestId","time":"$context.requestTime","path":"$context.resourcePath","method":"$context.httpMethod"}"#;

/// Builds the account.
///
/// # Errors
///
/// When a call fails, as it does in an account that has such APIs and roles already.
pub async fn build(connection: &Connection) -> Result<(), Error> {
    let account = Account { connection };
    account.healthy_role("us-east-1").await?;
    account.stage_faults("us-east-1").await?;
    account.role_unset("eu-west-1").await?;
    account.trust_broken("ap-southeast-2").await?;
    account.permissions_taken("us-west-2").await
}

struct Account<'a> {
    connection: &'a Connection,
}

/// A log group to write access logs to.
struct AccessGroup<'a> {
    name: &'a str,
    retention: Option<i32>,
}

impl Account<'_> {
    async fn healthy_role(&self, region: &str) -> Result<(), Error> {
        self.role(region, "apigateway-logs").await
    }

    /// One region with all that can be wrong with a stage, and one stage with which all is well.
    async fn stage_faults(&self, region: &str) -> Result<(), Error> {
        let clients = self.connection.clients(region)?;
        let apigateway = &clients.apigateway;

        let healthy = Api::create(apigateway, "orders", &["orders"]).await?;
        self.logged(region, &healthy, "prod", "orders-access", GOOD_FORMAT).await?;

        let off = Api::create(apigateway, "billing", &["invoices"]).await?;
        off.deploy("prod").await?;

        let all_but_one = Api::create(apigateway, "catalog", &["items", "health"]).await?;
        self.logged(region, &all_but_one, "prod", "catalog-access", GOOD_FORMAT).await?;
        all_but_one.set("prod", &[("/~1health/GET/logging/loglevel", "OFF")]).await?;

        let one_only = Api::create(apigateway, "shipping", &["parcels", "labels"]).await?;
        self.logged(region, &one_only, "prod", "shipping-access", GOOD_FORMAT).await?;
        one_only.set("prod", &[(LEVEL, "OFF"), ("/~1parcels/GET/logging/loglevel", "ERROR")]).await?;

        let poor_format = Api::create(apigateway, "search", &["query"]).await?;
        self.logged(region, &poor_format, "prod", "search-access", POOR_FORMAT).await?;

        let group_deleted = Api::create(apigateway, "reviews", &["reviews"]).await?;
        self.logged(region, &group_deleted, "prod", "reviews-access", GOOD_FORMAT).await?;
        clients.logs.delete_log_group().log_group_name("reviews-access").send().await.map_err(failed)?;

        let no_retention = Api::create(apigateway, "profiles", &["users"]).await?;
        let group = AccessGroup { name: "profiles-access", retention: None };
        self.group(clients, &group).await?;
        no_retention.deploy("prod").await?;
        no_retention
            .set(
                "prod",
                &[(LEVEL, "ERROR"), (DESTINATION, &self.arn(region, group.name)), (FORMAT, GOOD_FORMAT)],
            )
            .await?;

        let traced = Api::create(apigateway, "payments", &["charges"]).await?;
        self.logged(region, &traced, "prod", "payments-access", GOOD_FORMAT).await?;
        traced.set("prod", &[(DATA_TRACE, "true")]).await?;

        let two_stages = Api::create(apigateway, "inventory", &["stock"]).await?;
        self.logged(region, &two_stages, "prod", "inventory-access", GOOD_FORMAT).await?;
        two_stages.deploy("staging").await
    }

    async fn role_unset(&self, region: &str) -> Result<(), Error> {
        let api = Api::create(&self.connection.clients(region)?.apigateway, "orders-eu", &["orders"]).await?;
        api.deploy("prod").await
    }

    async fn trust_broken(&self, region: &str) -> Result<(), Error> {
        const ROLE: &str = "apigateway-logs-sydney";
        let clients = self.connection.clients(region)?;
        self.role(region, ROLE).await?;
        let api = Api::create(&clients.apigateway, "orders-ap", &["orders"]).await?;
        self.logged(region, &api, "prod", "orders-access", GOOD_FORMAT).await?;
        let broken =
            clients.iam.update_assume_role_policy().role_name(ROLE).policy_document(TRUSTING_ANOTHER);
        broken.send().await.map_err(failed)?;
        Ok(())
    }

    async fn permissions_taken(&self, region: &str) -> Result<(), Error> {
        const ROLE: &str = "apigateway-logs-oregon";
        let clients = self.connection.clients(region)?;
        self.role(region, ROLE).await?;
        let api = Api::create(&clients.apigateway, "orders-west", &["orders"]).await?;
        self.logged(region, &api, "prod", "orders-access", GOOD_FORMAT).await?;
        let taken = clients.iam.detach_role_policy().role_name(ROLE).policy_arn(self.push_policy());
        taken.send().await.map_err(failed)?;
        Ok(())
    }

    /// A role that works, set as the region's.
    async fn role(&self, region: &str, name: &str) -> Result<(), Error> {
        let clients = self.connection.clients(region)?;
        let role = clients.iam.create_role().role_name(name).assume_role_policy_document(TRUSTING);
        let role = role.send().await.map_err(failed)?;
        let arn = role.role().map(|role| role.arn().to_owned()).unwrap_or_default();
        let attached = clients.iam.attach_role_policy().role_name(name).policy_arn(self.push_policy());
        attached.send().await.map_err(failed)?;
        let patch = PatchOperation::builder().op(Op::Replace).path("/cloudwatchRoleArn").value(arn).build();
        clients.apigateway.update_account().patch_operations(patch).send().await.map_err(failed)?;
        Ok(())
    }

    /// A stage with both kinds of log, whose groups have a retention.
    async fn logged(
        &self,
        region: &str,
        api: &Api<'_>,
        stage: &str,
        group: &str,
        format: &str,
    ) -> Result<(), Error> {
        let group = AccessGroup { name: group, retention: Some(90) };
        self.group(self.connection.clients(region)?, &group).await?;
        api.deploy(stage).await?;
        let destination = self.arn(region, group.name);
        api.set(stage, &[(LEVEL, "INFO"), (DESTINATION, &destination), (FORMAT, format)]).await
    }

    async fn group(&self, clients: &Clients, group: &AccessGroup<'_>) -> Result<(), Error> {
        let logs = &clients.logs;
        logs.create_log_group().log_group_name(group.name).send().await.map_err(failed)?;
        if let Some(days) = group.retention {
            let retention = logs.put_retention_policy().log_group_name(group.name).retention_in_days(days);
            retention.send().await.map_err(failed)?;
        }
        Ok(())
    }

    fn arn(&self, region: &str, group: &str) -> String {
        let Connection { partition, account, .. } = self.connection;
        format!("arn:{partition}:logs:{region}:{account}:log-group:{group}")
    }

    fn push_policy(&self) -> String {
        format!(
            "arn:{}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
            self.connection.partition
        )
    }
}
