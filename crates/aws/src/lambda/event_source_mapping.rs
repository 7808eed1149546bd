//! What a function is fed from: queues, streams and brokers.

use crate::failure::{failure, found, lacks};
use crate::lambda::name_of;
use crate::resource::{At, Change, Resource, read_id, retag, settled};
use crate::shape::{Misfit, Object, Shape, fields, put, shape, words};
use async_trait::async_trait;
use aws_sdk_lambda::operation::get_event_source_mapping::GetEventSourceMappingOutput;
use aws_sdk_lambda::primitives::DateTime;
use aws_sdk_lambda::types::{
    AmazonManagedKafkaEventSourceConfig, DocumentDbEventSourceConfig, EndPointType,
    EventSourceMappingLoggingConfig, EventSourceMappingMetric, EventSourceMappingMetricsConfig,
    EventSourceMappingSystemLogLevel, EventSourcePosition, Filter, FilterCriteria, FullDocument,
    FunctionResponseType, KafkaEventSourceMappingConsumptionMode, KafkaSchemaRegistryAccessConfig,
    KafkaSchemaRegistryAuthType, KafkaSchemaRegistryConfig, KafkaSchemaValidationAttribute,
    KafkaSchemaValidationConfig, ProvisionedPollerConfig, ScalingConfig,
    SchemaRegistryEventRecordFormat, SelfManagedEventSource, SelfManagedKafkaEventSourceConfig,
    SourceAccessConfiguration, SourceAccessType,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;

/// `AWS::Lambda::EventSourceMapping`, by its UUID.
pub(crate) struct EventSourceMapping;

words!(
    EventSourceMappingMetric,
    EventSourceMappingSystemLogLevel,
    EventSourcePosition,
    FullDocument,
    FunctionResponseType,
    KafkaEventSourceMappingConsumptionMode,
    KafkaSchemaRegistryAuthType,
    KafkaSchemaValidationAttribute,
    SchemaRegistryEventRecordFormat,
    SourceAccessType,
);
shape!(AmazonManagedKafkaEventSourceConfig {
    consumer_group_id,
    schema_registry_config
});
shape!(DocumentDbEventSourceConfig {
    database_name,
    collection_name,
    full_document
});
shape!(EventSourceMappingLoggingConfig { system_log_level });
shape!(EventSourceMappingMetricsConfig { metrics });
shape!(Filter { pattern });
shape!(FilterCriteria { filters });
shape!(KafkaSchemaRegistryAccessConfig { r#type, uri = "URI" });
shape!(KafkaSchemaRegistryConfig {
    access_configs,
    event_record_format,
    schema_registry_uri = "SchemaRegistryURI",
    schema_validation_configs,
});
shape!(KafkaSchemaValidationConfig { attribute });
shape!(ProvisionedPollerConfig {
    minimum_pollers,
    maximum_pollers,
    poller_group_name
});
shape!(ScalingConfig {
    maximum_concurrency
});
shape!(SelfManagedKafkaEventSourceConfig {
    consumer_group_id,
    consumption_mode,
    schema_registry_config
});
shape!(SourceAccessConfiguration { r#type, uri = "URI" });

// What can be changed, beside the function and whether it is on.
fields!(settings {
    amazon_managed_kafka_event_source_config,
    batch_size,
    bisect_batch_on_function_error,
    destination_config,
    document_db_event_source_config = "DocumentDBEventSourceConfig",
    filter_criteria,
    function_response_types,
    kms_key_arn,
    logging_config,
    maximum_batching_window_in_seconds,
    maximum_record_age_in_seconds,
    maximum_retry_attempts,
    metrics_config,
    parallelization_factor,
    provisioned_poller_config,
    scaling_config,
    self_managed_kafka_event_source_config,
    source_access_configurations,
    tumbling_window_in_seconds,
});

// What stays as it was made.
fields!(source {
    event_source_arn,
    queues,
    starting_position,
    topics
});

#[async_trait]
impl Resource for EventSourceMapping {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (lambda, id) = (at.clients.lambda(), at.id()?);
        let asked = lambda.get_event_source_mapping().uuid(id).send().await;
        let Some(mapping) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let asked = lambda.list_tags().resource(arn(at, id)).send().await;
        let tags = found(asked.map_err(failure))?.and_then(|output| output.tags);
        let tags = tags.unwrap_or_default().into_iter().collect();
        let mut live = at.live(id, shown(&mapping), tags);
        live.pending = matches!(
            mapping.state(),
            Some("Creating" | "Enabling" | "Disabling" | "Updating" | "Deleting")
        );
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.lambda().create_event_source_mapping();
        let sent = source!(fill sent, object);
        let sent = settings!(fill sent, object)
            .set_function_name(object.get("FunctionName")?)
            .set_enabled(object.get("Enabled")?)
            .set_self_managed_event_source(brokers(&object)?)
            .set_starting_position_timestamp(moment(&object)?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.uuid.ok_or_else(|| lacks("UUID"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (lambda, id) = (at.clients.lambda(), at.id()?);
        let object = change.object();
        let sent = lambda.update_event_source_mapping().uuid(id);
        let sent = settings!(fill sent, object)
            .set_function_name(object.get("FunctionName")?)
            .set_enabled(object.get("Enabled")?);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| *name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let arn = arn(at, id);
            let there = lambda
                .list_tags()
                .resource(&arn)
                .send()
                .await
                .map_err(failure)?;
            let there = there.tags.unwrap_or_default().into_iter().collect();
            retag!(
                there,
                at.tags(change.wanted),
                |set| lambda
                    .tag_resource()
                    .resource(&arn)
                    .set_tags(Some(set.into_iter().collect())),
                |keys| lambda
                    .untag_resource()
                    .resource(&arn)
                    .set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let gone = at
            .clients
            .lambda()
            .delete_event_source_mapping()
            .uuid(id)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(_) => at.pending(id, "deleting"),
            None => Reply::Deleted,
        })
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let pages = at
            .clients
            .lambda()
            .list_event_source_mappings()
            .set_function_name(object.get("FunctionName")?)
            .set_event_source_arn(object.get("EventSourceArn")?);
        let mut pages = pages.into_paginator().items().send();
        let mut lives = Vec::new();
        while let Some(mapping) = pages.next().await {
            let Some(mapping) = found(mapping.map_err(failure))? else {
                break;
            };
            lives.extend(read_id(self, at, mapping.uuid().unwrap_or_default()).await?);
        }
        Ok(lives)
    }
}

fn arn(at: &At<'_>, id: &str) -> String {
    let (partition, region) = (at.partition(), at.clients.region());
    format!(
        "arn:{partition}:lambda:{region}:{}:event-source-mapping:{id}",
        at.account
    )
}

fn shown(mapping: &GetEventSourceMappingOutput) -> Map<String, Json> {
    let mut map = Map::new();
    source!(show map, *mapping);
    settings!(show map, *mapping);
    put(&mut map, "Id", &mapping.uuid);
    put(
        &mut map,
        "EventSourceMappingArn",
        &mapping.event_source_mapping_arn,
    );
    let function = mapping.function_arn().map(|arn| name_of(arn).to_owned());
    put(&mut map, "FunctionName", &function);
    let off = matches!(mapping.state(), Some("Disabled" | "Disabling"));
    put(&mut map, "Enabled", &!off);
    if let Some(time) = mapping.starting_position_timestamp() {
        put(&mut map, "StartingPositionTimestamp", &time.as_secs_f64());
    }
    let endpoints = mapping
        .self_managed_event_source()
        .and_then(|source| source.endpoints());
    if let Some(servers) = endpoints.and_then(|all| all.get(&EndPointType::KafkaBootstrapServers)) {
        let endpoints = json!({ "Endpoints": { "KafkaBootstrapServers": servers.show() } });
        map.insert("SelfManagedEventSource".to_owned(), endpoints);
    }
    // What is not set is not said to be empty.
    map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    map
}

/// CloudFormation names the one sort of endpoint that Lambda maps.
fn brokers(object: &Object<'_>) -> Result<Option<SelfManagedEventSource>, Misfit> {
    let Some(source) = object.object("SelfManagedEventSource")? else {
        return Ok(None);
    };
    let mut all = HashMap::new();
    if let Some(endpoints) = source.object("Endpoints")? {
        let servers = endpoints.get("KafkaBootstrapServers")?.unwrap_or_default();
        all.insert(EndPointType::KafkaBootstrapServers, servers);
        endpoints.finish()?;
    }
    source.finish()?;
    Ok(Some(
        SelfManagedEventSource::builder()
            .set_endpoints(Some(all))
            .build(),
    ))
}

/// Seconds since 1970.
fn moment(object: &Object<'_>) -> Result<Option<DateTime>, Misfit> {
    let seconds: Option<f64> = object.get("StartingPositionTimestamp")?;
    Ok(seconds.map(DateTime::from_secs_f64))
}
