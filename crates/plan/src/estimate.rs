//! How long a plan takes, and what bounds it: the longest chain of operations, or a published rate limit.

use crate::{Plan, Step};
use formwork_schema::{Address, Catalog};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a plan is expected to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Milliseconds, from the catalog's times and rates.
    pub milliseconds: u64,
    /// What makes it that long.
    pub bound_by: Bound,
}

/// What bounds a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// Nothing takes time.
    Nothing,
    /// A chain of operations, each needing the one before it: their addresses.
    Chain(Vec<Address>),
    /// The rate of an API family.
    Rate(Arc<str>),
}

/// Estimates a plan.
pub fn estimate(plan: &Plan, catalog: &dyn Catalog) -> Estimate {
    let (chain_time, chain) = longest_chain(plan);
    let mut calls: BTreeMap<&Arc<str>, u32> = BTreeMap::new();
    for operation in &plan.operations {
        let no_call = matches!(
            operation.step,
            Step::Record(_) | Step::Recover(_) | Step::Forget | Step::Adopt(_)
        );
        if !no_call {
            *calls.entry(&operation.family).or_default() += 1;
        }
    }
    let mut slowest: Option<(u64, &Arc<str>)> = None;
    for (family, count) in calls {
        let Some(limit) = catalog.api_family(family) else {
            continue;
        };
        let waiting = (f64::from(count) - limit.burst).max(0.0);
        let time = match limit.per_second > 0.0 {
            true => (waiting / limit.per_second * 1000.0) as u64,
            false => 0,
        };
        if slowest.is_none_or(|(most, _)| time > most) {
            slowest = Some((time, family));
        }
    }
    match slowest {
        Some((time, family)) if time > chain_time => Estimate {
            milliseconds: time,
            bound_by: Bound::Rate(family.clone()),
        },
        _ if chain_time == 0 => Estimate {
            milliseconds: 0,
            bound_by: Bound::Nothing,
        },
        _ => Estimate {
            milliseconds: chain_time,
            bound_by: Bound::Chain(chain),
        },
    }
}

/// The time of the longest chain, and its addresses in order.
fn longest_chain(plan: &Plan) -> (u64, Vec<Address>) {
    let mut ends: Vec<(u64, Option<usize>)> = Vec::with_capacity(plan.operations.len());
    let mut last: Option<(u64, usize)> = None;
    for (at, operation) in plan.operations.iter().enumerate() {
        let before = operation
            .needs
            .iter()
            .filter_map(|need| ends.get(*need).map(|(time, _)| (*time, *need)))
            .max_by_key(|(time, need)| (*time, std::cmp::Reverse(*need)));
        let time = before.map_or(0, |(time, _)| time) + u64::from(operation.expected);
        ends.push((time, before.map(|(_, need)| need)));
        if last.is_none_or(|(most, _)| time > most) {
            last = Some((time, at));
        }
    }
    let mut chain = Vec::new();
    let mut at = last.map(|(_, at)| at);
    while let Some(operation) = at.and_then(|at| plan.operations.get(at)) {
        chain.push(operation.address.clone());
        at = at
            .and_then(|at| ends.get(at))
            .and_then(|(_, before)| *before);
    }
    chain.reverse();
    (last.map_or(0, |(time, _)| time), chain)
}
