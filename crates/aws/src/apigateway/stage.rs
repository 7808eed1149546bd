//! Stages of REST APIs: what is served, how much of it, and what is kept of it.

use super::patch::{entries, plain, remove, replace, segment, text};
use super::{arn, retagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigateway::operation::get_stage::GetStageOutput;
use aws_sdk_apigateway::types::{
    AccessLogSettings, CacheClusterSize, CacheClusterStatus, CanarySettings, MethodSetting,
    PatchOperation,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::ApiGateway::Stage`, by its API and its name.
pub(crate) struct Stage;

words!(CacheClusterSize);
shape!(AccessLogSettings {
    destination_arn,
    format
});
shape!(CanarySettings {
    deployment_id,
    percent_traffic,
    stage_variable_overrides,
    use_stage_cache
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("CacheClusterEnabled", "/cacheClusterEnabled"),
    ("CacheClusterSize", "/cacheClusterSize"),
    ("ClientCertificateId", "/clientCertificateId"),
    ("DeploymentId", "/deploymentId"),
    ("Description", "/description"),
    ("DocumentationVersion", "/documentationVersion"),
    ("TracingEnabled", "/tracingEnabled"),
];

/// Settings of methods and where a patch puts them: API Gateway API, UpdateStage.
const METHOD: &[(&str, &str)] = &[
    ("CacheDataEncrypted", "caching/dataEncrypted"),
    ("CacheTtlInSeconds", "caching/ttlInSeconds"),
    ("CachingEnabled", "caching/enabled"),
    ("DataTraceEnabled", "logging/dataTrace"),
    ("LoggingLevel", "logging/loglevel"),
    ("MetricsEnabled", "metrics/enabled"),
    ("ThrottlingBurstLimit", "throttling/burstLimit"),
    ("ThrottlingRateLimit", "throttling/rateLimit"),
];

/// Properties with structure, which take several patches.
const NESTED: &[&str] = &[
    "AccessLogSetting",
    "CanarySetting",
    "MethodSettings",
    "Variables",
];

#[async_trait]
impl Resource for Stage {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, name] = at.ids()?;
        let Some(stage) = described(at, api, name).await? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, stage, {
            access_log_settings = "AccessLogSetting",
            cache_cluster_enabled,
            canary_settings = "CanarySetting",
            client_certificate_id,
            deployment_id,
            description,
            documentation_version,
            stage_name,
            tracing_enabled,
            variables,
        });
        // A size is said also of a cache that is off.
        let size = stage
            .cache_cluster_size()
            .filter(|_| stage.cache_cluster_enabled);
        put(&mut map, "CacheClusterSize", &size.cloned());
        put(&mut map, "RestApiId", &api.to_owned());
        let methods = methods(&stage);
        if !methods.is_empty() {
            map.insert("MethodSettings".to_owned(), Json::Array(methods));
        }
        map.retain(|_, value| !value.as_object().is_some_and(Map::is_empty));
        let busy = matches!(
            stage.cache_cluster_status(),
            Some(CacheClusterStatus::CreateInProgress | CacheClusterStatus::DeleteInProgress)
        );
        let tags = stage.tags.unwrap_or_default().into_iter().collect();
        let mut live = at.live(format!("{api}|{name}"), map, tags);
        live.pending = busy;
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigateway().create_stage();
        let sent = fill!(sent, object, {
            cache_cluster_enabled,
            cache_cluster_size,
            canary_settings = "CanarySetting",
            deployment_id,
            description,
            documentation_version,
            rest_api_id,
            stage_name,
            tracing_enabled,
            variables,
        });
        let sent = sent.set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[
            at.tag_property(),
            "AccessLogSetting",
            "ClientCertificateId",
            "MethodSettings",
        ]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        let id = id(&object)?;
        let (api, name) = id.split_once('|').unwrap_or_default();
        let there = described(at, api, name)
            .await?
            .ok_or_else(|| lacks("stage"))?;
        let mut patches = plain(
            &[("ClientCertificateId", "/clientCertificateId")],
            wanted,
            |property| wanted.contains_key(property),
        );
        patches.extend(log(wanted));
        patches.extend(limits(&there, wanted));
        send(at, api, name, patches).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, name] = at.ids()?;
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.elsewhere(NESTED);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let there = described(at, api, name)
            .await?
            .ok_or_else(|| lacks("stage"))?;
        let wanted = change.wanted;
        let mut patches = plain(PLAIN, wanted, |property| change.touches(&[property]));
        if change.touches(&["AccessLogSetting"]) {
            patches.extend(log(wanted));
            if !wanted.contains_key("AccessLogSetting") {
                patches.push(remove("/accessLogSettings"));
            }
        }
        if change.touches(&["Variables"]) {
            let old = there
                .variables()
                .into_iter()
                .flat_map(|map| map.keys().cloned());
            patches.extend(entries("/variables", old, map_of(wanted, "Variables")));
        }
        if change.touches(&["CanarySetting"]) {
            patches.extend(canary(&there, wanted));
        }
        if change.touches(&["MethodSettings"]) {
            patches.extend(limits(&there, wanted));
        }
        send(at, api, name, patches).await?;
        if change.touches(&[at.tag_property()]) {
            let arn = arn(at, &format!("restapis/{api}/stages/{name}"));
            retagged!(at, arn, there.tags, wanted);
        }
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, name] = at.ids()?;
        let gone = at
            .clients
            .apigateway()
            .delete_stage()
            .rest_api_id(api)
            .stage_name(name);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = id(&Object::new(wanted))?;
        Ok(read_id(self, at, &id).await?.into_iter().collect())
    }
}

fn id(object: &Object<'_>) -> Result<String, Failure> {
    let api: String = object.get("RestApiId")?.unwrap_or_default();
    let name: String = object.get("StageName")?.unwrap_or_default();
    Ok(format!("{api}|{name}"))
}

async fn described(at: &At<'_>, api: &str, name: &str) -> Result<Option<GetStageOutput>, Failure> {
    let asked = at
        .clients
        .apigateway()
        .get_stage()
        .rest_api_id(api)
        .stage_name(name);
    found(asked.send().await.map_err(failure))
}

async fn send(
    at: &At<'_>,
    api: &str,
    name: &str,
    patches: Vec<PatchOperation>,
) -> Result<(), Failure> {
    if !patches.is_empty() {
        let sent = at
            .clients
            .apigateway()
            .update_stage()
            .rest_api_id(api)
            .stage_name(name);
        sent.set_patch_operations(Some(patches))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

fn map_of<'w>(wanted: &'w Map<String, Json>, property: &str) -> Option<&'w Map<String, Json>> {
    wanted.get(property).and_then(Json::as_object)
}

fn log(wanted: &Map<String, Json>) -> Vec<PatchOperation> {
    let Some(log) = map_of(wanted, "AccessLogSetting") else {
        return Vec::new();
    };
    let paths = [
        ("DestinationArn", "/accessLogSettings/destinationArn"),
        ("Format", "/accessLogSettings/format"),
    ];
    plain(&paths, log, |property| log.contains_key(property))
}

fn canary(there: &GetStageOutput, wanted: &Map<String, Json>) -> Vec<PatchOperation> {
    let Some(canary) = map_of(wanted, "CanarySetting") else {
        return vec![remove("/canarySettings")];
    };
    let paths = [
        ("DeploymentId", "/canarySettings/deploymentId"),
        ("PercentTraffic", "/canarySettings/percentTraffic"),
        ("UseStageCache", "/canarySettings/useStageCache"),
    ];
    let mut patches = plain(&paths, canary, |property| canary.contains_key(property));
    let old = there
        .canary_settings()
        .and_then(|old| old.stage_variable_overrides());
    let old = old.into_iter().flat_map(|map| map.keys().cloned());
    let new = map_of(canary, "StageVariableOverrides");
    patches.extend(entries("/canarySettings/stageVariableOverrides", old, new));
    patches
}

/// Settings of methods as CloudFormation lists them: `*/*`, or `~1orders/GET`.
fn methods(stage: &GetStageOutput) -> Vec<Json> {
    let settings: BTreeMap<_, _> = stage.method_settings().into_iter().flatten().collect();
    let each = settings.into_iter().map(|(key, setting)| {
        let (path, method) = key.rsplit_once('/').unwrap_or(("*", key));
        let path = match path {
            "*" => "/*".to_owned(),
            path => path.replace("~1", "/").replace("~0", "~"),
        };
        let mut map = Map::new();
        put(&mut map, "ResourcePath", &path);
        put(&mut map, "HttpMethod", &method.to_owned());
        shown(setting, &mut map);
        Json::Object(map)
    });
    each.collect()
}

fn shown(setting: &MethodSetting, map: &mut Map<String, Json>) {
    show!(*map, *setting, {
        cache_data_encrypted,
        cache_ttl_in_seconds,
        caching_enabled,
        data_trace_enabled,
        logging_level,
        metrics_enabled,
        throttling_burst_limit,
        throttling_rate_limit,
    });
}

/// The key of a setting as the stage keeps it.
fn key(setting: &Map<String, Json>) -> String {
    let path = setting.get("ResourcePath").map(text).unwrap_or_default();
    let method = setting.get("HttpMethod").map(text).unwrap_or_default();
    match path.as_str() {
        "/*" => format!("*/{method}"),
        path => format!("{}/{method}", segment(path)),
    }
}

