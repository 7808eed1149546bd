//! Tables as CloudFormation would show them.

use crate::shape::{Shape, put, show};
use aws_sdk_dynamodb::types::{
    BillingMode, GlobalSecondaryIndexDescription, IndexStatus, PointInTimeRecoveryDescription,
    PointInTimeRecoveryStatus, ProvisionedThroughputDescription, SseStatus, TableClass,
    TableDescription, TableStatus, TimeToLiveDescription, TimeToLiveStatus,
};
use serde_json::{Map, Value as Json, json};

/// Whether DynamoDB still works on the table or an index of it.
pub(super) fn pending(table: &TableDescription) -> bool {
    let busy = |index: &GlobalSecondaryIndexDescription| {
        index.index_status() != Some(&IndexStatus::Active)
    };
    table.table_status() != Some(&TableStatus::Active)
        || table.global_secondary_indexes().iter().any(busy)
}

/// How it is paid for; a table that says nothing has capacity of its own.
pub(super) fn billing(table: &TableDescription) -> BillingMode {
    let summary = table
        .billing_mode_summary()
        .and_then(|summary| summary.billing_mode());
    summary.cloned().unwrap_or(BillingMode::Provisioned)
}

pub(super) fn shown(table: &TableDescription) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *table, {
        attribute_definitions,
        deletion_protection_enabled,
        key_schema,
        on_demand_throughput,
        table_arn = "Arn",
        table_name,
    });
    let billing = billing(table);
    put(&mut map, "BillingMode", &billing);
    let provisioned = billing == BillingMode::Provisioned;
    if let Some(capacity) = table.provisioned_throughput().filter(|_| provisioned) {
        map.insert("ProvisionedThroughput".to_owned(), throughput(capacity));
    }
    let class = table
        .table_class_summary()
        .and_then(|summary| summary.table_class());
    put(
        &mut map,
        "TableClass",
        class.unwrap_or(&TableClass::Standard),
    );
    if let Some(stream) = table
        .stream_specification()
        .filter(|stream| stream.stream_enabled)
    {
        let view = json!({ "StreamViewType": stream.stream_view_type.show() });
        map.insert("StreamSpecification".to_owned(), view);
        put(&mut map, "StreamArn", &table.latest_stream_arn);
    }
    let indexes = table.global_secondary_indexes();
    if !indexes.is_empty() {
        let indexes = indexes.iter().map(|one| index(one, provisioned)).collect();
        map.insert("GlobalSecondaryIndexes".to_owned(), Json::Array(indexes));
    }
    let indexes = table.local_secondary_indexes();
    if !indexes.is_empty() {
        let indexes = indexes.iter().map(|one| {
            let mut map = Map::new();
            show!(map, *one, { index_name, key_schema, projection });
            Json::Object(map)
        });
        map.insert("LocalSecondaryIndexes".to_owned(), indexes.collect());
    }
    let sealed = table.sse_description().filter(|sse| {
        matches!(
            sse.status(),
            Some(SseStatus::Enabled | SseStatus::Enabling | SseStatus::Updating)
        )
    });
    if let Some(sealed) = sealed {
        let mut own = Map::new();
        show!(own, *sealed, { sse_type = "SSEType", kms_master_key_arn = "KMSMasterKeyId" });
        own.insert("SSEEnabled".to_owned(), true.into());
        map.insert("SSESpecification".to_owned(), Json::Object(own));
    }
    map
}

fn throughput(capacity: &ProvisionedThroughputDescription) -> Json {
    json!({
        "ReadCapacityUnits": capacity.read_capacity_units(),
        "WriteCapacityUnits": capacity.write_capacity_units(),
    })
}

fn index(index: &GlobalSecondaryIndexDescription, provisioned: bool) -> Json {
    let mut map = Map::new();
    show!(map, *index, { index_name, key_schema, on_demand_throughput, projection });
    if let Some(capacity) = index.provisioned_throughput().filter(|_| provisioned) {
        map.insert("ProvisionedThroughput".to_owned(), throughput(capacity));
    }
    Json::Object(map)
}

/// The attribute by which items expire, if they do.
pub(super) fn expiry(described: &TimeToLiveDescription) -> Option<Json> {
    let on = matches!(
        described.time_to_live_status(),
        Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
    );
    on.then(|| json!({ "AttributeName": described.attribute_name(), "Enabled": true }))
}

pub(super) fn recovery(described: &PointInTimeRecoveryDescription) -> Json {
    let on = described.point_in_time_recovery_status() == Some(&PointInTimeRecoveryStatus::Enabled);
    let mut map = Map::new();
    put(&mut map, "PointInTimeRecoveryEnabled", &on);
    put(
        &mut map,
        "RecoveryPeriodInDays",
        &described.recovery_period_in_days.filter(|_| on),
    );
    Json::Object(map)
}
