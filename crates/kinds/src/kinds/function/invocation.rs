//! What happens to events handled on their own time: retries, age, and where failures and results go.

use super::{errors, version};
use crate::kinds::queue::errors::fifo_target;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::Contribution;
use crate::values::{Read, call, member};
use formwork_schema::{Decl, Node};

/// The fields that say where events go afterwards.
const DESTINATIONS: &[(&str, &str)] = &[("on_failure", "OnFailure"), ("on_success", "OnSuccess")];

/// First round: the function's role may send to its destinations.
pub(super) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    for (field, _) in DESTINATIONS {
        if let (Some(target), Some(span)) = (decl.fields.resource(field), decl.fields.span(field)) {
            if target.address == decl.address {
                out.report(errors::own_destination(field, span));
                continue;
            }
            let fifo = out
                .decl(&target.address)
                .is_some_and(|target| target.fields.flag("fifo") == Some(true));
            if fifo {
                out.report(fifo_target("Lambda sends results and failures", span));
            }
            for statement in out.inlet(&target.address, span) {
                out.contribute(&decl.address, Contribution::Role(statement));
            }
        }
    }
}

/// Second round: the configuration of asynchronous invocation, if anything is said of it.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let mut destinations = Props::of(decl);
    for (field, property) in DESTINATIONS {
        if let Some(node) = destination(decl, field, out) {
            destinations = destinations.put(property, node);
        }
    }
    if fields.get("on_failure").is_none() && asynchronous(decl) {
        out.lint(decl, errors::no_failure_target(decl.name_span));
    }
    let mut props = Props::of(decl)
        .maybe(
            "MaximumRetryAttempts",
            fields.node("retries").filter(nodes::other_than(2)),
        )
        .maybe(
            "MaximumEventAgeInSeconds",
            fields
                .amount("max_event_age", "s")
                .filter(nodes::other_than(6 * 3600)),
        );
    if !destinations.is_empty() {
        props = props.put("DestinationConfig", destinations.node());
    }
    if props.is_empty() {
        return;
    }
    let span = decl.name_span;
    let (qualifier, before) = match version::name(decl) {
        Some(alias) => (alias, decl.address.part(version::ALIAS)),
        None => (nodes::text("$LATEST", span), decl.address.clone()),
    };
    let props = props
        .put(
            "FunctionName",
            nodes::attribute(&decl.address, "FunctionName", span),
        )
        .put("Qualifier", qualifier);
    let config = Emit::part(
        "invoke_config",
        "AWS::Lambda::EventInvokeConfig",
        props.finish(),
    );
    out.emit(decl, config.after([before]));
}

/// `{ Destination = arn }` of a field.
pub(super) fn destination(decl: &Decl, field: &str, out: &Lowering<'_>) -> Option<Node> {
    let target = decl.fields.resource(field)?;
    let span = decl.fields.span(field)?;
    let target = out.decl(&target.address)?;
    let arn = out.target(target, span)?;
    Some(Node::map([("Destination", arn)], span))
}

/// Whether something starts the function without waiting for its answer.
fn asynchronous(decl: &Decl) -> bool {
    let polled = ["queue", "table"];
    decl.fields.items("on").iter().any(|val| {
        let event = member(val).map(|event| !polled.contains(&&*event.of.address.kind));
        event.unwrap_or_else(|| call(val).is_some())
    })
}
