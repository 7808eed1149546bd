//! Records of zones: put as a whole, known by name, type and, where several share them, an identifier.

use super::{known, plain};
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Built, Misfit, Object, Shape, fields, put, shape, words};
use async_trait::async_trait;
use aws_sdk_route53::types::{
    AliasTarget, Change as Step, ChangeAction, ChangeBatch, CidrRoutingConfig, Coordinates,
    GeoLocation, GeoProximityLocation, ResourceRecord, ResourceRecordSet,
    ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Route53::RecordSet`, by `<name>|<zone>|<type>|<identifier>`.
pub(crate) struct RecordSet;

words!(ResourceRecordSetFailover, ResourceRecordSetRegion, RrType);
shape!(AliasTarget { dns_name = "DNSName", evaluate_target_health, hosted_zone_id });
shape!(CidrRoutingConfig {
    collection_id,
    location_name
});
shape!(Coordinates {
    latitude,
    longitude
});
shape!(GeoLocation {
    continent_code,
    country_code,
    subdivision_code
});
shape!(GeoProximityLocation { aws_region = "AWSRegion", bias, coordinates, local_zone_group });

impl Shape for ResourceRecord {
    fn take(json: &Json) -> Result<Self, Misfit> {
        let record = ResourceRecord::builder().value(String::take(json)?).build();
        Built::<ResourceRecord>::built(record)
    }

    fn show(&self) -> Option<Json> {
        self.value.show()
    }
}

fields!(record {
    alias_target,
    cidr_routing_config,
    failover,
    geo_location,
    geo_proximity_location,
    health_check_id,
    multi_value_answer,
    name,
    region,
    resource_records,
    set_identifier,
    ttl = "TTL",
    r#type,
    weight,
});

#[async_trait]
impl Resource for RecordSet {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        Ok(described(at, id).await?.map(|set| live(at, id, &set)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let id = upsert(at, wanted).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        upsert(at, change.wanted).await?;
        settled(self, at, at.id()?).await
    }

    /// Only what is there can be deleted, said as it is.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [_, zone, _, _] = at.ids()?;
        if let Some(set) = described(at, at.id()?).await? {
            send(at, zone, ChangeAction::Delete, set, None).await?;
        }
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = id(&Object::new(wanted))?;
        let set = described(at, &id).await?;
        Ok(set.iter().map(|set| live(at, &id, set)).collect())
    }
}

fn id(object: &Object<'_>) -> Result<String, Misfit> {
    let part = |name| -> Result<String, Misfit> { Ok(object.get(name)?.unwrap_or_default()) };
    let (zone, kind, set) = (part("HostedZoneId")?, part("Type")?, part("SetIdentifier")?);
    Ok(format!("{}|{zone}|{kind}|{set}", part("Name")?))
}

async fn described(at: &At<'_>, id: &str) -> Result<Option<ResourceRecordSet>, Failure> {
    let mut parts = id.splitn(4, '|');
    let mut part = || parts.next().unwrap_or_default();
    let (name, zone, kind, set) = (part(), part(), part(), part());
    let asked = at
        .clients
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(zone)
        .start_record_name(name)
        .start_record_type(RrType::from(kind))
        .set_start_record_identifier((!set.is_empty()).then(|| set.to_owned()))
        .max_items(1);
    let Some(output) = found(asked.send().await.map_err(failure))? else {
        return Ok(None);
    };
    let is_it = |one: &ResourceRecordSet| {
        plain(&one.name) == plain(name)
            && one.r#type.as_str() == kind
            && one.set_identifier().unwrap_or_default() == set
    };
    Ok(output.resource_record_sets.into_iter().find(is_it))
}

async fn upsert(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let id = id(&object)?;
    let set = record!(fill ResourceRecordSet::builder(), object);
    let set = set
        .build()
        .map_err(|error| Misfit::new(error.to_string()))?;
    let comment: Option<String> = object.get("Comment")?;
    let zone: String = object.get("HostedZoneId")?.unwrap_or_default();
    object.finish()?;
    send(at, &zone, ChangeAction::Upsert, set, comment).await?;
    Ok(id)
}

async fn send(
    at: &At<'_>,
    zone: &str,
    action: ChangeAction,
    set: ResourceRecordSet,
    comment: Option<String>,
) -> Result<(), Failure> {
    let step = Step::builder()
        .action(action)
        .resource_record_set(set)
        .build();
    let batch = step.and_then(|step| {
        ChangeBatch::builder()
            .set_comment(comment)
            .changes(step)
            .build()
    });
    let batch = batch.map_err(|error| Misfit::new(error.to_string()))?;
    let sent = at.clients.route53().change_resource_record_sets();
    let sent = sent.hosted_zone_id(zone).change_batch(batch).send().await;
    let output = sent.map_err(failure)?;
    known(at, output.change_info).await
}

fn live(at: &At<'_>, id: &str, set: &ResourceRecordSet) -> Live {
    let mut parts = id.splitn(3, '|');
    let (name, zone) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let mut map = Map::new();
    record!(show map, *set);
    put(&mut map, "Name", &name.to_owned());
    put(&mut map, "HostedZoneId", &zone.to_owned());
    let target = map
        .get_mut("AliasTarget")
        .and_then(|target| target.get_mut("DNSName"));
    if let Some(target) = target {
        *target = Json::String(plain(target.as_str().unwrap_or_default()));
    }
    at.seen(id, map)
}
