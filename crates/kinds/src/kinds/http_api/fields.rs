//! The fields of an HTTP API, and those that become settings of its main resource.

use super::{errors, logs_field};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{
    between, call, characters, duration, field, items, kind, numbers, object, pattern,
};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{
    Constraint, Decl, Dimension, FieldSpec, Fields, Node, Quantity, Type, Value,
};
use rust_decimal::Decimal;

/// The words of HTTP methods, and what they become.
const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("any", "*"),
];

/// All fields of the kind.
pub(super) fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "routes",
            routes_type(),
            "What answers: `\"GET /orders\" = list_orders`.",
        )
        .required()
        .known()
        .constraint(items(1, 300)),
        field(
            "auth",
            auth_type(),
            "Who may call, unless a route says otherwise.",
        )
        .known(),
        field(
            "cors",
            object("cors", cors_fields()),
            "Which web pages may call it from a browser.",
        ),
        field(
            "throttle",
            throttle_type(),
            "How often each route may be called.",
        ),
        logs_field(),
        field(
            "domain",
            object("domain", domain_fields()),
            "A name of your own.",
        ),
        field(
            "only_domain",
            Type::Bool,
            "Answers under its own domain only.",
        )
        .default("false"),
        field("description", Type::String, "What it is for.").constraint(characters(0, 1024)),
        field("name", Type::String, "Its name.").constraint(characters(1, 128)),
    ]
}

/// `public`, `iam`, `jwt(…)`, `authorizer(…)`; `api_key` is read to say where it belongs.
fn auth_type() -> Type {
    let url = pattern("^https://.+$", "a URL that begins with `https://`");
    let jwt = call(
        "jwt",
        vec![
            field("issuer", Type::String, "Who signs the tokens: a URL.")
                .required()
                .constraint(url),
            field(
                "audience",
                Type::String.list(),
                "Whom the tokens must be for.",
            )
            .required()
            .constraint(items(1, 50)),
            field(
                "scopes",
                Type::String.list(),
                "Scopes of which a token must have one.",
            )
            .constraint(items(1, 10)),
            field("header", Type::String, "The header that carries the token.")
                .default("\"Authorization\""),
        ],
        0,
    );
    let own = call(
        "authorizer",
        vec![
            field(
                "function",
                kind("function"),
                "Decides, and answers `{ isAuthorized }`.",
            )
            .required(),
            field(
                "header",
                Type::String,
                "The header that identifies the caller.",
            )
            .default("\"Authorization\""),
            field("cache", duration(), "How long an answer is kept.")
                .default("0s")
                .constraint(between(
                    nodes::seconds(0),
                    nodes::minutes(60),
                    Some(nodes::seconds(1)),
                )),
        ],
        1,
    );
    Type::one_of([Type::words("auth", &["public", "iam", "api_key"]), jwt, own])
}

fn routes_type() -> Type {
    let target = Type::one_of([kind("function"), Type::String]);
    let route = call(
        "route",
        vec![
            field("target", target, "A function, or a URL.")
                .required()
                .known(),
            field("auth", auth_type(), "Who may call this route.").known(),
            field(
                "throttle",
                throttle_type(),
                "How often this route may be called.",
            ),
            field("timeout", duration(), "How long the target may take.")
                .default("30s")
                .constraint(between(milliseconds(50), nodes::seconds(30), None)),
        ],
        1,
    );
    Type::one_of([kind("function"), Type::String, route]).map()
}

fn milliseconds(number: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Duration,
        amount: Decimal::from(number),
    }
}

fn rate(requests_a_second: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Rate,
        amount: Decimal::from(requests_a_second * 60),
    }
}

fn throttle_type() -> Type {
    object(
        "throttle",
        vec![
            field(
                "rate",
                Type::Quantity(Dimension::Rate),
                "Requests over time.",
            )
            .required()
            .constraint(between(
                Quantity {
                    dimension: Dimension::Rate,
                    amount: Decimal::ONE,
                },
                rate(10_000),
                None,
            )),
            field("burst", Type::Int, "Requests at once.")
                .required()
                .constraint(numbers(1, 5_000)),
        ],
    )
}

