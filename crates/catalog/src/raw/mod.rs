//! Checks raw `resource` declarations against the shapes of their type, and makes their properties.
//!
//! In: the evaluated fields of a declaration. Out: properties with the places they were written at, and a diagnostic
//! for each mistake, at its exact words. What is not known yet is never judged.

mod check;
mod convert;
mod errors;
mod pattern;
mod rules;
mod units;

pub use convert::{fields_of_json, val_of_json};
pub use pattern::pattern;
pub use units::unit;

use check::{Checker, Extent};
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{Fields, Node, Properties, ResourceType, Val};

/// What a check gives.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The properties; what was wrong is left out.
    pub properties: Properties,
    /// What was found.
    pub diagnostics: Diagnostics,
}

/// Checks all fields of a raw declaration, whose name stands at `name_span`.
pub fn check(ty: &ResourceType, fields: &Fields, name_span: Span) -> Checked {
    let mut checker = Checker::new(ty, Extent::Whole);
    let properties = checker.declaration(fields, name_span);
    Checked {
        properties,
        diagnostics: checker.diagnostics,
    }
}

/// Checks one property on its own, as an override sets it; its name stands at `name_span`. Objects within it may lack
/// what they need, because they are merged into those that are there.
pub fn check_property(
    ty: &ResourceType,
    name: &str,
    name_span: Span,
    val: &Val,
) -> (Option<Node>, Diagnostics) {
    let mut checker = Checker::new(ty, Extent::Part);
    let node = checker.property(name, name_span, val);
    (node, checker.diagnostics)
}

#[cfg(test)]
mod tests;
