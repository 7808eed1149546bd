//! A published version and the alias that names it, for provisioned concurrency and for stable ARNs.

use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Node};

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

/// A digest of everything a version freezes, of its values when they are known, so that a change publishes a new one.
pub(super) fn describe(props: &Props, span: Span) -> Node {
    nodes::configuration(props.clone().node(), span)
}

/// Emits version and alias.
pub(super) fn lower(decl: &Decl, digest: Node, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let function = nodes::attribute(&decl.address, "FunctionName", span);
    let version = Props::of(decl)
        .put("FunctionName", function.clone())
        .put("Description", digest);
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
