//! The bounds of evaluation: steps taken, and items copied or made.

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
        let fits = weigh(deferred, &mut left);
        self.steps += (DEFERRED - left) as u64;
        if !fits && self.error.is_none() {
            self.error = Some(errors::limits::size(span, DEFERRED as u64));
        }
        self.error.is_none()
    }

    /// The error that ended the evaluation.
    pub(super) fn exhausted(self) -> Option<Diagnostic> {
        self.error
    }

    /// A copy of a value used at `span`, with the place it was written.
    pub(super) fn reuse(&mut self, val: &Val, span: Span) -> Val {
        let items = match &val.value {
            Value::List(items) => items.len(),
            Value::Object(fields) => FIELD as usize * fields.values.len(),
            _ => 0,
        };
        if !self.grow(items as u64, span) {
            return Val::new(Value::Error, span);
        }
        let value = match &val.value {
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.reuse(item, span)).collect())
            }
            Value::Object(fields) => Value::Object(self.fields(fields, span)),
            Value::Call(call) => Value::Call(Arc::new(Call {
                name: call.name.clone(),
                name_span: span,
                arguments: self.fields(&call.arguments, span),
            })),
            Value::Member(member) => Value::Member(Arc::new(Member {
                name_span: span,
                arguments: self.fields(&member.arguments, span),
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

    fn fields(&mut self, fields: &Fields, span: Span) -> Fields {
        let mut out = Fields::default();
        for (name, val) in &fields.values {
            let val = self.reuse(val, span);
            out.insert(name.clone(), span, val);
        }
        out
    }
}

fn weigh(deferred: &Deferred, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else {
        return false;
    };
    *left = rest;
    match deferred {
        Deferred::Attribute { .. } | Deferred::Account => true,
        Deferred::Concat(pieces) => pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value(value) => weigh(value, left),
        }),
        Deferred::Apply { on, arguments, .. } => {
            weigh_node(on, left) && arguments.iter().all(|argument| weigh_node(argument, left))
        }
        Deferred::Json(node) => weigh_node(node, left),
    }
}

fn weigh_node(node: &Node, left: &mut usize) -> bool {
    match &node.prop {
        Prop::List(items) => items.iter().all(|item| weigh_node(item, left)),
        Prop::Map(map) => map.values().all(|value| weigh_node(value, left)),
        Prop::Deferred(deferred) => weigh(deferred, left),
        _ => true,
    }
}
