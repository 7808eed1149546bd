//! Components: each a space of names of its own, made after those it contains, so that none contains itself.

use crate::check;
use crate::errors;
use crate::items::{self, Brought, Items};
use crate::library::{Library, Space};
use crate::meta;
use crate::names::{Components, Shared, World};
use crate::rings;
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{FieldSpec, ObjectType, Type};
use formwork_syntax::ast::{Name, TypeExpr, TypeKind};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Components may be nested so deep; each level takes some of the thread's stack.
const MAX_DEPTH: usize = 32;

/// A component, checked: a kind whose fields are its params and whose attributes are its outputs.
pub(crate) struct Component<'a> {
    pub name: Arc<str>,
    /// Its params as fields of its declarations.
    pub params: Vec<FieldSpec>,
    /// Its outputs.
    pub ty: Type,
    pub world: World<'a>,
}

/// Makes and checks all components of a stack; gives those that it sees.
pub(crate) fn build<'a>(
    library: Library,
    stack: &mut Items,
    shared: &Shared<'a>,
) -> (Components<'a>, Diagnostics) {
    let Library {
        definitions,
        spaces,
        ..
    } = library;
    let mut diagnostics = Diagnostics::new();
    let spaces: Vec<Names> = spaces.into_iter().map(Names::new).collect();
    let drafts: Vec<Draft> = definitions
        .into_iter()
        .map(|definition| {
            let item = definition.item;
            let (mut items, found) =
                items::collect_component(item.body, &definition.enums, &definition.lets);
            diagnostics.extend(found);
            items.paths = shared.paths.clone();
            let space = spaces.get(definition.space).cloned().unwrap_or_default();
            let brought = Brought {
                span: item.name.span,
                used: false,
            };
            let mut kinds = FxHashMap::default();
            let mut visit = |kind: &Name| {
                if space.space.contains_key(&kind.text) {
                    kinds.insert(kind.text.clone(), brought);
                }
            };
            kinds_named(&items, &mut visit);
            items.kinds = kinds;
            items.known_kinds = space.sorted.clone();
            Draft {
                name: item.name,
                items,
                space: space.space,
            }
        })
        .collect();
    let own = spaces.into_iter().next().unwrap_or_default();
    note_uses(stack, &drafts, &own.space);
    stack.known_kinds = own.sorted;
    let order = order(&drafts, &mut diagnostics);
    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let mut built: Vec<Option<Rc<Component<'a>>>> = drafts.iter().map(|_| None).collect();
    for at in order {
        let Some(draft) = drafts.get_mut(at).and_then(Option::take) else {
            continue;
        };
        let component = component(draft, &built, shared, &mut diagnostics);
        if let Some(slot) = built.get_mut(at) {
            *slot = Some(Rc::new(component));
        }
    }
    let names = stack.kinds.keys();
    (seen(names, &own.space, &built), diagnostics)
}

/// A component before it is checked.
struct Draft {
    name: Name,
    items: Items,
    space: Arc<Space>,
}

/// The components that a file sees.
#[derive(Clone, Default)]
struct Names {
    space: Arc<Space>,
    sorted: Arc<[Arc<str>]>,
}

impl Names {
    fn new(space: Space) -> Self {
        let mut sorted: Vec<Arc<str>> = space.keys().cloned().collect();
        sorted.sort();
        Names {
            space: Arc::new(space),
            sorted: sorted.into(),
        }
    }
}

/// Notes which lets of the stack's files components use, and which `use` an error was reported for: neither is unused.
fn note_uses(stack: &mut Items, drafts: &[Draft], space: &Space) {
    let outer = drafts.iter().flat_map(|draft| &draft.items.lets);
    let outer: Vec<Span> = outer
        .filter(|item| item.outer)
        .map(|item| item.name.span)
        .collect();
    for item in &mut stack.lets {
        item.outer |= outer.contains(&item.name.span);
    }
    for (name, brought) in &mut stack.kinds {
        brought.used &= space.contains_key(name);
    }
}

/// Of the names those that are components which could be made.
fn seen<'a, 'n>(
    names: impl Iterator<Item = &'n Arc<str>>,
    space: &Space,
    built: &[Option<Rc<Component<'a>>>],
) -> Components<'a> {
    let known = names.filter_map(|name| {
        let at = space.get(name)?;
        Some((name.clone(), built.get(*at)?.clone()?))
    });
    known.collect()
}

