//! The bounds of evaluation: steps taken, and items copied or made.

use crate::check::MAX_NESTING;
use crate::errors;
use formwork_diag::{Diagnostic, Span};
use formwork_schema::{Call, Deferred, Fields, Member, Node, Piece, Prop, Val, Value};
use std::sync::Arc;

/// Expressions evaluated in one environment: so many, and so many more for each declaration.
const STEPS: (u64, u64) = (2_000_000, 500);
/// Items of lists, fields of objects and eighths of bytes of strings that are copied or made, likewise.
const SIZE: (u64, u64) = (1_000_000, 100);
/// What a field of an object takes, in items of a list: its name is kept twice.
pub(super) const FIELD: u64 = 3;
/// The most a value that is not known yet may expand to when it becomes known.
const DEFERRED: usize = 20_000;

/// What is left.
pub(super) struct Budget {
    steps: u64,
    size: u64,
    most_steps: u64,
    most_size: u64,
    error: Option<Diagnostic>,
}

impl Budget {
    /// The room of a stack with so many declarations.
    pub(super) fn new(decls: usize) -> Self {
        let most = |(base, each): (u64, u64)| base + each * decls as u64;
        Budget {
            steps: 0,
            size: 0,
            most_steps: most(STEPS),
            most_size: most(SIZE),
            error: None,
        }
    }

    /// Takes a step; `false` if none is left.
    pub(super) fn step(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps > self.most_steps && self.error.is_none() {
            self.error = Some(errors::limits::steps(span, self.most_steps));
        }
        self.error.is_none()
    }

    /// Takes room for items; `false` if there is not enough.
    pub(super) fn grow(&mut self, items: u64, span: Span) -> bool {
        self.size = self.size.saturating_add(items);
        if self.size > self.most_size && self.error.is_none() {
            self.error = Some(errors::limits::size(span, self.most_size));
        }
        self.error.is_none()
    }

    /// Takes room for the bytes of a string.
    pub(super) fn text(&mut self, bytes: usize, span: Span) -> bool {
        self.grow(bytes as u64 / 8, span)
    }

    /// Takes room for a value that is not known yet, as large as it will become.
    pub(super) fn deferred(&mut self, deferred: &Deferred, span: Span) -> bool {
        let mut left = DEFERRED;
        let weight = weigh(deferred, &mut left, MAX_NESTING);
        self.steps += (DEFERRED - left) as u64;
        if self.error.is_none() {
            self.error = match weight {
                Weight::Fits => None,
                Weight::Large => Some(errors::limits::size(span, DEFERRED as u64)),
                Weight::Deep => Some(errors::limits::depth(span, MAX_NESTING)),
            };
        }
        self.error.is_none()
    }

    /// The error that ended the evaluation.
    pub(super) fn exhausted(self) -> Option<Diagnostic> {
        self.error
    }

    /// A copy of a value used at `span`, with the place it was written.
    pub(super) fn reuse(&mut self, val: &Val, span: Span) -> Val {
        self.copy(val, span, MAX_NESTING)
    }

    fn copy(&mut self, val: &Val, span: Span, depth: usize) -> Val {
        let items = match &val.value {
            Value::List(items) => items.len(),
            Value::Object(fields) => FIELD as usize * fields.len(),
            _ => 0,
        };
        let Some(depth) = self
            .deeper(depth, span)
            .filter(|_| self.grow(items as u64, span))
        else {
            return Val::new(Value::Error, span);
        };
        let value = match &val.value {
            Value::List(items) => Value::List(
                items
                    .iter()
                    .map(|item| self.copy(item, span, depth))
                    .collect(),
            ),
            Value::Object(fields) => Value::Object(self.fields(fields, span, depth)),
            Value::Call(call) => Value::Call(Arc::new(Call {
                name: call.name.clone(),
                name_span: span,
                arguments: self.fields(&call.arguments, span, depth),
            })),
            Value::Member(member) => Value::Member(Arc::new(Member {
                name_span: span,
                arguments: self.fields(&member.arguments, span, depth),
                ..Member::clone(member)
            })),
            other => other.clone(),
        };
        Val {
            value,
            span,
            origin: Some(val.written()),
        }
    }

    fn fields(&mut self, fields: &Fields, span: Span, depth: usize) -> Fields {
        let mut out = Fields::with_capacity(fields.len());
        for (name, _, val) in fields.all() {
            let val = self.copy(val, span, depth);
            out.insert(name.clone(), span, val);
        }
        out
    }

    /// One level down; `None`, with the error, if there is none left.
    fn deeper(&mut self, depth: usize, span: Span) -> Option<usize> {
        if depth == 0 && self.error.is_none() {
            self.error = Some(errors::limits::depth(span, MAX_NESTING));
        }
        depth.checked_sub(1)
    }
}

/// What counting a value that is not known came to.
enum Weight {
    Fits,
    Large,
    Deep,
}

fn weigh(deferred: &Deferred, left: &mut usize, depth: usize) -> Weight {
    let (Some(rest), Some(depth)) = (left.checked_sub(1), depth.checked_sub(1)) else {
        return if depth == 0 {
            Weight::Deep
        } else {
            Weight::Large
        };
    };
    *left = rest;
    match deferred {
        Deferred::Attribute { .. } | Deferred::Account | Deferred::Output { .. } => Weight::Fits,
        Deferred::Concat(pieces) => all(pieces.iter().map(|piece| match piece {
            Piece::Text(_) => Weight::Fits,
            Piece::Value(value) => weigh(value, left, depth),
        })),
        Deferred::Apply { on, arguments, .. } => {
            let nodes = std::iter::once(&**on).chain(arguments);
            all(nodes.map(|node| weigh_node(node, left, depth)))
        }
        Deferred::Json(node) => weigh_node(node, left, depth),
    }
}

fn weigh_node(node: &Node, left: &mut usize, depth: usize) -> Weight {
    match &node.prop {
        Prop::List(items) => all(items.iter().map(|item| weigh_node(item, left, depth))),
        Prop::Map(map) => all(map.values().map(|value| weigh_node(value, left, depth))),
        Prop::Deferred(deferred) => weigh(deferred, left, depth),
        _ => Weight::Fits,
    }
}

/// The first that does not fit.
fn all(mut weights: impl Iterator<Item = Weight>) -> Weight {
    weights
        .find(|weight| !matches!(weight, Weight::Fits))
        .unwrap_or(Weight::Fits)
}
