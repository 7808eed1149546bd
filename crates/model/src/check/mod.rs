//! Types of every expression, before any environment: what can be said of a stack whatever its values are.
//!
//! In: the [`World`]. Out: the type of each `let` and the diagnostics. Checking goes both ways: an expression that
//! stands where a type is expected is checked against it, so that a mistake is found at the exact words.

mod blocks;
mod calls;
mod decls;
mod expectations;
mod expressions;
mod fit;
mod members;
mod names;
mod operators;
mod quoted;
mod raw;
mod teach;
mod words;

pub(crate) use calls::{every_and_cron, is_function};
pub(crate) use decls::bare_path;

use crate::errors;
use crate::graph::Node;
use crate::items::{Global, OutputItem};
use crate::names::{TypeReader, World};
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{FieldSpec, ResourceType, Shape, Type};
use formwork_syntax::ast::{Binder, Expr, ExprKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use words::Words;

/// Expressions may be nested this deep; the parser allows 128, and each is entered at most three times.
pub(crate) const MAX_DEPTH: usize = 400;

/// Values and types are nested this deep at most.
pub(crate) const MAX_NESTING: usize = 128;
/// The type of a `let` has at most so many parts; what is larger is a bomb.
const MAX_TYPE: usize = 20_000;
/// Near names are sought for so many unknown ones; seeking them for thousands would take long.
const MAX_SUGGESTIONS: usize = 200;

/// What a place expects: a type, and whether `none` will do.
#[derive(Clone, Copy)]
pub(crate) struct Want<'t> {
    pub ty: &'t Type,
    pub none: bool,
}

impl<'t> Want<'t> {
    pub(crate) fn of(ty: &'t Type) -> Self {
        match ty {
            Type::Optional(inner) => Want {
                ty: inner,
                none: true,
            },
            ty => Want { ty, none: false },
        }
    }

    fn optional(self) -> Self {
        Want { none: true, ..self }
    }
}

struct Local {
    name: Arc<str>,
    span: Span,
    ty: Type,
}

/// The checker of one stack.
pub(crate) struct Checker<'w> {
    world: &'w World<'w>,
    lets: Vec<Type>,
    locals: Vec<Local>,
    /// Conditions that hold (or do not) where the checker is.
    facts: Vec<(&'w Expr, bool)>,
    words: Words,
    /// The type whose properties are being checked.
    raw: Option<Arc<ResourceType>>,
    /// The property that is being checked.
    property: Arc<str>,
    any: Arc<Shape>,
    /// The fields that every declaration has, by kind.
    common: FxHashMap<&'static str, Arc<[FieldSpec]>>,
    /// The name of the field whose value is being checked, for what is missing in it.
    owner: Option<Span>,
    suggested: std::cell::Cell<usize>,
    /// Whether a type too large was reported: what is made of it is most likely the next one.
    limited: bool,
    /// Whether what a test expects is being checked: there declarations have their fields as members.
    expecting: bool,
    depth: usize,
    diagnostics: Diagnostics,
}

/// The outputs of a stack or component, in the order written.
pub(crate) type Outputs = Vec<(Arc<str>, Type)>;

/// Checks the whole stack; gives its outputs with their types.
pub(crate) fn check(world: &World<'_>) -> (Outputs, Diagnostics) {
    let mut checker = Checker::new(world);
    let outputs = checker.stack();
    (outputs, checker.finish())
}

/// Checks a component; gives its outputs with their types.
pub(crate) fn component(world: &World<'_>) -> (Outputs, Diagnostics) {
    let mut checker = Checker::new(world);
    checker.values();
    for at in 0..world.items.decls.len() {
        checker.decl(at);
    }
    let outputs = world.items.outputs.iter();
    let outputs = outputs.map(|output| {
        let ty = checker.output(output);
        (output.name.text.clone(), words::without_words(&ty))
    });
    let outputs = outputs.collect();
    checker.assertions();
    (outputs, checker.finish())
}

/// Checks one expression on its own, with the stack's names in scope.
pub(crate) fn check_expression(world: &World<'_>, expr: &Expr, want: Option<&Type>) -> Diagnostics {
    let mut checker = Checker::new(world);
    for node in &world.order.nodes {
        if let Node::Let(at) = node {
            checker.let_type(*at, world.order.circular.contains(node));
        }
    }
    checker.diagnostics = Diagnostics::new();
    checker.words = Words::default();
    match want {
        Some(want) => checker.check(expr, Want::of(want)),
        None => {
            checker.operand(expr);
        }
    }
    checker.finish()
}

