//! What can be written and read of a REST API.

use crate::gateways::{
    auth, cors, domain, logs, plans, services, stage_fields, throttle, timeout_field, title_fields,
};
use crate::nodes;
use crate::specs::{
    attribute, between, call, characters, duration, field, items, kind, monthly, numbers, object,
    pattern, size, usage,
};
use formwork_schema::{
    AttributeSpec, Constraint, Dimension, FieldSpec, KindSpec, MetricSpec, Quantity, Type, VerbSpec,
};
use rust_decimal::Decimal;

/// The kind.
pub(super) fn spec() -> KindSpec {
    KindSpec {
        name: "rest_api",
        doc: "A REST API of API Gateway: keys, usage plans, quotas, caching and validation.",
        fields: fields(),
        attributes: attributes(),
        verbs: vec![VerbSpec {
            name: "call",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "Call routes whose `auth` is `iam`.",
        }],
        events: Vec::new(),
        metrics: metrics(),
        usage: usage(vec![monthly("requests_per_month", "Requests a month.")]),
    }
}

fn fields() -> Vec<FieldSpec> {
    let mut fields = callers();
    fields.extend(watching());
    fields.extend(stage());
    fields.extend(reach());
    fields.extend(title_fields());
    fields
}

/// Routes, and who may call them how often.
fn callers() -> Vec<FieldSpec> {
    let single = field(
        "routes",
        throttle::throttle_type().map(),
        "How often a key may call single routes, by their keys.",
    );
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
        plans::require_key("Asks for an API key besides `auth`, unless a route says otherwise."),
    ];
    fields.extend(plans::plan_fields(vec![single]));
    fields.extend([
        cors::cors_field(),
        throttle::throttle_field(),
        field(
            "models",
            Type::Any.map(),
            "JSON schemas (draft 4) by name: text of a file, or written here.",
        )
        .known(),
    ]);
    fields
}

/// `public`, `iam`, `api_key`, `cognito(…)`, `authorizer(…)`; `jwt(…)` is read to say where it belongs.
fn auth_type() -> Type {
    let own = call(
        "authorizer",
        vec![
            auth::function("Decides, and answers with a policy."),
            auth::header("The header that identifies the caller.").default("\"Authorization\""),
            field(
                "query",
                Type::String.list(),
                "Query parameters that identify the caller too.",
            )
            .constraint(items(1, 10)),
            field(
                "whole_request",
                Type::Bool,
                "Whether the function gets the whole request, and not only the header.",
            )
            .default("false"),
            field(
                "pattern",
                Type::String,
                "A pattern without which the header is refused at once.",
            )
            .constraint(characters(1, 1024)),
            auth::cache("5min"),
        ],
        1,
    );
    Type::one_of([auth::words(), auth::jwt(), auth::cognito(), own])
}

fn mock() -> Type {
    let parameters = vec![
        field("status", Type::Int, "The HTTP status.")
            .default("200")
            .constraint(numbers(100, 599)),
        field("body", Type::String, "The mapping template of the answer.")
            .constraint(characters(0, 300_000)),
        field("content_type", Type::String, "The type of the answer.")
            .default("\"application/json\""),
        field("headers", Type::String.map(), "Headers of the answer."),
    ];
    call("mock", parameters, 0)
}

fn routes_type() -> Type {
    let targets = [
        kind("function"),
        kind("queue"),
        kind("topic"),
        Type::String,
        mock(),
        services::aws(),
    ];
    let cache = Type::one_of([duration(), Type::words("cache", &["off"])]);
    let names = |name: &str, doc: &str| {
        field(name, Type::String.list(), doc)
            .known()
            .constraint(items(1, 50))
    };
    let route = call(
        "route",
        vec![
            field(
                "target",
                Type::one_of(targets.clone()),
                "A function, a URL, a queue or topic that takes the body, `mock(…)` or `aws(…)`.",
            )
            .required(),
            field("auth", auth_type(), "Who may call this route."),
            plans::require_key("Asks for an API key besides `auth`."),
            field(
                "throttle",
                throttle::throttle_type(),
                "How often this route may be called.",
            ),
            timeout_field(29),
            field("body", Type::String, "The model that a body must be of.").known(),
            names("query", "Query parameters that must be given."),
            names("headers", "Headers that must be given."),
            field("cache", cache, "How long answers are kept, or `off`.")
                .known()
                .constraint(ttl()),
            names("cache_by", "Query parameters by which answers differ."),
        ],
        1,
    );
    Type::one_of(targets.into_iter().chain([route])).map()
}

