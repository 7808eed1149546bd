//! Who needs whom, as written: every reference, what it means for the order, and the rings among them.

use crate::errors::{self, Needing};
use crate::item::Item;
use crate::known::template_holes;
use crate::paths::{self, Step};
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{Address, Attribute, Node, Path, Prop, Reference, ResourceType};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A need of one resource for another.
#[derive(Debug, Clone)]
pub(crate) struct Dep {
    /// The index of the item that is needed.
    pub(crate) on: usize,
    /// Where that is written.
    pub(crate) span: Span,
    pub(crate) via: Via,
    /// Whether what is needed must be done first.
    pub(crate) orders: bool,
    /// Whether what is needed cannot be deleted while this one stands.
    pub(crate) blocks: bool,
}

/// How one resource needs another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Via {
    /// A value read from it, into the property at this path; whether the catalog knows it as a reference.
    Value { path: String, reference: bool },
    /// It is a slice of it.
    Parent,
    /// Only the order.
    After,
}

/// The needs of every item, by its index.
pub(crate) struct Deps {
    pub(crate) of: Vec<Vec<Dep>>,
}

/// Where each address stands among the items.
pub(crate) type Index<'a> = FxHashMap<&'a Address, usize>;

struct Collector<'i, 'a> {
    items: &'i [Item<'a>],
    index: &'i Index<'a>,
    diagnostics: &'i mut Diagnostics,
}

impl Deps {
    /// Reads the needs of every wanted resource.
    pub(crate) fn collect<'a>(
        items: &[Item<'a>],
        index: &Index<'a>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut collector = Collector {
            items,
            index,
            diagnostics,
        };
        let of = items.iter().map(|item| collector.of(item)).collect();
        Deps { of }
    }

    /// Groups of items so that each group needs only itself and groups before it, for evaluation.
    pub(crate) fn evaluation_order(&self) -> Vec<Vec<usize>> {
        let mut groups = self.rings(|_| true);
        for group in &mut groups {
            group.sort_unstable();
        }
        groups
    }

    /// Whether an item reads a value of its own.
    pub(crate) fn reads_itself(&self, at: usize) -> bool {
        self.of
            .get(at)
            .is_some_and(|deps| deps.iter().any(|dep| dep.on == at))
    }

    /// Reports every ring among needs that order.
    pub(crate) fn check(&self, items: &[Item<'_>], diagnostics: &mut Diagnostics) {
        for group in self.rings(|dep| dep.orders) {
            let first = group.iter().copied().min().unwrap_or(0);
            let own = |dep: &Dep| dep.orders && dep.on == first;
            let alone = group.len() == 1;
            let selfish = self.of.get(first).is_some_and(|deps| deps.iter().any(own));
            if alone && !selfish {
                continue;
            }
            let ring = self.ring(first, &group.into_iter().collect());
            let steps: Vec<Needing<'_>> = ring
                .iter()
                .filter_map(|(from, dep)| {
                    Some(Needing {
                        from: items.get(*from)?.address,
                        to: items.get(dep.on)?.address,
                        span: dep.span,
                    })
                })
                .collect();
            diagnostics.push(errors::cycle(&steps));
        }
    }

    fn rings(&self, keep: impl Fn(&Dep) -> bool) -> Vec<Vec<usize>> {
        let edges = self.of.iter().map(Vec::len).sum();
        let mut graph = DiGraph::<(), (), u32>::with_capacity(self.of.len(), edges);
        for _ in &self.of {
            graph.add_node(());
        }
        for (from, deps) in self.of.iter().enumerate() {
            for dep in deps.iter().filter(|dep| keep(dep)) {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(dep.on), ());
            }
        }
        let groups = kosaraju_scc(&graph);
        let indices = |group: Vec<NodeIndex<u32>>| group.into_iter().map(NodeIndex::index);
        groups
            .into_iter()
            .map(|group| indices(group).collect())
            .collect()
    }

    /// The shortest way from an item back to itself, within its group.
    fn ring(&self, start: usize, group: &FxHashSet<usize>) -> Vec<(usize, &Dep)> {
        let mut came: FxHashMap<usize, (usize, &Dep)> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for dep in self.of.get(at).into_iter().flatten() {
                if !dep.orders || !group.contains(&dep.on) || came.contains_key(&dep.on) {
                    continue;
                }
                came.insert(dep.on, (at, dep));
                if dep.on == start {
                    queue.clear();
                    break;
                }
                queue.push_back(dep.on);
            }
        }
        let mut way = Vec::new();
        let mut at = start;
        while let Some((from, dep)) = came.get(&at) {
            way.push((*from, *dep));
            at = *from;
            if at == start {
                break;
            }
        }
        way.reverse();
        way
    }
}