fn component<'a>(
    draft: Draft,
    built: &[Option<Rc<Component<'a>>>],
    shared: &Shared<'a>,
    diagnostics: &mut Diagnostics,
) -> Component<'a> {
    let Draft { name, items, space } = draft;
    for param in items.params.iter() {
        if meta::is_common(&param.name.text) {
            diagnostics.push(errors::component::param_name(
                &param.name.text,
                param.name.span,
            ));
        }
    }
    let contained = seen(items.kinds.keys(), &space, built);
    let (world, found) = World::new(shared, items, contained, None);
    diagnostics.extend(found);
    let params = world.items.params.iter().zip(&world.params);
    let params = params.filter(|(item, _)| !meta::is_common(&item.name.text));
    let params = params.map(|(item, ty)| {
        let optional = item.default.is_some() || matches!(ty, Type::Optional(_));
        FieldSpec {
            name: item.name.text.clone(),
            ty: ty.clone(),
            required: !optional,
            default: item
                .default
                .as_ref()
                .map(|value| crate::render::expression(value).into()),
            constraint: None,
            known: false,
            doc: item.doc.as_ref().map_or("".into(), |doc| doc.text.clone()),
        }
    });
    let params = params.collect();
    let (outputs, found) = check::component(&world);
    diagnostics.extend(found);
    let fields = outputs.into_iter().map(|(name, ty)| {
        let spec = FieldSpec::new(&name, ty, "");
        spec.required()
    });
    let ty = Type::Object(Arc::new(ObjectType {
        name: name.text.clone(),
        fields: fields.collect(),
    }));
    Component {
        name: name.text,
        params,
        ty,
        world,
    }
}

/// The components in an order in which each comes after those it contains; rings are errors.
fn order(drafts: &[Draft], diagnostics: &mut Diagnostics) -> Vec<usize> {
    let mut graph: DiGraph<usize, Span> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..drafts.len()).map(|at| graph.add_node(at)).collect();
    for (draft, from) in drafts.iter().zip(&nodes) {
        let mut visit = |kind: &Name| {
            let to = draft.space.get(&kind.text).and_then(|at| nodes.get(*at));
            if let Some(to) = to {
                graph.add_edge(*from, *to, kind.span);
            }
        };
        kinds_named(&draft.items, &mut visit);
    }
    let name = |at: NodeIndex| graph.node_weight(at).and_then(|at| drafts.get(*at));
    let text = |at: NodeIndex| name(at).map_or(String::new(), |d| d.name.text.to_string());
    let mut out = Vec::with_capacity(drafts.len());
    let mut depths = vec![0_usize; drafts.len()];
    for group in kosaraju_scc(&graph) {
        if rings::is_ring(&graph, &group) {
            let first = group.iter().copied();
            let first = first.min_by_key(|at| name(*at).map(|draft| draft.name.span));
            let Some((start, draft)) = first.and_then(|at| Some((at, name(at)?))) else {
                continue;
            };
            let steps = rings::round(&graph, &group, start);
            let steps: Vec<_> = steps
                .into_iter()
                .map(|(from, to, span)| (text(from), text(to), span))
                .collect();
            diagnostics.push(errors::component::recursion(draft.name.span, &steps));
        }
        for at in group {
            let below = graph.neighbors(at).filter_map(|to| depths.get(to.index()));
            let depth = below.max().map_or(0, |depth| depth + 1);
            if let Some(slot) = depths.get_mut(at.index()) {
                *slot = depth;
            }
            match name(at) {
                Some(draft) if depth >= MAX_DEPTH => {
                    let Name { text, span } = &draft.name;
                    let error = errors::component::depth(text, *span, MAX_DEPTH);
                    diagnostics.push(error);
                }
                _ => out.push(at.index()),
            }
        }
    }
    out
}

/// Calls `visit` with every name that may be a component's: kinds of declarations, and types.
pub(crate) fn kinds_named(items: &Items, visit: &mut dyn FnMut(&Name)) {
    items.decls.iter().for_each(|item| visit(&item.decl.kind));
    let params = items.params.iter().map(|item| &item.ty);
    let lets = items.lets.iter().filter_map(|item| item.ty.as_ref());
    let outputs = items.outputs.iter().filter_map(|item| item.ty.as_ref());
    params
        .chain(lets)
        .chain(outputs)
        .for_each(|ty| types_named(ty, visit));
}

fn types_named(ty: &TypeExpr, visit: &mut dyn FnMut(&Name)) {
    match &ty.kind {
        TypeKind::Named { path, argument } => {
            if let [name] = path.as_slice() {
                visit(name);
            }
            argument.iter().for_each(|inner| types_named(inner, visit));
        }
        TypeKind::Object(fields) => fields.iter().for_each(|(_, ty)| types_named(ty, visit)),
        TypeKind::Bad => {}
    }
}
