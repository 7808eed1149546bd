//! How often routes may be called: a rate over time and a burst at once.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{between, field, numbers, object};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Dimension, FieldSpec, Fields, Node, Prop, Quantity, Type};
use rust_decimal::Decimal;

/// The type of a throttle. The most is what an account has in a region: API Gateway quotas, "throttle quota".
pub(crate) fn throttle_type() -> Type {
    let rate = field(
        "rate",
        Type::Quantity(Dimension::Rate),
        "Requests over time.",
    );
    let burst = field("burst", Type::Int, "Requests at once.");
    object(
        "throttle",
        vec![
            rate.required()
                .constraint(between(a_minute(1), a_minute(10_000 * 60), None)),
            burst.required().constraint(numbers(1, 5_000)),
        ],
    )
}

/// The field of a whole API.
pub(crate) fn throttle_field() -> FieldSpec {
    field(
        "throttle",
        throttle_type(),
        "How often each route may be called.",
    )
}

fn a_minute(requests: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Rate,
        amount: Decimal::from(requests),
    }
}

/// Requests a second of a throttle, as a number.
pub(crate) fn rate(throttle: &Fields) -> Option<Node> {
    let rate = throttle.quantity("rate")?.in_unit("rps");
    let number = nodes::number_of(rate);
    Some(Node::new(Prop::Number(number), throttle.span("rate")?))
}

/// A throttle as settings of a route or method: requests a second, and at once.
pub(crate) fn settings(throttle: Option<&Fields>, span: Span) -> Option<Props> {
    let throttle = throttle?;
    let rate = rate(throttle)?;
    let props = Props::new(throttle.span("rate").unwrap_or(span))
        .put("ThrottlingRateLimit", rate)
        .maybe("ThrottlingBurstLimit", throttle.node("burst"));
    Some(props)
}

/// Says that an API has no throttle.
pub(crate) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    if decl.fields.object("throttle").is_none() {
        out.lint(decl, errors::no_throttle(decl.name_span));
    }
}
