//! AWS Resource Groups Tagging API. Written by `cargo xtask models` from botocore 1.43.11; do not edit.

#![allow(non_upper_case_globals, reason = "shapes keep their names")]
#![allow(clippy::wildcard_imports, reason = "no service needs every part of a table")]

use crate::model::*;

/// AWS Resource Groups Tagging API.
pub static SERVICE: Service = Service { name: "resourcegroupstaggingapi", signing_name: "tagging", version: "2017-01-26", protocol: Protocol::AwsJson { target_prefix: "ResourceGroupsTaggingAPI_20170126", json_version: "1.1" }, other_protocols: &[Protocol::RpcV2Cbor { service_name: "ResourceGroupsTaggingAPI_20170126", namespace: "com.amazonaws.resourcegroupstaggingapi" }], operations: &OPERATIONS };

static OPERATIONS: [&Operation; 9] = [&DESCRIBE_REPORT_CREATION, &GET_COMPLIANCE_SUMMARY, &GET_RESOURCES, &GET_TAG_KEYS, &GET_TAG_VALUES, &LIST_REQUIRED_TAGS, &START_REPORT_CREATION, &TAG_RESOURCES, &UNTAG_RESOURCES, ];

/// `DescribeReportCreation`: POST /
pub static DESCRIBE_REPORT_CREATION: Operation = Operation { service: &SERVICE, index: 0, name: "DescribeReportCreation", method: "POST", path: &[], query: &[], status: 200, input: Some(&DescribeReportCreationInputShape), output: Some(&DescribeReportCreationOutputShape), result_wrapper: None, errors: &[&ConstraintViolationExceptionError, &InternalServiceExceptionError, &InvalidParameterExceptionError, &ThrottledExceptionError] };
/// `GetComplianceSummary`: POST /
pub static GET_COMPLIANCE_SUMMARY: Operation = Operation { service: &SERVICE, index: 1, name: "GetComplianceSummary", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetComplianceSummaryInputShape), output: Some(&GetComplianceSummaryOutputShape), result_wrapper: None, errors: &[&ConstraintViolationExceptionError, &InternalServiceExceptionError, &InvalidParameterExceptionError, &ThrottledExceptionError] };
/// `GetResources`: POST /
pub static GET_RESOURCES: Operation = Operation { service: &SERVICE, index: 2, name: "GetResources", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetResourcesInputShape), output: Some(&GetResourcesOutputShape), result_wrapper: None, errors: &[&InvalidParameterExceptionError, &ThrottledExceptionError, &InternalServiceExceptionError, &PaginationTokenExpiredExceptionError] };
/// `GetTagKeys`: POST /
pub static GET_TAG_KEYS: Operation = Operation { service: &SERVICE, index: 3, name: "GetTagKeys", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetTagKeysInputShape), output: Some(&GetTagKeysOutputShape), result_wrapper: None, errors: &[&InvalidParameterExceptionError, &ThrottledExceptionError, &InternalServiceExceptionError, &PaginationTokenExpiredExceptionError] };
/// `GetTagValues`: POST /
pub static GET_TAG_VALUES: Operation = Operation { service: &SERVICE, index: 4, name: "GetTagValues", method: "POST", path: &[], query: &[], status: 200, input: Some(&GetTagValuesInputShape), output: Some(&GetTagValuesOutputShape), result_wrapper: None, errors: &[&InvalidParameterExceptionError, &ThrottledExceptionError, &InternalServiceExceptionError, &PaginationTokenExpiredExceptionError] };
/// `ListRequiredTags`: POST /
pub static LIST_REQUIRED_TAGS: Operation = Operation { service: &SERVICE, index: 5, name: "ListRequiredTags", method: "POST", path: &[], query: &[], status: 200, input: Some(&ListRequiredTagsInputShape), output: Some(&ListRequiredTagsOutputShape), result_wrapper: None, errors: &[&InternalServiceExceptionError, &InvalidParameterExceptionError, &PaginationTokenExpiredExceptionError, &ThrottledExceptionError] };
/// `StartReportCreation`: POST /
pub static START_REPORT_CREATION: Operation = Operation { service: &SERVICE, index: 6, name: "StartReportCreation", method: "POST", path: &[], query: &[], status: 200, input: Some(&StartReportCreationInputShape), output: Some(&StartReportCreationOutputShape), result_wrapper: None, errors: &[&ConcurrentModificationExceptionError, &ConstraintViolationExceptionError, &InternalServiceExceptionError, &InvalidParameterExceptionError, &ThrottledExceptionError] };
/// `TagResources`: POST /
pub static TAG_RESOURCES: Operation = Operation { service: &SERVICE, index: 7, name: "TagResources", method: "POST", path: &[], query: &[], status: 200, input: Some(&TagResourcesInputShape), output: Some(&TagResourcesOutputShape), result_wrapper: None, errors: &[&InvalidParameterExceptionError, &ThrottledExceptionError, &InternalServiceExceptionError] };
/// `UntagResources`: POST /
pub static UNTAG_RESOURCES: Operation = Operation { service: &SERVICE, index: 8, name: "UntagResources", method: "POST", path: &[], query: &[], status: 200, input: Some(&UntagResourcesInputShape), output: Some(&UntagResourcesOutputShape), result_wrapper: None, errors: &[&InvalidParameterExceptionError, &ThrottledExceptionError, &InternalServiceExceptionError] };

