//! What can be written and read of a WebSocket API.

use crate::gateways::{
    auth, domain, logs, plans, services, stage_fields, throttle, timeout_field, title_fields,
};
use crate::specs::{attribute, call, field, items, kind, monthly, pattern, usage};
use formwork_schema::{AttributeSpec, Dimension, FieldSpec, KindSpec, MetricSpec, Type, VerbSpec};

/// The kind.
pub(super) fn spec() -> KindSpec {
    let verb = |name, doc| VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    };
    KindSpec {
        name: "websocket_api",
        doc: "A WebSocket API of API Gateway: connections that stay open, and messages both ways.",
        fields: fields(),
        attributes: attributes(),
        verbs: vec![
            verb("send", "Send messages to connections."),
            verb(
                "manage",
                "Send messages to connections, ask about them and close them.",
            ),
            verb("call", "Connect, where `auth` is `iam`."),
        ],
        events: Vec::new(),
        metrics: metrics(),
        usage: usage(vec![
            monthly(
                "messages_per_month",
                "Messages a month both ways, 32 KB each.",
            ),
            monthly(
                "connection_minutes_per_month",
                "Minutes of all connections a month.",
            ),
        ]),
    }
}

fn fields() -> Vec<FieldSpec> {
    let mut fields = answers();
    fields.extend([
        field("auth", auth_type(), "Who may connect."),
        plans::require_key("Asks those who connect for an API key besides `auth`."),
    ]);
    fields.extend(plans::plan_fields(Vec::new()));
    fields.extend([throttle::throttle_field(), logs::logs_field()]);
    fields.extend(logs::execution_fields());
    fields.extend([field(
        "metrics",
        Type::Bool,
        "Whether each route has metrics of its own, at a price.",
    )
    .default("false")]);
    fields.extend(stage_fields());
    fields.extend(domain::domain_fields(Vec::new()));
    fields.extend(title_fields());
    fields
}

/// What answers what.
fn answers() -> Vec<FieldSpec> {
    let by = pattern(
        "^([A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*|.*\\$\\{?request\\.body\\..+)$",
        "a path such as `action` or `detail.type`, or an expression such as `$request.body.action`",
    );
    vec![
        field(
            "routes",
            route_type().map(),
            "What answers messages, by what they hold: `send = on_send`.",
        )
        .constraint(items(1, 300)),
        field(
            "route_by",
            Type::String,
            "The field of a message that names its route.",
        )
        .default("\"action\"")
        .constraint(by),
        field(
            "connect",
            route_type(),
            "What is called when a connection is opened, and may refuse it.",
        ),
        field(
            "disconnect",
            route_type(),
            "What is called when a connection is closed.",
        ),
        field(
            "default",
            route_type(),
            "What answers messages that take no other route.",
        ),
    ]
}

/// `public`, `iam`, `api_key`, `authorizer(…)`; `jwt(…)` and `cognito(…)` are read to say where they belong.
fn auth_type() -> Type {
    let own = call(
        "authorizer",
        vec![
            auth::function("Decides, and answers with a policy."),
            auth::header("A header without which nobody may connect; browsers cannot send one."),
            field(
                "query",
                Type::String.list(),
                "Query parameters without which nobody may connect.",
            )
            .constraint(items(1, 10)),
        ],
        1,
    );
    Type::one_of([auth::words(), auth::jwt(), auth::cognito(), own])
}

fn route_type() -> Type {
    let targets = [
        kind("function"),
        kind("queue"),
        kind("topic"),
        Type::String,
        services::aws(),
    ];
    let route = call(
        "route",
        vec![
            field(
                "target",
                Type::one_of(targets.clone()),
                "A function, a URL, a queue or topic that takes the message, or `aws(…)`.",
            )
            .required(),
            field(
                "answer",
                Type::Bool,
                "Whether the sender gets what the target says.",
            )
            .default("false"),
            field(
                "throttle",
                throttle::throttle_type(),
                "How often this route may be taken.",
            ),
            timeout_field(29),
            field("auth", auth_type(), "Who may connect; for `connect` only."),
        ],
        1,
    );
    Type::one_of(targets.into_iter().chain([route]))
}

fn attributes() -> Vec<AttributeSpec> {
    vec![
        attribute(
            "url",
            super::URL,
            "The URL that clients connect to: `wss://…`.",
        ),
        attribute(
            "management_url",
            super::MANAGEMENT_URL,
            "The URL at which code sends to connections: the endpoint of its API client.",
        ),
        attribute("id", "ApiId", "Its id."),
        attribute(
            "arn",
            "ExecuteApiArn",
            "The ARN by which calls are allowed.",
        ),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let number = |name, doc| MetricSpec {
        name,
        limit: Type::Number,
        doc,
    };
    vec![
        number("connections", "Connections opened."),
        number("messages", "Messages both ways."),
        number(
            "client_errors",
            "Messages refused before they reached a target.",
        ),
        number("target_errors", "Answers of targets in the 400s and 500s."),
        number("server_errors", "Failures to call a target."),
        MetricSpec {
            name: "target_latency",
            limit: Type::Quantity(Dimension::Duration),
            doc: "The slowest of a hundred targets.",
        },
    ]
}
