//! What the three kinds of API Gateway share: names, callers, throttles, logs, domains, and what answers a route.

pub(crate) mod arns;
pub(crate) mod auth;
pub(crate) mod authorizers;
pub(crate) mod cors;
pub(crate) mod domain;
pub(crate) mod errors;
pub(crate) mod integrations;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod plans;
pub(crate) mod services;
pub(crate) mod snapshot;
pub(crate) mod throttle;

use crate::nodes;
use crate::specs::{between, characters, duration, field, pattern};
use formwork_schema::{Dimension, FieldSpec, Quantity, Type};
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

/// The fields of a stage: its name and its variables.
pub(crate) fn stage_fields() -> Vec<FieldSpec> {
    let name = "The name of its stage, a part of its URL.";
    let variables = "Variables of the stage, `${stageVariables.name}` in URLs and templates.";
    vec![
        field("stage", Type::String, name)
            .known()
            .default("\"live\"")
            .constraint(pattern(
                "^[a-zA-Z0-9_-]{1,128}$",
                "1 to 128 letters, digits, `_` and `-`",
            )),
        field("variables", Type::String.map(), variables).known(),
    ]
}

/// What people call an API.
pub(crate) fn title_fields() -> Vec<FieldSpec> {
    vec![
        field("description", Type::String, "What it is for.").constraint(characters(0, 1024)),
        field("name", Type::String, "Its name.").constraint(characters(1, 128)),
    ]
}

fn milliseconds(number: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Duration,
        amount: Decimal::from(number),
    }
}
