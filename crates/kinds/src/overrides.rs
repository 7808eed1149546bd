//! `override { role { PermissionsBoundary = "…" } }` and `ignore_changes`: reaching properties of lowered resources.

use crate::errors;
use crate::lowering::Lowering;
use crate::nodes;
use formwork_catalog::raw;
use formwork_diag::nearest;
use formwork_schema::{Address, Decl, Fields, Node, Prop, Properties, Val, Value};
use std::sync::Arc;

/// The word for the main resource of a declaration.
const MAIN: &str = "main";

/// Applies the overrides of a declaration to its resources.
pub(crate) fn apply(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(Val {
        value: Value::Object(parts),
        ..
    }) = &decl.meta.overrides
    else {
        return;
    };
    for (name, span, val) in parts.all() {
        let Some(address) = part(decl, name, out) else {
            let names = part_names(decl, out);
            out.report(errors::override_part(&decl.address, name, &names, span));
            continue;
        };
        if let Value::Object(properties) = &val.value {
            change(&address, properties, out);
        }
    }
}

/// The resource a part name means.
fn part(decl: &Decl, name: &str, out: &Lowering<'_>) -> Option<Address> {
    let address = match name {
        MAIN => decl.address.clone(),
        _ if name == &*decl.address.kind => decl.address.clone(),
        _ => decl.address.part(name),
    };
    out.resource(&address).map(|_| address)
}

fn part_names(decl: &Decl, out: &Lowering<'_>) -> Vec<String> {
    let addresses = out.resources_of(&decl.address);
    addresses
        .into_iter()
        .map(|address| match &address.part {
            Some(part) => part.to_string(),
            None => decl.address.kind.to_string(),
        })
        .collect()
}

fn change(address: &Address, changes: &Fields, out: &mut Lowering<'_>) {
    let Some(type_name) = out.resource(address).map(|r| r.type_name.clone()) else {
        return;
    };
    let known = out.catalog.resource_type(&type_name);
    for (name, span, val) in changes.all() {
        let node = match &known {
            Some(known) => {
                let (node, found) = raw::check_property(known, name, span, val);
                out.report_all(found);
                node
            }
            None => nodes::node(val),
        };
        let Some(resource) = out.resource_mut(address) else {
            continue;
        };
        match node {
            Some(node) => merge(&mut resource.properties, name, node),
            None if val.value == Value::None => _ = resource.properties.shift_remove(name),
            None => {}
        }
    }
}

/// Sets a property; maps are merged, so that what is not named stays.
fn merge(properties: &mut Properties, name: &Arc<str>, node: Node) {
    match (properties.get_mut(name), node) {
        (
            Some(Node {
                prop: Prop::Map(old),
                ..
            }),
            Node {
                prop: Prop::Map(new),
                ..
            },
        ) => {
            for (name, node) in new {
                merge(old, &name, node);
            }
        }
        (_, node) => _ = properties.insert(name.clone(), node),
    }
}

/// What a path of `ignore_changes` means: a resource and its property path; else perhaps a near name.
pub(crate) fn ignored(
    decl: &Decl,
    path: &str,
    renamed: &[(&str, &str)],
    out: &Lowering<'_>,
) -> Result<(Address, String), Option<String>> {
    if let Some((_, property)) = renamed.iter().find(|(field, _)| *field == path) {
        return Ok((decl.address.clone(), (*property).to_owned()));
    }
    // Every declaration has `tags`, whatever the property is called.
    let main = out.resource(&decl.address);
    let main = main.and_then(|main| out.catalog.resource_type(&main.type_name));
    if let Some(field) = main.as_ref().and_then(|main| main.tags.as_ref())
        && path == "tags"
    {
        return Ok((decl.address.clone(), field.property.to_string()));
    }
    let root = path.split('.').next().unwrap_or(path);
    if let Some(rest) = path.strip_prefix(root).and_then(|r| r.strip_prefix('.'))
        && let Some(address) = part(decl, root, out)
    {
        return known_property(&address, rest, &[], out);
    }
    known_property(&decl.address, path, renamed, out)
}

fn known_property(
    address: &Address,
    path: &str,
    renamed: &[(&str, &str)],
    out: &Lowering<'_>,
) -> Result<(Address, String), Option<String>> {
    let root = path.split('.').next().unwrap_or(path);
    let Some(resource) = out.resource(address) else {
        return Err(None);
    };
    let Some(known) = out.catalog.resource_type(&resource.type_name) else {
        return Ok((address.clone(), path.to_owned()));
    };
    if known.properties.contains_key(root) {
        return Ok((address.clone(), path.to_owned()));
    }
    let names = known.properties.keys().map(|name| &**name);
    let fields = renamed.iter().map(|(field, _)| *field);
    Err(nearest(root, fields.chain(names)).map(str::to_owned))
}