static AmazonResourceTypeShape: Shape = Shape::new("AmazonResourceType", Kind::String(&[])).min(0).max(256).pattern("[\\s\\S]*");
static CloudFormationResourceTypeShape: Shape = Shape::new("CloudFormationResourceType", Kind::String(&[]));
static CloudFormationResourceTypesShape: Shape = Shape::new("CloudFormationResourceTypes", Kind::List { member: &CloudFormationResourceTypeShape, form: ListForm::Wrapped("member") });
static ComplianceDetailsShape: Shape = Shape::new("ComplianceDetails", Kind::Structure(&[Member::new("NoncompliantKeys", &TagKeyListShape), Member::new("KeysWithNoncompliantValues", &TagKeyListShape), Member::new("ComplianceStatus", &ComplianceStatusShape)]));
static ComplianceStatusShape: Shape = Shape::new("ComplianceStatus", Kind::Boolean);
static ConcurrentModificationExceptionShape: Shape = Shape::new("ConcurrentModificationException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static ConcurrentModificationExceptionError: ErrorShape = ErrorShape { code: "ConcurrentModificationException", status: 400, shape: &ConcurrentModificationExceptionShape };
static ConstraintViolationExceptionShape: Shape = Shape::new("ConstraintViolationException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static ConstraintViolationExceptionError: ErrorShape = ErrorShape { code: "ConstraintViolationException", status: 400, shape: &ConstraintViolationExceptionShape };
static DescribeReportCreationInputShape: Shape = Shape::new("DescribeReportCreationInput", Kind::Structure(&[]));
static DescribeReportCreationOutputShape: Shape = Shape::new("DescribeReportCreationOutput", Kind::Structure(&[Member::new("Status", &StatusShape), Member::new("S3Location", &S3LocationShape), Member::new("ErrorMessage", &ErrorMessageShape)]));
static ErrorCodeShape: Shape = Shape::new("ErrorCode", Kind::String(&["InternalServiceException", "InvalidParameterException"]));
static ErrorMessageShape: Shape = Shape::new("ErrorMessage", Kind::String(&[]));
static ExceptionMessageShape: Shape = Shape::new("ExceptionMessage", Kind::String(&[])).min(0).max(2048);
static ExcludeCompliantResourcesShape: Shape = Shape::new("ExcludeCompliantResources", Kind::Boolean);
static FailedResourcesMapShape: Shape = Shape::new("FailedResourcesMap", Kind::Map { key: &ResourceARNShape, value: &FailureInfoShape, form: MapForm::DEFAULT });
static FailureInfoShape: Shape = Shape::new("FailureInfo", Kind::Structure(&[Member::new("StatusCode", &StatusCodeShape), Member::new("ErrorCode", &ErrorCodeShape), Member::new("ErrorMessage", &ErrorMessageShape)]));
static GetComplianceSummaryInputShape: Shape = Shape::new("GetComplianceSummaryInput", Kind::Structure(&[Member::new("TargetIdFilters", &TargetIdFilterListShape), Member::new("RegionFilters", &RegionFilterListShape), Member::new("ResourceTypeFilters", &ResourceTypeFilterListShape), Member::new("TagKeyFilters", &TagKeyFilterListShape), Member::new("GroupBy", &GroupByShape), Member::new("MaxResults", &MaxResultsGetComplianceSummaryShape), Member::new("PaginationToken", &PaginationTokenShape)]));
static GetComplianceSummaryOutputShape: Shape = Shape::new("GetComplianceSummaryOutput", Kind::Structure(&[Member::new("SummaryList", &SummaryListShape), Member::new("PaginationToken", &PaginationTokenShape)]));
static GetResourcesInputShape: Shape = Shape::new("GetResourcesInput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape), Member::new("TagFilters", &TagFilterListShape), Member::new("ResourcesPerPage", &ResourcesPerPageShape), Member::new("TagsPerPage", &TagsPerPageShape), Member::new("ResourceTypeFilters", &ResourceTypeFilterListShape), Member::new("IncludeComplianceDetails", &IncludeComplianceDetailsShape), Member::new("ExcludeCompliantResources", &ExcludeCompliantResourcesShape), Member::new("ResourceARNList", &ResourceARNListForGetShape)]));
static GetResourcesOutputShape: Shape = Shape::new("GetResourcesOutput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape), Member::new("ResourceTagMappingList", &ResourceTagMappingListShape)]));
static GetTagKeysInputShape: Shape = Shape::new("GetTagKeysInput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape)]));
static GetTagKeysOutputShape: Shape = Shape::new("GetTagKeysOutput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape), Member::new("TagKeys", &TagKeyListShape)]));
static GetTagValuesInputShape: Shape = Shape::new("GetTagValuesInput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape), Member::new("Key", &TagKeyShape).required()]));
static GetTagValuesOutputShape: Shape = Shape::new("GetTagValuesOutput", Kind::Structure(&[Member::new("PaginationToken", &PaginationTokenShape), Member::new("TagValues", &TagValuesOutputListShape)]));
static GroupByShape: Shape = Shape::new("GroupBy", Kind::List { member: &GroupByAttributeShape, form: ListForm::Wrapped("member") });
static GroupByAttributeShape: Shape = Shape::new("GroupByAttribute", Kind::String(&["TARGET_ID", "REGION", "RESOURCE_TYPE"]));
static IncludeComplianceDetailsShape: Shape = Shape::new("IncludeComplianceDetails", Kind::Boolean);
static InternalServiceExceptionShape: Shape = Shape::new("InternalServiceException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static InternalServiceExceptionError: ErrorShape = ErrorShape { code: "InternalServiceException", status: 500, shape: &InternalServiceExceptionShape };
static InvalidParameterExceptionShape: Shape = Shape::new("InvalidParameterException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static InvalidParameterExceptionError: ErrorShape = ErrorShape { code: "InvalidParameterException", status: 400, shape: &InvalidParameterExceptionShape };
static LastUpdatedShape: Shape = Shape::new("LastUpdated", Kind::String(&[]));
static ListRequiredTagsInputShape: Shape = Shape::new("ListRequiredTagsInput", Kind::Structure(&[Member::new("NextToken", &PaginationTokenShape), Member::new("MaxResults", &MaxResultsForListRequiredTagsShape)]));
static ListRequiredTagsOutputShape: Shape = Shape::new("ListRequiredTagsOutput", Kind::Structure(&[Member::new("RequiredTags", &RequiredTagsForListRequiredTagsShape), Member::new("NextToken", &PaginationTokenShape)]));
static MaxResultsForListRequiredTagsShape: Shape = Shape::new("MaxResultsForListRequiredTags", Kind::Integer).min(1).max(200);
static MaxResultsGetComplianceSummaryShape: Shape = Shape::new("MaxResultsGetComplianceSummary", Kind::Integer).min(1).max(1000);
static NonCompliantResourcesShape: Shape = Shape::new("NonCompliantResources", Kind::Long);
static PaginationTokenShape: Shape = Shape::new("PaginationToken", Kind::String(&[])).min(0).max(2048).pattern("[\\s\\S]*");
static PaginationTokenExpiredExceptionShape: Shape = Shape::new("PaginationTokenExpiredException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static PaginationTokenExpiredExceptionError: ErrorShape = ErrorShape { code: "PaginationTokenExpiredException", status: 400, shape: &PaginationTokenExpiredExceptionShape };
static RegionShape: Shape = Shape::new("Region", Kind::String(&[])).min(1).max(256).pattern("[\\s\\S]*");
static RegionFilterListShape: Shape = Shape::new("RegionFilterList", Kind::List { member: &RegionShape, form: ListForm::Wrapped("member") }).min(1).max(100);
static ReportingTagKeysShape: Shape = Shape::new("ReportingTagKeys", Kind::List { member: &TagKeyShape, form: ListForm::Wrapped("member") });
static RequiredTagShape: Shape = Shape::new("RequiredTag", Kind::Structure(&[Member::new("ResourceType", &ResourceTypeShape), Member::new("CloudFormationResourceTypes", &CloudFormationResourceTypesShape), Member::new("ReportingTagKeys", &ReportingTagKeysShape)]));
static RequiredTagsForListRequiredTagsShape: Shape = Shape::new("RequiredTagsForListRequiredTags", Kind::List { member: &RequiredTagShape, form: ListForm::Wrapped("member") });
static ResourceARNShape: Shape = Shape::new("ResourceARN", Kind::String(&[])).min(1).max(1011).pattern("[\\s\\S]*");
static ResourceARNListForGetShape: Shape = Shape::new("ResourceARNListForGet", Kind::List { member: &ResourceARNShape, form: ListForm::Wrapped("member") }).min(1).max(100);
static ResourceARNListForTagUntagShape: Shape = Shape::new("ResourceARNListForTagUntag", Kind::List { member: &ResourceARNShape, form: ListForm::Wrapped("member") }).min(1).max(20);
static ResourceTagMappingShape: Shape = Shape::new("ResourceTagMapping", Kind::Structure(&[Member::new("ResourceARN", &ResourceARNShape), Member::new("Tags", &TagListShape), Member::new("ComplianceDetails", &ComplianceDetailsShape)]));
static ResourceTagMappingListShape: Shape = Shape::new("ResourceTagMappingList", Kind::List { member: &ResourceTagMappingShape, form: ListForm::Wrapped("member") });
static ResourceTypeShape: Shape = Shape::new("ResourceType", Kind::String(&[]));
static ResourceTypeFilterListShape: Shape = Shape::new("ResourceTypeFilterList", Kind::List { member: &AmazonResourceTypeShape, form: ListForm::Wrapped("member") });
static ResourcesPerPageShape: Shape = Shape::new("ResourcesPerPage", Kind::Integer);
static S3BucketShape: Shape = Shape::new("S3Bucket", Kind::String(&[])).min(3).max(63).pattern("[a-z0-9.-]*");
static S3LocationShape: Shape = Shape::new("S3Location", Kind::String(&[]));
static StartReportCreationInputShape: Shape = Shape::new("StartReportCreationInput", Kind::Structure(&[Member::new("S3Bucket", &S3BucketShape).required()]));
static StartReportCreationOutputShape: Shape = Shape::new("StartReportCreationOutput", Kind::Structure(&[]));
static StatusShape: Shape = Shape::new("Status", Kind::String(&[]));
static StatusCodeShape: Shape = Shape::new("StatusCode", Kind::Integer);
static SummaryShape: Shape = Shape::new("Summary", Kind::Structure(&[Member::new("LastUpdated", &LastUpdatedShape), Member::new("TargetId", &TargetIdShape), Member::new("TargetIdType", &TargetIdTypeShape), Member::new("Region", &RegionShape), Member::new("ResourceType", &AmazonResourceTypeShape), Member::new("NonCompliantResources", &NonCompliantResourcesShape)]));
static SummaryListShape: Shape = Shape::new("SummaryList", Kind::List { member: &SummaryShape, form: ListForm::Wrapped("member") });
static TagShape: Shape = Shape::new("Tag", Kind::Structure(&[Member::new("Key", &TagKeyShape).required(), Member::new("Value", &TagValueShape).required()]));
static TagFilterShape: Shape = Shape::new("TagFilter", Kind::Structure(&[Member::new("Key", &TagKeyShape), Member::new("Values", &TagValueListShape)]));
static TagFilterListShape: Shape = Shape::new("TagFilterList", Kind::List { member: &TagFilterShape, form: ListForm::Wrapped("member") }).min(0).max(50);
static TagKeyShape: Shape = Shape::new("TagKey", Kind::String(&[])).min(1).max(128).pattern("[\\s\\S]*");
static TagKeyFilterListShape: Shape = Shape::new("TagKeyFilterList", Kind::List { member: &TagKeyShape, form: ListForm::Wrapped("member") }).min(1).max(50);
static TagKeyListShape: Shape = Shape::new("TagKeyList", Kind::List { member: &TagKeyShape, form: ListForm::Wrapped("member") });
static TagKeyListForUntagShape: Shape = Shape::new("TagKeyListForUntag", Kind::List { member: &TagKeyShape, form: ListForm::Wrapped("member") }).min(1).max(50);
static TagListShape: Shape = Shape::new("TagList", Kind::List { member: &TagShape, form: ListForm::Wrapped("member") });
static TagMapShape: Shape = Shape::new("TagMap", Kind::Map { key: &TagKeyShape, value: &TagValueShape, form: MapForm::DEFAULT }).min(1).max(50);
static TagResourcesInputShape: Shape = Shape::new("TagResourcesInput", Kind::Structure(&[Member::new("ResourceARNList", &ResourceARNListForTagUntagShape).required(), Member::new("Tags", &TagMapShape).required()]));
static TagResourcesOutputShape: Shape = Shape::new("TagResourcesOutput", Kind::Structure(&[Member::new("FailedResourcesMap", &FailedResourcesMapShape)]));
static TagValueShape: Shape = Shape::new("TagValue", Kind::String(&[])).min(0).max(256).pattern("[\\s\\S]*");
static TagValueListShape: Shape = Shape::new("TagValueList", Kind::List { member: &TagValueShape, form: ListForm::Wrapped("member") }).min(0).max(20);
static TagValuesOutputListShape: Shape = Shape::new("TagValuesOutputList", Kind::List { member: &TagValueShape, form: ListForm::Wrapped("member") });
static TagsPerPageShape: Shape = Shape::new("TagsPerPage", Kind::Integer);
static TargetIdShape: Shape = Shape::new("TargetId", Kind::String(&[])).min(6).max(68).pattern("[a-zA-Z0-9-]*");
static TargetIdFilterListShape: Shape = Shape::new("TargetIdFilterList", Kind::List { member: &TargetIdShape, form: ListForm::Wrapped("member") }).min(1).max(100);
static TargetIdTypeShape: Shape = Shape::new("TargetIdType", Kind::String(&["ACCOUNT", "OU", "ROOT"]));
static ThrottledExceptionShape: Shape = Shape::new("ThrottledException", Kind::Structure(&[Member::new("Message", &ExceptionMessageShape)]));
static ThrottledExceptionError: ErrorShape = ErrorShape { code: "ThrottledException", status: 400, shape: &ThrottledExceptionShape };
static UntagResourcesInputShape: Shape = Shape::new("UntagResourcesInput", Kind::Structure(&[Member::new("ResourceARNList", &ResourceARNListForTagUntagShape).required(), Member::new("TagKeys", &TagKeyListForUntagShape).required()]));
static UntagResourcesOutputShape: Shape = Shape::new("UntagResourcesOutput", Kind::Structure(&[Member::new("FailedResourcesMap", &FailedResourcesMapShape)]));
