//! Statements of the policies of buses.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put, shape};
use async_trait::async_trait;
use aws_sdk_eventbridge::types::Condition;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::Events::EventBusPolicy`, by its bus and the id of its statement.
pub(crate) struct EventBusPolicy;

shape!(Condition { r#type, key, value });

#[async_trait]
impl Resource for EventBusPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [bus, id] = at.ids()?;
        let statements = statements(at, bus).await?;
        let Some(mut statement) = statements.into_iter().find(|one| has_id(one, id)) else {
            return Ok(None);
        };
        // The id has a property of its own.
        if let Some(statement) = statement.as_object_mut() {
            statement.remove("Sid");
        }
        let mut map = Map::new();
        put(&mut map, "EventBusName", &bus.to_owned());
        put(&mut map, "StatementId", &id.to_owned());
        map.insert("Statement".to_owned(), statement);
        Ok(Some(at.live(
            format!("{bus}|{id}"),
            map,
            Default::default(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let id = set(at, wanted).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = set(at, change.wanted).await?;
        settled(self, at, &id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [bus, id] = at.ids()?;
        let gone = at.clients.events().remove_permission().event_bus_name(bus);
        found(gone.statement_id(id).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let (bus, id) = names(&Object::new(wanted))?;
        Ok(read_id(self, at, &format!("{bus}|{id}"))
            .await?
            .into_iter()
            .collect())
    }
}

fn has_id(statement: &Json, id: &str) -> bool {
    statement.get("Sid").and_then(Json::as_str) == Some(id)
}

fn names(object: &Object<'_>) -> Result<(String, String), Failure> {
    let bus: Option<String> = object.get("EventBusName")?;
    let id: Option<String> = object.get("StatementId")?;
    Ok((
        bus.unwrap_or_else(|| "default".to_owned()),
        id.unwrap_or_default(),
    ))
}

async fn statements(at: &At<'_>, bus: &str) -> Result<Vec<Json>, Failure> {
    let asked = at
        .clients
        .events()
        .describe_event_bus()
        .name(bus)
        .send()
        .await;
    let policy = found(asked.map_err(failure))?.and_then(|bus| bus.policy);
    let policy: Json = serde_json::from_str(&policy.unwrap_or_default()).unwrap_or_default();
    Ok(match policy.get("Statement") {
        Some(Json::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    })
}

/// A statement that is written out is sent as the only one of the others' policy: PutPermission takes statements of
/// their own only by action and principal. What others wrote is sent again with it.
async fn set(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let (bus, id) = names(&object)?;
    let sent = at.clients.events().put_permission().event_bus_name(&bus);
    let sent = match object.json("Statement") {
        Some(statement) => {
            let mut statement = match statement {
                Json::String(text) => serde_json::from_str(text).unwrap_or_default(),
                other => other.clone(),
            };
            if let Some(statement) = statement.as_object_mut() {
                statement.insert("Sid".to_owned(), id.as_str().into());
            }
            let mut all = statements(at, &bus).await?;
            all.retain(|one| !has_id(one, &id));
            all.push(statement);
            let policy = json!({ "Version": "2012-10-17", "Statement": all });
            sent.policy(policy.to_string())
        }
        None => sent
            .statement_id(&id)
            .set_action(object.get("Action")?)
            .set_principal(object.get("Principal")?)
            .set_condition(object.get("Condition")?),
    };
    object.finish()?;
    sent.send().await.map_err(failure)?;
    Ok(format!("{bus}|{id}"))
}
