//! Tables. DynamoDB changes one thing at a time, and only of a table that it does not work on.

use super::{describe, indexes};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, fill};
use async_trait::async_trait;
use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    BillingMode, GlobalSecondaryIndex, PointInTimeRecoverySpecification, Select, SseSpecification,
    StreamSpecification, StreamViewType, TableDescription, Tag, TimeToLiveSpecification,
};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::time::Duration;

/// `AWS::DynamoDB::Table`, by its name.
pub(crate) struct Table;

/// Properties that calls of their own set, once the table is there.
const APART: &[&str] = &[
    "PointInTimeRecoverySpecification",
    "TimeToLiveSpecification",
];

#[async_trait]
impl Resource for Table {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (dynamodb, name) = (at.clients.dynamodb(), at.id()?);
        let Some(table) = described(at, name).await? else {
            return Ok(None);
        };
        let mut map = describe::shown(&table);
        let asked = dynamodb
            .describe_time_to_live()
            .table_name(name)
            .send()
            .await;
        let expiry =
            found(asked.map_err(failure))?.and_then(|output| output.time_to_live_description);
        if let Some(expiry) = expiry.and_then(|described| describe::expiry(&described)) {
            map.insert("TimeToLiveSpecification".to_owned(), expiry);
        }
        let asked = dynamodb
            .describe_continuous_backups()
            .table_name(name)
            .send()
            .await;
        let backups =
            found(asked.map_err(failure))?.and_then(|output| output.continuous_backups_description);
        let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description);
        if let Some(recovery) = recovery {
            let recovery = describe::recovery(&recovery);
            map.insert("PointInTimeRecoverySpecification".to_owned(), recovery);
        }
        let tags = tags(at, table.table_arn().unwrap_or_default()).await?;
        let mut live = at.live(name, map, tags);
        live.pending = describe::pending(&table);
        if !live.pending {
            live.contents = contents(at, name, table.item_count()).await?;
        }
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("TableName")?.unwrap_or_default();
        let sent = at.clients.dynamodb().create_table();
        let sent = fill!(sent, object, {
            table_name,
            attribute_definitions,
            key_schema,
            local_secondary_indexes,
            global_secondary_indexes,
            billing_mode,
            provisioned_throughput,
            on_demand_throughput,
            warm_throughput,
            sse_specification = "SSESpecification",
            table_class,
            deletion_protection_enabled,
            tags,
        });
        let stream = view(&object)?.map(stream).transpose()?;
        let sent = sent.set_stream_specification(stream);
        object.elsewhere(APART);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        if APART.iter().any(|name| wanted.contains_key(*name)) {
            idle(at, &name).await?;
            expire(at, &name, &object).await?;
            keep_backups(at, &name, &object).await?;
        }
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let name = at.id()?;
        let wanted = Object::new(change.wanted);
        let table = idle(at, name).await?;
        if change.touches(&[
            "BillingMode",
            "ProvisionedThroughput",
            "OnDemandThroughput",
            "WarmThroughput",
        ]) {
            send(at, name, size(at, &table, &wanted)?).await?;
        }
        if change.touches(&["GlobalSecondaryIndexes"]) {
            reindex(at, name, &wanted).await?;
        }
        if change.touches(&["StreamSpecification"]) {
            restream(at, name, &table, &wanted).await?;
        }
        if change.touches(&["SSESpecification"]) {
            let sealed: Option<SseSpecification> = wanted.get("SSESpecification")?;
            let sealed =
                sealed.unwrap_or_else(|| SseSpecification::builder().enabled(false).build());
            send(
                at,
                name,
                at.clients
                    .dynamodb()
                    .update_table()
                    .sse_specification(sealed),
            )
            .await?;
        }
        if change.touches(&["TableClass"]) {
            let sent = at.clients.dynamodb().update_table();
            send(at, name, sent.set_table_class(wanted.get("TableClass")?)).await?;
        }
        if change.touches(&["DeletionProtectionEnabled"]) {
            let on = wanted.get("DeletionProtectionEnabled")?.unwrap_or(false);
            let sent = at.clients.dynamodb().update_table();
            send(at, name, sent.deletion_protection_enabled(on)).await?;
        }
        if change.touches(&["TimeToLiveSpecification"]) {
            expire(at, name, &wanted).await?;
        }
        if change.touches(&["PointInTimeRecoverySpecification"]) {
            keep_backups(at, name, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            let (dynamodb, arn) = (at.clients.dynamodb(), table.table_arn().unwrap_or_default());
            retag!(
                tags(at, arn).await?,
                at.tags(change.wanted),
                |set| dynamodb
                    .tag_resource()
                    .resource_arn(arn)
                    .set_tags(Some(listed_tags!(Tag, set))),
                |keys| dynamodb
                    .untag_resource()
                    .resource_arn(arn)
                    .set_tag_keys(Some(keys)),
            );
        }
        let object = change.object();
        object.elsewhere(KNOWN);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let name = at.id()?;
        let gone = at
            .clients
            .dynamodb()
            .delete_table()
            .table_name(name)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match described(at, name).await? {
            Some(_) => at.pending(name, "the table is being deleted"),
            None => Reply::Deleted,
        })
    }
}

