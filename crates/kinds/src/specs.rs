//! Short ways to write what kinds are made of: types, fields and constraints.

use formwork_schema::{
    AttributeSpec, CallType, Constraint, Dimension, FieldSpec, ObjectType, Quantity, Type,
};
use rust_decimal::Decimal;
use std::sync::Arc;

/// `size`.
pub(crate) fn size() -> Type {
    Type::Quantity(Dimension::Size)
}

/// `duration`.
pub(crate) fn duration() -> Type {
    Type::Quantity(Dimension::Duration)
}

/// A reference to a declaration of a kind.
pub(crate) fn kind(name: &str) -> Type {
    Type::Kind(name.into())
}

/// A nested object.
pub(crate) fn object(name: &str, fields: Vec<FieldSpec>) -> Type {
    Type::Object(Arc::new(ObjectType {
        name: name.into(),
        fields,
    }))
}

/// A choice with details; the first `positional` parameters need no name.
pub(crate) fn call(name: &str, parameters: Vec<FieldSpec>, positional: usize) -> Type {
    Type::Call(Arc::new(CallType {
        name: name.into(),
        parameters,
        positional,
    }))
}

/// The `usage` block of a kind: what it is expected to do in a month.
pub(crate) fn usage(fields: Vec<FieldSpec>) -> Option<Type> {
    Some(object("usage", fields))
}

/// A number of times a month, in a `usage` block.
pub(crate) fn monthly(name: &str, doc: &str) -> FieldSpec {
    let times = numbers(0, 1_000_000_000_000);
    field(name, Type::Number, doc).constraint(times)
}

/// An amount of data, in a `usage` block.
pub(crate) fn volume(name: &str, doc: &str) -> FieldSpec {
    field(name, size(), doc)
}

/// An optional field.
pub(crate) fn field(name: &str, ty: Type, doc: &str) -> FieldSpec {
    FieldSpec::new(name, ty, doc)
}

/// A quantity from `min` to `max` in steps of `step`.
pub(crate) fn between(min: Quantity, max: Quantity, step: Option<Quantity>) -> Constraint {
    Constraint::QuantityRange { min, max, step }
}

/// A number from `min` to `max`.
pub(crate) fn numbers(min: i64, max: i64) -> Constraint {
    Constraint::NumberRange {
        min: Decimal::from(min),
        max: Decimal::from(max),
    }
}

/// So many characters.
pub(crate) fn characters(min: usize, max: usize) -> Constraint {
    Constraint::Length { min, max }
}

/// So many items.
pub(crate) fn items(min: usize, max: usize) -> Constraint {
    Constraint::Items { min, max }
}

/// A string of a pattern, said in words.
pub(crate) fn pattern(pattern: &str, words: &str) -> Constraint {
    Constraint::Pattern {
        pattern: pattern.into(),
        words: words.into(),
    }
}

/// An attribute of the main resource.
pub(crate) fn attribute(
    name: &'static str,
    property: &'static str,
    doc: &'static str,
) -> AttributeSpec {
    AttributeSpec {
        name,
        ty: Type::String,
        part: None,
        property,
        doc,
    }
}

/// An attribute of a lowered part; optional if the part may not be there.
pub(crate) fn part_attribute(
    name: &'static str,
    ty: Type,
    part: &'static str,
    property: &'static str,
    doc: &'static str,
) -> AttributeSpec {
    AttributeSpec {
        name,
        ty,
        part: Some(part),
        property,
        doc,
    }
}

/// A permission: `uploads.read`, `iam(actions = …, resources = …)`.
pub(crate) fn permission() -> Type {
    let iam = call(
        "iam",
        vec![
            field(
                "actions",
                Type::String.list(),
                "IAM actions: `[\"ses:SendEmail\"]`.",
            )
            .required()
            .constraint(items(1, 100)),
            field(
                "resources",
                Type::String.list(),
                "ARNs the actions are for.",
            )
            .required()
            .constraint(items(1, 100)),
        ],
        0,
    );
    Type::one_of([Type::Permission, iam])
}

/// What code may do: `[uploads.read, iam(actions = …, resources = …)]`.
pub(crate) fn access_field() -> FieldSpec {
    field(
        "access",
        permission().list(),
        "What the code may do, by verbs of other declarations.",
    )
    .known()
}
