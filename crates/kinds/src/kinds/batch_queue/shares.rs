//! Fair shares: a queue's scheduling policy.

use super::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, days, seconds};
use crate::specs::{between, duration, field, items, object};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Dimension, Fields, Node, Quantity, Type, Value};
use rust_decimal::Decimal;

/// The part that is the policy.
pub(super) const PART: &str = "scheduling_policy";

/// The type of `fair_share { … }`. Limits: Batch API reference, FairsharePolicy.
pub(super) fn fair_share() -> Type {
    let percent = |number: i64| Quantity {
        dimension: Dimension::Percent,
        amount: Decimal::from(number),
    };
    object(
        "fair_share",
        vec![
            field(
                "weights",
                Type::Number.map(),
                "How much each share identifier counts against others; less gets more. `\"team*\"` is all that begin so: `{ urgent = 0.5, \"team*\" = 1 }`.",
            )
            .constraint(items(1, 500)),
            field("remember", duration(), "How long past use counts.")
                .default("0s")
                .constraint(between(seconds(0), days(7), Some(seconds(1)))),
            field(
                "reserve",
                Type::Quantity(Dimension::Percent),
                "What is kept free for identifiers that have no jobs yet.",
            )
            .default("0%")
            .constraint(between(percent(0), percent(99), Some(percent(1)))),
        ],
    )
}

/// Emits the policy and gives its ARN.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let share = decl.fields.object("fair_share")?;
    let span = decl.fields.span("fair_share")?;
    let policy = Props::new(span)
        .maybe("ShareDecaySeconds", share.amount("remember", "s"))
        .maybe("ComputeReservation", share.amount("reserve", "%"))
        .maybe("ShareDistribution", distribution(share, out));
    let props = Props::new(span).put("FairsharePolicy", policy.node());
    let part = Emit::part(PART, "AWS::Batch::SchedulingPolicy", props.finish());
    let part = out.emit(decl, part);
    Some(nodes::attribute(&part, "Arn", span))
}

fn distribution(share: &Fields, out: &mut Lowering<'_>) -> Option<Node> {
    let weights = share.object("weights")?;
    let mut known: Vec<(&str, Span)> = Vec::new();
    let mut entries = Vec::new();
    for (name, val) in weights.iter() {
        let at = weights.name_span(name).unwrap_or(val.span);
        if !is_identifier(name) {
            out.report(errors::share_name(name, at));
        } else if let Some((other, first)) = known.iter().find(|(other, _)| overlap(other, name)) {
            out.report(errors::share_overlap(name, other, at, *first));
        }
        if let Value::Number(weight) = val.value
            && (weight < Decimal::new(1, 4) || weight > Decimal::new(9_999_999, 4))
        {
            out.report(errors::share_weight(weight, val.span));
        }
        known.push((name, at));
        let entry = Props::new(val.span)
            .put("ShareIdentifier", nodes::text(name, at))
            .maybe("WeightFactor", nodes::node(val));
        entries.push(entry.node());
    }
    Some(Node::list(entries, share.span("weights")?))
}

/// Letters and digits, perhaps with `*` at the end.
fn is_identifier(name: &str) -> bool {
    let plain = name.strip_suffix('*').unwrap_or(name);
    name.len() <= 255 && !name.is_empty() && plain.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether two identifiers can mean the same one.
fn overlap(one: &str, other: &str) -> bool {
    match (one.strip_suffix('*'), other.strip_suffix('*')) {
        (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
        (Some(one), None) => other.starts_with(one),
        (None, Some(other)) => one.starts_with(other),
        (None, None) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_identifier, overlap};

    #[test]
    fn identifiers_do_not_overlap() {
        assert!(overlap("a*", "ab") && overlap("ab*", "a*") && overlap("x", "x"));
        assert!(!overlap("a", "ab") && !overlap("a*", "b*"));
        assert!(is_identifier("team1*") && !is_identifier("te*am") && !is_identifier("a-b"));
    }
}
