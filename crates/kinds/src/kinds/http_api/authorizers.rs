//! Who may call: JWT and function authorizers, one resource for each different one.

use super::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::{Caller, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, Node, Val, Value};
use std::collections::BTreeMap;

/// The authorizers of an API by what they check.
pub(super) struct Authorizers(BTreeMap<String, Address>);

/// What a route says of its callers, in the words of API Gateway.
pub(super) struct Authorization {
    /// `NONE`, `AWS_IAM`, `JWT`, `CUSTOM`.
    pub(super) kind: &'static str,
    /// The authorizer's id.
    pub(super) authorizer: Option<Node>,
    /// Scopes of a JWT.
    pub(super) scopes: Option<Node>,
    /// Where it is written.
    pub(super) span: Span,
}

/// Emits an authorizer for each different `jwt(…)` and `authorizer(…)` of the API and its routes.
pub(super) fn emit(decl: &Decl, api: &Address, out: &mut Lowering<'_>) -> Authorizers {
    let mut made = BTreeMap::new();
    for val in used(decl) {
        let Some(call) = values::call(val) else {
            continue;
        };
        let key = meaning(call);
        if made.contains_key(&key) {
            continue;
        }
        let part = match made.len() {
            0 => "authorizer".to_owned(),
            more => format!("authorizer_{}", more + 1),
        };
        if let Some(address) = one(decl, api, call, &part, out) {
            made.insert(key, address);
        }
    }
    Authorizers(made)
}

impl Authorizers {
    /// What an `auth` value means for a route.
    pub(super) fn of(&self, val: &Val) -> Authorization {
        let span = val.span;
        let bare = |kind| Authorization {
            kind,
            authorizer: None,
            scopes: None,
            span,
        };
        match &val.value {
            Value::Word(word) if &**word == "iam" => bare("AWS_IAM"),
            Value::Call(call) => Authorization {
                kind: if &*call.name == "jwt" {
                    "JWT"
                } else {
                    "CUSTOM"
                },
                authorizer: self
                    .0
                    .get(&meaning(call))
                    .map(|at| nodes::attribute(at, "AuthorizerId", span)),
                scopes: call.arguments.node("scopes"),
                span,
            },
            _ => bare("NONE"),
        }
    }
}

/// Every `auth` of the API and its routes, the API's first.
pub(super) fn used(decl: &Decl) -> Vec<&Val> {
    let mut used: Vec<&Val> = decl.fields.get("auth").into_iter().collect();
    if let Some(routes) = decl.fields.object("routes") {
        let calls = routes.iter().filter_map(|(_, val)| values::call(val));
        used.extend(calls.filter_map(|call| call.arguments.get("auth")));
    }
    used
}

/// `api_key` belongs to another kind of API.
pub(super) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    for val in used(decl) {
        if matches!(&val.value, Value::Word(word) if &**word == "api_key") {
            out.report(errors::api_key(decl.kind_span, val.span));
        }
    }
}

/// What an authorizer checks, whatever its place; scopes are a matter of the route.
fn meaning(call: &Call) -> String {
    let mut parts = vec![call.name.to_string()];
    for name in ["issuer", "audience", "header", "cache"] {
        parts.push(
            call.arguments
                .node(name)
                .map(|node| nodes::meaning(&node))
                .unwrap_or_default(),
        );
    }
    let function = call.arguments.resource("function");
    parts.push(
        function
            .map(|of| of.address.to_string())
            .unwrap_or_default(),
    );
    parts.join("|")
}

fn one(
    decl: &Decl,
    api: &Address,
    call: &Call,
    part: &str,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let span = call.name_span;
    let header = call
        .arguments
        .text("header")
        .map_or("Authorization", |(text, _)| text);
    let props = Props::new(span)
        .put("ApiId", nodes::attribute(api, "ApiId", span))
        .set("Name", part)
        .put(
            "IdentitySource",
            nodes::texts([format!("$request.header.{header}")], span),
        );
    if &*call.name == "jwt" {
        let jwt = Props::new(span)
            .maybe("Issuer", call.arguments.node("issuer"))
            .maybe("Audience", call.arguments.node("audience"));
        let props = props
            .set("AuthorizerType", "JWT")
            .put("JwtConfiguration", jwt.node());
        return Some(out.emit(
            decl,
            Emit::part(part, "AWS::ApiGatewayV2::Authorizer", props.finish()),
        ));
    }
    let function = call.arguments.resource("function")?;
    let admission = out.admit(&function.address, &caller(decl, part, span))?;
    let region = out.region(decl);
    let before = format!("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/");
    let uri = nodes::concat(
        [
            nodes::text(&before, span),
            admission.arn,
            nodes::text("/invocations", span),
        ],
        span,
    );
    let cache = call
        .arguments
        .amount("cache", "s")
        .unwrap_or_else(|| nodes::int(0, span));
    let props = props
        .set("AuthorizerType", "REQUEST")
        .put("AuthorizerUri", uri)
        .set("AuthorizerPayloadFormatVersion", "2.0")
        .set("EnableSimpleResponses", true)
        .put("AuthorizerResultTtlInSeconds", cache);
    let emit = Emit::part(part, "AWS::ApiGatewayV2::Authorizer", props.finish());
    Some(out.emit(decl, emit.after(admission.after)))
}

/// API Gateway calling the function of an authorizer of this API.
pub(super) fn caller(decl: &Decl, part: &str, span: Span) -> Caller {
    let arn = nodes::attribute(&decl.address, "ExecuteApiArn", span);
    Caller {
        principal: "apigateway.amazonaws.com",
        source: nodes::suffixed(arn, "/authorizers/*"),
        label: format!("{}_{part}", label(&decl.address)),
        span,
    }
}
