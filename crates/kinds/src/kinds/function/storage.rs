//! A function with files of EFS: what it mounts, and what that needs.

use super::errors;
use crate::access::Statement;
use crate::kinds::file_system;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::placement;
use crate::triggers::Contribution;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, Node};

/// First round: its role may mount the files, and its security groups are let in.
pub(super) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    let Some((of, statement)) = mount(decl, out) else {
        return;
    };
    if decl.fields.get("network").is_some() {
        let groups = placement::members(decl, "group");
        file_system::let_in(&of, groups, out);
    }
    out.contribute(&decl.address, Contribution::Role(statement));
}

/// Sets what it mounts, and gives what it is to wait for.
pub(super) fn lower(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> (Props, Vec<Address>) {
    let Some(files) = decl.fields.object("file_system") else {
        return (props, Vec::new());
    };
    let span = decl.fields.span("file_system").unwrap_or(decl.name_span);
    if decl.fields.get("network").is_none() {
        out.report(errors::files_without_network(span));
    }
    let Some((of, point)) = point(files, span, out) else {
        return (props, Vec::new());
    };
    let config = Props::new(span)
        .put("Arn", nodes::attribute(&point, "Arn", span))
        .maybe("LocalMountPath", files.node("path"));
    let props = props.put("FileSystemConfigs", Node::list([config.node()], span));
    (props, file_system::targets(&of, out))
}

/// The file system, and what the role needs to mount it.
fn mount(decl: &Decl, out: &Lowering<'_>) -> Option<(Address, Statement)> {
    let files = decl.fields.object("file_system")?;
    let span = decl.fields.span("file_system")?;
    let of = files.resource("from")?.address.clone();
    let name = match files.text("access_point") {
        Some((name, _)) => name.to_string(),
        None => file_system::only_access_point(&of, out)?.to_owned(),
    };
    let point = of.part(file_system::point_part(&name));
    let writes = files.flag("read_only") != Some(true);
    let statement = file_system::mounted(&of, Some(&point), writes, span);
    Some((of, statement))
}

/// The file system and the access point that Lambda goes through.
fn point(files: &Fields, span: Span, out: &mut Lowering<'_>) -> Option<(Address, Address)> {
    let of = files.resource("from")?.address.clone();
    if let Some((name, val)) = files.text("access_point") {
        let point = file_system::access_point(&of, name, val.span, out)?;
        return Some((of, point));
    }
    let Some(name) = file_system::only_access_point(&of, out) else {
        out.report(errors::which_access_point(
            &of,
            files.span("from").unwrap_or(span),
        ));
        return None;
    };
    let point = of.part(file_system::point_part(name));
    Some((of, point))
}
