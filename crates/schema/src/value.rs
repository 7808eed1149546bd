//! Values of the language after evaluation, each with the place it came from.

use crate::{Address, Node, Op, Quantity};
use formwork_diag::Span;
use indexmap::IndexMap;
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// A value, where it is used, and where it was written if that is elsewhere (through `let`, param or spread).
#[derive(Debug, Clone, PartialEq)]
pub struct Val {
    /// What it is.
    pub value: Value,
    /// Where it is used: what a diagnostic underlines.
    pub span: Span,
    /// Where it was written, if not at `span`: what a diagnostic names.
    pub origin: Option<Span>,
}

impl Val {
    /// A value written where it is used.
    pub fn new(value: impl Into<Value>, span: Span) -> Self {
        Val {
            value: value.into(),
            span,
            origin: None,
        }
    }

    /// The place it was written.
    pub fn written(&self) -> Span {
        self.origin.unwrap_or(self.span)
    }
}

/// Fields of an object, in the order written. A field's [`Field`](crate::Fields) key span is in `names`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// Values by name.
    pub values: IndexMap<Arc<str>, Val, FxBuildHasher>,
    /// Where each name was written (for a field that came by a spread: the spread).
    pub names: IndexMap<Arc<str>, Span, FxBuildHasher>,
}

impl Fields {
    /// No fields, with room for `count`.
    pub fn with_capacity(count: usize) -> Self {
        Fields {
            values: IndexMap::with_capacity_and_hasher(count, FxBuildHasher),
            names: IndexMap::with_capacity_and_hasher(count, FxBuildHasher),
        }
    }

    /// The value of a field; `none` counts as absent.
    pub fn get(&self, name: &str) -> Option<&Val> {
        self.values.get(name).filter(|val| val.value != Value::None)
    }

    /// Where a field's name was written.
    pub fn name_span(&self, name: &str) -> Option<Span> {
        self.names.get(name).copied()
    }

    /// Sets a field.
    pub fn insert(&mut self, name: Arc<str>, name_span: Span, value: Val) {
        self.names.insert(name.clone(), name_span);
        self.values.insert(name, value);
    }

    /// Names and values that are not `none`, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Val)> {
        self.values
            .iter()
            .filter(|(_, val)| val.value != Value::None)
    }
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `none`.
    None,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A number with a unit.
    Quantity(Quantity),
    /// A string that is known.
    String(Arc<str>),
    /// A bare word: a member of an enum.
    Word(Arc<str>),
    /// A list.
    List(Vec<Val>),
    /// An object or a map.
    Object(Fields),
    /// A choice with details: `jwt(…)`, `every(5min)`.
    Call(Arc<Call>),
    /// A whole declaration: `uploads`.
    Resource(ResourceRef),
    /// A permission, an event or a metric of a declaration.
    Member(Arc<Member>),
    /// `env`.
    Env,
    /// A path, resolved beneath the stack's root: `functions/resize` (with `/`, no leading `./`).
    Path(Arc<str>),
    /// Not known yet: at plan, or only after apply.
    Deferred(Arc<Deferred>),
    /// The value of what could not be evaluated; an error was reported there.
    Error,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

/// A reference to a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRef {
    /// The declaration (no part).
    pub address: Address,
    /// The CloudFormation type of a raw `resource`.
    pub resource_type: Option<Arc<str>>,
}

/// A word called with arguments: every parameter that was given, by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The word.
    pub name: Arc<str>,
    /// Where the word stands.
    pub name_span: Span,
    /// The arguments by parameter name.
    pub arguments: Fields,
}

/// `uploads.read(prefix = "a/")`, `uploads.created(…)`, `target.errors`.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Whose member it is.
    pub of: ResourceRef,
    /// Which sort of member.
    pub kind: MemberKind,
    /// Its name.
    pub name: Arc<str>,
    /// Where its name stands.
    pub name_span: Span,
    /// The arguments by parameter name; empty without a call.
    pub arguments: Fields,
}

/// The sorts of member that are no attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberKind {
    /// What code may do.
    Verb,
    /// What may start something.
    Event,
    /// What an alarm watches.
    Metric,
}

/// A value that is not known yet. Only a [`Resolver`](crate::Resolver) may replace it.
#[derive(Debug, Clone, PartialEq)]
pub enum Deferred {
    /// A property of a lowered resource, by its CloudFormation path (`Arn`, `Endpoint.Address`), or `id` for the
    /// primary identifier. Known at plan where the plan allocates it (names and what is made of them).
    Attribute {
        /// The lowered resource.
        of: Address,
        /// The property.
        property: Arc<str>,
    },
    /// The account, where the environment does not name it: known at plan.
    Account,
    /// A string put together.
    Concat(Vec<Piece>),
    /// A member of the language on a value that is not known: `web.url.lower()`.
    Apply {
        /// The member.
        op: Op,
        /// What it is a member of.
        on: Box<Node>,
        /// Its arguments.
        arguments: Vec<Node>,
    },
    /// The JSON text of a value.
    Json(Box<Node>),
}

/// A piece of a string put together.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Known text.
    Text(Arc<str>),
    /// A value shown in it.
    Value(Arc<Deferred>),
}

impl Deferred {
    /// Calls `visit` with every resource property this value needs.
    pub fn attributes(&self, visit: &mut dyn FnMut(&Address, &Arc<str>)) {
        match self {
            Deferred::Attribute { of, property } => visit(of, property),
            Deferred::Account => {}
            Deferred::Concat(pieces) => {
                for piece in pieces {
                    if let Piece::Value(value) = piece {
                        value.attributes(visit);
                    }
                }
            }
            Deferred::Apply { on, arguments, .. } => {
                on.attributes(visit);
                arguments
                    .iter()
                    .for_each(|argument| argument.attributes(visit));
            }
            Deferred::Json(node) => node.attributes(visit),
        }
    }
}