impl<'w> Checker<'w> {
    fn new(world: &'w World<'w>) -> Self {
        Checker {
            world,
            lets: vec![Type::Error; world.items.lets.len()],
            locals: Vec::new(),
            facts: Vec::new(),
            words: Words::default(),
            raw: None,
            property: "".into(),
            any: Arc::new(Shape::default()),
            common: FxHashMap::default(),
            owner: None,
            suggested: std::cell::Cell::new(0),
            limited: false,
            expecting: false,
            depth: 0,
            diagnostics: Diagnostics::new(),
        }
    }

    fn finish(mut self) -> Diagnostics {
        for open in self.words.unplaced() {
            if open.called {
                self.unknown_word(&open);
                continue;
            }
            let near = self.nearest_name(&open.text);
            self.push(errors::name::unplaced(
                &open.text,
                open.span,
                near.as_deref(),
            ));
        }
        self.diagnostics
    }

    fn stack(&mut self) -> Outputs {
        let world = self.world;
        self.values();
        self.environments();
        for at in 0..world.items.decls.len() {
            self.decl(at);
        }
        let mut outputs = Outputs::new();
        for output in &world.items.outputs {
            let found = self.output(output);
            self.shown(&found, &output.value);
            outputs.push((output.name.text.clone(), words::without_words(&found)));
        }
        self.assertions();
        self.tests();
        outputs
    }

    /// Lets, and the defaults of params.
    fn values(&mut self) {
        let world = self.world;
        for node in &world.order.nodes {
            if let Node::Let(at) = node {
                let circular = world.order.circular.contains(node);
                self.let_type(*at, circular);
            }
        }
        for (item, ty) in world.items.params.iter().zip(&world.params) {
            if let Some(default) = &item.default {
                self.check(default, Want::of(ty));
            }
        }
    }

    fn output(&mut self, output: &'w OutputItem) -> Type {
        match &output.ty {
            Some(ty) => {
                let ty = self.written_type(ty);
                self.check(&output.value, Want::of(&ty));
                ty
            }
            None => self.operand(&output.value),
        }
    }

    fn assertions(&mut self) {
        for assert in &self.world.items.asserts {
            self.check(&assert.condition, Want::of(&Type::Bool));
            self.check(&assert.message, Want::of(&Type::String));
        }
    }

    /// An output is shown and kept: it must be plain data.
    fn shown(&mut self, found: &Type, value: &'w Expr) {
        let Some(inner) = no_data(found) else {
            return;
        };
        let (inner, found) = (inner.clone(), found.clone());
        if inner == found {
            return self.expect(&inner, Want::of(&Type::String), value);
        }
        let (held, whole) = (
            teach::words(self.world, &inner),
            teach::words(self.world, &found),
        );
        let text = crate::render::expression(value);
        let span = value.span;
        self.push(errors::types::held(&whole, &held, &text, span, &found));
    }

    fn let_type(&mut self, at: usize, circular: bool) {
        let Some(item) = self.world.items.lets.get(at) else {
            return;
        };
        let found = match &item.ty {
            Some(ty) => {
                let ty = self.written_type(ty);
                if !circular {
                    self.check(&item.value, Want::of(&ty));
                }
                ty
            }
            None if circular => Type::Error,
            None => {
                let found = self.infer(&item.value);
                self.bounded(found, &item.value)
            }
        };
        if let Some(slot) = self.lets.get_mut(at) {
            *slot = found;
        }
    }

    /// A type within the bounds; what is larger or deeper is an error here, so that it is none later.
    fn bounded(&mut self, ty: Type, value: &Expr) -> Type {
        let span = value.span;
        let mut left = MAX_TYPE;
        if weigh(&ty, &mut left, MAX_NESTING) {
            return ty;
        }
        let error = match left {
            0 => errors::limits::size(span, MAX_TYPE as u64),
            _ => errors::limits::depth(span, MAX_NESTING),
        };
        // What is too deep as it is written the parser told.
        if !self.limited && !ends_unread(value) {
            self.push(error);
        }
        self.limited = true;
        Type::Error
    }

    fn environments(&mut self) {
        let world = self.world;
        let tags = Type::String.map();
        let settings = &world.settings;
        for expr in settings
            .tags
            .iter()
            .chain(settings.envs.iter().filter_map(|env| env.tags.as_ref()))
        {
            self.check(expr, Want::of(&tags));
            self.reserved_tags(expr);
        }
        for env in &settings.envs {
            for (name, value) in &env.values {
                let param = match world.entry(name).map(|entry| entry.global) {
                    Some(Global::Param(at)) => world.params.get(at),
                    _ => None,
                };
                if let Some(ty) = param {
                    self.check(value, Want::of(ty));
                }
            }
        }
    }

    fn written_type(&mut self, ty: &formwork_syntax::ast::TypeExpr) -> Type {
        let world = self.world;
        let mut reader = TypeReader {
            vocabulary: world.vocabulary,
            items: &world.items,
            components: &world.components,
            enums: &world.enums,
            diagnostics: Diagnostics::new(),
        };
        let read = reader.read(ty);
        self.diagnostics.extend(reader.diagnostics);
        read
    }

