//! Ways round: the shortest ring through the first member of a group that needs itself.

use formwork_diag::Span;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::collections::hash_map::Entry;

/// A step of a way round: from, to, and where it is written.
pub(crate) type Step = (NodeIndex, NodeIndex, Span);

/// Whether the members of a strongly connected component need themselves.
pub(crate) fn is_ring<N>(graph: &DiGraph<N, Span>, members: &[NodeIndex]) -> bool {
    match members {
        [one] => graph.find_edge(*one, *one).is_some(),
        _ => true,
    }
}

/// The steps of the shortest way round through `start`, within the members.
pub(crate) fn round<N>(
    graph: &DiGraph<N, Span>,
    members: &[NodeIndex],
    start: NodeIndex,
) -> Vec<Step> {
    let members: FxHashSet<NodeIndex> = members.iter().copied().collect();
    let mut came: FxHashMap<NodeIndex, (NodeIndex, Span)> = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    'search: while let Some(at) = queue.pop_front() {
        let mut edges: Vec<_> = graph
            .edges(at)
            .filter(|edge| members.contains(&edge.target()))
            .collect();
        edges.sort_by_key(|edge| *edge.weight());
        for edge in edges {
            if edge.target() == start {
                came.insert(start, (at, *edge.weight()));
                break 'search;
            }
            if let Entry::Vacant(new) = came.entry(edge.target()) {
                new.insert((at, *edge.weight()));
                queue.push_back(edge.target());
            }
        }
    }
    let mut steps = Vec::new();
    let mut to = start;
    while let Some((from, span)) = came.get(&to).copied() {
        steps.push((from, to, span));
        to = from;
        if from == start {
            break;
        }
    }
    steps.reverse();
    steps
}
