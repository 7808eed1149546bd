//! The fields of an HTTP API.

use crate::gateways::{auth, cors, domain, logs, throttle, timeout_field, title_fields};
use crate::specs::{call, field, items, kind};
use formwork_schema::{FieldSpec, Type};

/// All fields of the kind.
pub(super) fn fields() -> Vec<FieldSpec> {
    let mut fields = vec![
        field(
            "routes",
            routes_type(),
            "What answers: `\"GET /orders\" = list_orders`.",
        )
        .required()
        .constraint(items(1, 300)),
        field(
            "auth",
            auth_type(),
            "Who may call, unless a route says otherwise.",
        ),
        cors::cors_field(),
        throttle::throttle_field(),
        logs::logs_field(),
    ];
    fields.extend(domain::domain_fields(Vec::new()));
    fields.extend(title_fields());
    fields
}

/// `public`, `iam`, `jwt(…)`, `authorizer(…)`; `api_key` and `cognito(…)` are read to say where they belong.
fn auth_type() -> Type {
    let own = call(
        "authorizer",
        vec![
            auth::function("Decides, and answers `{ isAuthorized }`."),
            auth::header("The header that identifies the caller.").default("\"Authorization\""),
            auth::cache("0s"),
        ],
        1,
    );
    Type::one_of([auth::words(), auth::jwt(), auth::cognito(), own])
}

fn routes_type() -> Type {
    let targets = [
        kind("function"),
        kind("service"),
        kind("queue"),
        Type::String,
    ];
    let route = call(
        "route",
        vec![
            field(
                "target",
                Type::one_of(targets.clone()),
                "A function, a `service` that is exposed, a URL, or a queue that takes the body.",
            )
            .required(),
            field("auth", auth_type(), "Who may call this route."),
            field(
                "throttle",
                throttle::throttle_type(),
                "How often this route may be called.",
            ),
            timeout_field(30),
        ],
        1,
    );
    Type::one_of(targets.into_iter().chain([route])).map()
}
