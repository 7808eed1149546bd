//! Authorizers of an HTTP API: JSON Web Tokens, and functions that decide.

use crate::gateways::arns;
use crate::gateways::auth::{self, Distinct};
use crate::gateways::authorizers::{self, Authorizers};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Address, Decl};

/// Emits an authorizer for each different `jwt(…)` and `authorizer(…)` of the API and its routes.
pub(super) fn emit(decl: &Decl, api: &Address, out: &mut Lowering<'_>) -> Authorizers {
    authorizers::emit(decl, |authorizer, out| one(decl, api, authorizer, out), out)
}

fn one(
    decl: &Decl,
    api: &Address,
    authorizer: &Distinct<'_>,
    out: &mut Lowering<'_>,
) -> Option<Emit> {
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
        let emit = Emit::part(part, "AWS::ApiGatewayV2::Authorizer", props.finish());
        return Some(emit);
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
    Some(emit.after(admission.after))
}
