//! Where a job runs: on Fargate or on instances, as the pools of its queue have it.

use crate::containers::Launch;
use crate::kinds::batch_pool::{self, Capacity};
use crate::kinds::batch_queue;
use crate::lowering::Lowering;
use crate::placement;
use crate::values::Read;
use formwork_schema::{Decl, Node};

/// Where a job runs.
pub(super) struct Place<'a> {
    /// Its queue, if that is one of the stack.
    pub(super) queue: Option<&'a Decl>,
    /// The pools of the queue.
    pub(super) pools: Vec<&'a Decl>,
    /// Fargate, or instances and their processor.
    pub(super) launch: Launch,
}

impl Place<'_> {
    /// Whether AWS may take its machines back while it runs.
    pub(super) fn is_spare(&self) -> bool {
        let spare = |pool: &&Decl| {
            let capacity = batch_pool::capacity(pool);
            matches!(capacity, Capacity::Spot | Capacity::FargateSpot)
        };
        self.pools.iter().any(spare)
    }
}

/// Where a job runs; on Fargate as long as that is not known.
pub(super) fn of<'a>(decl: &Decl, out: &Lowering<'a>) -> Place<'a> {
    let queue = decl.fields.resource("queue");
    let queue = queue.and_then(|queue| out.decl(&queue.address));
    let pools: Vec<&Decl> = queue
        .map(|queue| batch_queue::pools(queue, out))
        .into_iter()
        .flatten()
        .map(|(pool, _)| pool)
        .collect();
    let first = pools
        .first()
        .map(|pool| (batch_pool::capacity(pool), *pool));
    let launch = match first {
        Some((capacity, pool)) if capacity.is_ec2() => {
            Launch::Instances(batch_pool::arch(pool).map(batch_pool::Arch::word))
        }
        _ => Launch::Fargate,
    };
    Place {
        queue,
        pools,
        launch,
    }
}

/// The security groups that its jobs are members of, as far as they can be named.
pub(super) fn groups(decl: &Decl, out: &Lowering<'_>) -> Vec<Node> {
    let pools = of(decl, out).pools;
    let groups = pools
        .iter()
        .flat_map(|pool| placement::members(pool, "group"));
    groups.collect()
}
