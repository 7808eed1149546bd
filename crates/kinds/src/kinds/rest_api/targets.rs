//! What answers a route, as the integration of an OpenAPI operation.

use crate::gateways::arns;
use crate::gateways::keys::{self, Route, parameters};
use crate::gateways::services::{self, Role, Sent};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::triggers::Admission;
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, Node, Value};

/// The integration of a route.
pub(super) struct Target {
    /// `x-amazon-apigateway-integration`.
    pub(super) integration: Props,
    /// `responses` of the operation.
    pub(super) responses: Node,
    /// What must be there before requests come.
    pub(super) after: Vec<Address>,
}

/// The integration of a route; `None` if what it leads to is wrong.
pub(super) fn of(
    decl: &Decl,
    route: &Route<'_>,
    role: Option<&Role>,
    out: &mut Lowering<'_>,
) -> Option<Target> {
    let span = route.target.span;
    let timeout = route
        .arguments()
        .and_then(|arguments| arguments.amount("timeout", "ms"))
        .filter(nodes::other_than(29_000));
    let props = Props::new(span).maybe("timeoutInMillis", timeout);
    if let Some(function) = route.function() {
        let caller = keys::caller(decl, route, out);
        let Admission { arn, after } = out.admit(&function.address, &caller)?;
        return Some(Target {
            integration: props
                .set("type", "aws_proxy")
                .set("httpMethod", "POST")
                .put("uri", arns::invocation(decl, arn, out))
                .set("passthroughBehavior", "when_no_match"),
            responses: passed_on(span),
            after,
        });
    }
    if let Some(sent) = services::sent(decl, route.target, out) {
        return Some(to_service(props, sent, role?, span));
    }
    match values::call(route.target) {
        Some(call) => Some(mock(call, span)),
        None => to_url(props, route, out),
    }
}

fn passed_on(span: Span) -> Node {
    responses([("200", Vec::new())], span)
}

/// The responses of an operation: by status, the names of their headers.
pub(super) fn responses<'s>(
    all: impl IntoIterator<Item = (&'s str, Vec<String>)>,
    span: Span,
) -> Node {
    let text = || Node::map([("type", nodes::text("string", span))], span);
    let mut props = Props::new(span);
    for (status, names) in all {
        let header = || Node::map([("schema", text())], span);
        let headers = names.iter().map(|name| (&**name, header()));
        let headers = (!names.is_empty()).then(|| Node::map(headers, span));
        let response = Props::new(span)
            .set("description", meaning(status))
            .maybe("headers", headers);
        props = props.put(status, response.node());
    }
    props.node()
}

fn meaning(status: &str) -> &'static str {
    match status.as_bytes().first() {
        Some(b'2') => "Done",
        Some(b'4') => "Refused",
        Some(b'5') => "Failed",
        _ => "Answered",
    }
}

/// A service's answer by its status: the answer said, and the status of a refusal or failure as it is.
fn to_service(props: Props, sent: Sent, role: &Role, span: Span) -> Target {
    let status = |status: &str| Props::new(span).set("statusCode", status);
    let json = |template: Node| Node::map([("application/json", template)], span);
    let done = status("200").maybe("responseTemplates", sent.answer.map(json));
    let answers = Props::new(span)
        .put("default", done.node())
        .put("4\\d{2}", status("400").node())
        .put("5\\d{2}", status("502").node());
    let content = nodes::text(&format!("'{}'", sent.content), span);
    let headers = Node::map([("integration.request.header.Content-Type", content)], span);
    let integration = props
        .set("type", "aws")
        .set("httpMethod", sent.method)
        .put("uri", sent.uri)
        .put("credentials", role.arn.clone())
        .put("requestParameters", headers)
        .maybe("requestTemplates", sent.template.map(json))
        .set("passthroughBehavior", "when_no_templates")
        .put("responses", answers.node());
    Target {
        integration,
        responses: responses(
            ["200", "400", "502"].map(|status| (status, Vec::new())),
            span,
        ),
        after: role.after.clone(),
    }
}

/// An answer that API Gateway gives by itself.
fn mock(call: &Call, span: Span) -> Target {
    let arguments = &call.arguments;
    let status = arguments.int("status").unwrap_or(200).to_string();
    let content = arguments
        .text("content_type")
        .map_or("application/json", |(text, _)| text);
    let mut names = Vec::new();
    let mut headers = Props::new(span);
    for (name, val) in arguments
        .object("headers")
        .into_iter()
        .flat_map(|all| all.iter())
    {
        let Some(value) = nodes::node(val) else {
            continue;
        };
        let quote = || nodes::text("'", val.span);
        let value = nodes::concat([quote(), value, quote()], val.span);
        headers = headers.put(&format!("method.response.header.{name}"), value);
        names.push(name.to_string());
    }
    let templates = arguments
        .node("body")
        .map(|body| Node::map([(content, body)], span));
    let mut answer = Props::new(span)
        .set("statusCode", &*status)
        .maybe("responseTemplates", templates);
    if !headers.is_empty() {
        answer = answer.put("responseParameters", headers.node());
    }
    Target {
        integration: by_itself(Props::new(span), span)
            .put("responses", Node::map([("default", answer.node())], span)),
        responses: responses([(&*status, names)], span),
        after: Vec::new(),
    }
}

/// A mock integration, which takes every request for a good one.
pub(super) fn by_itself(props: Props, span: Span) -> Props {
    let template = nodes::text("{\"statusCode\":200}", span);
    props
        .set("type", "mock")
        .put(
            "requestTemplates",
            Node::map([("application/json", template)], span),
        )
        .set("passthroughBehavior", "when_no_match")
}

fn to_url(props: Props, route: &Route<'_>, out: &mut Lowering<'_>) -> Option<Target> {
    let span = route.target.span;
    let url = keys::url(route, out)?;
    let mut mapped = Props::new(span);
    if let Value::String(text) = &route.target.value {
        for name in parameters(route.path()) {
            if text.contains(&format!("{{{name}}}")) {
                mapped = mapped.set(
                    &format!("integration.request.path.{name}"),
                    &*format!("method.request.path.{name}"),
                );
            }
        }
    }
    let mapped = (!mapped.is_empty()).then(|| mapped.node());
    Some(Target {
        integration: props
            .set("type", "http_proxy")
            .set("httpMethod", route.method())
            .put("uri", url)
            .maybe("requestParameters", mapped)
            .set("passthroughBehavior", "when_no_match"),
        responses: passed_on(span),
        after: Vec::new(),
    })
}
