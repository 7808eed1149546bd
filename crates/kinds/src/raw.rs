//! Raw `resource` declarations: CloudFormation properties, checked against their type.

use crate::lowering::Lowering;
use crate::nodes;
use formwork_schema::Decl;

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
