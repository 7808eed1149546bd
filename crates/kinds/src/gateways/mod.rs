//! What the three kinds of API Gateway share: names, callers, throttles, logs, domains, and what answers a route.

pub(crate) mod arns;
pub(crate) mod auth;
pub(crate) mod cors;
pub(crate) mod domain;
pub(crate) mod errors;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod services;
pub(crate) mod snapshot;
pub(crate) mod throttle;

use crate::nodes;
use crate::specs::{between, duration, field};
use formwork_schema::{Dimension, FieldSpec, Quantity};
use rust_decimal::Decimal;

/// The service that calls functions and takes on roles.
pub(crate) const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// The name of a stage when none is given.
pub(crate) const STAGE: &str = "live";

/// How long the target of a route may take: 50 ms to `most` seconds.
pub(crate) fn timeout_field(most: i64) -> FieldSpec {
    field("timeout", duration(), "How long the target may take.")
        .default(&format!("{most}s"))
        .constraint(between(milliseconds(50), nodes::seconds(most), None))
}

fn milliseconds(number: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Duration,
        amount: Decimal::from(number),
    }
}
