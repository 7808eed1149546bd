//! Stages of APIs.

use super::{arn, retagged};
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::{AccessLogSettings, LoggingLevel, RouteSettings};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// `AWS::ApiGatewayV2::Stage`, by its API and its name.
pub(crate) struct Stage;

words!(LoggingLevel);
shape!(AccessLogSettings {
    destination_arn,
    format
});
shape!(RouteSettings {
    data_trace_enabled,
    detailed_metrics_enabled,
    logging_level,
    throttling_burst_limit,
    throttling_rate_limit,
});

fields!(settings {
    access_log_settings,
    auto_deploy,
    client_certificate_id,
    default_route_settings,
    deployment_id,
    description,
    route_settings,
    stage_variables,
});

#[async_trait]
impl Resource for Stage {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, name] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_stage()
            .api_id(api)
            .stage_name(name);
        let Some(stage) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, stage);
        show!(map, stage, { stage_name });
        put(&mut map, "ApiId", &api.to_owned());
        // What is not set is not said to be empty.
        map.retain(|_, value| !value.as_object().is_some_and(Map::is_empty));
        let tags = stage.tags.unwrap_or_default().into_iter().collect();
        Ok(Some(at.live(format!("{api}|{name}"), map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigatewayv2().create_stage();
        let sent = settings!(fill sent, object)
            .set_api_id(object.get("ApiId")?)
            .set_stage_name(object.get("StageName")?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &id(&object)?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, name] = at.ids()?;
        let gateway = at.clients.apigatewayv2();
        take_away(at, change).await?;
        let object = change.object();
        let sent = gateway.update_stage().api_id(api).stage_name(name);
        let sent = settings!(fill sent, object);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| *name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let asked = gateway
                .get_stage()
                .api_id(api)
                .stage_name(name)
                .send()
                .await;
            let there = asked.map_err(failure)?.tags;
            retagged!(
                at,
                arn(at, &format!("apis/{api}/stages/{name}")),
                there,
                change.wanted
            );
        }
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, name] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_stage()
            .api_id(api)
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
    let api: String = object.get("ApiId")?.unwrap_or_default();
    let name: String = object.get("StageName")?.unwrap_or_default();
    Ok(format!("{api}|{name}"))
}

/// Settings of routes that have none any more, and the access log that is no longer wanted, go by calls of their own.
async fn take_away(at: &At<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let [api, name] = at.ids()?;
    let gateway = at.clients.apigatewayv2();
    if change.touches(&["AccessLogSettings"]) && !change.wanted.contains_key("AccessLogSettings") {
        let gone = gateway
            .delete_access_log_settings()
            .api_id(api)
            .stage_name(name);
        found(gone.send().await.map_err(failure))?;
    }
    if !change.touches(&["RouteSettings"]) {
        return Ok(());
    }
    let wanted: Option<HashMap<String, RouteSettings>> =
        Object::new(change.wanted).get("RouteSettings")?;
    let wanted = wanted.unwrap_or_default();
    let asked = gateway
        .get_stage()
        .api_id(api)
        .stage_name(name)
        .send()
        .await;
    let there = asked.map_err(failure)?.route_settings.unwrap_or_default();
    for route in there.keys().filter(|route| !wanted.contains_key(*route)) {
        let gone = gateway
            .delete_route_settings()
            .api_id(api)
            .stage_name(name)
            .route_key(route);
        found(gone.send().await.map_err(failure))?;
    }
    Ok(())
}
