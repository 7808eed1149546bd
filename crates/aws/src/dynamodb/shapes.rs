//! Structures of DynamoDB that are CloudFormation's.

use crate::shape::{shape, words};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    LocalSecondaryIndex, OnDemandThroughput, PointInTimeRecoverySpecification, Projection,
    ProjectionType, ProvisionedThroughput, ScalarAttributeType, SseSpecification, SseType,
    StreamViewType, TableClass, Tag, TimeToLiveSpecification, WarmThroughput,
};

words!(
    BillingMode,
    KeyType,
    ProjectionType,
    ScalarAttributeType,
    SseType,
    StreamViewType,
    TableClass,
);
shape!(AttributeDefinition {
    attribute_name,
    attribute_type
});
shape!(GlobalSecondaryIndex {
    index_name,
    key_schema,
    projection,
    provisioned_throughput,
    on_demand_throughput,
    warm_throughput,
});
shape!(KeySchemaElement {
    attribute_name,
    key_type
});
shape!(LocalSecondaryIndex {
    index_name,
    key_schema,
    projection
});
shape!(OnDemandThroughput {
    max_read_request_units,
    max_write_request_units
});
shape!(PointInTimeRecoverySpecification {
    point_in_time_recovery_enabled,
    recovery_period_in_days
});
shape!(Projection {
    projection_type,
    non_key_attributes
});
shape!(ProvisionedThroughput {
    read_capacity_units,
    write_capacity_units
});
shape!(SseSpecification {
    enabled = "SSEEnabled",
    sse_type = "SSEType",
    kms_master_key_id = "KMSMasterKeyId",
});
shape!(Tag { key, value });
shape!(TimeToLiveSpecification {
    attribute_name,
    enabled
});
shape!(WarmThroughput {
    read_units_per_second,
    write_units_per_second
});
