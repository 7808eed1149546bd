//! The door: who may connect. API Gateway asks once, when a connection is opened, and never again.

use crate::gateways::auth::{self, Distinct};
use crate::gateways::authorizers::{self, Authorization};
use crate::gateways::keys::{self, Route};
use crate::gateways::{arns, errors as shared};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Val, Value};

/// The key of the route that is taken when a connection is opened.
pub(super) const CONNECT: &str = "$connect";

/// What is asked of those who connect.
pub(super) struct Door {
    /// By whom, in the words of API Gateway.
    pub(super) authorization: Authorization,
    /// The words that ask for an API key, if one is needed.
    pub(super) asking: Option<Span>,
    /// Whether it is open to everybody.
    pub(super) open: bool,
}

/// Reads who may connect, and emits what decides it.
pub(super) fn door(decl: &Decl, out: &mut Lowering<'_>) -> Door {
    let authorizers = authorizers::emit(decl, |one, out| authorizer(decl, one, out), out);
    let routes = keys::routes(decl);
    let connect = routes.iter().find(|route| &*route.key == CONNECT);
    let said = said(decl, connect, out);
    let authorization = authorizers.of(said, decl.name_span);
    let asking = asking(decl, said);
    Door {
        open: authorization.kind == "NONE" && asking.is_none(),
        authorization,
        asking,
    }
}

/// The `auth` of the API or of its route for connections.
fn said<'a>(
    decl: &'a Decl,
    connect: Option<&Route<'a>>,
    out: &mut Lowering<'_>,
) -> Option<&'a Val> {
    if let Some(route) = connect {
        return auth::of_route(decl, route, out);
    }
    let said = decl.fields.get("auth");
    if said.is_none() {
        out.lint(decl, shared::no_auth(decl, CONNECT, decl.name_span));
    }
    said
}

fn asking(decl: &Decl, said: Option<&Val>) -> Option<Span> {
    let by_auth =
        said.filter(|val| matches!(&val.value, Value::Word(word) if &**word == "api_key"));
    let besides = decl.fields.flag("require_key") == Some(true);
    let besides = besides.then(|| decl.fields.span("require_key")).flatten();
    by_auth.map(|val| val.span).or(besides)
}

/// A function that decides: it gets the request to connect, and answers with a policy.
fn authorizer(decl: &Decl, of: &Distinct<'_>, out: &mut Lowering<'_>) -> Option<Emit> {
    let call = of.call;
    let span = call.name_span;
    let arguments = &call.arguments;
    let function = arguments.resource("function")?;
    let caller = auth::caller(decl, span, out);
    let admission = out.admit(&function.address, &caller)?;
    let header = arguments.text("header");
    let header = header.map(|(name, _)| format!("route.request.header.{name}"));
    let query = arguments.items("query").iter();
    let query = query.filter_map(|val| match &val.value {
        Value::String(name) => Some(format!("route.request.querystring.{name}")),
        _ => None,
    });
    let sources: Vec<String> = header.into_iter().chain(query).collect();
    let sources = (!sources.is_empty()).then(|| nodes::texts(sources, span));
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .set("Name", &*of.part)
        .maybe("IdentitySource", sources)
        .set("AuthorizerType", "REQUEST")
        .put("AuthorizerUri", arns::invocation(decl, admission.arn, out));
    let emit = Emit::part(&*of.part, "AWS::ApiGatewayV2::Authorizer", props.finish());
    Some(emit.after(admission.after))
}