/// API Gateway API, MethodSetting, `cacheTtlInSeconds`.
fn ttl() -> Constraint {
    between(
        nodes::seconds(0),
        nodes::minutes(60),
        Some(nodes::seconds(1)),
    )
}

/// Logs, metrics and traces.
fn watching() -> Vec<FieldSpec> {
    let mut fields = vec![logs::logs_field()];
    fields.extend(logs::execution_fields());
    fields.extend([
        field(
            "metrics",
            Type::Bool,
            "Whether each route has metrics of its own, at a price.",
        )
        .default("false"),
        field("tracing", Type::Bool, "Whether X-Ray traces requests.").default("false"),
    ]);
    fields
}

/// What is a matter of the stage.
fn stage() -> Vec<FieldSpec> {
    let percent = |number: i64| Quantity {
        dimension: Dimension::Percent,
        amount: Decimal::from(number),
    };
    let canary = vec![
        field(
            "percent",
            Type::Quantity(Dimension::Percent),
            "How much of the traffic it gets.",
        )
        .required()
        .constraint(between(percent(0), percent(100), None)),
        field(
            "variables",
            Type::String.map(),
            "Stage variables that differ for it.",
        )
        .known(),
        field("cache", Type::Bool, "Whether it shares the stage's cache.").default("false"),
    ];
    let cache = vec![
        field(
            "size",
            size(),
            "0.5GB, 1.6GB, 6.1GB, 13.5GB, 28.4GB, 58.2GB, 118GB or 237GB.",
        )
        .default("0.5GB"),
        field("ttl", duration(), "How long answers are kept.")
            .default("5min")
            .constraint(ttl()),
        field("encrypted", Type::Bool, "Whether it is encrypted.").default("true"),
    ];
    let cache = field(
        "cache",
        object("cache", cache),
        "Keeps answers to `GET`, paid for by the hour.",
    );
    let mut fields = vec![cache];
    fields.extend(stage_fields());
    fields.extend([
        field(
            "canary",
            object("canary", canary),
            "Sends a part of the traffic to what changed since it was written; taking it out sends all.",
        ),
        field(
            "waf",
            Type::String,
            "The ARN of a web ACL of WAF that guards it.",
        )
        .constraint(pattern(
            "^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$",
            "the ARN of a regional web ACL",
        )),
    ]);
    fields
}

/// Where it can be reached, and how requests are read.
fn reach() -> Vec<FieldSpec> {
    let private = call(
        "private",
        vec![
            field(
                "endpoints",
                Type::String.list(),
                "The ids of the VPC endpoints that lead to it.",
            )
            .required()
            .known()
            .constraint(items(1, 50)),
        ],
        1,
    );
    let tls = field(
        "tls",
        Type::words("TLS version", &["tls10", "tls12"]),
        "The oldest version of TLS it takes.",
    );
    let mut fields = vec![
        field(
            "endpoint",
            Type::one_of([Type::words("endpoint", &["regional", "edge"]), private]),
            "Where it is reached: in its region, at CloudFront's edge, or from VPCs only.",
        )
        .known()
        .default("regional"),
        field(
            "allow_from",
            Type::String.list(),
            "The only addresses that may call, as CIDR blocks.",
        )
        .known()
        .constraint(items(1, 100)),
    ];
    fields.extend(domain::domain_fields(vec![tls.default("tls12")]));
    fields.extend([
        field(
            "binary",
            Type::String.list(),
            "Media types that are passed on as bytes: `[\"image/png\"]`.",
        )
        .constraint(items(1, 100)),
        field(
            "compress_above",
            size(),
            "Answers from this size on are compressed.",
        )
        .constraint(between(nodes::megabytes(0), nodes::megabytes(10), None)),
    ]);
    fields
}

fn attributes() -> Vec<AttributeSpec> {
    vec![
        attribute("url", super::URL, "The URL of its stage."),
        attribute("id", "RestApiId", "Its id."),
        attribute("arn", super::ARN, "The ARN by which calls are allowed."),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let number = |name, doc| MetricSpec {
        name,
        limit: Type::Number,
        doc,
    };
    let time = |name, doc| MetricSpec {
        name,
        limit: Type::Quantity(Dimension::Duration),
        doc,
    };
    vec![
        number("requests", "Requests."),
        number("client_errors", "Answers of the 400s."),
        number("server_errors", "Answers of the 500s."),
        time("latency", "The slowest of a hundred."),
        time("target_latency", "The slowest of a hundred targets."),
        number("cache_hits", "Answers from the cache."),
        number("cache_misses", "Answers that the cache did not have."),
    ]
}
