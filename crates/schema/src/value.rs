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

/// Fields of an object or entries of a map, in the order written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(IndexMap<Arc<str>, Given, FxBuildHasher>);

/// A field as it was given.
#[derive(Debug, Clone, PartialEq)]
struct Given {
    /// Where the name was written (for a field that came by a spread: the spread).
    name: Span,
    val: Val,
}

impl Fields {
    /// No fields, with room for `count`.
    pub fn with_capacity(count: usize) -> Self {
        Fields(IndexMap::with_capacity_and_hasher(count, FxBuildHasher))
    }

    /// How many fields were given, those that are `none` among them.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no field was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field was given, if only as `none`.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a field as given, perhaps `none`.
    pub fn given(&self, name: &str) -> Option<&Val> {
        self.0.get(name).map(|given| &given.val)
    }

    /// The value of a field; `none` counts as absent.
    pub fn get(&self, name: &str) -> Option<&Val> {
        self.given(name).filter(|val| val.value != Value::None)
    }

    /// Where a field's name was written; `none` counts as absent.
    pub fn name_span(&self, name: &str) -> Option<Span> {
        let given = self.0.get(name);
        let given = given.filter(|given| given.val.value != Value::None);
        given.map(|given| given.name)
    }

    /// Sets a field.
    pub fn insert(&mut self, name: Arc<str>, name_span: Span, val: Val) {
        let name_and_value = Given {
            name: name_span,
            val,
        };
        self.0.insert(name, name_and_value);
    }

    /// Takes one value out; the order of the others may change.
    pub fn take(&mut self, name: &str) -> Option<Val> {
        self.0.swap_remove(name).map(|given| given.val)
    }

    /// Names and values that are not `none`, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Val)> {
        let all = self.all().map(|(name, _, val)| (name, val));
        all.filter(|(_, val)| val.value != Value::None)
    }

    /// Names, where they were written, and values, `none` among them, in order.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<str>, Span, &Val)> {
        let all = self.0.iter();
        all.map(|(name, given)| (name, given.name, &given.val))
    }

    /// The values, to be changed.
    pub fn vals_mut(&mut self) -> impl Iterator<Item = &mut Val> {
        self.0.values_mut().map(|given| &mut given.val)
    }

    /// All of them, taken apart.
    pub fn into_all(self) -> impl Iterator<Item = (Arc<str>, Span, Val)> {
        let all = self.0.into_iter();
        all.map(|(name, given)| (name, given.name, given.val))
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
    /// An output of another stack, where nobody has read that stack's state: known at plan.
    Output {
        /// The other stack.
        stack: Arc<str>,
        /// The output.
        output: Arc<str>,
    },
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
            Deferred::Account | Deferred::Output { .. } => {}
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
