//! Hosted zones, public ones and those of networks.

use super::{known, plain};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, retag as lead_tags, settled, tag_list};
use crate::shape::{Object, fill, put, shape, words};
use async_trait::async_trait;
use aws_sdk_route53::types::{
    Change as Step, ChangeAction, ChangeBatch, HostedZone as Zone, HostedZoneConfig,
    ResourceRecordSet, RrType, Tag, TagResourceType, Vpc, VpcRegion,
};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// `AWS::Route53::HostedZone`, by its id.
pub(crate) struct HostedZone;

words!(VpcRegion);
shape!(HostedZoneConfig { comment });
shape!(Tag { key, value });
shape!(Vpc { vpc_id = "VPCId", vpc_region = "VPCRegion" });

/// Properties with calls of their own.
const APART: &[&str] = &["HostedZoneTags", "QueryLoggingConfig", "VPCs"];

#[async_trait]
impl Resource for HostedZone {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let asked = at.clients.route53().get_hosted_zone().id(id).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let zone = output.hosted_zone.ok_or_else(|| lacks("zone"))?;
        let mut map = Map::new();
        put(&mut map, "Id", &id.to_owned());
        put(&mut map, "Name", &plain(&zone.name));
        let comment = zone
            .config()
            .and_then(|config| config.comment())
            .filter(|text| !text.is_empty());
        if let Some(comment) = comment {
            map.insert("HostedZoneConfig".to_owned(), json!({ "Comment": comment }));
        }
        put(&mut map, "VPCs", &output.vpcs);
        if let Some(set) = output.delegation_set {
            put(&mut map, "NameServers", &set.name_servers);
        }
        if let Some((_, group)) = logs(at, id).await? {
            map.insert(
                "QueryLoggingConfig".to_owned(),
                json!({ "CloudWatchLogsLogGroupArn": group }),
            );
        }
        let Some(tags) = tags(at, id).await? else {
            return Ok(None);
        };
        let mut live = at.live(id, map, tags);
        // Which records are of the stack, and so deleted before the zone, cannot be told from here.
        live.contents = records(at, id, &zone.name).await?.is_empty().then_some(0);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let networks: Vec<Vpc> = object.get("VPCs")?.unwrap_or_default();
        let sent = at.clients.route53().create_hosted_zone();
        let sent = fill!(sent, object, { delegation_set_id, hosted_zone_config, name })
            .set_vpc(networks.first().cloned())
            .caller_reference(token);
        object.elsewhere(APART);
        object.finish()?;
        let id = match sent.send().await.map_err(failure) {
            Ok(output) => {
                known(at, output.change_info).await?;
                output.hosted_zone.map(|zone| zone.id)
            }
            // A reference makes one zone and no second: Route 53 API, CreateHostedZone, HostedZoneAlreadyExists.
            Err(failure) if failure.class == FailureClass::AlreadyExists => {
                of_token(at, wanted, token).await?
            }
            Err(failure) => return Err(failure),
        };
        let id = id.ok_or_else(|| lacks("zone"))?;
        let id = id.trim_start_matches("/hostedzone/");
        let change = Change {
            changed: wanted,
            removed: &[],
            wanted,
            token,
        };
        apart(at, id, &change).await?;
        settled(self, at, id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        if change.touches(&["HostedZoneConfig"]) {
            let config: Option<HostedZoneConfig> =
                Object::new(change.wanted).get("HostedZoneConfig")?;
            let comment = config.and_then(|config| config.comment).unwrap_or_default();
            let sent = at
                .clients
                .route53()
                .update_hosted_zone_comment()
                .id(id)
                .comment(comment);
            sent.send().await.map_err(failure)?;
        }
        apart(at, id, change).await?;
        object.elsewhere(APART);
        object.elsewhere(&["HostedZoneConfig"]);
        object.finish()?;
        settled(self, at, id).await
    }

