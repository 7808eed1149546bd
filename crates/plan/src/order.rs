//! The order of operations: each after what it needs, and the same order for the same plan.

use crate::{Operation, Step};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An operation before its place is known.
pub(crate) struct Draft {
    /// The index of the item it is about.
    pub(crate) item: usize,
    pub(crate) operation: Operation,
    pub(crate) needs: Vec<Need>,
}

/// What a draft waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) on: usize,
    pub(crate) strength: Strength,
}

/// How much a need matters when needs form a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Nothing works without it.
    Must,
    /// The order of deletes; AWS may refuse otherwise, and the delete is tried again.
    Deletes,
    /// A delete waits until what used the object has moved.
    Moved,
}

/// Puts the drafts in order.
///
/// # Errors
/// The items of a ring of needs none of which can be left out.
pub(crate) fn sort(mut drafts: Vec<Draft>) -> Result<Vec<Operation>, Vec<usize>> {
    for draft in &mut drafts {
        draft.needs.sort_by_key(|need| (need.on, need.strength));
        draft.needs.dedup_by_key(|need| need.on);
    }
    for weakest in [Strength::Moved, Strength::Deletes] {
        let Err(ring) = walk(&drafts) else { break };
        loosen(&mut drafts, &ring, weakest);
    }
    match walk(&drafts) {
        Ok(order) => Ok(arrange(drafts, &order)),
        Err(ring) => {
            let groups = rings(&drafts, &ring);
            let members = groups.into_iter().next().unwrap_or_default();
            let item = |at: &usize| drafts.get(*at).map(|draft| draft.item);
            Err(members.iter().filter_map(item).collect())
        }
    }
}

/// An order in which each follows its needs, earliest first; or those that cannot be placed.
fn walk(drafts: &[Draft]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waiting: Vec<usize> = drafts.iter().map(|draft| draft.needs.len()).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
    for (at, draft) in drafts.iter().enumerate() {
        for need in &draft.needs {
            if let Some(users) = users.get_mut(need.on) {
                users.push(at);
            }
        }
    }
    let free = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(at, _)| Reverse(at)).collect();
    let mut order = Vec::with_capacity(drafts.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for user in users.get(at).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*user) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(*user));
                }
            }
        }
    }
    if order.len() == drafts.len() {
        return Ok(order);
    }
    let stuck = waiting.iter().enumerate().filter(|(_, count)| **count > 0);
    Err(stuck.map(|(at, _)| at).collect())
}

/// Takes the needs of one strength out of every ring.
fn loosen(drafts: &mut [Draft], stuck: &[usize], strength: Strength) {
    let mut ring_of = vec![None; drafts.len()];
    for (number, members) in rings(drafts, stuck).into_iter().enumerate() {
        for member in members {
            if let Some(slot) = ring_of.get_mut(member) {
                *slot = Some(number);
            }
        }
    }
    for (at, draft) in drafts.iter_mut().enumerate() {
        let own = ring_of.get(at).copied().flatten();
        draft.needs.retain(|need| {
            let other = ring_of.get(need.on).copied().flatten();
            need.strength != strength || own.is_none() || own != other
        });
    }
}

/// The rings among those that cannot be placed.
fn rings(drafts: &[Draft], stuck: &[usize]) -> Vec<Vec<usize>> {
    let mut graph = DiGraph::<(), (), u32>::new();
    for _ in drafts {
        graph.add_node(());
    }
    for at in stuck {
        for need in drafts.get(*at).map_or(&[][..], |draft| &draft.needs) {
            graph.add_edge(NodeIndex::new(*at), NodeIndex::new(need.on), ());
        }
    }
    let groups = kosaraju_scc(&graph).into_iter();
    let mut rings: Vec<Vec<usize>> = groups
        .filter(|group| group.len() > 1)
        .map(|group| {
            let mut group: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
            group.sort_unstable();
            group
        })
        .collect();
    rings.sort();
    rings
}

fn arrange(drafts: Vec<Draft>, order: &[usize]) -> Vec<Operation> {
    let mut place = vec![0; drafts.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*from) {
            *slot = to;
        }
    }
    let mut waiting: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let next = |from: &usize| {
        let draft = waiting.get_mut(*from)?.take()?;
        let to = |need: &Need| place.get(need.on).copied();
        let mut operation = draft.operation;
        operation.needs = draft.needs.iter().filter_map(to).collect();
        operation.needs.sort_unstable();
        Some(operation)
    };
    order.iter().filter_map(next).collect()
}

/// Whether an operation leaves its object ready for those that need it.
pub(crate) fn readies(step: &Step) -> bool {
    matches!(
        step,
        Step::Create(_)
            | Step::Update { .. }
            | Step::Settle { .. }
            | Step::Recover(_)
            | Step::Adopt(_)
    )
}
