//! Errors that AWS's models list and no scenario provokes, each with its reason.

use Operations::{All, AllBut, These};

/// An error code of a service, and the operations that no scenario gets it from.
#[derive(Debug)]
pub(crate) struct Unprovoked {
    pub(crate) service: &'static str,
    pub(crate) code: &'static str,
    pub(crate) operations: Operations,
    pub(crate) reason: &'static str,
}

/// Operations of those that list an error.
#[derive(Debug)]
pub(crate) enum Operations {
    All,
    AllBut(&'static [&'static str]),
    These(&'static [&'static str]),
}

const NOBODY_IS_REFUSED: &str =
    "callers are not authorized unless --iam says so: conformance/tests/enforcement";
const NO_RATES: &str =
    "calls are not counted unless --rate-limits says so: conformance/tests/bad_input/rates.rs";
const ONE_AFTER_THE_OTHER: &str = "AWS means changes at one time, and here one is made after the other";
const NOTHING_NAMED: &str = "it takes no name of anything that could be missing";
const ONLY_NAMES: &str = "names are all that it takes: one that names nothing is not found";
const NO_ORGANIZATION: &str = "no account here is in an organization, which comes first";
const NO_KEY_STORES: &str = "custom key stores are not built";
const NOTHING_BREAKS: &str = "the emulator has no parts that fail by themselves";