    /// Records of certificates go with the zone; others only where it is emptied.
    async fn delete(&self, at: &At<'_>, force: bool) -> Result<Reply, Failure> {
        let (route53, id) = (at.clients.route53(), at.id()?);
        let asked = route53.get_hosted_zone().id(id).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(Reply::Deleted);
        };
        let name = output.hosted_zone.map(|zone| zone.name).unwrap_or_default();
        let all = all_records(at, id).await?;
        let gone = all.into_iter().filter(|one| match force {
            true => !is_own(one, &name),
            false => is_proof(one),
        });
        let gone: Vec<ResourceRecordSet> = gone.collect();
        remove(at, id, gone).await?;
        if let Some((logs, _)) = logs(at, id).await? {
            let gone = route53.delete_query_logging_config().id(logs).send().await;
            found(gone.map_err(failure))?;
        }
        found(
            route53
                .delete_hosted_zone()
                .id(id)
                .send()
                .await
                .map_err(failure),
        )?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let mut all = Vec::new();
        for zone in named(at, wanted).await? {
            let target = formwork_provider::Target {
                id: Some(zone.id.trim_start_matches("/hostedzone/").into()),
                ..at.target.clone()
            };
            let one = At {
                target: &target,
                ..*at
            };
            all.extend(self.read(&one).await?);
        }
        Ok(all)
    }
}

/// The zones of a name.
async fn named(at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Zone>, Failure> {
    let name: String = Object::new(wanted).get("Name")?.unwrap_or_default();
    let asked = at
        .clients
        .route53()
        .list_hosted_zones_by_name()
        .dns_name(&name)
        .max_items(100);
    let zones = asked.send().await.map_err(failure)?.hosted_zones;
    Ok(zones
        .into_iter()
        .filter(|zone| plain(&zone.name) == plain(&name))
        .collect())
}

/// The zone that an earlier call with this token made.
async fn of_token(
    at: &At<'_>,
    wanted: &Map<String, Json>,
    token: &str,
) -> Result<Option<String>, Failure> {
    let zones = named(at, wanted).await?;
    Ok(zones
        .into_iter()
        .find(|zone| zone.caller_reference == token)
        .map(|zone| zone.id))
}

/// The tags; `None` if the zone is not there.
async fn tags(at: &At<'_>, id: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
    let asked = at.clients.route53().list_tags_for_resource();
    let asked = asked
        .resource_type(TagResourceType::Hostedzone)
        .resource_id(id)
        .send()
        .await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(None);
    };
    let tags = output
        .resource_tag_set
        .and_then(|set| set.tags)
        .unwrap_or_default()
        .into_iter();
    Ok(Some(
        tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
            .collect(),
    ))
}

/// The id of the configuration of logs, and their group.
async fn logs(at: &At<'_>, id: &str) -> Result<Option<(String, String)>, Failure> {
    let asked = at
        .clients
        .route53()
        .list_query_logging_configs()
        .hosted_zone_id(id)
        .send()
        .await;
    let configs = found(asked.map_err(failure))?.map(|output| output.query_logging_configs);
    let first = configs.and_then(|configs| configs.into_iter().next());
    Ok(first.map(|config| (config.id, config.cloud_watch_logs_log_group_arn)))
}

/// What calls of their own set: tags, networks, logs.
async fn apart(at: &At<'_>, id: &str, change: &Change<'_>) -> Result<(), Failure> {
    let route53 = at.clients.route53();
    if change.touches(&["HostedZoneTags"]) {
        let there = tags(at, id).await?.unwrap_or_default();
        let sent = || {
            let sent = route53.change_tags_for_resource();
            sent.resource_type(TagResourceType::Hostedzone)
                .resource_id(id)
        };
        lead_tags!(
            there,
            at.tags(change.wanted),
            |set| sent().set_add_tags(Some(tag_list(&set)?)),
            |keys| sent().set_remove_tag_keys(Some(keys)),
        );
    }
    if change.touches(&["VPCs"]) {
        networks(at, id, change).await?;
    }
    if change.touches(&["QueryLoggingConfig"]) {
        if let Some((logs, _)) = logs(at, id).await? {
            let gone = route53.delete_query_logging_config().id(logs).send().await;
            found(gone.map_err(failure))?;
        }
        if let Some(config) = Object::new(change.wanted).object("QueryLoggingConfig")? {
            let sent = route53.create_query_logging_config().hosted_zone_id(id);
            let sent = fill!(sent, config, { cloud_watch_logs_log_group_arn });
            sent.send().await.map_err(failure)?;
        }
    }
    Ok(())
}

