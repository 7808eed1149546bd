//! Scheduling policies: how queues share what they have.

use super::retag;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, shape, show, words};
use async_trait::async_trait;
use aws_sdk_batch::types::{
    FairsharePolicy, QuotaShareIdleResourceAssignmentStrategy, QuotaSharePolicy, ShareAttributes,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Batch::SchedulingPolicy`, by its ARN; known by its name.
pub(crate) struct SchedulingPolicy;

words!(QuotaShareIdleResourceAssignmentStrategy);
shape!(FairsharePolicy {
    compute_reservation,
    share_decay_seconds,
    share_distribution
});
shape!(QuotaSharePolicy {
    idle_resource_assignment_strategy
});
shape!(ShareAttributes {
    share_identifier,
    weight_factor
});

#[async_trait]
impl Resource for SchedulingPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let asked = at
            .clients
            .batch()
            .describe_scheduling_policies()
            .arns(arn(at)?)
            .send()
            .await;
        let output = found(asked.map_err(failure))?;
        let all = output
            .and_then(|output| output.scheduling_policies)
            .unwrap_or_default();
        Ok(all.into_iter().next().map(|policy| {
            let mut map = Map::new();
            show!(map, policy, { arn, fairshare_policy, name, quota_share_policy, tags });
            at.seen(policy.arn().unwrap_or_default(), map)
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.batch().create_scheduling_policy();
        let sent = fill!(sent, object, { fairshare_policy, name, quota_share_policy, tags });
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(self, at, &output.arn.ok_or_else(|| lacks("ARN"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (arn, object) = (arn(at)?, change.object());
        if change.touches(&["FairsharePolicy", "QuotaSharePolicy"]) {
            let sent = at.clients.batch().update_scheduling_policy().arn(&arn);
            let wanted = Object::new(change.wanted);
            let sent = fill!(sent, wanted, { fairshare_policy, quota_share_policy });
            sent.send().await.map_err(failure)?;
        }
        object.elsewhere(&["FairsharePolicy", "QuotaSharePolicy", at.tag_property()]);
        object.finish()?;
        retag(at, &arn, change).await?;
        settled(self, at, &arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .batch()
            .delete_scheduling_policy()
            .arn(arn(at)?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// The ARN: Batch knows policies by nothing else (Service Authorization Reference, Batch).
fn arn(at: &At<'_>) -> Result<String, Failure> {
    let id = at.id()?;
    if id.starts_with("arn:") {
        return Ok(id.to_owned());
    }
    let (partition, region) = (at.partition(), at.clients.region());
    Ok(format!(
        "arn:{partition}:batch:{region}:{}:scheduling-policy/{id}",
        at.account
    ))
}
