//! Who may call: JWT and function authorizers, one resource for each different one.

use crate::gateways::{arns, auth};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, Val, Value};
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
    for authorizer in auth::distinct(decl) {
        if let Some(address) = one(decl, api, &authorizer, out) {
            made.insert(authorizer.meaning, address);
        }
    }
    Authorizers(made)
}

impl Authorizers {
    /// What an `auth` value means for a route; nobody has said anything if there is none.
    pub(super) fn of(&self, val: Option<&Val>, span: Span) -> Authorization {
        let span = val.map_or(span, |val| val.span);
        let bare = |kind| Authorization {
            kind,
            authorizer: None,
            scopes: None,
            span,
        };
        match val.map(|val| &val.value) {
            Some(Value::Word(word)) if &**word == "iam" => bare("AWS_IAM"),
            Some(Value::Call(call)) => Authorization {
                kind: if &*call.name == "jwt" {
                    "JWT"
                } else {
                    "CUSTOM"
                },
                authorizer: self
                    .0
                    .get(&auth::meaning(call))
                    .map(|at| nodes::attribute(at, "AuthorizerId", span)),
                scopes: call.arguments.node("scopes"),
                span,
            },
            _ => bare("NONE"),
        }
    }
}

fn one(
    decl: &Decl,
    api: &Address,
    authorizer: &auth::Distinct<'_>,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let (part, call) = (&*authorizer.part, authorizer.call);
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
    let caller = auth::caller(decl, span, out);
    let admission = out.admit(&function.address, &caller)?;
    let cache = call
        .arguments
        .amount("cache", "s")
        .unwrap_or_else(|| nodes::int(0, span));
    let props = props
        .set("AuthorizerType", "REQUEST")
        .put("AuthorizerUri", arns::invocation(decl, admission.arn, out))
        .set("AuthorizerPayloadFormatVersion", "2.0")
        .set("EnableSimpleResponses", true)
        .put("AuthorizerResultTtlInSeconds", cache);
    let emit = Emit::part(part, "AWS::ApiGatewayV2::Authorizer", props.finish());
    Some(out.emit(decl, emit.after(admission.after)))
}
