//! Listeners: one a port of a balancer.

use super::{retag, tags};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    AdvertiseTrustStoreCaNamesEnum, Certificate, Listener as Shown, ListenerAttribute,
    MutualAuthenticationAttributes,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ElasticLoadBalancingV2::Listener`, by its ARN.
pub(crate) struct Listener;

words!(AdvertiseTrustStoreCaNamesEnum);
shape!(Certificate { certificate_arn });
shape!(ListenerAttribute { key, value });
shape!(MutualAuthenticationAttributes {
    advertise_trust_store_ca_names,
    ignore_client_certificate_expiry,
    mode,
    trust_store_arn,
});

fields!(settings {
    alpn_policy,
    certificates,
    default_actions,
    mutual_authentication,
    port,
    protocol,
    ssl_policy,
});

#[async_trait]
impl Resource for Listener {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let asked = at
            .clients
            .elb()
            .describe_listeners()
            .listener_arns(at.id()?)
            .send()
            .await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut all = live(at, output.listeners.unwrap_or_default()).await?;
        Ok(all.pop())
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = settings!(fill at.clients.elb().create_listener(), object)
            .set_load_balancer_arn(object.get("LoadBalancerArn")?)
            .set_tags(object.get("Tags")?);
        object.elsewhere(&["ListenerAttributes"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let listener = output.listeners.and_then(|all| all.into_iter().next());
        let arn = listener
            .and_then(|one| one.listener_arn)
            .ok_or_else(|| lacks("listener"))?;
        attributes(at, &arn, &object).await?;
        settled(self, at, &arn).await
    }

    /// What is taken out is set to nothing: certificates and the policy of a listener that no longer speaks TLS.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (arn, wanted) = (at.id()?, Object::new(change.wanted));
        let sent = settings!(fill at.clients.elb().modify_listener(), wanted).listener_arn(arn);
        wanted.elsewhere(&["LoadBalancerArn", "ListenerAttributes", at.tag_property()]);
        wanted.finish()?;
        let apart = [at.tag_property(), "ListenerAttributes"];
        if change
            .changed
            .keys()
            .any(|name| !apart.contains(&name.as_str()))
            || change.removed.iter().any(|name| !apart.contains(&&**name))
        {
            sent.send().await.map_err(failure)?;
        }
        attributes(at, arn, &change.object()).await?;
        retag(at, arn, change).await?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .elb()
            .delete_listener()
            .listener_arn(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let balancer: Option<String> = Object::new(wanted).get("LoadBalancerArn")?;
        let asked = at
            .clients
            .elb()
            .describe_listeners()
            .set_load_balancer_arn(balancer);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(Vec::new());
        };
        live(at, output.listeners.unwrap_or_default()).await
    }
}

async fn attributes(at: &At<'_>, arn: &str, object: &Object<'_>) -> Result<(), Failure> {
    if let Some(attributes) = object.get::<Vec<ListenerAttribute>>("ListenerAttributes")? {
        let sent = at
            .clients
            .elb()
            .modify_listener_attributes()
            .listener_arn(arn);
        sent.set_attributes(Some(attributes))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

async fn live(at: &At<'_>, listeners: Vec<Shown>) -> Result<Vec<Live>, Failure> {
    let arns: Vec<String> = listeners
        .iter()
        .filter_map(|one| one.listener_arn.clone())
        .collect();
    let mut tags = tags(at, &arns).await?;
    let mut all = Vec::new();
    for listener in listeners {
        let arn = listener.listener_arn.clone().unwrap_or_default();
        let mut map = Map::new();
        settings!(show map, listener);
        show!(map, listener, { listener_arn, load_balancer_arn });
        let asked = at
            .clients
            .elb()
            .describe_listener_attributes()
            .listener_arn(&arn);
        if let Some(output) = found(asked.send().await.map_err(failure))? {
            put(&mut map, "ListenerAttributes", &output.attributes);
        }
        all.push(at.live(arn.as_str(), map, tags.remove(&arn).unwrap_or_default()));
    }
    Ok(all)
}