pub(crate) static UNPROVOKED: &[Unprovoked] = &[
    v1("UnauthorizedException", All, NOBODY_IS_REFUSED),
    v1("TooManyRequestsException", All, NO_RATES),
    v1("ServiceUnavailableException", All, NOTHING_BREAKS),
    v1(
        "LimitExceededException",
        AllBut(&[
            "CreateApiKey",
            "CreateAuthorizer",
            "CreateDeployment",
            "CreateDocumentationPart",
            "CreateDomainName",
            "CreateDomainNameAccessAssociation",
            "CreateResource",
            "CreateRestApi",
            "CreateStage",
            "CreateUsagePlan",
            "CreateUsagePlanKey",
            "GenerateClientCertificate",
            "ImportApiKeys",
            "ImportDocumentationParts",
            "ImportRestApi",
            "PutRestApi",
            "UpdateRestApi",
        ]),
        "there is no quota of what it does, or a BadRequestException for it",
    ),
    v1(
        "ConflictException",
        These(&["GetExport", "GetSdk", "GetStage", "GetStages"]),
        "what is only read clashes with nothing",
    ),
    v1(
        "ConflictException",
        These(&[
            "CreateDeployment",
            "CreateRestApi",
            "CreateVpcLink",
            "GenerateClientCertificate",
            "ImportRestApi",
        ]),
        "each gets an id of its own, and names may be the same",
    ),
    v1(
        "ConflictException",
        These(&["ImportApiKeys", "ImportDocumentationParts"]),
        "what is there already is overwritten, or a warning",
    ),
    v1(
        "ConflictException",
        These(&["CreateDomainName"]),
        "AWS answers a name that is taken with BadRequestException",
    ),
    v1(
        "ConflictException",
        These(&[
            "DeleteApiKey",
            "DeleteBasePathMapping",
            "DeleteClientCertificate",
            "DeleteDeployment",
            "DeleteDocumentationPart",
            "DeleteDocumentationVersion",
            "DeleteDomainName",
            "DeleteDomainNameAccessAssociation",
            "DeleteGatewayResponse",
            "DeleteIntegration",
            "DeleteIntegrationResponse",
            "DeleteMethod",
            "DeleteMethodResponse",
            "DeleteResource",
            "DeleteRestApi",
            "DeleteStage",
            "DeleteUsagePlan",
            "DeleteUsagePlanKey",
            "DeleteVpcLink",
            "FlushStageAuthorizersCache",
            "FlushStageCache",
            "PutGatewayResponse",
            "PutIntegration",
            "PutIntegrationResponse",
            "PutRestApi",
            "RejectDomainNameAccessAssociation",
            "TagResource",
            "UntagResource",
            "UpdateAccount",
            "UpdateApiKey",
            "UpdateClientCertificate",
            "UpdateDeployment",
            "UpdateDocumentationPart",
            "UpdateDocumentationVersion",
            "UpdateDomainName",
            "UpdateGatewayResponse",
            "UpdateIntegration",
            "UpdateIntegrationResponse",
            "UpdateMethod",
            "UpdateMethodResponse",
            "UpdateModel",
            "UpdateRestApi",
            "UpdateStage",
            "UpdateUsage",
            "UpdateVpcLink",
        ]),
        ONE_AFTER_THE_OTHER,
    ),
    v1(
        "NotFoundException",
        These(&[
            "GetAccount",
            "GetApiKeys",
            "GetClientCertificates",
            "GetDomainNameAccessAssociations",
            "GetDomainNames",
            "GetRestApis",
            "GetSdkTypes",
            "GetUsagePlans",
            "GetVpcLinks",
            "ImportRestApi",
            "UpdateAccount",
        ]),
        NOTHING_NAMED,
    ),
    v1(
        "NotFoundException",
        These(&["ImportApiKeys"]),
        "a usage plan that is not there is a warning, as documented",
    ),
    v1(
        "BadRequestException",
        These(&[
            "DeleteApiKey",
            "DeleteAuthorizer",
            "DeleteBasePathMapping",
            "DeleteDocumentationPart",
            "DeleteDomainName",
            "DeleteDomainNameAccessAssociation",
            "DeleteIntegration",
            "DeleteIntegrationResponse",
            "DeleteMethodResponse",
            "DeleteModel",
            "DeleteRequestValidator",
            "DeleteUsagePlanKey",
            "FlushStageAuthorizersCache",
            "FlushStageCache",
            "GetApiKey",
            "GetAuthorizer",
            "GetBasePathMapping",
            "GetClientCertificate",
            "GetDocumentationPart",
            "GetDomainName",
            "GetIntegration",
            "GetIntegrationResponse",
            "GetModel",
            "GetRequestValidator",
            "GetRestApi",
            "GetSdkType",
            "GetStage",
            "GetStages",
            "GetUsagePlan",
            "GetUsagePlanKey",
            "GetVpcLink",
            "RejectDomainNameAccessAssociation",
        ]),
        ONLY_NAMES,
    ),
    v1(
        "BadRequestException",
        These(&["DeleteGatewayResponse", "GetGatewayResponse"]),
        "a type that there is not breaks the model's enumeration, which is a ValidationException",
    ),
    v1("BadRequestException", These(&["GetAccount"]), "it takes nothing"),
    v1("BadRequestException", These(&["GetDeployment"]), "an embed that there is not embeds nothing"),
    v1(
        "BadRequestException",
        These(&["GetModelTemplate"]),
        "models without a schema that can be read are not taken",
    ),
    v1("BadRequestException", These(&["GetGatewayResponses", "GetSdkTypes"]), "these lists have no pages"),
    v2(
        "TooManyRequestsException",
        All,
        "quotas are conflicts; for rates, --rate-limits is needed: conformance/tests/bad_input/rates.rs",
    ),
    v2("AccessDeniedException", All, NOBODY_IS_REFUSED),
    v2(
        "NotFoundException",
        These(&["CreateApi", "CreateDomainName", "GetApis", "GetDomainNames", "ImportApi"]),
        NOTHING_NAMED,
    ),
    v2(
        "BadRequestException",
        These(&["DeleteApiMapping", "DeleteRoutingRule", "GetApiMapping", "GetRoutingRule"]),
        ONLY_NAMES,
    ),
    v2("ConflictException", These(&["GetTags"]), "what is only read clashes with nothing"),
    v2(
        "ConflictException",
        These(&["CreateApi", "CreateDeployment"]),
        "each gets an id of its own, and names may be the same",
    ),
    v2(
        "ConflictException",
        These(&[
            "ReimportApi",
            "TagResource",
            "UntagResource",
            "UpdateApi",
            "UpdateAuthorizer",
            "UpdateDeployment",
            "UpdateDomainName",
            "UpdateIntegration",
            "UpdateStage",
        ]),
        ONE_AFTER_THE_OTHER,
    ),
    v2(
        "ConflictException",
        These(&["UpdateRouteResponse"]),
        "a WebSocket route has one response, whose key is $default",
    ),
    iam("ServiceFailure", All, NOTHING_BREAKS),
    iam("ConcurrentModification", All, ONE_AFTER_THE_OTHER),
    iam("NoSuchEntity", These(&["CreateGroup"]), NOTHING_NAMED),
    iam(
        "UnmodifiableEntity",
        These(&["UpdateRoleDescription"]),
        "service-linked roles may be described anew",
    ),
    iam(
        "EntityTemporarilyUnmodifiable",
        These(&["UpdateUser"]),
        "AWS means a name that was just given up, and here names are free at once",
    ),
    iam(
        "InvalidInput",
        These(&["ListAttachedGroupPolicies", "ListAttachedRolePolicies", "ListAttachedUserPolicies"]),
        "a prefix that is none breaks the model's pattern, which is a ValidationError",
    ),
    iam(
        "LimitExceeded",
        These(&[
            "DeleteGroup",
            "DeleteGroupPolicy",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRole",
            "DeleteRolePolicy",
            "DeleteUser",
            "DeleteUserPolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "RemoveUserFromGroup",
            "SetDefaultPolicyVersion",
            "UpdateGroup",
            "UpdateUser",
        ]),
        "it adds nothing that there could be too many of",
    ),
    sts("RegionDisabledException", All, "no region is one that an account has to enable first"),
    sts(
        "IDPRejectedClaim",
        These(&["AssumeRoleWithWebIdentity"]),
        "no provider is asked: tokens are verified with the keys that were given",
    ),
    sts("ExpiredTokenException", These(&["AssumeRoot"]), "it takes no token"),
    sts("PackedPolicyTooLarge", These(&["GetDelegatedAccessToken"]), "it takes neither policies nor tags"),
    tagging("ThrottledException", All, "its calls have no rates here"),
    tagging("InternalServiceException", All, NOTHING_BREAKS),
    tagging("PaginationTokenExpiredException", All, "a token holds for a quarter of an hour"),
    tagging(
        "ConcurrentModificationException",
        All,
        "reports are refused: no account here is in an organization",
    ),
    tagging("InvalidParameterException", These(&["DescribeReportCreation"]), "it takes nothing"),
    iam(
        "PolicyEvaluation",
        These(&["SimulateCustomPolicy", "SimulatePrincipalPolicy"]),
        "what is read as a policy can be evaluated",
    ),
    iam(
        "ReportGenerationLimitExceeded",
        These(&["GenerateOrganizationsAccessReport"]),
        "no account here is in an organization, so that no report is being made",
    ),
    logs("ServiceUnavailableException", All, NOTHING_BREAKS),
    logs("ThrottlingException", All, "calls of CloudWatch Logs have no rates here"),
    logs(
        "ServiceQuotaExceededException",
        AllBut(&["CreateDelivery"]),
        "no quota of what it does is documented, or it adds nothing",
    ),
    logs(
        "ServiceQuotaExceededException",
        These(&["CreateDelivery"]),
        "it takes a resource policy of 50,000 bytes: emulator/src/logs/vended/tests.rs",
    ),
    logs(
        "ConflictException",
        These(&[
            "DeleteDelivery",
            "DeleteDeliveryDestinationPolicy",
            "PutDeliveryDestinationPolicy",
            "UpdateDeliveryConfiguration",
        ]),
        ONE_AFTER_THE_OTHER,
    ),
    logs("OperationAbortedException", These(&["AssociateKmsKey", "DisassociateKmsKey"]), ONE_AFTER_THE_OTHER),
    logs("AccessDeniedException", These(&["UpdateDeliveryConfiguration"]), NOBODY_IS_REFUSED),
    // Of credentials.
    iam("NoSuchEntity", These(&["UpdateAccountPasswordPolicy"]), NOTHING_NAMED),
    iam(
        "MalformedPolicyDocument",
        These(&["UpdateAccountPasswordPolicy"]),
        "all its bounds are the model's, and to break one is a ValidationError",
    ),
    iam(
        "EntityTemporarilyUnmodifiable",
        These(&[
            "ChangePassword",
            "DeactivateMFADevice",
            "DeleteLoginProfile",
            "EnableMFADevice",
            "UpdateLoginProfile",
        ]),
        "AWS means what is still being made, and here all is made at once",
    ),
    iam(
        "LimitExceeded",
        These(&[
            "ChangePassword",
            "CreateLoginProfile",
            "CreateVirtualMFADevice",
            "DeactivateMFADevice",
            "DeleteAccessKey",
            "DeleteAccountPasswordPolicy",
            "DeleteLoginProfile",
            "DeleteServerCertificate",
            "DeleteSigningCertificate",
            "DeleteVirtualMFADevice",
            "GenerateCredentialReport",
            "ResyncMFADevice",
            "UpdateAccessKey",
            "UpdateAccountPasswordPolicy",
            "UpdateLoginProfile",
            "UpdateServerCertificate",
            "UpdateSigningCertificate",
        ]),
        "there is no quota of what it does",
    ),
    iam("InvalidInput", These(&["UntagServerCertificate"]), "a key that is not there is no fault"),
    iam("DeleteConflict", These(&["DeleteServerCertificate"]), "no service here uses server certificates"),
    iam(
        "UnrecognizedPublicKeyEncoding",
        These(&["GetSSHPublicKey"]),
        "an encoding that there is not breaks the model's enumeration, which is a ValidationError",
    ),
    iam("ReportExpired", These(&["GetCredentialReport"]), "a report holds for four hours"),
    iam(
        "LimitExceeded",
        These(&[
            "CreateAccountAlias",
            "CreateDelegationRequest",
            "DeleteAccountAlias",
            "DeleteInstanceProfile",
            "DeleteSAMLProvider",
            "DeleteServiceLinkedRole",
            "RemoveRoleFromInstanceProfile",
        ]),
        "it adds nothing that there could be too many of",
    ),
    iam(
        "OpenIdIdpCommunicationError",
        These(&["CreateOpenIDConnectProvider"]),
        "the emulator connects to no identity provider: thumbprints that are not given are not fetched",
    ),
    iam(
        "NoSuchEntity",
        These(&["DeleteOpenIDConnectProvider"]),
        "as documented, one that is not there is no fault",
    ),
    iam(
        "NoSuchEntity",
        These(&["CreateServiceLinkedRole"]),
        "a service that has no such role is an InvalidInput, and it names nothing else",
    ),
    iam("NoSuchEntity", These(&["ListDelegationRequests"]), "an owner without requests has an empty list"),
    iam(
        "EntityAlreadyExists",
        These(&["AddRoleToInstanceProfile"]),
        "the role that is there already is one more than the quota",
    ),
    iam(
        "EntityAlreadyExists",
        These(&["CreateAccountAlias"]),
        "it takes another account: emulator/src/iam/account/alias.rs",
    ),
    iam(
        "InvalidInput",
        These(&["UntagInstanceProfile"]),
        "keys that there are not are no fault, and it takes no more",
    ),
    kms("DependencyTimeoutException", All, NOTHING_BREAKS),
    kms("KMSInternalException", All, NOTHING_BREAKS),
    kms("UnsupportedOperationException", All, "what is not built answers 501, and all else is supported"),
    kms(
        "InvalidArnException",
        These(&["CreateKey"]),
        "it takes no ARN but those in its policy, which the policy language checks",
    ),
    kms("CustomKeyStoreNotFoundException", All, NO_KEY_STORES),
    kms("CustomKeyStoreInvalidStateException", All, NO_KEY_STORES),
    kms("CloudHsmClusterInvalidConfigurationException", All, NO_KEY_STORES),
    kms("XksKeyInvalidConfigurationException", All, NO_KEY_STORES),
    kms("XksKeyAlreadyInUseException", All, NO_KEY_STORES),
    kms("XksKeyNotFoundException", All, NO_KEY_STORES),
    kms(
        "KMSInvalidStateException",
        These(&["DeleteAlias", "GetKeyPolicy", "ListKeyPolicies", "PutKeyPolicy"]),
        "they succeed in every state that keys can have here, as documented",
    ),
    kms("LimitExceededException", These(&["EnableKey"]), "no documented quota is of keys that are enabled"),
    kms(
        "LimitExceededException",
        These(&["PutKeyPolicy"]),
        "it takes more than 32 KiB: emulator/src/kms/tests.rs",
    ),
    kms("LimitExceededException", These(&["TagResource"]), "too many tags are a TagException"),
    kms(
        "TagException",
        These(&["UntagResource"]),
        "keys that there are not are no fault, and it takes no more",
    ),
    iam("ServiceAccessNotEnabledException", All, NO_ORGANIZATION),
    iam("AccountNotManagementOrDelegatedAdministratorException", All, NO_ORGANIZATION),
    iam("OrganizationNotInAllFeaturesModeException", All, NO_ORGANIZATION),
    iam("CallerIsNotManagementAccountException", All, NO_ORGANIZATION),
];

const fn iam(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "iam", code, operations, reason }
}

const fn kms(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "kms", code, operations, reason }
}

const fn logs(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "logs", code, operations, reason }
}

const fn v1(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "apigateway", code, operations, reason }
}

const fn v2(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "apigatewayv2", code, operations, reason }
}

const fn sts(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "sts", code, operations, reason }
}

const fn tagging(code: &'static str, operations: Operations, reason: &'static str) -> Unprovoked {
    Unprovoked { service: "resourcegroupstaggingapi", code, operations, reason }
}

impl Unprovoked {
    /// Whether an operation that lists the error is among those that are meant.
    pub(crate) fn holds_for(&self, operation: &str) -> bool {
        match self.operations {
            All => true,
            AllBut(others) => !others.contains(&operation),
            These(operations) => operations.contains(&operation),
        }
    }

    /// The operations that it names.
    pub(crate) fn named(&self) -> &'static [&'static str] {
        match self.operations {
            All => &[],
            AllBut(operations) | These(operations) => operations,
        }
    }
}
