//! Who may call: security schemes of the OpenAPI document.

use crate::gateways::{arns, auth, keys::Route, plans};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, Node, Val, Value};
use std::collections::BTreeMap;

/// The scheme of callers who sign with IAM credentials.
const SIGNED: &str = "signed";
/// The scheme of callers with an API key.
const KEY: &str = "api_key";

/// The schemes of an API.
#[derive(Default)]
pub(super) struct Schemes {
    by_name: BTreeMap<String, Node>,
    by_meaning: BTreeMap<String, String>,
    /// What must be there before requests come.
    pub(super) after: Vec<Address>,
}

impl Schemes {
    /// The schemes of all authorizers.
    pub(super) fn of(decl: &Decl, out: &mut Lowering<'_>) -> Self {
        let mut schemes = Schemes::default();
        for authorizer in auth::distinct(decl) {
            let call = authorizer.call;
            let scheme = match &*call.name {
                "cognito" => cognito(call),
                "authorizer" => {
                    let Some(function) = call.arguments.resource("function") else {
                        continue;
                    };
                    let caller = auth::caller(decl, call.name_span, out);
                    let Some(admission) = out.admit(&function.address, &caller) else {
                        continue;
                    };
                    schemes.after.extend(admission.after);
                    by_function(decl, call, admission.arn, out)
                }
                _ => continue,
            };
            schemes.by_name.insert(authorizer.part.clone(), scheme);
            schemes
                .by_meaning
                .insert(authorizer.meaning, authorizer.part);
        }
        schemes
    }

    /// `components.securitySchemes`; nothing if everybody may call everything.
    pub(super) fn node(&self, span: Span) -> Option<Node> {
        let all = self
            .by_name
            .iter()
            .map(|(name, node)| (&**name, node.clone()));
        (!self.by_name.is_empty()).then(|| Node::map(all, span))
    }

    /// `security` of the operation of a route.
    pub(super) fn require(
        &mut self,
        decl: &Decl,
        route: &Route<'_>,
        said: Option<&Val>,
    ) -> Option<Node> {
        let span = said.map_or(route.key_span, |val| val.span);
        let none = || Node::list([], span);
        let mut all = Props::new(span);
        match said.map(|val| &val.value) {
            Some(Value::Word(word)) if &**word == "iam" => {
                self.add(SIGNED, || scheme("Authorization", "awsSigv4", span).node());
                all = all.put(SIGNED, none());
            }
            Some(Value::Call(call)) => {
                if let Some(name) = self.by_meaning.get(&auth::meaning(call)) {
                    let scopes = call.arguments.node("scopes");
                    all = all.put(name, scopes.unwrap_or_else(none));
                }
            }
            _ => {}
        }
        if plans::asks(decl, route) {
            self.add(KEY, || key(span));
            all = all.put(KEY, none());
        }
        (!all.is_empty()).then(|| Node::list([all.node()], span))
    }

    fn add(&mut self, name: &str, make: impl FnOnce() -> Node) {
        if !self.by_name.contains_key(name) {
            self.by_name.insert(name.to_owned(), make());
        }
    }
}

fn key(span: Span) -> Node {
    let props = Props::new(span).set("type", "apiKey");
    props.set("name", "x-api-key").set("in", "header").node()
}

fn scheme(header: &str, sort: &str, span: Span) -> Props {
    Props::new(span)
        .set("type", "apiKey")
        .set("name", header)
        .set("in", "header")
        .set("x-amazon-apigateway-authtype", sort)
}

fn header(call: &Call) -> &str {
    let given = call.arguments.text("header");
    given.map_or("Authorization", |(text, _)| text)
}

fn cognito(call: &Call) -> Node {
    let span = call.name_span;
    let authorizer = Props::new(span)
        .set("type", "cognito_user_pools")
        .maybe("providerARNs", call.arguments.node("pools"));
    scheme(header(call), "cognito_user_pools", span)
        .put("x-amazon-apigateway-authorizer", authorizer.node())
        .node()
}

/// API Gateway guide, "x-amazon-apigateway-authorizer object": the whole request, or a token in a header.
fn by_function(decl: &Decl, call: &Call, function: Node, out: &Lowering<'_>) -> Node {
    let span = call.name_span;
    let arguments = &call.arguments;
    let query = arguments.items("query");
    let whole = !query.is_empty() || arguments.flag("whole_request") == Some(true);
    let header = header(call);
    let cache = arguments.amount("cache", "s");
    let cache = cache.unwrap_or_else(|| nodes::int(300, span));
    let mut authorizer = Props::new(span)
        .set("type", if whole { "request" } else { "token" })
        .put("authorizerUri", arns::invocation(decl, function, out))
        .put("authorizerResultTtlInSeconds", cache)
        .maybe("identityValidationExpression", arguments.node("pattern"));
    if whole {
        let mut sources = Vec::new();
        if query.is_empty() || arguments.get("header").is_some() {
            sources.push(format!("method.request.header.{header}"));
        }
        for val in query {
            if let Value::String(name) = &val.value {
                sources.push(format!("method.request.querystring.{name}"));
            }
        }
        authorizer = authorizer.set("identitySource", &*sources.join(", "));
    }
    let name = if whole { "Unused" } else { header };
    scheme(name, "custom", span)
        .put("x-amazon-apigateway-authorizer", authorizer.node())
        .node()
}
