//! The types of the language, and the constraints AWS puts on a field's values.

use crate::{Dimension, Quantity, Shape};
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// A type: what values a place takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Takes anything (arguments of `json(…)`).
    Any,
    /// `string`.
    String,
    /// `bool`.
    Bool,
    /// `number`: a decimal.
    Number,
    /// `int`: a whole number.
    Int,
    /// `size`, `duration`, `percent`, `rate`.
    Quantity(Dimension),
    /// One of a set of words, built in or declared with `enum`.
    Enum(Arc<EnumType>),
    /// A call such as `jwt(issuer = …)`, with typed parameters.
    Call(Arc<CallType>),
    /// `list(T)`.
    List(Box<Type>),
    /// `map(T)`: string keys.
    Map(Box<Type>),
    /// `{ a: T, b: U }` or a kind's nested object.
    Object(Arc<ObjectType>),
    /// `T?`: also `none`.
    Optional(Box<Type>),
    /// A declared resource of a kind: `target: service`. The raw kind is `resource`.
    Kind(Arc<str>),
    /// What code may do: `uploads.read(prefix = "a/")`.
    Permission,
    /// What may start something: `uploads.created(…)`.
    Event,
    /// A measure an alarm watches: `target.errors`.
    Metric,
    /// A string that is a path relative to the file it is written in.
    Path,
    /// A value of a CloudFormation property, with the shape that AWS's schema gives it.
    Raw(Arc<Shape>),
    /// Any one of several types, tried in order.
    OneOf(Arc<[Type]>),
    /// The value `env`.
    Env,
    /// The type of what could not be typed; fits everywhere, so that one mistake gives one error.
    Error,
}

impl Type {
    /// `T?` of this type; an optional stays as it is.
    #[must_use]
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) => self,
            other => Type::Optional(Box::new(other)),
        }
    }

    /// `list(T)` of this type.
    #[must_use]
    pub fn list(self) -> Type {
        Type::List(Box::new(self))
    }

    /// `map(T)` of this type.
    #[must_use]
    pub fn map(self) -> Type {
        Type::Map(Box::new(self))
    }

    /// Any one of the given types.
    pub fn one_of(types: impl IntoIterator<Item = Type>) -> Type {
        Type::OneOf(types.into_iter().collect())
    }

    /// The enum of the given words, named `name` in messages.
    pub fn words(name: &str, members: &[&str]) -> Type {
        let members = members.iter().map(|member| Arc::from(*member)).collect();
        Type::Enum(Arc::new(EnumType {
            name: name.into(),
            members,
        }))
    }
}

impl fmt::Display for Type {
    /// The type as a user would write or say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("any value"),
            Type::String => f.write_str("string"),
            Type::Bool => f.write_str("bool"),
            Type::Number => f.write_str("number"),
            Type::Int => f.write_str("int"),
            Type::Quantity(dimension) => f.write_str(dimension.type_name()),
            Type::Enum(words) => f.write_str(&words.name),
            Type::Call(call) => write!(f, "{}(…)", call.name),
            Type::List(item) => write!(f, "list({item})"),
            Type::Map(item) => write!(f, "map({item})"),
            Type::Object(object) => f.write_str(&object.name),
            Type::Optional(inner) => write!(f, "{inner}?"),
            Type::Kind(kind) => f.write_str(kind),
            Type::Permission => f.write_str("permission"),
            Type::Event => f.write_str("event"),
            Type::Metric => f.write_str("metric"),
            Type::Path => f.write_str("path"),
            Type::Raw(shape) => write!(f, "{shape}"),
            Type::OneOf(types) => {
                for (at, ty) in types.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{ty}")?;
                }
                Ok(())
            }
            Type::Env => f.write_str("environment"),
            Type::Error => f.write_str("unknown"),
        }
    }
}

/// A set of words.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumType {
    /// Its name in messages.
    pub name: Arc<str>,
    /// The words, in the order they are offered.
    pub members: Vec<Arc<str>>,
}

/// A choice with details: `jwt(issuer = "…", audience = […])`.
#[derive(Debug, Clone, PartialEq)]
pub struct CallType {
    /// The word called.
    pub name: Arc<str>,
    /// Its parameters; the first [`CallType::positional`] of them may be given without a name, in order.
    pub parameters: Vec<FieldSpec>,
    /// How many parameters may be positional.
    pub positional: usize,
}

/// An object with known fields.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectType {
    /// Its name in messages: `cors`, or `{ a, b }` of an object type as written.
    pub name: Arc<str>,
    /// Its fields.
    pub fields: Vec<FieldSpec>,
}

/// A field of a kind, of a nested object or a parameter of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSpec {
    /// Its name.
    pub name: Arc<str>,
    /// What it takes.
    pub ty: Type,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given, as it would be written, for documentation: `128MB`.
    pub default: Option<Arc<str>>,
    /// What AWS allows.
    pub constraint: Option<Constraint>,
    /// Whether its value must be known at plan, because it decides what exists.
    pub known: bool,
    /// One sentence, shown on hover and by `schema`.
    pub doc: Arc<str>,
}

impl FieldSpec {
    /// An optional field of a type.
    pub fn new(name: &str, ty: Type, doc: &str) -> Self {
        FieldSpec {
            name: name.into(),
            ty,
            required: false,
            default: None,
            constraint: None,
            known: false,
            doc: doc.into(),
        }
    }

    /// Makes it required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Says what holds when it is not given.
    #[must_use]
    pub fn default(mut self, text: &str) -> Self {
        self.default = Some(text.into());
        self
    }

    /// Adds what AWS allows.
    #[must_use]
    pub fn constraint(mut self, constraint: Constraint) -> Self {
        self.constraint = Some(constraint);
        self
    }

    /// Says that the value must be known at plan.
    #[must_use]
    pub fn known(mut self) -> Self {
        self.known = true;
        self
    }
}

/// What AWS allows of a field's value, beyond its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// A quantity from `min` to `max`, both included, in whole steps of `step` (base units, from zero).
    QuantityRange {
        /// The least.
        min: Quantity,
        /// The most.
        max: Quantity,
        /// The step, if it is not any.
        step: Option<Quantity>,
    },
    /// A number from `min` to `max`, both included.
    NumberRange {
        /// The least.
        min: Decimal,
        /// The most.
        max: Decimal,
    },
    /// A string's length in characters, both included.
    Length {
        /// The least.
        min: usize,
        /// The most.
        max: usize,
    },
    /// The number of items of a list or map, both included.
    Items {
        /// The least.
        min: usize,
        /// The most.
        max: usize,
    },
    /// A string that matches a pattern (ECMA syntax as in AWS's schemas), with what it means in words.
    Pattern {
        /// The pattern.
        pattern: Arc<str>,
        /// In words: "letters, digits and `-`".
        words: Arc<str>,
    },
}
