//! Everything without a file of its own, through Cloud Control: one implementation for all types, slower than native
//! calls because every change is a request that is polled.

use crate::clients::Clients;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource};
use async_trait::async_trait;
use aws_sdk_cloudcontrol::types::{HandlerErrorCode, OperationStatus, ProgressEvent};
use formwork_provider::{Failure, FailureClass, Listed, Listing, Live, Page, Reply, Target};
use serde_json::{Map, Value as Json, json};
use std::time::{Duration, SystemTime};

/// Any type that Cloud Control knows.
pub(crate) struct Any;

#[async_trait]
impl Resource for Any {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let asked = at.clients.cloudcontrol().get_resource();
        let asked = asked.type_name(&*at.resource.name).identifier(at.id()?);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let description = output
            .resource_description
            .ok_or_else(|| lacks("resource"))?;
        let id = description
            .identifier
            .unwrap_or_else(|| at.id().unwrap_or_default().to_owned());
        let properties = parsed(description.properties.as_deref())?;
        let tags = at.tags(&properties);
        Ok(Some(at.live(id, properties, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let sent = at
            .clients
            .cloudcontrol()
            .create_resource()
            .type_name(&*at.resource.name)
            .client_token(token)
            .desired_state(Json::Object(wanted.clone()).to_string());
        let output = sent.send().await.map_err(failure)?;
        let id = finished(at, output.progress_event).await?;
        let id = id.ok_or_else(|| lacks("identifier"))?;
        crate::resource::settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let sent = at
            .clients
            .cloudcontrol()
            .update_resource()
            .type_name(&*at.resource.name)
            .identifier(at.id()?)
            .client_token(change.token)
            .patch_document(patch(change).to_string());
        let output = sent.send().await.map_err(failure)?;
        finished(at, output.progress_event).await?;
        crate::resource::settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let sent = at.clients.cloudcontrol().delete_resource();
        let sent = sent
            .type_name(&*at.resource.name)
            .identifier(at.id()?)
            .send()
            .await;
        let Some(output) = found(sent.map_err(failure))? else {
            return Ok(Reply::Deleted);
        };
        found(finished(at, output.progress_event).await)?;
        Ok(Reply::Deleted)
    }

    /// Of the objects of the type those that have the name, or all of them for the tags to tell.
    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        if at.target.name.is_some() && at.resource.known_by_name() {
            return Ok(self.read(at).await?.into_iter().collect());
        }
        let pages = at
            .clients
            .cloudcontrol()
            .list_resources()
            .type_name(&*at.resource.name);
        let mut pages = pages.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(description) = pages.next().await {
            let description = description.map_err(failure)?;
            let target = Target {
                id: description.identifier.map(Into::into),
                ..at.target.clone()
            };
            let one = At {
                target: &target,
                ..*at
            };
            found.extend(self.read(&one).await?);
        }
        Ok(found)
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        if listing.within.is_some() {
            return Ok(None);
        }
        let asked = clients
            .cloudcontrol()
            .list_resources()
            .type_name(&*listing.type_name);
        let asked = asked.set_next_token(listing.page.as_deref().map(str::to_owned));
        let output = match asked.send().await.map_err(failure) {
            Ok(output) => output,
            // Types without a list of their own say so: Cloud Control API, ListResources, UnsupportedActionException.
            Err(failure) if failure.code.starts_with("UnsupportedAction") => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let mut objects = Vec::new();
        for description in output.resource_descriptions.unwrap_or_default() {
            objects.push(Listed {
                id: description.identifier.unwrap_or_default().into(),
                properties: parsed(description.properties.as_deref())?,
                ..Listed::default()
            });
        }
        Ok(Some(Page {
            objects,
            next: output.next_token.map(Into::into),
        }))
    }
}

fn parsed(text: Option<&str>) -> Result<Map<String, Json>, Failure> {
    serde_json::from_str(text.unwrap_or("{}")).map_err(|_| lacks("readable properties"))
}

/// A JSON patch of whole properties: RFC 6902.
fn patch(change: &Change<'_>) -> Json {
    let path = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let set = change
        .changed
        .iter()
        .map(|(name, value)| json!({ "op": "add", "path": path(name), "value": value }));
    let gone = change
        .removed
        .iter()
        .map(|name| json!({ "op": "remove", "path": path(name) }));
    set.chain(gone).collect()
}

/// Waits until a request has ended: the identifier of what it was about.
async fn finished(at: &At<'_>, event: Option<ProgressEvent>) -> Result<Option<String>, Failure> {
    let mut event = event.ok_or_else(|| lacks("progress event"))?;
    loop {
        match event.operation_status() {
            Some(OperationStatus::Success) => return Ok(event.identifier),
            Some(OperationStatus::Failed | OperationStatus::CancelComplete) => {
                return Err(refused(&event));
            }
            _ => tokio::time::sleep(pause(&event)).await,
        }
        let asked = at.clients.cloudcontrol().get_resource_request_status();
        let asked = asked.request_token(event.request_token.as_deref().unwrap_or_default());
        let output = asked.send().await.map_err(failure)?;
        event = output
            .progress_event
            .ok_or_else(|| lacks("progress event"))?;
    }
}

/// Until AWS says to ask again, at most 20 seconds.
fn pause(event: &ProgressEvent) -> Duration {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let after = event.retry_after().and_then(|time| time.to_millis().ok());
    let left = after
        .and_then(|at| u64::try_from(at).ok())
        .map_or(1_000, |at| {
            at.saturating_sub(u64::try_from(now.as_millis()).unwrap_or(at))
        });
    Duration::from_millis(left.clamp(250, 20_000))
}

/// Cloud Control API, ProgressEvent, ErrorCode.
fn refused(event: &ProgressEvent) -> Failure {
    let message = event
        .status_message()
        .unwrap_or("Cloud Control gives no reason");
    let class = match event.error_code() {
        Some(HandlerErrorCode::AccessDenied | HandlerErrorCode::InvalidCredentials) => {
            FailureClass::AccessDenied(None)
        }
        Some(HandlerErrorCode::AlreadyExists) => FailureClass::AlreadyExists,
        Some(HandlerErrorCode::NotFound) => FailureClass::NotFound,
        Some(HandlerErrorCode::ResourceConflict) => FailureClass::Conflict,
        Some(HandlerErrorCode::Throttling) => FailureClass::Throttle,
        Some(HandlerErrorCode::ServiceLimitExceeded) => FailureClass::Quota,
        Some(HandlerErrorCode::NotStabilized) => FailureClass::CreationFailed,
        Some(
            HandlerErrorCode::InternalFailure
            | HandlerErrorCode::NetworkFailure
            | HandlerErrorCode::ServiceInternalError
            | HandlerErrorCode::ServiceTimeout,
        ) => FailureClass::Transient,
        _ => FailureClass::InvalidInput(None),
    };
    let code = event
        .error_code()
        .map_or("Failed", HandlerErrorCode::as_str);
    Failure::new(class, code, message)
}

#[cfg(test)]
mod tests {
    use super::patch;
    use crate::resource::Change;
    use serde_json::{Map, json};

    #[test]
    fn a_patch_sets_whole_properties_and_takes_others_out() {
        let json = json!({ "A/B": [1] });
        let changed = json.as_object().cloned().unwrap_or_else(Map::new);
        let change = Change {
            changed: &changed,
            removed: &["C".into()],
            wanted: &changed,
            token: "t",
        };
        let expected = json!([
            { "op": "add", "path": "/A~1B", "value": [1] },
            { "op": "remove", "path": "/C" },
        ]);
        assert_eq!(patch(&change), expected);
    }
}
