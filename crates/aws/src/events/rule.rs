//! Rules with their targets: what PutRule does not send is gone, so that every change sends all of it.

use crate::events::{arn, tags};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put, show, words};
use async_trait::async_trait;
use aws_sdk_eventbridge::types::{RuleState, Tag, Target};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// `AWS::Events::Rule`, by its ARN.
pub(crate) struct Rule;

words!(RuleState);

/// How many targets a call takes: EventBridge API, PutTargets and RemoveTargets.
const TARGETS: usize = 10;

#[async_trait]
impl Resource for Rule {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (bus, name) = parts(at.id()?);
        let asked = at
            .clients
            .events()
            .describe_rule()
            .name(name)
            .event_bus_name(bus);
        let Some(rule) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let arn = rule.arn().ok_or_else(|| lacks("ARN"))?.to_owned();
        let mut map = Map::new();
        show!(map, rule, { arn, name, description, event_bus_name, role_arn, schedule_expression, state });
        put(&mut map, "RuleName", &rule.name);
        let pattern = rule
            .event_pattern()
            .and_then(|text| serde_json::from_str(text).ok());
        if let Some(pattern) = pattern {
            map.insert("EventPattern".to_owned(), pattern);
        }
        let targets = targets(at, bus, name).await?;
        if !targets.is_empty() {
            put(&mut map, "Targets", &targets);
        }
        let tags = tags!(read at, &arn);
        Ok(Some(at.live(arn, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let arn = put_rule(at, &object, object.get(at.tag_property())?).await?;
        put_targets(at, &arn, &object).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let arn = at.id()?;
        let wanted = Object::new(change.wanted);
        let rule = [
            "Description",
            "EventPattern",
            "RoleArn",
            "ScheduleExpression",
            "State",
        ];
        if change.touches(&rule) {
            put_rule(at, &wanted, None).await?;
        }
        if change.touches(&["Targets"]) {
            put_targets(at, arn, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            tags!(change at, arn, change.wanted);
        }
        settled(self, at, arn).await
    }

    /// Without its targets first, which keep it: EventBridge API, DeleteRule.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (bus, name) = parts(at.id()?);
        let there = targets(at, bus, name).await?;
        remove(
            at,
            bus,
            name,
            there.into_iter().map(|target| target.id).collect(),
        )
        .await?;
        let gone = at
            .clients
            .events()
            .delete_rule()
            .name(name)
            .event_bus_name(bus);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("Name")?.unwrap_or_default();
        let bus: Option<String> = object.get("EventBusName")?;
        let rule = match bus.filter(|bus| bus != "default") {
            Some(bus) => arn(at, &format!("rule/{bus}/{name}")),
            None => arn(at, &format!("rule/{name}")),
        };
        Ok(read_id(self, at, &rule).await?.into_iter().collect())
    }
}

/// Bus and name, of an ARN (`…:rule/bus/name`, `…:rule/name`) or a name on the default bus.
fn parts(id: &str) -> (&str, &str) {
    let path = id.split_once(":rule/").map_or(id, |(_, path)| path);
    path.rsplit_once('/').unwrap_or(("default", path))
}

async fn put_rule(
    at: &At<'_>,
    object: &Object<'_>,
    tags: Option<Vec<Tag>>,
) -> Result<String, Failure> {
    let sent = at
        .clients
        .events()
        .put_rule()
        .set_name(object.get("Name")?)
        .set_description(object.get("Description")?)
        .set_event_bus_name(object.get("EventBusName")?)
        .set_event_pattern(object.document("EventPattern"))
        .set_role_arn(object.get("RoleArn")?)
        .set_schedule_expression(object.get("ScheduleExpression")?)
        .set_state(object.get("State")?)
        .set_tags(tags);
    object.elsewhere(&[at.tag_property(), "Targets"]);
    object.finish()?;
    let output = sent.send().await.map_err(failure)?;
    output.rule_arn.ok_or_else(|| lacks("ARN"))
}

async fn targets(at: &At<'_>, bus: &str, name: &str) -> Result<Vec<Target>, Failure> {
    let mut all = Vec::new();
    let mut page = None;
    loop {
        let asked = at
            .clients
            .events()
            .list_targets_by_rule()
            .rule(name)
            .event_bus_name(bus);
        let asked = asked.set_next_token(page).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(all);
        };
        all.extend(output.targets.unwrap_or_default());
        page = output.next_token;
        if page.is_none() {
            return Ok(all);
        }
    }
}

/// Gives the rule exactly the targets that are wanted.
async fn put_targets(at: &At<'_>, arn: &str, object: &Object<'_>) -> Result<(), Failure> {
    let (bus, name) = parts(arn);
    let wanted: Vec<Target> = object.get("Targets")?.unwrap_or_default();
    let kept: BTreeSet<&str> = wanted.iter().map(|target| target.id.as_str()).collect();
    let there = targets(at, bus, name).await?;
    let gone = there.into_iter().map(|target| target.id);
    let gone = gone.filter(|id| !kept.contains(id.as_str())).collect();
    remove(at, bus, name, gone).await?;
    for some in wanted.chunks(TARGETS) {
        let sent = at
            .clients
            .events()
            .put_targets()
            .rule(name)
            .event_bus_name(bus);
        let output = sent
            .set_targets(Some(some.to_vec()))
            .send()
            .await
            .map_err(failure)?;
        if let Some(entry) = output.failed_entries().first() {
            return Err(refused(entry.error_code(), entry.error_message()));
        }
    }
    Ok(())
}

async fn remove(at: &At<'_>, bus: &str, name: &str, ids: Vec<String>) -> Result<(), Failure> {
    for some in ids.chunks(TARGETS) {
        let gone = at
            .clients
            .events()
            .remove_targets()
            .rule(name)
            .event_bus_name(bus);
        let gone = gone.set_ids(Some(some.to_vec())).send().await;
        let output = found(gone.map_err(failure))?;
        if let Some(entry) = output
            .as_ref()
            .and_then(|output| output.failed_entries().first())
        {
            return Err(refused(entry.error_code(), entry.error_message()));
        }
    }
    Ok(())
}

/// EventBridge answers 200 for targets that it did not take.
fn refused(code: Option<&str>, message: Option<&str>) -> Failure {
    let code = code.unwrap_or("Failed");
    let class = match code.contains("ConcurrentModification") {
        true => FailureClass::Conflict,
        false => FailureClass::InvalidInput(Some("Targets".to_owned())),
    };
    Failure::new(
        class,
        code,
        message.unwrap_or("EventBridge gives no reason"),
    )
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_rule_is_known_by_its_bus_and_name() {
        assert_eq!(parts("arn:aws:events:eu-west-1:1:rule/r"), ("default", "r"));
        assert_eq!(parts("arn:aws:events:eu-west-1:1:rule/bus/r"), ("bus", "r"));
        let partner = "arn:aws:events:eu-west-1:1:rule/aws.partner/x/r";
        assert_eq!(parts(partner), ("aws.partner/x", "r"));
        assert_eq!(parts("r"), ("default", "r"));
    }
}
