//! Declarations that would start themselves, at once or by way of others.

use crate::errors;
use crate::lowering::Lowering;
use crate::registry;
use crate::values::{Read, member};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, Member, MemberKind, ResourceRef, Val};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The fields by which a declaration sends something on when a run ends.
const DESTINATIONS: &[&str] = &["on_failure", "on_success"];

/// What one declaration does starts another.
#[derive(Debug, Clone)]
struct Edge {
    to: Address,
    writes: Span,
    event: Member,
    started: Span,
}

/// Reports each way round by which a declaration starts itself, once, at the first of its declarations.
pub(crate) fn check(out: &mut Lowering<'_>) {
    let edges = edges(out);
    for (start, own) in &edges {
        if let Some(edge) = own.iter().find(|edge| edge.to == *start) {
            report(start, &[edge], out);
        } else if let Some(way) = shortest(start, &edges) {
            report(start, &way, out);
        }
    }
}

fn report(start: &Address, way: &[&Edge], out: &mut Lowering<'_>) {
    let (Some(first), Some(last)) = (way.first(), way.last()) else {
        return;
    };
    let Some(decl) = out.decl(start) else {
        return;
    };
    let diagnostic = match way {
        [edge] if edge.writes == edge.started => errors::starts_again(&start.label, edge.started),
        [edge] => errors::self_trigger(&start.label, &edge.event, edge.started, edge.writes),
        _ => {
            let mut names = vec![start.label.to_string()];
            names.extend(way.iter().map(|edge| edge.to.label.to_string()));
            errors::ring(&names, first.writes, last.started)
        }
    };
    out.lint(decl, diagnostic);
}

/// The shortest way from `start` back to itself over declarations that come after it.
fn shortest<'e>(start: &Address, edges: &'e BTreeMap<Address, Vec<Edge>>) -> Option<Vec<&'e Edge>> {
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    let mut ways: VecDeque<Vec<&Edge>> = VecDeque::new();
    ways.push_back(Vec::new());
    while let Some(way) = ways.pop_front() {
        let here = way.last().map_or(start, |edge| &edge.to);
        for edge in edges.get(here).into_iter().flatten() {
            if edge.to == *start {
                return Some(way.iter().copied().chain([edge]).collect());
            }
            if edge.to > *start && seen.insert(&edge.to) {
                ways.push_back(way.iter().copied().chain([edge]).collect());
            }
        }
    }
    None
}

/// For each declaration that does something, what that starts.
fn edges(out: &Lowering<'_>) -> BTreeMap<Address, Vec<Edge>> {
    let mut listeners: BTreeMap<&Address, Vec<(&Decl, &Member, Span)>> = BTreeMap::new();
    let mut edges: BTreeMap<Address, Vec<Edge>> = BTreeMap::new();
    for decl in &out.stack.decls {
        for val in decl.fields.items("on") {
            let Some(event) = member(val) else {
                continue;
            };
            let of = &event.of.address;
            let known = listeners.entry(of).or_default();
            known.push((decl, event, val.span));
            // What a job starts when it ends needs no permission of its own.
            if registry::kind(&of.kind).is_some_and(|kind| kind.ends(event)) {
                edges.entry(of.clone()).or_default().push(Edge {
                    to: decl.address.clone(),
                    writes: val.span,
                    event: Member::clone(event),
                    started: val.span,
                });
            }
        }
    }
    for decl in &out.stack.decls {
        for (verb, span) in acts(decl, out) {
            let Some(kind) = registry::kind(&verb.of.address.kind) else {
                continue;
            };
            for (listener, event, started) in listeners.get(&verb.of.address).into_iter().flatten()
            {
                if kind.fires(&verb, event) {
                    edges.entry(decl.address.clone()).or_default().push(Edge {
                        to: listener.address.clone(),
                        writes: span,
                        event: (*event).clone(),
                        started: *started,
                    });
                }
            }
        }
    }
    edges
}

/// What a declaration may do to others: its permissions, and what it sends on.
fn acts(decl: &Decl, out: &Lowering<'_>) -> Vec<(Member, Span)> {
    let access = decl.fields.items("access").iter();
    let mut all: Vec<(Member, Span)> = access
        .filter_map(|val| Some((Member::clone(member(val)?), val.span)))
        .collect();
    for field in DESTINATIONS {
        if let Some(val) = decl.fields.get(field)
            && let Some(sent) = sent(decl, field, val, out)
        {
            all.push((sent, val.span));
        }
    }
    all
}

fn sent(decl: &Decl, field: &str, val: &Val, out: &Lowering<'_>) -> Option<Member> {
    let target = decl.fields.resource(field)?;
    let inlet = registry::kind(&out.decl(&target.address)?.address.kind)?.inlet()?;
    Some(Member {
        of: ResourceRef {
            address: target.address.clone(),
            resource_type: None,
        },
        kind: MemberKind::Verb,
        name: inlet.into(),
        name_span: val.span,
        arguments: Fields::default(),
    })
}
