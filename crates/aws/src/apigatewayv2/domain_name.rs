//! Domains of one's own.

use super::{arn, retagged};
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::{
    DomainNameConfiguration, DomainNameStatus, EndpointType, MutualTlsAuthenticationInput,
    RoutingMode, SecurityPolicy,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::DomainName`, by its name.
pub(crate) struct DomainName;

words!(EndpointType, RoutingMode, SecurityPolicy);
shape!(DomainNameConfiguration {
    certificate_arn,
    certificate_name,
    endpoint_type,
    ip_address_type,
    ownership_verification_certificate_arn,
    security_policy,
});
shape!(MutualTlsAuthenticationInput {
    truststore_uri,
    truststore_version
});

fields!(settings {
    domain_name_configurations,
    mutual_tls_authentication,
    routing_mode
});

#[async_trait]
impl Resource for DomainName {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_domain_name()
            .domain_name(name)
            .send()
            .await;
        let Some(domain) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, domain, { domain_name, domain_name_configurations, routing_mode });
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
        let mut busy = false;
        if let Some(first) = domain.domain_name_configurations().first() {
            put(
                &mut map,
                "RegionalDomainName",
                &first.api_gateway_domain_name,
            );
            put(&mut map, "RegionalHostedZoneId", &first.hosted_zone_id);
            busy = first.domain_name_status() == Some(&DomainNameStatus::Updating);
        }
        let tags = domain.tags.unwrap_or_default().into_iter().collect();
        let mut live = at.live(name, map, tags);
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
        let name: String = object.get("DomainName")?.unwrap_or_default();
        let sent = at
            .clients
            .apigatewayv2()
            .create_domain_name()
            .domain_name(&name);
        let sent = settings!(fill sent, object);
        let sent = sent.set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    /// Mutual TLS is turned off by an empty trust store: API Gateway v2 API, UpdateDomainName.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (gateway, name) = (at.clients.apigatewayv2(), at.id()?);
        let object = change.object();
        let mut sent = settings!(fill gateway.update_domain_name().domain_name(name), object);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let trust = "MutualTlsAuthentication";
        if change.touches(&[trust]) && !change.wanted.contains_key(trust) {
            let none = MutualTlsAuthenticationInput::builder()
                .truststore_uri("")
                .build();
            sent = sent.mutual_tls_authentication(none);
        }
        if change.touches(&["DomainNameConfigurations", trust, "RoutingMode"]) {
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let asked = gateway.get_domain_name().domain_name(name).send().await;
            let there = asked.map_err(failure)?.tags;
            retagged!(
                at,
                arn(at, &format!("domainnames/{name}")),
                there,
                change.wanted
            );
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .apigatewayv2()
            .delete_domain_name()
            .domain_name(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
