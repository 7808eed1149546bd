//! Deployments: snapshots of an API, each named by a digest of what it holds, so that a change of the API makes a new
//! one, the stage moves to it, and the old one goes.

use super::arns;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use formwork_schema::{Address, Decl, Node, Prop, Properties};

/// The property that holds the digest; its change makes a new deployment.
const HOLDER: &str = "Description";

/// What people read of an API, and no caller sees: its change makes no new deployment.
const LABELS: &[&str] = &["Name", "Description"];

/// Emits the deployment that is the part `part`, after what it needs; one that is frozen stays as it is whatever the
/// API becomes. What it holds is said by [`seal`].
pub(crate) fn emit(
    decl: &Decl,
    part: &str,
    type_name: &'static str,
    (frozen, after): (bool, Vec<Address>),
    out: &mut Lowering<'_>,
) -> Address {
    let span = decl.name_span;
    let props = Props::of(decl).put(arns::id_property(decl), arns::id(decl, span));
    let emit = Emit::part(part, type_name, props.finish()).after(after);
    let frozen: &[&str] = if frozen { &[HOLDER] } else { &[] };
    out.emit(decl, emit.ignoring(frozen))
}

/// Names a deployment by a digest of the properties that some resources of the API have in the end.
pub(crate) fn seal(
    decl: &Decl,
    part: &str,
    holds: impl IntoIterator<Item = Address>,
    out: &mut Lowering<'_>,
) {
    let span = decl.name_span;
    let all: Vec<(String, Node)> = holds
        .into_iter()
        .filter_map(|address| {
            let resource = out.resource(&address)?;
            let properties = Prop::Map(served(&resource.properties));
            // Not its whole address: a rename of the API is no change of what it holds.
            let name = address.part.as_deref().unwrap_or_default().to_owned();
            Some((name, Node::new(properties, span)))
        })
        .collect();
    let all = Node::map(all.iter().map(|(name, node)| (&**name, node.clone())), span);
    let words = nodes::configuration(all, span);
    if let Some(deployment) = out.resource_mut(&decl.address.part(part)) {
        deployment.properties.insert(HOLDER.into(), words);
    }
}

/// The properties that callers can see the effect of.
fn served(properties: &Properties) -> Properties {
    let mut served = properties.clone();
    served.retain(|name, _| !LABELS.contains(&&**name));
    if let Some(Prop::Map(document)) = served.get_mut("Body").map(|body| &mut body.prop) {
        document.shift_remove("info");
    }
    served
}