fn cors_fields() -> Vec<FieldSpec> {
    let words: Vec<&str> = METHODS.iter().map(|(word, _)| *word).collect();
    vec![
        field(
            "origins",
            Type::String.list(),
            "The pages' origins, or `\"*\"`.",
        )
        .required()
        .constraint(items(1, 100)),
        field(
            "methods",
            Type::words("method", &words).list(),
            "The methods they may use.",
        )
        .default("[get]"),
        field("headers", Type::String.list(), "The headers they may send."),
        field("expose", Type::String.list(), "The headers they may read."),
        field(
            "max_age",
            duration(),
            "How long a browser may remember this.",
        )
        .constraint(between(
            nodes::seconds(0),
            nodes::days(1),
            Some(nodes::seconds(1)),
        )),
        field("credentials", Type::Bool, "Whether cookies are sent.").default("false"),
    ]
}

fn domain_fields() -> Vec<FieldSpec> {
    let dns: Constraint = pattern(
        "^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$",
        "a domain name in lower case, such as `api.example.com`",
    );
    vec![
        field("name", Type::String, "The name: `api.example.com`.")
            .required()
            .constraint(dns),
        field(
            "certificate",
            Type::one_of([kind("certificate"), Type::String]),
            "Its certificate, in the same region: a `certificate`, or an ARN.",
        )
        .required(),
        field(
            "path",
            Type::String,
            "The path under which the API answers; all by default.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9$_.+!*'()/-]{1,300}$",
            "a path without the first `/`",
        )),
    ]
}

/// `CorsConfiguration`.
pub(super) fn cors(decl: &Decl) -> Option<Node> {
    let cors = decl.fields.object("cors")?;
    let span = decl.fields.span("cors")?;
    let methods: Vec<&str> = match cors.get("methods") {
        None => vec!["GET"],
        Some(_) => cors.items("methods").iter().filter_map(method).collect(),
    };
    let props = Props::new(span)
        .maybe("AllowOrigins", cors.node("origins"))
        .put(
            "AllowMethods",
            nodes::texts(methods, cors.span("methods").unwrap_or(span)),
        )
        .maybe("AllowHeaders", cors.node("headers"))
        .maybe("ExposeHeaders", cors.node("expose"))
        .maybe("MaxAge", cors.amount("max_age", "s"))
        .maybe("AllowCredentials", cors.node("credentials"));
    Some(props.node())
}

fn method(val: &formwork_schema::Val) -> Option<&'static str> {
    let Value::Word(word) = &val.value else {
        return None;
    };
    METHODS
        .iter()
        .find(|(known, _)| *known == &**word)
        .map(|(_, sent)| *sent)
}

/// Any origin together with credentials is refused by AWS and by every browser.
pub(super) fn check_cors(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(cors) = decl.fields.object("cors") else {
        return;
    };
    let any = cors
        .items("origins")
        .iter()
        .find(|val| matches!(&val.value, Value::String(text) if &**text == "*"));
    if let (Some(any), Some(true), Some(credentials)) =
        (any, cors.flag("credentials"), cors.span("credentials"))
    {
        out.report(errors::cors_credentials(any.span, credentials));
    }
}

/// A throttle as route settings: requests a second, and at once.
pub(super) fn throttle(throttle: Option<&Fields>, span: Span) -> Option<Node> {
    let throttle = throttle?;
    let rate = throttle.quantity("rate")?.in_unit("rps");
    let number = nodes::number_of(rate);
    let at = throttle.span("rate").unwrap_or(span);
    let props = Props::new(at)
        .put(
            "ThrottlingRateLimit",
            Node::new(formwork_schema::Prop::Number(number), at),
        )
        .maybe("ThrottlingBurstLimit", throttle.node("burst"));
    Some(props.node())
}
