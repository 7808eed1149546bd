//! Job queues.

use super::{AT_ONCE, answers, ids, retag};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fields, fill, shape, show, words};
use async_trait::async_trait;
use aws_sdk_batch::types::{
    ComputeEnvironmentOrder, JobQueueDetail, JobQueueType, JobStateTimeLimitAction,
    JobStateTimeLimitActionsAction, JobStateTimeLimitActionsState, JqState, JqStatus as Status,
    ServiceEnvironmentOrder,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Batch::JobQueue`, by its ARN; known by its name.
pub(crate) struct JobQueue;

words!(
    JobQueueType,
    JobStateTimeLimitActionsAction,
    JobStateTimeLimitActionsState,
    JqState
);
shape!(ComputeEnvironmentOrder {
    compute_environment,
    order
});
shape!(JobStateTimeLimitAction {
    action,
    max_time_seconds,
    reason,
    state
});
shape!(ServiceEnvironmentOrder {
    order,
    service_environment
});

fields!(settings {
    compute_environment_order,
    job_state_time_limit_actions,
    priority,
    scheduling_policy_arn,
    service_environment_order,
    state,
});

#[async_trait]
impl Resource for JobQueue {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let all = described(at, vec![at.id()?.to_owned()]).await?;
        Ok(all.iter().map(|one| live(at, one)).next())
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = settings!(fill at.clients.batch().create_job_queue(), object);
        let state = object.get("State")?.unwrap_or(JqState::Enabled);
        let sent = fill!(sent, object, { job_queue_name, job_queue_type, tags }).state(state);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(self, at, &output.job_queue_arn.ok_or_else(|| lacks("ARN"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (arn, object) = (at.id()?, change.object());
        let sent = settings!(fill at.clients.batch().update_job_queue(), object).job_queue(arn);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        retag(at, arn, change).await?;
        settled(self, at, arn).await
    }

    /// The planner has disabled it by then.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .batch()
            .delete_job_queue()
            .job_queue(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        self.poll(at, true).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let all = described(at, vec![id.to_owned()]).await?;
        let Some(queue) = all.first() else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        match queue.status() {
            _ if deleting => Ok(at.pending(id, "deleting")),
            Some(Status::Invalid) => Err(failed(queue.status_reason())),
            Some(Status::Creating) => Ok(at.pending(id, "becoming valid")),
            Some(Status::Updating) => Ok(at.pending(id, "updating")),
            _ => Ok(Reply::Done(live(at, queue))),
        }
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        let mut read = Vec::with_capacity(all.len());
        for batch in all.chunks(AT_ONCE) {
            let Some(first) = batch.first() else { continue };
            let all = described(first, ids(batch)).await;
            let all = all.map(|all| all.iter().map(|one| live(first, one)).collect());
            read.extend(answers(batch, &all));
        }
        read
    }
}

/// The queues of these ARNs or names; one that was deleted is shown for a while.
async fn described(at: &At<'_>, ids: Vec<String>) -> Result<Vec<JobQueueDetail>, Failure> {
    let asked = at
        .clients
        .batch()
        .describe_job_queues()
        .set_job_queues(Some(ids))
        .send()
        .await;
    let output = found(asked.map_err(failure))?;
    let all = output
        .and_then(|output| output.job_queues)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .filter(|one| one.status() != Some(&Status::Deleted))
        .collect())
}

fn live(at: &At<'_>, queue: &JobQueueDetail) -> Live {
    let mut map = Map::new();
    settings!(show map, *queue);
    show!(map, *queue, { job_queue_arn, job_queue_name, job_queue_type, tags });
    let mut live = at.seen(queue.job_queue_arn().unwrap_or_default(), map);
    live.pending = matches!(
        queue.status(),
        Some(Status::Creating | Status::Updating | Status::Deleting)
    );
    live
}
