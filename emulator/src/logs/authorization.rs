//! What each operation of CloudWatch Logs needs.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch Logs".

#![allow(clippy::wildcard_imports, reason = "the table is made of all of them")]

mod deliveries;
mod resources;

use stagecheck_models::logs as operations;

use self::deliveries::*;
use self::resources::*;
use super::Logs;
use crate::service::authorization::Row;

/// The actions are named as the operations are.
pub(crate) static ROWS: &[Row<Logs>] = &[
    Row::new(&operations::ASSOCIATE_KMS_KEY, group),
    Row::new(&operations::ASSOCIATE_SOURCE_TO_S3_TABLE_INTEGRATION, everything),
    Row::new(&operations::CANCEL_EXPORT_TASK, everything),
    Row::new(&operations::CANCEL_IMPORT_TASK, everything),
    Row::new(&operations::CREATE_DELIVERY, new_delivery),
    Row::new(&operations::CREATE_EXPORT_TASK, group),
    Row::new(&operations::CREATE_IMPORT_TASK, import),
    Row::new(&operations::CREATE_LOG_ANOMALY_DETECTOR, groups_by_arn),
    Row::new(&operations::CREATE_LOG_GROUP, new_group),
    Row::new(&operations::CREATE_LOG_STREAM, stream),
    Row::new(&operations::CREATE_LOOKUP_TABLE, new_lookup_table),
    Row::new(&operations::CREATE_SCHEDULED_QUERY, new_scheduled_query),
    Row::new(&operations::DELETE_ACCOUNT_POLICY, everything),
    Row::new(&operations::DELETE_DATA_PROTECTION_POLICY, group),
    Row::new(&operations::DELETE_DELIVERY, delivery),
    Row::new(&operations::DELETE_DELIVERY_DESTINATION, delivery_destination),
    Row::new(&operations::DELETE_DELIVERY_DESTINATION_POLICY, delivery_destination),
    Row::new(&operations::DELETE_DELIVERY_SOURCE, delivery_source),
    Row::new(&operations::DELETE_DESTINATION, destination),
    Row::new(&operations::DELETE_INDEX_POLICY, everything),
    Row::new(&operations::DELETE_INTEGRATION, everything),
    Row::new(&operations::DELETE_LOG_ANOMALY_DETECTOR, anomaly_detector),
    Row::new(&operations::DELETE_LOG_GROUP, group),
    Row::new(&operations::DELETE_LOG_STREAM, stream),
    Row::new(&operations::DELETE_LOOKUP_TABLE, lookup_table),
    Row::new(&operations::DELETE_METRIC_FILTER, group),
    Row::new(&operations::DELETE_QUERY_DEFINITION, everything),
    Row::new(&operations::DELETE_RESOURCE_POLICY, resource_policy),
    Row::new(&operations::DELETE_RETENTION_POLICY, group),
    Row::new(&operations::DELETE_SCHEDULED_QUERY, scheduled_query),
    Row::new(&operations::DELETE_SUBSCRIPTION_FILTER, group),
    Row::new(&operations::DELETE_TRANSFORMER, group),
    Row::new(&operations::DESCRIBE_ACCOUNT_POLICIES, everything),
    Row::new(&operations::DESCRIBE_CONFIGURATION_TEMPLATES, everything),
    Row::new(&operations::DESCRIBE_DELIVERIES, everything),
    Row::new(&operations::DESCRIBE_DELIVERY_DESTINATIONS, everything),
    Row::new(&operations::DESCRIBE_DELIVERY_SOURCES, everything),
    Row::new(&operations::DESCRIBE_DESTINATIONS, everything),
    Row::new(&operations::DESCRIBE_EXPORT_TASKS, everything),
    Row::new(&operations::DESCRIBE_FIELD_INDEXES, everything),
    Row::new(&operations::DESCRIBE_IMPORT_TASK_BATCHES, everything),
    Row::new(&operations::DESCRIBE_IMPORT_TASKS, everything),
    Row::new(&operations::DESCRIBE_INDEX_POLICIES, everything),
    Row::new(&operations::DESCRIBE_LOG_GROUPS, all_groups),
    Row::new(&operations::DESCRIBE_LOG_STREAMS, group),
    Row::new(&operations::DESCRIBE_LOOKUP_TABLES, everything),
    Row::new(&operations::DESCRIBE_METRIC_FILTERS, group),
    Row::new(&operations::DESCRIBE_QUERIES, everything),
    Row::new(&operations::DESCRIBE_QUERY_DEFINITIONS, everything),
    Row::new(&operations::DESCRIBE_RESOURCE_POLICIES, resource_policy),
    Row::new(&operations::DESCRIBE_SUBSCRIPTION_FILTERS, group),
    Row::new(&operations::DISASSOCIATE_KMS_KEY, group),
    Row::new(&operations::DISASSOCIATE_SOURCE_FROM_S3_TABLE_INTEGRATION, everything),
    Row::new(&operations::FILTER_LOG_EVENTS, read_group),
    Row::new(&operations::GET_DATA_PROTECTION_POLICY, group),
    Row::new(&operations::GET_DELIVERY, delivery),
    Row::new(&operations::GET_DELIVERY_DESTINATION, delivery_destination),
    Row::new(&operations::GET_DELIVERY_DESTINATION_POLICY, delivery_destination),
    Row::new(&operations::GET_DELIVERY_SOURCE, delivery_source),
    Row::new(&operations::GET_INTEGRATION, everything),
    Row::new(&operations::GET_LOG_ANOMALY_DETECTOR, anomaly_detector),
    Row::new(&operations::GET_LOG_EVENTS, read_stream),
    Row::new(&operations::GET_LOG_FIELDS, everything),
    Row::new(&operations::GET_LOG_GROUP_FIELDS, group),
    Row::new(&operations::GET_LOG_OBJECT, everything),
    Row::new(&operations::GET_LOG_RECORD, any_group),
    Row::new(&operations::GET_LOOKUP_TABLE, lookup_table),
    Row::new(&operations::GET_QUERY_RESULTS, any_group),
    Row::new(&operations::GET_SCHEDULED_QUERY, scheduled_query),
    Row::new(&operations::GET_SCHEDULED_QUERY_HISTORY, scheduled_query),
    Row::new(&operations::GET_TRANSFORMER, group),
    Row::new(&operations::LIST_AGGREGATE_LOG_GROUP_SUMMARIES, everything),
    Row::new(&operations::LIST_ANOMALIES, anomaly_detector),
    Row::new(&operations::LIST_INTEGRATIONS, everything),
    Row::new(&operations::LIST_LOG_ANOMALY_DETECTORS, everything),
    Row::new(&operations::LIST_LOG_GROUPS, everything),
    Row::new(&operations::LIST_LOG_GROUPS_FOR_QUERY, everything),
    Row::new(&operations::LIST_SCHEDULED_QUERIES, everything),
    Row::new(&operations::LIST_SOURCES_FOR_S3_TABLE_INTEGRATION, everything),
    Row::new(&operations::LIST_TAGS_FOR_RESOURCE, tagged),
    Row::new(&operations::LIST_TAGS_LOG_GROUP, group),
    Row::new(&operations::PUT_ACCOUNT_POLICY, everything),
    Row::new(&operations::PUT_BEARER_TOKEN_AUTHENTICATION, group),
    Row::new(&operations::PUT_DATA_PROTECTION_POLICY, group),
    Row::new(&operations::PUT_DELIVERY_DESTINATION, new_delivery_destination),
    Row::new(&operations::PUT_DELIVERY_DESTINATION_POLICY, delivery_destination),
    Row::new(&operations::PUT_DELIVERY_SOURCE, new_delivery_source),
    Row::new(&operations::PUT_DESTINATION, new_destination),
    Row::new(&operations::PUT_DESTINATION_POLICY, destination),
    Row::new(&operations::PUT_INDEX_POLICY, everything),
    Row::new(&operations::PUT_INTEGRATION, everything),
    Row::new(&operations::PUT_LOG_EVENTS, stream),
    Row::new(&operations::PUT_LOG_GROUP_DELETION_PROTECTION, group),
    Row::new(&operations::PUT_METRIC_FILTER, group),
    Row::new(&operations::PUT_QUERY_DEFINITION, everything),
    Row::new(&operations::PUT_RESOURCE_POLICY, resource_policy),
    Row::new(&operations::PUT_RETENTION_POLICY, group),
    Row::new(&operations::PUT_SUBSCRIPTION_FILTER, subscription),
    Row::new(&operations::PUT_TRANSFORMER, group),
    Row::new(&operations::START_LIVE_TAIL, groups),
    Row::new(&operations::START_QUERY, groups),
    Row::new(&operations::STOP_QUERY, everything),
    Row::new(&operations::TAG_LOG_GROUP, group),
    Row::new(&operations::TAG_RESOURCE, tagged),
    Row::new(&operations::TEST_METRIC_FILTER, everything),
    Row::new(&operations::TEST_TRANSFORMER, everything),
    Row::new(&operations::UNTAG_LOG_GROUP, group),
    Row::new(&operations::UNTAG_RESOURCE, tagged),
    Row::new(&operations::UPDATE_ANOMALY, anomaly_detector),
    Row::new(&operations::UPDATE_DELIVERY_CONFIGURATION, delivery),
    Row::new(&operations::UPDATE_LOG_ANOMALY_DETECTOR, anomaly_detector),
    Row::new(&operations::UPDATE_LOOKUP_TABLE, lookup_table),
    Row::new(&operations::UPDATE_SCHEDULED_QUERY, updated_scheduled_query),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::authorization::assert_complete;

    #[test]
    fn every_operation_has_its_row() {
        assert_complete(ROWS, &operations::SERVICE);
    }
}