impl<'a> Collector<'_, 'a> {
    fn of(&mut self, item: &Item<'a>) -> Vec<Dep> {
        let Some(resource) = item.desired else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if let Some(parent) = &resource.parent
            && let Some(on) = self.find(parent, resource.span)
        {
            found.push(Dep {
                on,
                span: resource.span,
                via: Via::Parent,
                orders: !self.items.get(on).is_some_and(Item::looks),
                blocks: false,
            });
        }
        for (name, node) in &resource.properties {
            self.walk(&mut vec![Step::Name(name)], node, item, &mut found);
        }
        let tags = item.ty.tags.as_ref().map_or("Tags", |tags| &tags.property);
        for (name, node) in &resource.tags {
            self.walk(
                &mut vec![Step::Name(tags), Step::Name(name)],
                node,
                item,
                &mut found,
            );
        }
        for address in &resource.after {
            if let Some(on) = self.find(address, resource.span) {
                found.push(Dep {
                    on,
                    span: resource.span,
                    via: Via::After,
                    orders: !self.items.get(on).is_some_and(Item::looks),
                    blocks: false,
                });
            }
        }
        found
    }

    fn find(&mut self, address: &Address, span: Span) -> Option<usize> {
        let found = self.index.get(address).copied();
        let wanted = found.filter(|at| self.items.get(*at).is_some_and(|i| i.desired.is_some()));
        if wanted.is_none() {
            let known = self.items.iter().filter(|item| item.desired.is_some());
            let addresses = known.map(|item| item.address);
            let found = errors::unknown_reference(address, span, addresses);
            self.diagnostics.push(found);
        }
        wanted
    }

    fn walk<'p>(
        &mut self,
        path: &mut Vec<Step<'p>>,
        node: &'p Node,
        item: &Item<'a>,
        found: &mut Vec<Dep>,
    ) {
        match &node.prop {
            Prop::List(items) => {
                for (at, node) in items.iter().enumerate() {
                    path.push(Step::Index(at));
                    self.walk(path, node, item, found);
                    path.pop();
                }
            }
            Prop::Map(map) => {
                for (name, node) in map {
                    path.push(Step::Name(name));
                    self.walk(path, node, item, found);
                    path.pop();
                }
            }
            Prop::Deferred(deferred) => {
                let mut needs: Vec<(Address, Arc<str>)> = Vec::new();
                deferred.attributes(&mut |of, property| needs.push((of.clone(), property.clone())));
                for (of, property) in needs {
                    if let Some(dep) = self.value(path, node.span, item, &of, &property) {
                        found.push(dep);
                    }
                }
            }
            Prop::Bool(_) | Prop::Number(_) | Prop::String(_) | Prop::Artifact(_) => {}
        }
    }

    fn value(
        &mut self,
        path: &[Step<'_>],
        span: Span,
        item: &Item<'a>,
        of: &Address,
        property: &str,
    ) -> Option<Dep> {
        let on = self.find(of, span)?;
        let target = self.items.get(on)?;
        if !has_property(&target.ty, property) {
            let known = target.ty.properties.keys().map(|name| &**name);
            let known = known.chain(target.ty.overlay.attributes.keys().map(|name| &**name));
            let found = errors::unknown_attribute(of, &target.ty.name, property, span, known);
            self.diagnostics.push(found);
            return None;
        }
        if target.looks() && !target.shows(property) {
            self.diagnostics
                .push(crate::claims::errors::no_value(of, property, span));
            return None;
        }
        let reference = reference_at(&item.ty, path, &target.ty.name);
        let known = plan_known(self.items, self.index, on, property, 0);
        Some(Dep {
            on,
            span,
            via: Via::Value {
                path: paths::text(path),
                reference: reference.is_some(),
            },
            orders: (!known || reference.is_some_and(|reference| reference.checked))
                && !target.looks()
                && target.address != item.address,
            blocks: !target.looks() && reference.is_some_and(|reference| reference.blocks_delete),
        })
    }
}

