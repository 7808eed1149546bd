//! Who may call: the values of `auth`, and the functions that decide.

use super::{arns, errors, keys};
use crate::lowering::Lowering;
use crate::nodes;
use crate::specs::{between, call, duration, field, items, kind, pattern};
use crate::triggers::{Caller, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Call, Decl, FieldSpec, Type, Val, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The words of `auth`. All kinds take all of them, to say where one belongs.
pub(crate) fn words() -> Type {
    Type::words("auth", &["public", "iam", "api_key"])
}

/// `jwt(…)`: tokens that an HTTP API checks by itself.
pub(crate) fn jwt() -> Type {
    let url = pattern("^https://.+$", "a URL that begins with `https://`");
    let parameters = vec![
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
        scopes(),
        header("The header that carries the token.").default("\"Authorization\""),
    ];
    call("jwt", parameters, 0)
}

/// `cognito(…)`: tokens of Cognito user pools, which a REST API checks.
pub(crate) fn cognito() -> Type {
    let parameters = vec![
        field("pools", Type::String.list(), "The ARNs of user pools.")
            .required()
            .constraint(items(1, 1000)),
        scopes(),
        header("The header that carries the token.").default("\"Authorization\""),
    ];
    call("cognito", parameters, 0)
}

/// Scopes of a token.
pub(crate) fn scopes() -> FieldSpec {
    field(
        "scopes",
        Type::String.list(),
        "Scopes of which a token must have one.",
    )
    .constraint(items(1, 10))
}

/// The header that a caller identifies himself by.
pub(crate) fn header(doc: &str) -> FieldSpec {
    field("header", Type::String, doc)
}

/// The function of an authorizer.
pub(crate) fn function(doc: &str) -> FieldSpec {
    field("function", kind("function"), doc).required()
}

/// How long the answer of an authorizer is kept: API Gateway API, CreateAuthorizer, 0 to 3600 seconds.
pub(crate) fn cache(default: &str) -> FieldSpec {
    field("cache", duration(), "How long an answer is kept.")
        .default(default)
        .constraint(between(
            nodes::seconds(0),
            nodes::minutes(60),
            Some(nodes::seconds(1)),
        ))
}

/// Every `auth` of the API and its routes, the API's first.
pub(crate) fn used(decl: &Decl) -> Vec<&Val> {
    let mut used: Vec<&Val> = decl.fields.get("auth").into_iter().collect();
    let routes = keys::routes(decl);
    used.extend(routes.iter().filter_map(|route| route.argument("auth")));
    used
}

/// An authorizer to be made.
pub(crate) struct Distinct<'a> {
    /// The part of the declaration that it is: `authorizer`, `authorizer_2`.
    pub(crate) part: String,
    /// What is written of it.
    pub(crate) call: &'a Arc<Call>,
    /// What it checks: [`meaning`].
    pub(crate) meaning: String,
}

/// One for each different `jwt(…)`, `cognito(…)` and `authorizer(…)` of the API and its routes.
pub(crate) fn distinct(decl: &Decl) -> Vec<Distinct<'_>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for call in used(decl).into_iter().filter_map(values::call) {
        let meaning = meaning(call);
        if seen.insert(meaning.clone()) {
            let part = match found.len() {
                0 => "authorizer".to_owned(),
                more => format!("authorizer_{}", more + 1),
            };
            found.push(Distinct {
                part,
                call,
                meaning,
            });
        }
    }
    found
}

/// What an authorizer checks, whatever its place; scopes are a matter of the route.
pub(crate) fn meaning(call: &Call) -> String {
    let arguments = call.arguments.iter();
    let mut parts: Vec<String> = arguments
        .filter(|(name, _)| &***name != "scopes")
        .map(|(name, val)| match values::resource(val) {
            Some(of) => format!("{name}={}", of.address),
            None => format!(
                "{name}={}",
                nodes::node(val)
                    .map(|node| nodes::meaning(&node))
                    .unwrap_or_default()
            ),
        })
        .collect();
    parts.sort();
    format!("{}({})", call.name, parts.join(","))
}

/// First round: lets API Gateway call the functions that decide.
pub(crate) fn admit(decl: &Decl, out: &mut Lowering<'_>) {
    for authorizer in distinct(decl) {
        if let Some(function) = authorizer.call.arguments.resource("function") {
            let caller = caller(decl, authorizer.call.name_span, out);
            let _ = out.admit(&function.address, &caller);
        }
    }
}

/// API Gateway calling the function of an authorizer of this API; one right for all authorizers of a function.
pub(crate) fn caller(decl: &Decl, span: Span, out: &Lowering<'_>) -> Caller {
    Caller {
        principal: super::PRINCIPAL,
        source: nodes::suffixed(arns::execute(decl, span, out), "/authorizers/*"),
        label: format!("{}_authorizer", label(&decl.address)),
        span,
    }
}

/// What the `auth` of another kind of API is used for here.
pub(crate) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let http = &*decl.address.kind == "http_api";
    let rest = &*decl.address.kind == "rest_api";
    for val in used(decl) {
        match &val.value {
            Value::Word(word) if &**word == "api_key" && http => {
                out.report(errors::api_keys(decl, val.span));
            }
            Value::Call(call) if &*call.name == "cognito" && !rest => {
                out.report(errors::cognito(decl, call.name_span));
            }
            Value::Call(call) if &*call.name == "jwt" && !http => {
                out.report(errors::jwt(decl, call.name_span));
            }
            _ => {}
        }
    }
}

/// The `auth` of a route: its own, or the API's; an error if nobody has said anything, unless permitted.
pub(crate) fn of_route<'a>(
    decl: &'a Decl,
    route: &keys::Route<'a>,
    out: &mut Lowering<'_>,
) -> Option<&'a Val> {
    let said = route.argument("auth").or_else(|| decl.fields.get("auth"));
    if said.is_none() {
        out.lint(decl, errors::no_auth(decl, &route.key, route.key_span));
    }
    said
}
