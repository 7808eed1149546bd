//! Raw `resource` declarations: CloudFormation properties as written.

use crate::lowering::Lowering;
use crate::nodes;
use formwork_schema::Decl;

/// Emits the one resource of a raw declaration.
pub(crate) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(type_name) = &decl.resource_type else {
        return;
    };
    let properties = nodes::properties(&decl.fields);
    out.emit_raw(decl, type_name.clone(), properties);
}