/// Properties that updates see to. Attributes are defined with the indexes that need them.
const KNOWN: &[&str] = &[
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
    "TimeToLiveSpecification",
    "WarmThroughput",
];

async fn described(at: &At<'_>, name: &str) -> Result<Option<TableDescription>, Failure> {
    let asked = at
        .clients
        .dynamodb()
        .describe_table()
        .table_name(name)
        .send()
        .await;
    Ok(found(asked.map_err(failure))?.and_then(|output| output.table))
}

async fn tags(at: &At<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut tags = BTreeMap::new();
    let mut page = None;
    loop {
        let asked = at
            .clients
            .dynamodb()
            .list_tags_of_resource()
            .resource_arn(arn);
        let asked = asked.set_next_token(page).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(tags);
        };
        tags.extend(
            output
                .tags
                .unwrap_or_default()
                .into_iter()
                .map(|tag| (tag.key, tag.value)),
        );
        page = output.next_token;
        if page.is_none() {
            return Ok(tags);
        }
    }
}

/// How many items it holds. DynamoDB counts every six hours (DescribeTable, ItemCount): what is counted as none is
/// looked at.
async fn contents(at: &At<'_>, name: &str, counted: Option<i64>) -> Result<Option<u64>, Failure> {
    let counted = counted
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default();
    if counted > 0 {
        return Ok(Some(counted));
    }
    let asked = at
        .clients
        .dynamodb()
        .scan()
        .table_name(name)
        .limit(1)
        .select(Select::Count);
    match asked.send().await.map_err(failure) {
        Ok(page) if page.count() > 0 || page.last_evaluated_key().is_some() => Ok(Some(1)),
        Ok(_) => Ok(Some(0)),
        // Who may not look does not know.
        Err(failure) if matches!(failure.class, FailureClass::AccessDenied(_)) => Ok(None),
        Err(failure) => found(Err(failure)),
    }
}

