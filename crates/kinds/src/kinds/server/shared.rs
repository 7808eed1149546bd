//! What the kinds of Lightsail have in common: names, zones, snapshots, and who is attached to whom.

use super::errors;
use crate::cost::{Charge, Costed, Thing};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{call, characters, field, pattern, volume};
use crate::triggers::Contribution;
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Node, Type, Val, Value};

/// The region in which distributions and DNS zones live: Lightsail API, CreateDistribution, CreateDomain.
pub(super) const GLOBAL: &str = "us-east-1";

/// The field `name` of what is named by letters, digits, `-` and `_`.
pub(super) fn name_field() -> FieldSpec {
    field("name", Type::String, "Its name in Lightsail.").constraint(pattern(
        "^[A-Za-z0-9][A-Za-z0-9_-]{0,252}[A-Za-z0-9]$",
        "2 to 254 letters, digits, `-` and `_`, a letter or digit at both ends",
    ))
}

/// The field `zone`.
pub(super) fn zone_field() -> FieldSpec {
    field(
        "zone",
        Type::String,
        "The letter of its availability zone; a disk and its server share one.",
    )
    .default("\"a\"")
    .known()
    .constraint(pattern("^[a-f]$", "one letter from `a` to `f`"))
}

/// The letter of a zone, and where it is written.
pub(super) fn zone(decl: &Decl) -> (&str, Span) {
    match decl.fields.text("zone") {
        Some((letter, val)) => (letter, val.span),
        None => ("a", decl.name_span),
    }
}

/// The availability zone: the region and a letter.
pub(super) fn zone_node(decl: &Decl, out: &Lowering<'_>) -> Node {
    let (letter, span) = zone(decl);
    nodes::text(&format!("{}{letter}", out.region(decl)), span)
}

/// The field `snapshots` of what can be copied every day.
pub(super) fn snapshots_field() -> FieldSpec {
    let hour = pattern("^([01][0-9]|2[0-3]):00$", "a whole hour such as `06:00`");
    let at = field("at", Type::String, "The hour, in UTC.")
        .default("\"06:00\"")
        .constraint(hour);
    field(
        "snapshots",
        Type::one_of([
            Type::words("snapshots", &["off", "daily"]),
            call("daily", vec![at], 1),
        ]),
        "A copy every day, of which Lightsail keeps seven: `daily`, or `daily(\"04:00\")`.",
    )
    .known()
}

/// The add-on that makes a copy every day; its absence is linted unless it is said.
pub(super) fn snapshots(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let Some(val) = decl.fields.get("snapshots") else {
        out.lint(decl, errors::no_snapshots(&decl.address, decl.name_span));
        return None;
    };
    let span = val.span;
    let at = match &val.value {
        Value::Word(word) if &**word == "off" => return None,
        Value::Call(call) => call.arguments.node("at"),
        _ => None,
    };
    let at = at.unwrap_or_else(|| nodes::text("06:00", span));
    let request = Props::new(span).put("SnapshotTimeOfDay", at);
    let add_on = Props::new(span)
        .set("AddOnType", "AutoSnapshot")
        .put("AutoSnapshotAddOnRequest", request.node());
    Some(Node::list([add_on.node()], span))
}

/// What copies cost, where there are any.
pub(super) fn snapshot_charge(of: &Thing<'_>, costed: &Costed<'_>) -> Option<Charge> {
    let copies = !of.items("AddOns").is_empty();
    copies.then(|| {
        Charge::used(
            "snapshots",
            "lightsail.snapshot",
            costed.used_in("snapshots", "GB"),
        )
    })
}

/// The `usage` of what can be copied every day.
pub(super) fn snapshot_usage() -> FieldSpec {
    volume("snapshots", "What its copies hold together.")
}

/// A nonempty text of at most `most` characters.
pub(super) fn text_field(name: &str, doc: &str, most: usize) -> FieldSpec {
    field(name, Type::String, doc).constraint(characters(1, most))
}

/// First round: says that `decl` takes what `val` names for itself.
pub(super) fn attach(decl: &Decl, val: &Val, out: &mut Lowering<'_>) {
    if let Some(taken) = values::resource(val) {
        let by = decl.address.clone();
        out.contribute(
            &taken.address,
            Contribution::Attached { by, span: val.span },
        );
    }
}

/// The server that a disk or address is attached to; a second one is reported.
pub(super) fn attached(decl: &Decl, out: &mut Lowering<'_>) -> Option<(Address, Span)> {
    let all = out.contributed(&decl.address);
    let mut all = all
        .into_iter()
        .filter_map(|contribution| match contribution {
            Contribution::Attached { by, span } => Some((by, span)),
            _ => None,
        });
    let first = all.next()?;
    for second in all {
        out.report(errors::attached_twice(&decl.address, &first, &second));
    }
    Some(first)
}

/// Reports what is used from another region: Lightsail's objects see only those beside them.
pub(super) fn same_region(decl: &Decl, other: &Address, span: Span, out: &mut Lowering<'_>) {
    let Some(other) = out.decl(other) else {
        return;
    };
    let (here, there) = (out.region(decl), out.region(other));
    if here != there {
        out.report(errors::other_region(
            decl,
            &other.address,
            &here,
            &there,
            span,
        ));
    }
}
