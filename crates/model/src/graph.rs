//! Who needs whom: the order in which lets, params and declaration headers are evaluated, the ways round, and
//! which names are never used.

use crate::components;
use crate::errors;
use crate::items::{DeclItem, Global, Items};
use crate::rings;
use crate::settings::Settings;
use crate::walk::Names;
use formwork_diag::{Diagnostic, Diagnostics, Span};
use formwork_syntax::ast::{Expr, ExprKind, Name, TypeExpr, TypeKind};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

/// A value that others may need before they can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Let(usize),
    Param(usize),
    /// The `for` and `when` of a declaration; of a component all of it, for what is in it may decide what exists.
    Header(usize),
}

/// The order of evaluation, and what takes part in a circle.
#[derive(Default)]
pub(crate) struct Order {
    pub nodes: Vec<Node>,
    pub circular: FxHashSet<Node>,
}

/// Orders what must be evaluated first; reports circles and unused names.
///
/// The environments are a stack's; a component has none.
pub(crate) fn order(items: &Items, settings: Option<&Settings>) -> (Order, Diagnostics) {
    let mut builder = Builder {
        items,
        graph: DiGraph::new(),
        index: FxHashMap::default(),
        used: FxHashSet::default(),
        stacks: FxHashSet::default(),
    };
    builder.nodes();
    builder.edges(settings);
    builder.uses(settings);
    let mut diagnostics = Diagnostics::new();
    let order = builder.order(&mut diagnostics);
    builder.unused(&mut diagnostics);
    (order, diagnostics)
}

struct Builder<'i> {
    items: &'i Items,
    graph: DiGraph<Node, Span>,
    index: FxHashMap<Node, NodeIndex>,
    used: FxHashSet<Node>,
    /// The other stacks that anything reads.
    stacks: FxHashSet<usize>,
}