/// Leads from the settings of methods that are there to those that are wanted.
fn limits(there: &GetStageOutput, wanted: &Map<String, Json>) -> Vec<PatchOperation> {
    let wanted = wanted.get("MethodSettings").and_then(Json::as_array);
    let wanted: Vec<&Map<String, Json>> = wanted
        .into_iter()
        .flatten()
        .filter_map(Json::as_object)
        .collect();
    let kept: Vec<String> = wanted.iter().map(|setting| key(setting)).collect();
    let there: BTreeMap<_, _> = there.method_settings().into_iter().flatten().collect();
    let gone = there.into_keys().filter(|key| !kept.contains(key));
    let mut patches: Vec<_> = gone.map(|key| remove(format!("/{key}"))).collect();
    for setting in wanted {
        for (property, path) in METHOD {
            if let Some(value) = setting.get(*property) {
                patches.push(replace(format!("/{}/{path}", key(setting)), text(value)));
            }
        }
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::key;
    use serde_json::json;

    #[test]
    fn a_method_has_the_key_of_its_escaped_path() {
        let keys = [
            ("/*", "*", "*/*"),
            ("/orders/{id}", "GET", "~1orders~1{id}/GET"),
            ("/", "GET", "~1/GET"),
        ];
        for (path, method, expected) in keys {
            let setting = json!({ "ResourcePath": path, "HttpMethod": method });
            assert_eq!(setting.as_object().map(key).as_deref(), Some(expected));
        }
    }
}
