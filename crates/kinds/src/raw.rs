//! Raw `resource` declarations: CloudFormation properties, checked against their type.

use crate::errors;
use crate::lowering::Lowering;
use crate::nodes;
use formwork_schema::Decl;
use std::sync::Arc;

/// Emits the one resource of a raw declaration.
pub(crate) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(type_name) = &decl.resource_type else {
        return;
    };
    // A type outside of the catalog is taken as it is written.
    let known = out.catalog.resource_type(type_name);
    let taggable = known.as_ref().is_none_or(|known| known.taggable());
    let properties = match known {
        Some(known) => {
            let checked = formwork_catalog::raw::check(&known, &decl.fields, decl.name_span);
            for diagnostic in checked.diagnostics {
                out.report(diagnostic);
            }
            checked.properties
        }
        None => nodes::properties(&decl.fields),
    };
    out.emit_raw(decl, type_name.clone(), properties, taggable);
}

/// Emits what an existing raw declaration is found by: any properties, those that AWS makes among them.
pub(crate) fn look(decl: &Decl, type_name: &Arc<str>, out: &mut Lowering<'_>) {
    let known = out.catalog.resource_type(type_name);
    let taggable = known.as_ref().is_none_or(|known| known.taggable());
    if let Some(known) = known {
        let checked = formwork_catalog::raw::check(&known, &decl.fields, decl.name_span);
        let found = checked.diagnostics.into_iter();
        let of_making = ["aws::missing_property", "aws::read_only", "aws::rule"];
        for diagnostic in found.filter(|found| !of_making.contains(&found.code.0)) {
            out.report(diagnostic);
        }
    }
    if decl.fields.iter().next().is_none() && decl.meta.tags.is_empty() {
        out.report(errors::existing_which(type_name, decl.name_span));
    }
    let properties = nodes::properties(&decl.fields);
    out.emit_raw(decl, type_name.clone(), properties, taggable);
}
