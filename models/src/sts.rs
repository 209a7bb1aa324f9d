//! AWS Security Token Service. Written by `cargo xtask models` from botocore 1.43.11; do not edit.

#![allow(non_upper_case_globals, reason = "shapes keep their names")]
#![allow(clippy::wildcard_imports, reason = "no service needs every part of a table")]

use crate::model::*;

/// AWS Security Token Service.
pub static SERVICE: Service = Service { name: "sts", signing_name: "sts", version: "2011-06-15", protocol: Protocol::AwsQuery { xml_namespace: "https://sts.amazonaws.com/doc/2011-06-15/" }, other_protocols: &[], operations: &OPERATIONS };

static OPERATIONS: [&Operation; 11] = [&ASSUME_ROLE, &ASSUME_ROLE_WITH_SAML, &ASSUME_ROLE_WITH_WEB_IDENTITY, &ASSUME_ROOT, &DECODE_AUTHORIZATION_MESSAGE, &GET_ACCESS_KEY_INFO, &GET_CALLER_IDENTITY, &GET_DELEGATED_ACCESS_TOKEN, &GET_FEDERATION_TOKEN, &GET_SESSION_TOKEN, &GET_WEB_IDENTITY_TOKEN, ];

/// `AssumeRole`: POST /
pub static ASSUME_ROLE: Operation = Operation { service: &SERVICE, index: 0, name: "AssumeRole", method: "POST", path: &[], query: &[], status: 200, input: Some(&AssumeRoleRequestShape), output: Some(&AssumeRoleResponseShape), result_wrapper: Some("AssumeRoleResult"), errors: &[&MalformedPolicyDocumentExceptionError, &PackedPolicyTooLargeExceptionError, &RegionDisabledExceptionError, &ExpiredTokenExceptionError] };
/// `AssumeRoleWithSAML`: POST /
pub static ASSUME_ROLE_WITH_SAML: Operation = Operation { service: &SERVICE, index: 1, name: "AssumeRoleWithSAML", method: "POST", path: &[], query: &[], status: 200, input: Some(&AssumeRoleWithSAMLRequestShape), output: Some(&AssumeRoleWithSAMLResponseShape), result_wrapper: Some("AssumeRoleWithSAMLResult"), errors: &[&MalformedPolicyDocumentExceptionError, &PackedPolicyTooLargeExceptionError, &IDPRejectedClaimExceptionError, &InvalidIdentityTokenExceptionError, &ExpiredTokenExceptionError, &RegionDisabledExceptionError] };
/// `AssumeRoleWithWebIdentity`: POST /
pub static ASSUME_ROLE_WITH_WEB_IDENTITY: Operation = Operation { service: &SERVICE, index: 2, name: "AssumeRoleWithWebIdentity", method: "POST", path: &[], query: &[], status: 200, input: Some(&AssumeRoleWithWebIdentityRequestShape), output: Some(&AssumeRoleWithWebIdentityResponseShape), result_wrapper: Some("AssumeRoleWithWebIdentityResult"), errors: &[&MalformedPolicyDocumentExceptionError, &PackedPolicyTooLargeExceptionError, &IDPRejectedClaimExceptionError, &IDPCommunicationErrorExceptionError, &InvalidIdentityTokenExceptionError, &ExpiredTokenExceptionError, &RegionDisabledExceptionError] };
/// `AssumeRoot`: POST /
pub static ASSUME_ROOT: Operation = Operation { service: &SERVICE, index: 3, name: "AssumeRoot", method: "POST", path: &[], query: &[], status: 200, input: Some(&AssumeRootRequestShape), output: Some(&AssumeRootResponseShape), result_wrapper: Some("AssumeRootResult"), errors: &[&RegionDisabledExceptionError, &ExpiredTokenExceptionError] };
/// `DecodeAuthorizationMessage`: POST /
pub static DECODE_AUTHORIZATION_MESSAGE: Operation = Operation { service: &SERVICE, index: 4, name: "DecodeAuthorizationMessage", method: "POST", path: &[], query: &[], status: 200, input: Some(&DecodeAuthorizationMessageRequestShape), output: Some(&DecodeAuthorizationMessageResponseShape), result_wrapper: Some("DecodeAuthorizationMessageResult"), errors: &[&InvalidAuthorizationMessageExceptionError] };
/// `GetAccessKeyInfo`: POST /
pub static GET_ACCESS_KEY_INFO: Operation = Operation { service: &SERVICE, index: 5, name: "GetAccessKeyInfo", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetAccessKeyInfoRequestShape), output: Some(&GetAccessKeyInfoResponseShape), result_wrapper: Some("GetAccessKeyInfoResult"), errors: &[] };
/// `GetCallerIdentity`: POST /
pub static GET_CALLER_IDENTITY: Operation = Operation { service: &SERVICE, index: 6, name: "GetCallerIdentity", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetCallerIdentityRequestShape), output: Some(&GetCallerIdentityResponseShape), result_wrapper: Some("GetCallerIdentityResult"), errors: &[] };
/// `GetDelegatedAccessToken`: POST /
pub static GET_DELEGATED_ACCESS_TOKEN: Operation = Operation { service: &SERVICE, index: 7, name: "GetDelegatedAccessToken", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetDelegatedAccessTokenRequestShape), output: Some(&GetDelegatedAccessTokenResponseShape), result_wrapper: Some("GetDelegatedAccessTokenResult"), errors: &[&ExpiredTradeInTokenExceptionError, &RegionDisabledExceptionError, &PackedPolicyTooLargeExceptionError] };
/// `GetFederationToken`: POST /
pub static GET_FEDERATION_TOKEN: Operation = Operation { service: &SERVICE, index: 8, name: "GetFederationToken", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetFederationTokenRequestShape), output: Some(&GetFederationTokenResponseShape), result_wrapper: Some("GetFederationTokenResult"), errors: &[&MalformedPolicyDocumentExceptionError, &PackedPolicyTooLargeExceptionError, &RegionDisabledExceptionError] };
/// `GetSessionToken`: POST /
pub static GET_SESSION_TOKEN: Operation = Operation { service: &SERVICE, index: 9, name: "GetSessionToken", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetSessionTokenRequestShape), output: Some(&GetSessionTokenResponseShape), result_wrapper: Some("GetSessionTokenResult"), errors: &[&RegionDisabledExceptionError] };
/// `GetWebIdentityToken`: POST /
pub static GET_WEB_IDENTITY_TOKEN: Operation = Operation { service: &SERVICE, index: 10, name: "GetWebIdentityToken", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetWebIdentityTokenRequestShape), output: Some(&GetWebIdentityTokenResponseShape), result_wrapper: Some("GetWebIdentityTokenResult"), errors: &[&SessionDurationEscalationExceptionError, &OutboundWebIdentityFederationDisabledExceptionError, &JWTPayloadSizeExceededExceptionError] };