    fn push(&mut self, diagnostic: formwork_diag::Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Runs `inside` with the binder's names in scope; `inside` gets whether what is walked is a map.
    fn bound(&mut self, binder: &'w Binder, inside: impl FnOnce(&mut Self)) {
        let (first, second) = self.binder_types(binder);
        let before = self.locals.len();
        self.bind(&binder.first, first);
        if let (Some(name), Some(ty)) = (&binder.second, second) {
            self.bind(name, ty);
        }
        inside(self);
        self.locals.truncate(before);
    }

    fn bind(&mut self, name: &formwork_syntax::ast::Name, ty: Type) {
        if name.text.is_empty() {
            return;
        }
        let outer = self
            .locals
            .iter()
            .rev()
            .find(|local| local.name == name.text)
            .map(|local| local.span);
        let outer = outer.or_else(|| self.world.entry(&name.text).map(|entry| entry.span));
        if outer.is_some() || &*name.text == "env" {
            self.push(errors::name::shadow(&name.text, name.span, outer));
        }
        self.locals.push(Local {
            name: name.text.clone(),
            span: name.span,
            ty,
        });
    }

    /// The types of a binder's names.
    fn binder_types(&mut self, binder: &'w Binder) -> (Type, Option<Type>) {
        let over = self.operand(&binder.over);
        match &over {
            Type::List(item) if binder.second.is_some() => (Type::Int, Some((**item).clone())),
            Type::List(item) => ((**item).clone(), None),
            Type::Map(_) | Type::Object(_) => {
                let item = self.item_type(&over);
                match binder.second {
                    Some(_) => (Type::String, Some(item)),
                    None => (item, None),
                }
            }
            Type::Error | Type::Any | Type::Raw(_) => (Type::Error, Some(Type::Error)),
            Type::Optional(inner) => {
                self.optional_error(&binder.over, inner, None);
                (Type::Error, Some(Type::Error))
            }
            other => {
                let error = errors::types::operand(
                    "for … in",
                    &other.to_string(),
                    binder.over.span,
                    "walk over a list or a map: `for x in [\"a\", \"b\"]`",
                );
                self.push(error);
                (Type::Error, Some(Type::Error))
            }
        }
    }

    /// The type of the items of a list, map or object.
    fn item_type(&mut self, of: &Type) -> Type {
        match of {
            Type::List(item) | Type::Map(item) => (**item).clone(),
            Type::Object(object) => {
                let types = object.fields.iter().map(|field| field.ty.clone());
                types.fold(Type::Error, |all, ty| self.join(all, ty))
            }
            _ => Type::Error,
        }
    }

    /// Runs `inside` knowing that a condition holds (or does not).
    fn knowing<T>(
        &mut self,
        condition: &'w Expr,
        holds: bool,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.facts.len();
        self.learn(condition, holds);
        let out = inside(self);
        self.facts.truncate(before);
        out
    }

    /// The declaration that a bare name stands for, with the name.
    fn declared(&self, expr: &Expr) -> Option<usize> {
        match &expr.kind {
            formwork_syntax::ast::ExprKind::Name(name) => match self.world.entry(name)?.global {
                Global::Decl(at) => Some(at),
                _ => None,
            },
            formwork_syntax::ast::ExprKind::Paren(inner) => self.declared(inner),
            _ => None,
        }
    }
}

/// What of a type is no plain data.
fn no_data(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Optional(inner) | Type::List(inner) | Type::Map(inner) => no_data(inner),
        Type::Object(object) => object.fields.iter().find_map(|field| no_data(&field.ty)),
        Type::Kind(_) | Type::Permission | Type::Event | Type::Metric | Type::Env => Some(ty),
        _ => None,
    }
}

/// Counts the parts of a type; `false` if there are too many or they are nested too deep.
fn weigh(ty: &Type, left: &mut usize, depth: usize) -> bool {
    let (Some(rest), Some(depth)) = (left.checked_sub(1), depth.checked_sub(1)) else {
        return false;
    };
    *left = rest;
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => weigh(inner, left, depth),
        Type::Object(object) => object
            .fields
            .iter()
            .all(|field| weigh(&field.ty, left, depth)),
        Type::Call(call) => call
            .parameters
            .iter()
            .all(|field| weigh(&field.ty, left, depth)),
        Type::OneOf(types) => types.iter().all(|ty| weigh(ty, left, depth)),
        _ => true,
    }
}

/// Whether the innermost item of a written list could not be read.
fn ends_unread(mut expr: &Expr) -> bool {
    while let ExprKind::List(items) = &expr.kind
        && let Some(first) = items.first()
    {
        expr = first;
    }
    matches!(expr.kind, ExprKind::Bad)
}
