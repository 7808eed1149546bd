//! Shapes of CloudFormation properties as types of the language, for attributes of raw resources.

use formwork_schema::{FieldSpec, ObjectType, ResourceType, Shape, ShapeKind, Type};
use std::sync::Arc;

/// The type of what a property holds when it is read; what is nested deeper than a few levels fits anything.
pub(crate) fn read_type(resource: &ResourceType, shape: &Arc<Shape>) -> Type {
    of(resource, shape, 4)
}

fn of(resource: &ResourceType, shape: &Arc<Shape>, depth: usize) -> Type {
    let shape = resource.resolve(shape);
    if depth == 0 {
        return Type::Error;
    }
    match &shape.kind {
        ShapeKind::Bool => Type::Bool,
        ShapeKind::Integer => Type::Int,
        ShapeKind::Number => Type::Number,
        ShapeKind::String => Type::String,
        ShapeKind::List(item) => of(resource, item, depth - 1).list(),
        ShapeKind::Map { values, .. } => of(resource, values, depth - 1).map(),
        ShapeKind::Object { properties, .. } => {
            let fields = properties.iter().map(|(name, shape)| {
                FieldSpec::new(name, of(resource, shape, depth - 1), "").required()
            });
            Type::Object(Arc::new(ObjectType {
                name: "object".into(),
                fields: fields.collect(),
            }))
        }
        ShapeKind::Any | ShapeKind::Ref(_) | ShapeKind::OneOf(_) => Type::Error,
    }
}

/// The words a shape allows, or `None` if it takes any text; `Some` of nothing where words make no sense.
pub(crate) fn words(shape: &Shape) -> Option<Vec<&str>> {
    let allowed: Vec<&str> = shape
        .allowed
        .iter()
        .filter_map(|json| json.as_str())
        .collect();
    match &shape.kind {
        _ if !allowed.is_empty() => Some(allowed),
        ShapeKind::Any | ShapeKind::OneOf(_) | ShapeKind::Ref(_) => None,
        _ => Some(Vec::new()),
    }
}