fn has_property(ty: &ResourceType, property: &str) -> bool {
    let root = property.split(['.', '/']).next().unwrap_or(property);
    // A type that nobody knows was reported already.
    ty.name.is_empty()
        || property == "id"
        || ty.properties.contains_key(root)
        || ty.overlay.attributes.contains_key(property)
        || ty.overlay.attributes.contains_key(root)
}

/// What the catalog says of a property that holds something of another object.
fn reference_at<'t>(
    ty: &'t ResourceType,
    path: &[Step<'_>],
    target: &str,
) -> Option<&'t Reference> {
    ty.overlay
        .references
        .iter()
        .find(|reference| &*reference.target == target && paths::leads_to(&reference.path, path))
}

/// Whether a property has its value at plan whatever happens to the object: a name, or what is made of names.
pub(crate) fn plan_known(
    items: &[Item<'_>],
    index: &Index<'_>,
    at: usize,
    property: &str,
    depth: u32,
) -> bool {
    let Some(item) = items.get(at).filter(|_| depth < 8) else {
        return false;
    };
    let Some(resource) = item.desired else {
        return false;
    };
    if item.looks() {
        return true;
    }
    let own = |name: &str| plan_known(items, index, at, name, depth + 1);
    if item.is_slice() {
        return false;
    }
    if property == "id" {
        let parts = &item.ty.primary_identifier;
        return !parts.is_empty() && parts.iter().all(|part| own(&part.0));
    }
    let name = item.ty.overlay.name.as_ref().map(Path::root);
    if name == Some(property) {
        return true;
    }
    if let Some(node) = resource.properties.get(property) {
        return depth > 0 && authored_known(items, index, node, depth);
    }
    match attribute(&item.ty, property) {
        Some(Attribute::Template(template)) => template_holes(template).all(|hole| {
            let absent = !resource.properties.contains_key(hole.name);
            own(hole.name) || (hole.default.is_some() && absent)
        }),
        _ => false,
    }
}

fn authored_known(items: &[Item<'_>], index: &Index<'_>, node: &Node, depth: u32) -> bool {
    let mut known = true;
    node.attributes(&mut |of, property| {
        known &= index
            .get(of)
            .is_some_and(|at| plan_known(items, index, *at, property, depth + 1));
    });
    known
}

/// An attribute of a type; paths may be written with dots or slashes.
pub(crate) fn attribute<'t>(ty: &'t ResourceType, property: &str) -> Option<&'t Attribute> {
    let all = &ty.overlay.attributes;
    all.get(property)
        .or_else(|| all.get(property.replace('.', "/").as_str()))
        .or_else(|| all.get(property.replace('/', ".").as_str()))
}

/// The addresses that must outlive an object, sorted.
pub(crate) fn needed(items: &[Item<'_>], deps: &[Dep], own: &Address) -> Vec<Address> {
    let mut all: Vec<&Address> = deps
        .iter()
        .filter(|dep| dep.orders || dep.blocks)
        .filter_map(|dep| items.get(dep.on).map(|item| item.address))
        .filter(|address| *address != own)
        .collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().cloned().collect()
}

/// Whether any of the properties of a slice blocks the deletion of what it refers to.
pub(crate) fn blocks_anything<'p>(
    ty: &ResourceType,
    mut properties: impl Iterator<Item = &'p str>,
) -> bool {
    let blocking = |name: &str| {
        ty.overlay
            .references
            .iter()
            .any(|reference| reference.blocks_delete && reference.path.root() == name)
    };
    properties.any(blocking)
}
