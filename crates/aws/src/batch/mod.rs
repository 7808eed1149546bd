//! Batch: where jobs run, where they wait, and what they are.

mod compute_environment;
mod containers;
mod job_definition;
mod job_queue;
mod resources;
mod scheduling_policy;

use crate::failure::failure;
use crate::resource::{At, Change, Resource, retag as lead_tags};
use formwork_provider::{Failure, Live};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "ComputeEnvironment" => &compute_environment::ComputeEnvironment,
        "JobDefinition" => &job_definition::JobDefinition,
        "JobQueue" => &job_queue::JobQueue,
        "SchedulingPolicy" => &scheduling_policy::SchedulingPolicy,
        _ => return None,
    })
}

/// How many objects Batch describes at once: Batch API, DescribeJobQueues and others, maxResults.
const AT_ONCE: usize = 100;

/// Leads the tags of an object to those that are wanted, if they change.
async fn retag(at: &At<'_>, arn: &str, change: &Change<'_>) -> Result<(), Failure> {
    if !change.touches(&[at.tag_property()]) {
        return Ok(());
    }
    let batch = at.clients.batch();
    let there = batch
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .map_err(failure)?;
    lead_tags!(
        there.tags.unwrap_or_default().into_iter().collect(),
        at.tags(change.wanted),
        |set| batch
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.into_iter().collect())),
        |keys| batch
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}

/// The ids or names of a batch of objects.
fn ids(batch: &[At<'_>]) -> Vec<String> {
    batch
        .iter()
        .filter_map(|at| at.id().ok().map(str::to_owned))
        .collect()
}

/// One answer for each of a batch of objects, from those that were described: by ARN, or by the name in it.
fn answers(
    batch: &[At<'_>],
    all: &Result<Vec<Live>, Failure>,
) -> Vec<Result<Option<Live>, Failure>> {
    let each = batch.iter().map(|at| {
        let (id, all) = (at.id()?, all.as_ref().map_err(Clone::clone)?);
        let own = |live: &&Live| &*live.id == id || live.id.rsplit('/').next() == Some(id);
        Ok(all.iter().find(own).cloned())
    });
    each.collect()
}
