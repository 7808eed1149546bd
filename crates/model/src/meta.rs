//! The fields that every declaration has, whatever its kind.

use formwork_schema::{FieldSpec, Shape, Type, Vocabulary};
use std::sync::Arc;

/// The common fields; `usage` and `override` only where there is a kind below.
pub(crate) fn fields(vocabulary: &dyn Vocabulary) -> Vec<FieldSpec> {
    let regions = Type::words("region", &vocabulary.regions());
    let loose = Type::Raw(Arc::new(Shape::default()));
    vec![
        FieldSpec::new("protect", Type::Bool, "Refuses replacement and deletion.")
            .default("false")
            .known(),
        FieldSpec::new(
            "retain",
            Type::Bool,
            "Leaves the object in the account when it is taken out of the file.",
        )
        .default("false")
        .known(),
        FieldSpec::new(
            "tags",
            Type::String.map(),
            "Tags, added to those of the stack and the environment.",
        ),
        FieldSpec::new(
            "depends_on",
            Type::Any.list(),
            "Declarations that must be done before it.",
        )
        .known(),
        FieldSpec::new(
            "region",
            Type::one_of([regions, Type::String]),
            "Its region, if it is not the stack's.",
        )
        .known(),
        FieldSpec::new(
            "ignore_changes",
            Type::String.list(),
            "Paths whose drift is left alone.",
        )
        .known(),
        FieldSpec::new(
            "override",
            loose.clone().map(),
            "Properties of the resources it is made of.",
        ),
        FieldSpec::new("usage", loose, "Expected use, for `cost`."),
    ]
}

/// Whether a field name is one of the common fields.
pub(crate) fn is_common(name: &str) -> bool {
    matches!(
        name,
        "protect"
            | "retain"
            | "tags"
            | "depends_on"
            | "region"
            | "ignore_changes"
            | "override"
            | "usage"
    )
}

/// Whether a common field of a component goes to everything in it.
pub(crate) fn is_inherited(name: &str) -> bool {
    matches!(
        name,
        "protect" | "retain" | "tags" | "depends_on" | "region"
    )
}

/// Whether a common field helps to find an object that is only looked up.
pub(crate) fn is_looked_up(name: &str) -> bool {
    matches!(name, "tags" | "region")
}
