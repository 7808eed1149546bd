//! Certificates: each is issued once its names are proved, which takes minutes or somebody's doing.
#![expect(deprecated, reason = "transparency is still a property of the type")]

use super::proof;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, retag as lead_tags, settled, tag_list};
use crate::shape::{Misfit, Object, Shape, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_acm::types::{
    CertificateDetail, CertificateExport, CertificateOptions, CertificateStatus as Status,
    CertificateTransparencyLoggingPreference, DomainValidationOption, KeyAlgorithm, Tag,
    ValidationMethod,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::CertificateManager::Certificate`, by its ARN.
pub(crate) struct Certificate;

words!(
    CertificateExport,
    CertificateTransparencyLoggingPreference,
    KeyAlgorithm,
    ValidationMethod,
);
shape!(CertificateOptions {
    certificate_transparency_logging_preference,
    export = "CertificateExport",
});
shape!(Tag { key, value });

/// The properties that are options.
const OPTIONS: &[&str] = &[
    "CertificateExport",
    "CertificateTransparencyLoggingPreference",
];

#[async_trait]
impl Resource for Certificate {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let Some(certificate) = described(at, arn).await? else {
            return Ok(None);
        };
        let asked = at
            .clients
            .acm()
            .list_tags_for_certificate()
            .certificate_arn(arn)
            .send()
            .await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = shown(&certificate);
        put(&mut map, "Tags", &output.tags);
        let mut live = at.seen(arn, map);
        live.pending = certificate.status() == Some(&Status::PendingValidation);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.acm().request_certificate(), object, {
            certificate_authority_arn,
            domain_name,
            key_algorithm,
            subject_alternative_names,
            tags,
            validation_method,
        })
        .set_domain_validation_options(mails(&object)?)
        .set_options(options(wanted)?)
        .idempotency_token(token);
        object.elsewhere(OPTIONS);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output.certificate_arn.ok_or_else(|| lacks("ARN"))?;
        proof::give(at, &arn, wanted).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (acm, arn, object) = (at.clients.acm(), at.id()?, change.object());
        if change.touches(OPTIONS) {
            let sent = acm.update_certificate_options().certificate_arn(arn);
            sent.set_options(options(change.wanted)?)
                .send()
                .await
                .map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = acm
                .list_tags_for_certificate()
                .certificate_arn(arn)
                .send()
                .await
                .map_err(failure)?;
            let mut map = Map::new();
            map.extend(
                there
                    .tags
                    .show()
                    .map(|tags| (at.tag_property().to_owned(), tags)),
            );
            lead_tags!(
                at.tags(&map),
                at.tags(change.wanted),
                |set| acm
                    .add_tags_to_certificate()
                    .certificate_arn(arn)
                    .set_tags(Some(tag_list(&set)?)),
                |keys| {
                    let keys = keys.into_iter().map(|key| Tag::builder().key(key).build());
                    let keys: Result<Vec<Tag>, _> =
                        keys.map(crate::shape::Built::<Tag>::built).collect();
                    acm.remove_tags_from_certificate()
                        .certificate_arn(arn)
                        .set_tags(Some(keys?))
                },
            );
        }
        object.elsewhere(OPTIONS);
        // The method of a certificate is not read back and is said only when it is asked for.
        object.elsewhere(&[at.tag_property(), "ValidationMethod"]);
        object.finish()?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .acm()
            .delete_certificate()
            .certificate_arn(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let domain: Option<String> = Object::new(wanted).get("DomainName")?;
        let mut pages = at
            .clients
            .acm()
            .list_certificates()
            .into_paginator()
            .items()
            .send();
        let mut all = Vec::new();
        while let Some(summary) = pages.next().await {
            let summary = summary.map_err(failure)?;
            let Some(arn) = summary
                .certificate_arn
                .filter(|_| summary.domain_name == domain)
            else {
                continue;
            };
            let target = formwork_provider::Target {
                id: Some(arn.into()),
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

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let arn = at.id()?;
        let certificate = described(at, arn).await?;
        match certificate.as_ref().and_then(|one| one.status.as_ref()) {
            _ if deleting && certificate.is_none() => Ok(Reply::Deleted),
            None if certificate.is_none() => Ok(Reply::Absent),
            Some(Status::PendingValidation) => {
                Ok(at.pending(arn, proof::missing(certificate.as_ref())))
            }
            Some(Status::Failed | Status::ValidationTimedOut | Status::Revoked) => {
                let reason = certificate.and_then(|one| one.failure_reason);
                Err(failed(reason.as_ref().map(|reason| reason.as_str())))
            }
            _ => settled(self, at, arn).await,
        }
    }
}

pub(super) async fn described(
    at: &At<'_>,
    arn: &str,
) -> Result<Option<CertificateDetail>, Failure> {
    let asked = at
        .clients
        .acm()
        .describe_certificate()
        .certificate_arn(arn)
        .send()
        .await;
    Ok(found(asked.map_err(failure))?.and_then(|output| output.certificate))
}

/// Where letters that ask for proof are sent; zones are of the records that are added here.
fn mails(object: &Object<'_>) -> Result<Option<Vec<DomainValidationOption>>, Misfit> {
    let within = |misfit: Misfit| misfit.within("DomainValidationOptions");
    let mut mails = Vec::new();
    let items = object
        .json("DomainValidationOptions")
        .and_then(Json::as_array);
    for item in items.into_iter().flatten() {
        let item = Object::of(item).map_err(within)?;
        if let Some(domain) = item.get::<String>("ValidationDomain").map_err(within)? {
            let mail = DomainValidationOption::builder()
                .set_domain_name(item.get("DomainName").map_err(within)?)
                .validation_domain(domain);
            mails.push(crate::shape::Built::<DomainValidationOption>::built(
                mail.build(),
            )?);
        }
    }
    Ok((!mails.is_empty()).then_some(mails))
}

fn options(wanted: &Map<String, Json>) -> Result<Option<CertificateOptions>, Misfit> {
    let options = wanted
        .iter()
        .filter(|(name, _)| OPTIONS.contains(&name.as_str()));
    let options: Map<String, Json> = options
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match options.is_empty() {
        true => Ok(None),
        false => CertificateOptions::take(&Json::Object(options)).map(Some),
    }
}

fn shown(certificate: &CertificateDetail) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *certificate, { certificate_arn, certificate_authority_arn, domain_name });
    // `RSA-2048` is `RSA_2048` where it is asked for: ACM API, CertificateDetail, KeyAlgorithm.
    let algorithm = certificate
        .key_algorithm()
        .map(|key| key.as_str().replace('-', "_"));
    put(&mut map, "KeyAlgorithm", &algorithm);
    // The first name is among the others when it is read.
    let names = certificate.subject_alternative_names().iter();
    let first = certificate.domain_name().unwrap_or_default();
    let names: Vec<String> = names.filter(|name| *name != first).cloned().collect();
    put(&mut map, "SubjectAlternativeNames", &names);
    if let Some(Json::Object(options)) = certificate.options().and_then(Shape::show) {
        map.extend(options);
    }
    let proofs = certificate.domain_validation_options().iter().map(|one| {
        let mut map = Map::new();
        put(&mut map, "DomainName", &one.domain_name);
        put(&mut map, "ValidationDomain", &one.validation_domain);
        Json::Object(map)
    });
    map.insert("DomainValidationOptions".to_owned(), proofs.collect());
    map
}
