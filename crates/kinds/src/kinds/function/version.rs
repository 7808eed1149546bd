//! A published version and the alias that names it, for provisioned concurrency and for stable ARNs.

use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Decl, Node};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The part that is the alias.
pub(super) const ALIAS: &str = "alias";

/// The alias of a function that asks for provisioned concurrency and names none.
const DEFAULT_ALIAS: &str = "live";

/// Whether a version is published.
pub(super) fn wanted(decl: &Decl) -> bool {
    decl.fields.get("alias").is_some() || provisioned(decl).is_some()
}

/// The name of the alias.
pub(super) fn name(decl: &Decl) -> Option<Node> {
    let given = decl.fields.node("alias");
    given.or_else(|| wanted(decl).then(|| nodes::text(DEFAULT_ALIAS, decl.name_span)))
}

fn provisioned(decl: &Decl) -> Option<Node> {
    decl.fields.object("concurrency")?.node("provisioned")
}

/// A digest of everything a version freezes, so that a change publishes a new one.
pub(super) fn describe(props: &Props) -> String {
    let meaning = nodes::meaning(&props.clone().node());
    let mut hex = String::new();
    for byte in Sha256::digest(meaning.as_bytes()).iter().take(16) {
        _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Emits version and alias.
pub(super) fn lower(decl: &Decl, digest: &str, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let function = nodes::attribute(&decl.address, "FunctionName", span);
    let version = Props::of(decl)
        .put("FunctionName", function.clone())
        .set("Description", format!("configuration {digest}").as_str());
    let version = Emit::part("version", "AWS::Lambda::Version", version.finish());
    let version = out.emit(decl, version.after([decl.address.clone()]));
    let warm = provisioned(decl)
        .map(|number| Node::map([("ProvisionedConcurrentExecutions", number)], span));
    let alias = Props::of(decl)
        .maybe("Name", name(decl))
        .put("FunctionName", function)
        .put(
            "FunctionVersion",
            nodes::attribute(&version, "Version", span),
        )
        .maybe("ProvisionedConcurrencyConfig", warm);
    out.emit(
        decl,
        Emit::part(ALIAS, "AWS::Lambda::Alias", alias.finish()),
    );
}