impl Builder<'_> {
    fn nodes(&mut self) {
        let lets = (0..self.items.lets.len()).map(Node::Let);
        let params = (0..self.items.params.len()).map(Node::Param);
        let decls = self.items.decls.iter().enumerate();
        let headers: Vec<Node> = decls
            .filter(|(_, item)| {
                let decl = &item.decl;
                decl.for_each.is_some() || decl.when.is_some() || self.is_component(item)
            })
            .map(|(at, _)| Node::Header(at))
            .collect();
        for node in lets.chain(params).chain(headers) {
            let at = self.graph.add_node(node);
            self.index.insert(node, at);
        }
    }

    fn is_component(&self, item: &DeclItem) -> bool {
        self.items.kinds.contains_key(&item.decl.kind.text)
    }

    fn edges(&mut self, settings: Option<&Settings>) {
        let items = self.items;
        let envs = settings.map_or(&[][..], |settings| &settings.envs);
        for (at, item) in items.lets.iter().enumerate() {
            self.needs(Node::Let(at), |walk| walk.expr(&item.value));
        }
        for (at, item) in items.params.iter().enumerate() {
            self.needs(Node::Param(at), |walk| {
                let env = envs
                    .iter()
                    .filter_map(|env| env.values.get(&item.name.text));
                let values = item.default.iter().chain(env);
                values
                    .filter(|value| !is_word(items, &item.ty, value))
                    .for_each(|value| walk.expr(value));
            });
        }
        for (at, item) in items.decls.iter().enumerate() {
            let decl = &item.decl;
            if self.is_component(item) {
                self.needs(Node::Header(at), |walk| walk.decl(decl));
                continue;
            }
            let when = |walk: &mut Names<'_>| decl.when.iter().for_each(|when| walk.expr(when));
            match &decl.for_each {
                Some(binder) => self.needs(Node::Header(at), |walk| walk.bound_by(binder, when)),
                None if decl.when.is_some() => self.needs(Node::Header(at), when),
                None => {}
            }
        }
    }

    fn needs(&mut self, from: Node, walk: impl FnOnce(&mut Names<'_>)) {
        let Some(&source) = self.index.get(&from) else {
            return;
        };
        let mut found = Vec::new();
        let names = &self.items.names;
        let mut visit = |name: &std::sync::Arc<str>, span: Span| {
            if let Some(entry) = names.get(name) {
                found.push((entry.global, span));
            }
        };
        walk(&mut Names::new(&mut visit));
        for (global, span) in found {
            if let Global::Stack(at) = global {
                self.stacks.insert(at);
            }
            let Some(node) = node_of(global) else {
                continue;
            };
            self.used.insert(node);
            if let Some(&target) = self.index.get(&node) {
                self.graph.add_edge(source, target, span);
            }
        }
    }

    /// Marks what outputs, assertions, declarations, tags and later statements use.
    fn uses(&mut self, settings: Option<&Settings>) {
        let items = self.items;
        let (used, stacks) = (&mut self.used, &mut self.stacks);
        let mut visit = |name: &std::sync::Arc<str>, _: Span| {
            let global = items.names.get(name).map(|entry| entry.global);
            if let Some(Global::Stack(at)) = global {
                stacks.insert(at);
            }
            used.extend(global.and_then(node_of));
        };
        let mut walk = Names::new(&mut visit);
        items
            .outputs
            .iter()
            .for_each(|output| walk.expr(&output.value));
        for assert in &items.asserts {
            walk.expr(&assert.condition);
            walk.expr(&assert.message);
        }
        for item in &items.decls {
            let body = |walk: &mut Names<'_>| {
                item.decl.adopt.iter().for_each(|adopt| walk.expr(adopt));
                item.decl.body.iter().for_each(|body| walk.block(body));
            };
            match &item.decl.for_each {
                Some(binder) => walk.bound_by(binder, body),
                None => body(&mut walk),
            }
        }
        if let Some(settings) = settings {
            settings.tags.iter().for_each(|tags| walk.expr(tags));
            let envs = settings.envs.iter().filter_map(|env| env.tags.as_ref());
            envs.for_each(|tags| walk.expr(tags));
        }
        for test in &items.tests {
            test.items.iter().for_each(|item| walk.test_item(item));
        }
        items
            .later
            .iter()
            .for_each(|later| walk.statement(&later.statement));
    }

    fn order(&self, diagnostics: &mut Diagnostics) -> Order {
        let mut order = Order::default();
        for component in kosaraju_scc(&self.graph) {
            let nodes = component
                .iter()
                .filter_map(|at| self.graph.node_weight(*at));
            if rings::is_ring(&self.graph, &component) {
                order.circular.extend(nodes.clone());
                diagnostics.push(self.circle(&component));
            }
            order.nodes.extend(nodes);
        }
        order
    }

    /// The shortest way round through the first name of a circle.
    fn circle(&self, component: &[NodeIndex]) -> Diagnostic {
        let place = |at: &NodeIndex| self.graph.node_weight(*at).map(|node| self.name(*node).1);
        let first = component.iter().copied().min_by_key(place);
        let nowhere = Span::new(formwork_diag::SourceId(0), 0, 0);
        let Some(start) = first else {
            return errors::name::cycle(nowhere, &[]);
        };
        let steps: Vec<_> = rings::round(&self.graph, component, start)
            .into_iter()
            .map(|(from, to, span)| (self.label(from), self.label(to), span))
            .collect();
        errors::name::cycle(place(&start).unwrap_or(nowhere), &steps)
    }

    fn label(&self, at: NodeIndex) -> String {
        self.graph
            .node_weight(at)
            .map_or(String::new(), |node| self.name(*node).0.to_owned())
    }

    fn name(&self, node: Node) -> (&str, Span) {
        let name = match node {
            Node::Let(at) => self.items.lets.get(at).map(|item| &item.name),
            Node::Param(at) => self.items.params.get(at).map(|item| &item.name),
            Node::Header(at) => self.items.decls.get(at).map(|item| &item.decl.name),
        };
        name.map_or(("", Span::new(formwork_diag::SourceId(0), 0, 0)), |name| {
            (&name.text, name.span)
        })
    }

    fn unused(&self, diagnostics: &mut Diagnostics) {
        let lets = (0..self.items.lets.len()).map(|at| ("let", Node::Let(at)));
        let params = (0..self.items.params.len()).map(|at| ("param", Node::Param(at)));
        let secret = |at: &usize| {
            let decl = self.items.decls.get(*at).map(|item| &item.decl);
            decl.is_some_and(|decl| &*decl.kind.text == "secret" && decl.existing.is_none())
        };
        let secrets = (0..self.items.decls.len()).filter(secret);
        let secrets = secrets.map(|at| ("secret", Node::Header(at)));
        for (what, node) in lets.chain(params).chain(secrets) {
            let (name, span) = self.name(node);
            let own = self
                .items
                .names
                .get(name)
                .is_some_and(|entry| entry.span == span);
            let outer = match node {
                Node::Let(at) => self.items.lets.get(at).is_some_and(|item| item.outer),
                _ => false,
            };
            if own && !outer && !self.used.contains(&node) && !name.is_empty() {
                diagnostics.push(errors::name::unused(what, name, span));
            }
        }
        for (at, item) in self.items.stack_uses.iter().enumerate() {
            let Name { text, span } = &item.name;
            // Of one that cannot be used an error was reported.
            if item.outline.is_some() && !self.stacks.contains(&at) && !text.is_empty() {
                diagnostics.push(errors::name::unused("use", text, *span));
            }
        }
        self.unused_components(diagnostics);
    }

    /// Components that a `use` brings and nothing here declares or names as a type.
    fn unused_components(&self, diagnostics: &mut Diagnostics) {
        let items = self.items;
        let mut unused: Vec<(&std::sync::Arc<str>, Span)> = items
            .kinds
            .iter()
            .filter(|(_, brought)| brought.used)
            .map(|(name, brought)| (name, brought.span))
            .collect();
        if unused.is_empty() {
            return;
        }
        let mut visit = |used: &formwork_syntax::ast::Name| {
            unused.retain(|(name, _)| **name != used.text);
        };
        components::kinds_named(items, &mut visit);
        unused.sort_by_key(|(_, span)| *span);
        for (name, span) in unused {
            diagnostics.push(errors::name::unused("use", name, span));
        }
    }
}

/// Whether a value is a word of the enum that is its type; a thing of the same name is not what it needs.
fn is_word(items: &Items, ty: &TypeExpr, value: &Expr) -> bool {
    let (TypeKind::Named { path, .. }, ExprKind::Name(word)) = (&ty.kind, &value.kind) else {
        return false;
    };
    let named = path.first().and_then(|name| items.names.get(&name.text));
    match named.map(|entry| entry.global) {
        Some(Global::Enum(at)) => {
            let members = items.enums.get(at).map(|item| item.members.as_slice());
            members
                .unwrap_or_default()
                .iter()
                .any(|member| member.text == *word)
        }
        _ => false,
    }
}

fn node_of(global: Global) -> Option<Node> {
    match global {
        Global::Let(at) => Some(Node::Let(at)),
        Global::Param(at) => Some(Node::Param(at)),
        Global::Decl(at) => Some(Node::Header(at)),
        Global::Enum(_) | Global::Stack(_) | Global::Later => None,
    }
}