/// Leads the networks that see the zone to those that are wanted: new ones first, a private zone has always one.
async fn networks(at: &At<'_>, id: &str, change: &Change<'_>) -> Result<(), Failure> {
    let route53 = at.clients.route53();
    let wanted: Vec<Vpc> = Object::new(change.wanted).get("VPCs")?.unwrap_or_default();
    let there = route53
        .get_hosted_zone()
        .id(id)
        .send()
        .await
        .map_err(failure)?;
    let there = there.vpcs.unwrap_or_default();
    for network in wanted.iter().filter(|one| !there.contains(one)) {
        let sent = route53.associate_vpc_with_hosted_zone().hosted_zone_id(id);
        sent.vpc(network.clone()).send().await.map_err(failure)?;
    }
    for network in there.iter().filter(|one| !wanted.contains(one)) {
        let gone = route53
            .disassociate_vpc_from_hosted_zone()
            .hosted_zone_id(id);
        found(gone.vpc(network.clone()).send().await.map_err(failure))?;
    }
    Ok(())
}

/// The records that Route 53 makes with the zone.
fn is_own(record: &ResourceRecordSet, zone: &str) -> bool {
    matches!(record.r#type, RrType::Ns | RrType::Soa) && record.name == zone
}

/// A record that proves a name to ACM, added with a certificate.
fn is_proof(record: &ResourceRecordSet) -> bool {
    let proves = |value: &str| {
        value
            .trim_end_matches('.')
            .ends_with(".acm-validations.aws")
    };
    record.r#type == RrType::Cname
        && record
            .resource_records()
            .iter()
            .all(|one| proves(&one.value))
}

/// The records that somebody made.
async fn records(at: &At<'_>, id: &str, zone: &str) -> Result<Vec<ResourceRecordSet>, Failure> {
    let mut all = all_records(at, id).await?;
    all.retain(|record| !is_own(record, zone) && !is_proof(record));
    Ok(all)
}

async fn all_records(at: &At<'_>, id: &str) -> Result<Vec<ResourceRecordSet>, Failure> {
    let mut all = Vec::new();
    let mut from: Option<ResourceRecordSet> = None;
    loop {
        let asked = at
            .clients
            .route53()
            .list_resource_record_sets()
            .hosted_zone_id(id);
        let asked = match &from {
            Some(last) => asked
                .start_record_name(&last.name)
                .start_record_type(last.r#type.clone())
                .set_start_record_identifier(last.set_identifier.clone()),
            None => asked,
        };
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(all);
        };
        let new = output.resource_record_sets.into_iter();
        all.extend(new.filter(|one| from.as_ref() != Some(one)));
        // The page after begins with the record that ended this one.
        match (output.is_truncated, all.last()) {
            (true, Some(last)) if from.as_ref() != Some(last) => from = Some(last.clone()),
            _ => return Ok(all),
        }
    }
}

async fn remove(at: &At<'_>, id: &str, records: Vec<ResourceRecordSet>) -> Result<(), Failure> {
    // Route 53 API, ChangeResourceRecordSets: up to 1,000 records.
    for records in records.chunks(500) {
        let steps = records.iter().map(|record| {
            let step = Step::builder().action(ChangeAction::Delete);
            step.resource_record_set(record.clone()).build()
        });
        let steps: Result<Vec<Step>, _> = steps.collect();
        let batch = steps.and_then(|steps| ChangeBatch::builder().set_changes(Some(steps)).build());
        let batch = batch.map_err(|error| crate::shape::Misfit::new(error.to_string()))?;
        let sent = at.clients.route53().change_resource_record_sets();
        sent.hosted_zone_id(id)
            .change_batch(batch)
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}
