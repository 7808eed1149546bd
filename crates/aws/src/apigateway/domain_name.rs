//! Domains of one's own.

use super::patch::{plain, replace};
use super::{arn, retagged};
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigateway::types::{
    DomainNameStatus, EndpointConfiguration, MutualTlsAuthenticationInput, RoutingMode,
    SecurityPolicy,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::DomainName`, by its name.
pub(crate) struct DomainName;

words!(RoutingMode, SecurityPolicy);
shape!(MutualTlsAuthenticationInput {
    truststore_uri,
    truststore_version
});

fields!(settings {
    certificate_arn,
    domain_name,
    endpoint_configuration,
    ownership_verification_certificate_arn,
    regional_certificate_arn,
    routing_mode,
    security_policy,
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("CertificateArn", "/certificateArn"),
    (
        "OwnershipVerificationCertificateArn",
        "/ownershipVerificationCertificateArn",
    ),
    ("RegionalCertificateArn", "/regionalCertificateArn"),
    ("RoutingMode", "/routingMode"),
    ("SecurityPolicy", "/securityPolicy"),
];

#[async_trait]
impl Resource for DomainName {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .apigateway()
            .get_domain_name()
            .domain_name(name)
            .send()
            .await;
        let Some(domain) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, domain);
        show!(map, domain, {
            distribution_domain_name,
            distribution_hosted_zone_id,
            regional_domain_name,
            regional_hosted_zone_id,
        });
        put(
            &mut map,
            "DomainNameArn",
            &arn(at, &format!("domainnames/{name}")),
        );
        if let Some(trust) = domain.mutual_tls_authentication() {
            let trust = MutualTlsAuthenticationInput::builder()
                .set_truststore_uri(trust.truststore_uri.clone())
                .set_truststore_version(trust.truststore_version.clone());
            put(&mut map, "MutualTlsAuthentication", &trust.build());
        }
        let busy = matches!(
            domain.domain_name_status(),
            Some(DomainNameStatus::Pending | DomainNameStatus::Updating)
        );
        let mut live = at.live(
            name,
            map,
            domain.tags.unwrap_or_default().into_iter().collect(),
        );
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
        let sent = at.clients.apigateway().create_domain_name();
        let sent = settings!(fill sent, object)
            .set_mutual_tls_authentication(object.get("MutualTlsAuthentication")?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        let name: String = object.get("DomainName")?.unwrap_or_default();
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (gateway, name) = (at.clients.apigateway(), at.id()?);
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.elsewhere(&[
            at.tag_property(),
            "MutualTlsAuthentication",
            "EndpointConfiguration",
        ]);
        object.finish()?;
        let wanted = Object::new(change.wanted);
        let asked = gateway.get_domain_name().domain_name(name).send().await;
        let there = asked.map_err(failure)?;
        let mut patches = plain(PLAIN, change.wanted, |property| change.touches(&[property]));
        if change.touches(&["MutualTlsAuthentication"]) {
            let trust: Option<MutualTlsAuthenticationInput> =
                wanted.get("MutualTlsAuthentication")?;
            let uri = trust
                .as_ref()
                .and_then(|trust| trust.truststore_uri())
                .unwrap_or_default();
            patches.push(replace("/mutualTlsAuthentication/truststoreUri", uri));
            if let Some(version) = trust.as_ref().and_then(|trust| trust.truststore_version()) {
                patches.push(replace(
                    "/mutualTlsAuthentication/truststoreVersion",
                    version,
                ));
            }
        }
        let new: Option<EndpointConfiguration> = wanted.get("EndpointConfiguration")?;
        if let (Some(new), Some(old)) = (new, there.endpoint_configuration())
            && let (Some(from), Some(to)) = (old.types().first(), new.types().first())
            && from != to
        {
            let path = format!("/endpointConfiguration/types/{}", from.as_str());
            patches.push(replace(path, to.as_str()));
        }
        if !patches.is_empty() {
            let sent = gateway.update_domain_name().domain_name(name);
            sent.set_patch_operations(Some(patches))
                .send()
                .await
                .map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            retagged!(
                at,
                arn(at, &format!("domainnames/{name}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .apigateway()
            .delete_domain_name()
            .domain_name(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