/// Waits until DynamoDB has done with the last change; what takes longer is repeated by the engine.
async fn idle(at: &At<'_>, name: &str) -> Result<TableDescription, Failure> {
    for _ in 0..LOOKS {
        let table = described(at, name).await?.ok_or_else(|| lacks("table"))?;
        if !describe::pending(&table) {
            return Ok(table);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(Failure::new(
        FailureClass::Conflict,
        "TableNotActive",
        "DynamoDB still works on the last change",
    ))
}

const LOOKS: usize = 300;

/// Makes a change, and waits for it.
async fn send(at: &At<'_>, name: &str, sent: UpdateTableFluentBuilder) -> Result<(), Failure> {
    sent.table_name(name).send().await.map_err(failure)?;
    idle(at, name).await.map(|_| ())
}

/// How much it takes, and that of its indexes with it where that is said.
fn size(
    at: &At<'_>,
    table: &TableDescription,
    wanted: &Object<'_>,
) -> Result<UpdateTableFluentBuilder, Failure> {
    let billing: BillingMode = wanted
        .get("BillingMode")?
        .unwrap_or(BillingMode::Provisioned);
    let sent = at
        .clients
        .dynamodb()
        .update_table()
        .set_provisioned_throughput(wanted.get("ProvisionedThroughput")?)
        .set_on_demand_throughput(wanted.get("OnDemandThroughput")?)
        .set_warm_throughput(wanted.get("WarmThroughput")?);
    if describe::billing(table) == billing {
        return Ok(sent);
    }
    let sent = sent.billing_mode(billing);
    let indexes: Vec<GlobalSecondaryIndex> =
        wanted.get("GlobalSecondaryIndexes")?.unwrap_or_default();
    let with = indexes::capacities(table.global_secondary_indexes(), &indexes)?;
    Ok(match with.is_empty() {
        true => sent,
        false => sent.set_global_secondary_index_updates(Some(with)),
    })
}

async fn reindex(at: &At<'_>, name: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let table = idle(at, name).await?;
    let indexes: Vec<GlobalSecondaryIndex> =
        wanted.get("GlobalSecondaryIndexes")?.unwrap_or_default();
    for step in indexes::steps(table.global_secondary_indexes(), &indexes)? {
        let mut sent = at.clients.dynamodb().update_table();
        if step.create().is_some() {
            sent = sent.set_attribute_definitions(wanted.get("AttributeDefinitions")?);
        }
        send(at, name, sent.global_secondary_index_updates(step)).await?;
    }
    Ok(())
}

fn view(wanted: &Object<'_>) -> Result<Option<StreamViewType>, Failure> {
    let Some(stream) = wanted.object("StreamSpecification")? else {
        return Ok(None);
    };
    let view = stream.get("StreamViewType")?;
    stream.finish()?;
    Ok(view)
}

fn stream(view: StreamViewType) -> Result<StreamSpecification, Failure> {
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(view);
    stream.build().map_err(|_| lacks("stream"))
}

/// A stream with another view is another stream: the old one is turned off first.
async fn restream(
    at: &At<'_>,
    name: &str,
    table: &TableDescription,
    wanted: &Object<'_>,
) -> Result<(), Failure> {
    let dynamodb = at.clients.dynamodb();
    if table
        .stream_specification()
        .is_some_and(|stream| stream.stream_enabled)
    {
        let off = StreamSpecification::builder().stream_enabled(false).build();
        let off = off.map_err(|_| lacks("stream"))?;
        send(at, name, dynamodb.update_table().stream_specification(off)).await?;
    }
    if let Some(view) = view(wanted)? {
        send(
            at,
            name,
            dynamodb.update_table().stream_specification(stream(view)?),
        )
        .await?;
    }
    Ok(())
}

/// Lets items expire by the attribute that is wanted; the one before is given up first.
async fn expire(at: &At<'_>, name: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let dynamodb = at.clients.dynamodb();
    let new: Option<TimeToLiveSpecification> = wanted.get("TimeToLiveSpecification")?;
    let new = new.filter(|new| new.enabled);
    let asked = dynamodb
        .describe_time_to_live()
        .table_name(name)
        .send()
        .await;
    let described = asked.map_err(failure)?.time_to_live_description;
    let old = described
        .filter(|old| describe::expiry(old).is_some())
        .and_then(|old| old.attribute_name);
    if old.as_deref() == new.as_ref().map(|new| new.attribute_name.as_str()) {
        return Ok(());
    }
    let old = old.map(|old| {
        TimeToLiveSpecification::builder()
            .attribute_name(old)
            .enabled(false)
            .build()
    });
    let old = old.transpose().map_err(|_| lacks("attribute"))?;
    for specification in old.into_iter().chain(new) {
        let sent = dynamodb.update_time_to_live().table_name(name);
        sent.time_to_live_specification(specification)
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

async fn keep_backups(at: &At<'_>, name: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let recovery: Option<PointInTimeRecoverySpecification> =
        wanted.get("PointInTimeRecoverySpecification")?;
    if let Some(recovery) = recovery {
        let sent = at
            .clients
            .dynamodb()
            .update_continuous_backups()
            .table_name(name);
        let sent = sent.point_in_time_recovery_specification(recovery);
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}
