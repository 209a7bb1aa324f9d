//! The services that have service-linked roles, as far as they are known here.
//!
//! Names of roles are from the services' documentation, those of policies from AWS's managed policies.

use compact_str::format_compact;

use crate::iam::RoleName;

/// A service with its role.
#[derive(Debug)]
pub(super) struct Service {
    /// `ops.apigateway.amazonaws.com`
    pub(super) principal: &'static str,
    pub(super) role_name: &'static str,
    /// The managed policy that the role gets, whose path is `/aws-service-role/`.
    pub(super) policy: &'static str,
    /// Whether there may be several, told apart by suffixes.
    pub(super) takes_suffix: bool,
}

impl Service {
    /// The name of its role, or of the one that this suffix tells apart.
    pub(super) fn name_with(&self, suffix: Option<&str>) -> RoleName {
        match suffix {
            None => self.role_name.into(),
            Some(suffix) => format_compact!("{}_{suffix}", self.role_name),
        }
    }
}

const fn one(principal: &'static str, role_name: &'static str, policy: &'static str) -> Service {
    Service { principal, role_name, policy, takes_suffix: false }
}

const fn several(principal: &'static str, role_name: &'static str, policy: &'static str) -> Service {
    Service { principal, role_name, policy, takes_suffix: true }
}

/// The service of this principal, whose case counts.
pub(super) fn by_principal(principal: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.principal == principal)
}

static SERVICES: &[Service] = &[
    one(
        "access-analyzer.amazonaws.com",
        "AWSServiceRoleForAccessAnalyzer",
        "AccessAnalyzerServiceRolePolicy",
    ),
    one("acm.amazonaws.com", "AWSServiceRoleForCertificateManager", "CertificateManagerServiceRolePolicy"),
    one(
        "application-signals.cloudwatch.amazonaws.com",
        "AWSServiceRoleForCloudWatchApplicationSignals",
        "CloudWatchApplicationSignalsServiceRolePolicy",
    ),
    one("appmesh.amazonaws.com", "AWSServiceRoleForAppMesh", "AWSAppMeshServiceRolePolicy"),
    several("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"),
    one("backup.amazonaws.com", "AWSServiceRoleForBackup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    one("batch.amazonaws.com", "AWSServiceRoleForBatch", "BatchServiceRolePolicy"),
    one(
        "cks.kms.amazonaws.com",
        "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    one("cloudtrail.amazonaws.com", "AWSServiceRoleForCloudTrail", "CloudTrailServiceRolePolicy"),
    one(
        "cognito-idp.amazonaws.com",
        "AWSServiceRoleForAmazonCognitoIdp",
        "AmazonCognitoIdpServiceRolePolicy",
    ),
    one("config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"),
    several(
        "connect.amazonaws.com",
        "AWSServiceRoleForAmazonConnect",
        "AmazonConnectServiceLinkedRolePolicy",
    ),
    one(
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    one(
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    one("ec2fleet.amazonaws.com", "AWSServiceRoleForEC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    one("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    one("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
    one(
        "eks-nodegroup.amazonaws.com",
        "AWSServiceRoleForAmazonEKSNodegroup",
        "AWSServiceRoleForAmazonEKSNodegroup",
    ),
    one("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache", "ElastiCacheServiceRolePolicy"),
    one(
        "elasticbeanstalk.amazonaws.com",
        "AWSServiceRoleForElasticBeanstalk",
        "AWSElasticBeanstalkServiceRolePolicy",
    ),
    one(
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    one("elasticmapreduce.amazonaws.com", "AWSServiceRoleForEMRCleanup", "AmazonEMRCleanupPolicy"),
    one(
        "emr-containers.amazonaws.com",
        "AWSServiceRoleForAmazonEMRContainers",
        "AmazonEMRContainersServiceRolePolicy",
    ),
    one(
        "es.amazonaws.com",
        "AWSServiceRoleForAmazonElasticsearchService",
        "AmazonElasticsearchServiceRolePolicy",
    ),
    one("events.amazonaws.com", "AWSServiceRoleForCloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
    one(
        "globalaccelerator.amazonaws.com",
        "AWSServiceRoleForGlobalAccelerator",
        "AWSGlobalAcceleratorSLRPolicy",
    ),
    one("guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    one("inspector2.amazonaws.com", "AWSServiceRoleForAmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    one(
        "lambda.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    several("lexv2.amazonaws.com", "AWSServiceRoleForLexV2Bots", "AmazonLexV2BotPolicy"),
    one("logger.cloudfront.amazonaws.com", "AWSServiceRoleForCloudFrontLogger", "AWSCloudFrontLogger"),
    one("macie.amazonaws.com", "AWSServiceRoleForAmazonMacie", "AmazonMacieServiceRolePolicy"),
    one(
        "opensearchservice.amazonaws.com",
        "AWSServiceRoleForAmazonOpenSearchService",
        "AmazonOpenSearchServiceRolePolicy",
    ),
    one("ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway", "APIGatewayServiceRolePolicy"),
    one(
        "organizations.amazonaws.com",
        "AWSServiceRoleForOrganizations",
        "AWSOrganizationsServiceTrustPolicy",
    ),
    one("rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"),
    one(
        "rds.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    one("replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator", "AWSLambdaReplicator"),
    one("securityhub.amazonaws.com", "AWSServiceRoleForSecurityHub", "AWSSecurityHubServiceRolePolicy"),
    one("spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    one("ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM", "AmazonSSMServiceRolePolicy"),
    one("sso.amazonaws.com", "AWSServiceRoleForSSO", "AWSSSOServiceRolePolicy"),
    one("support.amazonaws.com", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy"),
    one(
        "transitgateway.amazonaws.com",
        "AWSServiceRoleForVPCTransitGateway",
        "AWSVPCTransitGatewayServiceRolePolicy",
    ),
    one(
        "trustedadvisor.amazonaws.com",
        "AWSServiceRoleForTrustedAdvisor",
        "AWSTrustedAdvisorServiceRolePolicy",
    ),
    one("wafv2.amazonaws.com", "AWSServiceRoleForWAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_roles_and_no_two_services_share_one() {
        let mut seen = BTreeSet::new();
        for service in SERVICES {
            assert!(seen.insert(service.principal) && seen.insert(service.role_name), "{service:?}");
            assert!(service.role_name.starts_with("AWSServiceRoleFor"), "{service:?}");
            assert!(service.role_name.len() <= 64, "{service:?}");
            assert!(service.principal.ends_with(".amazonaws.com"), "{service:?}");
        }
        assert!(by_principal("OPS.apigateway.amazonaws.com").is_none());
    }
}