static AssumeRoleRequestShape: Shape = Shape::new("AssumeRoleRequest", Kind::Structure(&[Member::new("RoleArn", &arnTypeShape).required(), Member::new("RoleSessionName", &roleSessionNameTypeShape).required(), Member::new("PolicyArns", &policyDescriptorListTypeShape), Member::new("Policy", &unrestrictedSessionPolicyDocumentTypeShape), Member::new("DurationSeconds", &roleDurationSecondsTypeShape), Member::new("Tags", &tagListTypeShape), Member::new("TransitiveTagKeys", &tagKeyListTypeShape), Member::new("ExternalId", &externalIdTypeShape), Member::new("SerialNumber", &serialNumberTypeShape), Member::new("TokenCode", &tokenCodeTypeShape), Member::new("SourceIdentity", &sourceIdentityTypeShape), Member::new("ProvidedContexts", &ProvidedContextsListTypeShape)]));
static AssumeRoleResponseShape: Shape = Shape::new("AssumeRoleResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("AssumedRoleUser", &AssumedRoleUserShape), Member::new("PackedPolicySize", &nonNegativeIntegerTypeShape), Member::new("SourceIdentity", &sourceIdentityTypeShape)]));
static AssumeRoleWithSAMLRequestShape: Shape = Shape::new("AssumeRoleWithSAMLRequest", Kind::Structure(&[Member::new("RoleArn", &arnTypeShape).required(), Member::new("PrincipalArn", &arnTypeShape).required(), Member::new("SAMLAssertion", &SAMLAssertionTypeShape).required(), Member::new("PolicyArns", &policyDescriptorListTypeShape), Member::new("Policy", &sessionPolicyDocumentTypeShape), Member::new("DurationSeconds", &roleDurationSecondsTypeShape)]));
static AssumeRoleWithSAMLResponseShape: Shape = Shape::new("AssumeRoleWithSAMLResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("AssumedRoleUser", &AssumedRoleUserShape), Member::new("PackedPolicySize", &nonNegativeIntegerTypeShape), Member::new("Subject", &SubjectShape), Member::new("SubjectType", &SubjectTypeShape), Member::new("Issuer", &IssuerShape), Member::new("Audience", &AudienceShape), Member::new("NameQualifier", &NameQualifierShape), Member::new("SourceIdentity", &sourceIdentityTypeShape)]));
static AssumeRoleWithWebIdentityRequestShape: Shape = Shape::new("AssumeRoleWithWebIdentityRequest", Kind::Structure(&[Member::new("RoleArn", &arnTypeShape).required(), Member::new("RoleSessionName", &roleSessionNameTypeShape).required(), Member::new("WebIdentityToken", &clientTokenTypeShape).required(), Member::new("ProviderId", &urlTypeShape), Member::new("PolicyArns", &policyDescriptorListTypeShape), Member::new("Policy", &sessionPolicyDocumentTypeShape), Member::new("DurationSeconds", &roleDurationSecondsTypeShape)]));
static AssumeRoleWithWebIdentityResponseShape: Shape = Shape::new("AssumeRoleWithWebIdentityResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("SubjectFromWebIdentityToken", &webIdentitySubjectTypeShape), Member::new("AssumedRoleUser", &AssumedRoleUserShape), Member::new("PackedPolicySize", &nonNegativeIntegerTypeShape), Member::new("Provider", &IssuerShape), Member::new("Audience", &AudienceShape), Member::new("SourceIdentity", &sourceIdentityTypeShape)]));
static AssumeRootRequestShape: Shape = Shape::new("AssumeRootRequest", Kind::Structure(&[Member::new("TargetPrincipal", &TargetPrincipalTypeShape).required(), Member::new("TaskPolicyArn", &PolicyDescriptorTypeShape).required(), Member::new("DurationSeconds", &RootDurationSecondsTypeShape)]));
static AssumeRootResponseShape: Shape = Shape::new("AssumeRootResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("SourceIdentity", &sourceIdentityTypeShape)]));
static AssumedRoleUserShape: Shape = Shape::new("AssumedRoleUser", Kind::Structure(&[Member::new("AssumedRoleId", &assumedRoleIdTypeShape).required(), Member::new("Arn", &arnTypeShape).required()]));
static AudienceShape: Shape = Shape::new("Audience", Kind::String(&[]));
static CredentialsShape: Shape = Shape::new("Credentials", Kind::Structure(&[Member::new("AccessKeyId", &accessKeyIdTypeShape).required(), Member::new("SecretAccessKey", &accessKeySecretTypeShape).required(), Member::new("SessionToken", &tokenTypeShape).required(), Member::new("Expiration", &dateTypeShape).required()]));
static DecodeAuthorizationMessageRequestShape: Shape = Shape::new("DecodeAuthorizationMessageRequest", Kind::Structure(&[Member::new("EncodedMessage", &encodedMessageTypeShape).required()]));
static DecodeAuthorizationMessageResponseShape: Shape = Shape::new("DecodeAuthorizationMessageResponse", Kind::Structure(&[Member::new("DecodedMessage", &decodedMessageTypeShape)]));
static ExpiredTokenExceptionShape: Shape = Shape::new("ExpiredTokenException", Kind::Structure(&[Member::new("message", &expiredIdentityTokenMessageShape)]));
static ExpiredTokenExceptionError: ErrorShape = ErrorShape { code: "ExpiredTokenException", status: 400, shape: &ExpiredTokenExceptionShape };
static ExpiredTradeInTokenExceptionShape: Shape = Shape::new("ExpiredTradeInTokenException", Kind::Structure(&[Member::new("message", &expiredTradeInTokenExceptionMessageShape)]));
static ExpiredTradeInTokenExceptionError: ErrorShape = ErrorShape { code: "ExpiredTradeInTokenException", status: 400, shape: &ExpiredTradeInTokenExceptionShape };
static FederatedUserShape: Shape = Shape::new("FederatedUser", Kind::Structure(&[Member::new("FederatedUserId", &federatedIdTypeShape).required(), Member::new("Arn", &arnTypeShape).required()]));
static GetAccessKeyInfoRequestShape: Shape = Shape::new("GetAccessKeyInfoRequest", Kind::Structure(&[Member::new("AccessKeyId", &accessKeyIdTypeShape).required()]));
static GetAccessKeyInfoResponseShape: Shape = Shape::new("GetAccessKeyInfoResponse", Kind::Structure(&[Member::new("Account", &accountTypeShape)]));
static GetCallerIdentityRequestShape: Shape = Shape::new("GetCallerIdentityRequest", Kind::Structure(&[]));
static GetCallerIdentityResponseShape: Shape = Shape::new("GetCallerIdentityResponse", Kind::Structure(&[Member::new("UserId", &userIdTypeShape), Member::new("Account", &accountTypeShape), Member::new("Arn", &arnTypeShape)]));
static GetDelegatedAccessTokenRequestShape: Shape = Shape::new("GetDelegatedAccessTokenRequest", Kind::Structure(&[Member::new("TradeInToken", &tradeInTokenTypeShape).required()]));
static GetDelegatedAccessTokenResponseShape: Shape = Shape::new("GetDelegatedAccessTokenResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("PackedPolicySize", &nonNegativeIntegerTypeShape), Member::new("AssumedPrincipal", &arnTypeShape)]));
static GetFederationTokenRequestShape: Shape = Shape::new("GetFederationTokenRequest", Kind::Structure(&[Member::new("Name", &userNameTypeShape).required(), Member::new("Policy", &sessionPolicyDocumentTypeShape), Member::new("PolicyArns", &policyDescriptorListTypeShape), Member::new("DurationSeconds", &durationSecondsTypeShape), Member::new("Tags", &tagListTypeShape)]));
static GetFederationTokenResponseShape: Shape = Shape::new("GetFederationTokenResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape), Member::new("FederatedUser", &FederatedUserShape), Member::new("PackedPolicySize", &nonNegativeIntegerTypeShape)]));
static GetSessionTokenRequestShape: Shape = Shape::new("GetSessionTokenRequest", Kind::Structure(&[Member::new("DurationSeconds", &durationSecondsTypeShape), Member::new("SerialNumber", &serialNumberTypeShape), Member::new("TokenCode", &tokenCodeTypeShape)]));
static GetSessionTokenResponseShape: Shape = Shape::new("GetSessionTokenResponse", Kind::Structure(&[Member::new("Credentials", &CredentialsShape)]));
static GetWebIdentityTokenRequestShape: Shape = Shape::new("GetWebIdentityTokenRequest", Kind::Structure(&[Member::new("Audience", &webIdentityTokenAudienceListTypeShape).required(), Member::new("DurationSeconds", &webIdentityTokenDurationSecondsTypeShape), Member::new("SigningAlgorithm", &jwtAlgorithmTypeShape).required(), Member::new("Tags", &tagListTypeShape)]));
static GetWebIdentityTokenResponseShape: Shape = Shape::new("GetWebIdentityTokenResponse", Kind::Structure(&[Member::new("WebIdentityToken", &webIdentityTokenTypeShape), Member::new("Expiration", &dateTypeShape)]));
static IDPCommunicationErrorExceptionShape: Shape = Shape::new("IDPCommunicationErrorException", Kind::Structure(&[Member::new("message", &idpCommunicationErrorMessageShape)]));
static IDPCommunicationErrorExceptionError: ErrorShape = ErrorShape { code: "IDPCommunicationError", status: 400, shape: &IDPCommunicationErrorExceptionShape };
static IDPRejectedClaimExceptionShape: Shape = Shape::new("IDPRejectedClaimException", Kind::Structure(&[Member::new("message", &idpRejectedClaimMessageShape)]));
static IDPRejectedClaimExceptionError: ErrorShape = ErrorShape { code: "IDPRejectedClaim", status: 403, shape: &IDPRejectedClaimExceptionShape };
static InvalidAuthorizationMessageExceptionShape: Shape = Shape::new("InvalidAuthorizationMessageException", Kind::Structure(&[Member::new("message", &invalidAuthorizationMessageShape)]));
static InvalidAuthorizationMessageExceptionError: ErrorShape = ErrorShape { code: "InvalidAuthorizationMessageException", status: 400, shape: &InvalidAuthorizationMessageExceptionShape };
static InvalidIdentityTokenExceptionShape: Shape = Shape::new("InvalidIdentityTokenException", Kind::Structure(&[Member::new("message", &invalidIdentityTokenMessageShape)]));
static InvalidIdentityTokenExceptionError: ErrorShape = ErrorShape { code: "InvalidIdentityToken", status: 400, shape: &InvalidIdentityTokenExceptionShape };
static IssuerShape: Shape = Shape::new("Issuer", Kind::String(&[]));
static JWTPayloadSizeExceededExceptionShape: Shape = Shape::new("JWTPayloadSizeExceededException", Kind::Structure(&[Member::new("message", &jwtPayloadSizeExceededExceptionShape)]));
static JWTPayloadSizeExceededExceptionError: ErrorShape = ErrorShape { code: "JWTPayloadSizeExceededException", status: 400, shape: &JWTPayloadSizeExceededExceptionShape };
static MalformedPolicyDocumentExceptionShape: Shape = Shape::new("MalformedPolicyDocumentException", Kind::Structure(&[Member::new("message", &malformedPolicyDocumentMessageShape)]));
static MalformedPolicyDocumentExceptionError: ErrorShape = ErrorShape { code: "MalformedPolicyDocument", status: 400, shape: &MalformedPolicyDocumentExceptionShape };
static NameQualifierShape: Shape = Shape::new("NameQualifier", Kind::String(&[]));
static OutboundWebIdentityFederationDisabledExceptionShape: Shape = Shape::new("OutboundWebIdentityFederationDisabledException", Kind::Structure(&[Member::new("message", &outboundWebIdentityFederationDisabledExceptionShape)]));
static OutboundWebIdentityFederationDisabledExceptionError: ErrorShape = ErrorShape { code: "OutboundWebIdentityFederationDisabledException", status: 403, shape: &OutboundWebIdentityFederationDisabledExceptionShape };
static PackedPolicyTooLargeExceptionShape: Shape = Shape::new("PackedPolicyTooLargeException", Kind::Structure(&[Member::new("message", &packedPolicyTooLargeMessageShape)]));
static PackedPolicyTooLargeExceptionError: ErrorShape = ErrorShape { code: "PackedPolicyTooLarge", status: 400, shape: &PackedPolicyTooLargeExceptionShape };
static PolicyDescriptorTypeShape: Shape = Shape::new("PolicyDescriptorType", Kind::Structure(&[Member::new("arn", &arnTypeShape)]));
static ProvidedContextShape: Shape = Shape::new("ProvidedContext", Kind::Structure(&[Member::new("ProviderArn", &arnTypeShape), Member::new("ContextAssertion", &contextAssertionTypeShape)]));
static ProvidedContextsListTypeShape: Shape = Shape::new("ProvidedContextsListType", Kind::List { member: &ProvidedContextShape, form: ListForm::Wrapped("member") }).min(1).max(5);
static RegionDisabledExceptionShape: Shape = Shape::new("RegionDisabledException", Kind::Structure(&[Member::new("message", &regionDisabledMessageShape)]));
static RegionDisabledExceptionError: ErrorShape = ErrorShape { code: "RegionDisabledException", status: 403, shape: &RegionDisabledExceptionShape };
static RootDurationSecondsTypeShape: Shape = Shape::new("RootDurationSecondsType", Kind::Integer).min(0).max(900);
static SAMLAssertionTypeShape: Shape = Shape::new("SAMLAssertionType", Kind::String(&[])).min(4).max(100000).sensitive();
static SessionDurationEscalationExceptionShape: Shape = Shape::new("SessionDurationEscalationException", Kind::Structure(&[Member::new("message", &sessionDurationEscalationExceptionShape)]));
static SessionDurationEscalationExceptionError: ErrorShape = ErrorShape { code: "SessionDurationEscalationException", status: 403, shape: &SessionDurationEscalationExceptionShape };
static SubjectShape: Shape = Shape::new("Subject", Kind::String(&[]));
static SubjectTypeShape: Shape = Shape::new("SubjectType", Kind::String(&[]));
static TagShape: Shape = Shape::new("Tag", Kind::Structure(&[Member::new("Key", &tagKeyTypeShape).required(), Member::new("Value", &tagValueTypeShape).required()]));
static TargetPrincipalTypeShape: Shape = Shape::new("TargetPrincipalType", Kind::String(&[])).min(12).max(2048);
static accessKeyIdTypeShape: Shape = Shape::new("accessKeyIdType", Kind::String(&[])).min(16).max(128).pattern("[\\w]*");
static accessKeySecretTypeShape: Shape = Shape::new("accessKeySecretType", Kind::String(&[])).sensitive();
static accountTypeShape: Shape = Shape::new("accountType", Kind::String(&[]));
static arnTypeShape: Shape = Shape::new("arnType", Kind::String(&[])).min(20).max(2048).pattern("[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+");
static assumedRoleIdTypeShape: Shape = Shape::new("assumedRoleIdType", Kind::String(&[])).min(2).max(193).pattern("[\\w+=,.@:-]*");
static clientTokenTypeShape: Shape = Shape::new("clientTokenType", Kind::String(&[])).min(4).max(20000).sensitive();
static contextAssertionTypeShape: Shape = Shape::new("contextAssertionType", Kind::String(&[])).min(4).max(2048);
static dateTypeShape: Shape = Shape::new("dateType", Kind::Timestamp(None));
static decodedMessageTypeShape: Shape = Shape::new("decodedMessageType", Kind::String(&[]));
static durationSecondsTypeShape: Shape = Shape::new("durationSecondsType", Kind::Integer).min(900).max(129600);
static encodedMessageTypeShape: Shape = Shape::new("encodedMessageType", Kind::String(&[])).min(1).max(10240);
static expiredIdentityTokenMessageShape: Shape = Shape::new("expiredIdentityTokenMessage", Kind::String(&[]));
static expiredTradeInTokenExceptionMessageShape: Shape = Shape::new("expiredTradeInTokenExceptionMessage", Kind::String(&[]));
static externalIdTypeShape: Shape = Shape::new("externalIdType", Kind::String(&[])).min(2).max(1224).pattern("[\\w+=,.@:\\/-]*");
static federatedIdTypeShape: Shape = Shape::new("federatedIdType", Kind::String(&[])).min(2).max(193).pattern("[\\w+=,.@\\:-]*");
static idpCommunicationErrorMessageShape: Shape = Shape::new("idpCommunicationErrorMessage", Kind::String(&[]));
static idpRejectedClaimMessageShape: Shape = Shape::new("idpRejectedClaimMessage", Kind::String(&[]));
static invalidAuthorizationMessageShape: Shape = Shape::new("invalidAuthorizationMessage", Kind::String(&[]));
static invalidIdentityTokenMessageShape: Shape = Shape::new("invalidIdentityTokenMessage", Kind::String(&[]));
static jwtAlgorithmTypeShape: Shape = Shape::new("jwtAlgorithmType", Kind::String(&[])).min(5).max(5);
static jwtPayloadSizeExceededExceptionShape: Shape = Shape::new("jwtPayloadSizeExceededException", Kind::String(&[]));
static malformedPolicyDocumentMessageShape: Shape = Shape::new("malformedPolicyDocumentMessage", Kind::String(&[]));
static nonNegativeIntegerTypeShape: Shape = Shape::new("nonNegativeIntegerType", Kind::Integer).min(0);
static outboundWebIdentityFederationDisabledExceptionShape: Shape = Shape::new("outboundWebIdentityFederationDisabledException", Kind::String(&[]));
static packedPolicyTooLargeMessageShape: Shape = Shape::new("packedPolicyTooLargeMessage", Kind::String(&[]));
static policyDescriptorListTypeShape: Shape = Shape::new("policyDescriptorListType", Kind::List { member: &PolicyDescriptorTypeShape, form: ListForm::Wrapped("member") });
static regionDisabledMessageShape: Shape = Shape::new("regionDisabledMessage", Kind::String(&[]));
static roleDurationSecondsTypeShape: Shape = Shape::new("roleDurationSecondsType", Kind::Integer).min(900).max(43200);
static roleSessionNameTypeShape: Shape = Shape::new("roleSessionNameType", Kind::String(&[])).min(2).max(64).pattern("[\\w+=,.@-]*");
static serialNumberTypeShape: Shape = Shape::new("serialNumberType", Kind::String(&[])).min(9).max(256).pattern("[\\w+=/:,.@-]*");
static sessionDurationEscalationExceptionShape: Shape = Shape::new("sessionDurationEscalationException", Kind::String(&[]));
static sessionPolicyDocumentTypeShape: Shape = Shape::new("sessionPolicyDocumentType", Kind::String(&[])).min(1).max(2048).pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
static sourceIdentityTypeShape: Shape = Shape::new("sourceIdentityType", Kind::String(&[])).min(2).max(64).pattern("[\\w+=,.@-]*");
static tagKeyListTypeShape: Shape = Shape::new("tagKeyListType", Kind::List { member: &tagKeyTypeShape, form: ListForm::Wrapped("member") }).max(50);
static tagKeyTypeShape: Shape = Shape::new("tagKeyType", Kind::String(&[])).min(1).max(128).pattern("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+");
static tagListTypeShape: Shape = Shape::new("tagListType", Kind::List { member: &TagShape, form: ListForm::Wrapped("member") }).max(50);
static tagValueTypeShape: Shape = Shape::new("tagValueType", Kind::String(&[])).min(0).max(256).pattern("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
static tokenCodeTypeShape: Shape = Shape::new("tokenCodeType", Kind::String(&[])).min(6).max(6).pattern("[\\d]*");
static tokenTypeShape: Shape = Shape::new("tokenType", Kind::String(&[]));
static tradeInTokenTypeShape: Shape = Shape::new("tradeInTokenType", Kind::String(&[])).sensitive();
static unrestrictedSessionPolicyDocumentTypeShape: Shape = Shape::new("unrestrictedSessionPolicyDocumentType", Kind::String(&[])).min(1).pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
static urlTypeShape: Shape = Shape::new("urlType", Kind::String(&[])).min(4).max(2048);
static userIdTypeShape: Shape = Shape::new("userIdType", Kind::String(&[]));
static userNameTypeShape: Shape = Shape::new("userNameType", Kind::String(&[])).min(2).max(32).pattern("[\\w+=,.@-]*");
static webIdentitySubjectTypeShape: Shape = Shape::new("webIdentitySubjectType", Kind::String(&[])).min(6).max(255);
static webIdentityTokenAudienceListTypeShape: Shape = Shape::new("webIdentityTokenAudienceListType", Kind::List { member: &webIdentityTokenAudienceStringTypeShape, form: ListForm::Wrapped("member") }).min(1).max(10);
static webIdentityTokenAudienceStringTypeShape: Shape = Shape::new("webIdentityTokenAudienceStringType", Kind::String(&[])).min(1).max(1000);
static webIdentityTokenDurationSecondsTypeShape: Shape = Shape::new("webIdentityTokenDurationSecondsType", Kind::Integer).min(60).max(3600);
static webIdentityTokenTypeShape: Shape = Shape::new("webIdentityTokenType", Kind::String(&[])).sensitive();
