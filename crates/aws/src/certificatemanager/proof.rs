//! The proof that names are ours: records in the zones that the certificate names, added here.

use super::certificate::described;
use crate::failure::failure;
use crate::resource::At;
use crate::shape::{Misfit, Object};
use aws_sdk_acm::types::{CertificateDetail, DomainStatus, ResourceRecord};
use aws_sdk_route53::error::BuildError;
use aws_sdk_route53::types::{
    Change, ChangeAction, ChangeBatch, ResourceRecord as Value, ResourceRecordSet, RrType,
};
use formwork_provider::{Failure, FailureClass};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Adds the records that prove the names which have a zone.
pub(super) async fn give(
    at: &At<'_>,
    arn: &str,
    wanted: &Map<String, Json>,
) -> Result<(), Failure> {
    let zones = zones(wanted)?;
    if zones.is_empty() {
        return Ok(());
    }
    let records = records(at, arn, &zones).await?;
    let mut by_zone: BTreeMap<&str, BTreeMap<String, ResourceRecord>> = BTreeMap::new();
    for (name, record) in records {
        if let Some(zone) = zones.get(&name) {
            // A name and its wildcard have one record.
            by_zone
                .entry(zone)
                .or_default()
                .insert(record.name.clone(), record);
        }
    }
    for (zone, records) in by_zone {
        let changes: Result<Vec<Change>, BuildError> = records.values().map(change).collect();
        let batch =
            changes.and_then(|changes| ChangeBatch::builder().set_changes(Some(changes)).build());
        let batch = batch.map_err(|error| Misfit::new(error.to_string()))?;
        let sent = at.clients.route53().change_resource_record_sets();
        sent.hosted_zone_id(zone)
            .change_batch(batch)
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

/// What is still missing for a certificate, in words.
pub(super) fn missing(certificate: Option<&CertificateDetail>) -> String {
    let all = certificate
        .map(|one| one.domain_validation_options())
        .unwrap_or_default();
    let open = all
        .iter()
        .filter(|one| one.validation_status() != Some(&DomainStatus::Success));
    let records = open.filter_map(|one| one.resource_record());
    let records = records.map(|record| {
        format!(
            "{} {} {}",
            record.name,
            record.r#type.as_str(),
            record.value
        )
    });
    // A name and its wildcard have one record.
    let records: Vec<String> = records.collect::<BTreeSet<_>>().into_iter().collect();
    match records.is_empty() {
        true => "names are not proved yet".to_owned(),
        false => format!("names are not proved yet: {}", records.join(", ")),
    }
}

/// The zones by name.
fn zones(wanted: &Map<String, Json>) -> Result<BTreeMap<String, String>, Misfit> {
    let mut zones = BTreeMap::new();
    let items = wanted
        .get("DomainValidationOptions")
        .and_then(Json::as_array);
    for item in items.into_iter().flatten() {
        let item = Object::of(item)?;
        let zone: Option<String> = item.get("HostedZoneId")?;
        let name: Option<String> = item.get("DomainName")?;
        zones.extend(name.zip(zone));
    }
    Ok(zones)
}

/// The records that ACM wants to see, by name: it makes them some seconds after the request.
async fn records(
    at: &At<'_>,
    arn: &str,
    zones: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, ResourceRecord>, Failure> {
    for _ in 0..LOOKS {
        let certificate = described(at, arn).await?;
        let all = certificate
            .and_then(|one| one.domain_validation_options)
            .unwrap_or_default();
        let records = all
            .into_iter()
            .filter_map(|one| Some((one.domain_name, one.resource_record?)));
        let records: BTreeMap<String, ResourceRecord> = records.collect();
        if zones.keys().all(|name| records.contains_key(name)) {
            return Ok(records);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let message = "ACM does not yet say how the names are to be proved";
    Err(Failure::new(FailureClass::Transient, "NoRecords", message))
}

const LOOKS: usize = 60;

fn change(record: &ResourceRecord) -> Result<Change, BuildError> {
    let set = ResourceRecordSet::builder()
        .name(&record.name)
        .r#type(RrType::from(record.r#type.as_str()))
        .ttl(300)
        .resource_records(Value::builder().value(&record.value).build()?)
        .build()?;
    Change::builder()
        .action(ChangeAction::Upsert)
        .resource_record_set(set)
        .build()
}
