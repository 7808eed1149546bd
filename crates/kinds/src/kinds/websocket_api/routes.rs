//! Routes: what answers when a connection opens and closes, and what answers messages.

use super::connect::{CONNECT, Door};
use super::errors;
use crate::gateways::integrations::{Integrations, Wanted};
use crate::gateways::keys::{self, EVENTS, Route};
use crate::gateways::services::{self, Role, Sent};
use crate::gateways::{arns, auth, errors as shared, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::{Admission, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node};
use std::sync::Arc;

/// The longest that a target may take, in milliseconds: API Gateway quotas, "Integration timeout".
const LONGEST: i64 = 29_000;

/// The key of what is taken when nothing more is said: of templates, of answers.
const DEFAULT: &str = "$default";

/// The expression whose value is that key: API Gateway guide, "Selection expressions in API Gateway".
const SELECT: &str = "\\$default";

/// What was emitted for the routes.
pub(super) struct Emitted {
    /// What must be there before the stage is.
    pub(super) addresses: Vec<Address>,
    throttles: Vec<(Arc<str>, Props)>,
    span: Span,
}

impl Emitted {
    /// `RouteSettings` of the stage: the routes with a throttle of their own, and what `all` have besides.
    pub(super) fn settings(&self, all: &dyn Fn(Props) -> Node) -> Option<Node> {
        let own = self.throttles.iter();
        let own: Vec<(&str, Node)> = own
            .map(|(key, props)| (&**key, all(props.clone())))
            .collect();
        (!own.is_empty()).then(|| Node::map(own, self.span))
    }
}

/// What of a message says which route it takes: a path, or an expression as API Gateway has it.
pub(super) fn selection(decl: &Decl) -> Node {
    match decl.fields.text("route_by") {
        Some((path, val)) if !path.contains('$') => {
            nodes::text(&format!("$request.body.{path}"), val.span)
        }
        Some((expression, val)) => nodes::text(expression, val.span),
        None => nodes::text("$request.body.action", decl.name_span),
    }
}

/// First round: lets API Gateway call the functions of the routes and of the authorizers.
pub(super) fn admit(decl: &Decl, out: &mut Lowering<'_>) {
    for route in keys::routes(decl) {
        if let Some(function) = route.function() {
            let _ = out.admit(&function.address, &keys::caller(decl, &route, out));
        }
    }
    auth::admit(decl, out);
}

/// Emits integrations and routes.
pub(super) fn emit(decl: &Decl, door: &Door, out: &mut Lowering<'_>) -> Emitted {
    let role = services::role(decl, out);
    let routes = keys::routes(decl);
    if routes.is_empty() {
        out.report(errors::no_route(decl.name_span));
    }
    let mut emitted = Emitted {
        addresses: Vec::new(),
        throttles: Vec::new(),
        span: decl.name_span,
    };
    let mut integrations = Integrations::default();
    for route in &routes {
        if !check(decl, route, out) {
            continue;
        }
        let Some(wanted) = wanted(decl, route, role.as_ref(), out) else {
            continue;
        };
        let integration = integrations.of(decl, &route.slug, wanted, out);
        emitted.add(decl, route, &integration, door, out);
    }
    if !door.open && !routes.iter().any(|route| &*route.key == CONNECT) {
        emitted.addresses.extend(guard(decl, door, out));
    }
    emitted
}

impl Emitted {
    fn add(
        &mut self,
        decl: &Decl,
        route: &Route<'_>,
        integration: &Address,
        door: &Door,
        out: &mut Lowering<'_>,
    ) {
        let span = route.key_span;
        let answers = answers(route);
        let props = properties(decl, (&route.key, span), integration, door).maybe(
            "RouteResponseSelectionExpression",
            answers.then(|| nodes::text(DEFAULT, span)),
        );
        let part = format!("route_{}", route.slug);
        let emit = Emit::part(part, "AWS::ApiGatewayV2::Route", props.finish());
        let address = out.emit(decl, emit);
        if answers {
            self.addresses.extend(heard(decl, route, integration, out));
            self.addresses
                .push(answer(decl, &route.slug, &address, span, out));
        }
        self.addresses.push(address);
        let own = route
            .arguments()
            .and_then(|arguments| arguments.object("throttle"));
        if let Some(settings) = throttle::settings(own, span) {
            self.throttles.push((route.key.clone(), settings));
        }
    }
}

/// The properties of a route; only those who open a connection are asked who they are.
fn properties(decl: &Decl, (key, span): (&str, Span), integration: &Address, door: &Door) -> Props {
    let target = [
        nodes::text("integrations/", span),
        nodes::attribute(integration, "IntegrationId", span),
    ];
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .set("RouteKey", key)
        .put("Target", nodes::concat(target, span));
    if key != CONNECT {
        return props.set("AuthorizationType", "NONE");
    }
    let who = &door.authorization;
    props
        .put("AuthorizationType", nodes::text(who.kind, who.span))
        .maybe("AuthorizerId", who.authorizer.clone())
        .maybe("ApiKeyRequired", door.asking.map(|at| Node::new(true, at)))
}

/// Sends what the target says back to who sent the message.
fn answer(decl: &Decl, slug: &str, route: &Address, span: Span, out: &mut Lowering<'_>) -> Address {
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put("RouteId", nodes::attribute(route, "RouteId", span))
        .set("RouteResponseKey", DEFAULT);
    let part = format!("answer_{slug}");
    out.emit(
        decl,
        Emit::part(part, "AWS::ApiGatewayV2::RouteResponse", props.finish()),
    )
}

/// What a service says, for a route that answers; functions and servers are heard without being told.
fn heard(
    decl: &Decl,
    route: &Route<'_>,
    integration: &Address,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let sent = services::sent(decl, route.target, out)?;
    let span = route.target.span;
    let template = sent
        .answer
        .map(|answer| Node::map([(DEFAULT, answer)], span));
    let selected = template.is_some().then(|| nodes::text(SELECT, span));
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put(
            "IntegrationId",
            nodes::attribute(integration, "IntegrationId", span),
        )
        .set("IntegrationResponseKey", DEFAULT)
        .maybe("ResponseTemplates", template)
        .maybe("TemplateSelectionExpression", selected);
    let part = format!("{}_answer", integration.part.as_deref().unwrap_or_default());
    let kind = "AWS::ApiGatewayV2::IntegrationResponse";
    Some(out.emit(decl, Emit::part(part, kind, props.finish())))
}

/// A route for connections that only asks who comes: without one API Gateway asks nobody.
fn guard(decl: &Decl, door: &Door, out: &mut Lowering<'_>) -> Vec<Address> {
    let span = door.asking.unwrap_or(door.authorization.span);
    let yes = Node::map([(DEFAULT, nodes::text("{\"statusCode\":200}", span))], span);
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .set("IntegrationType", "MOCK")
        .put("RequestTemplates", yes)
        .set("TimeoutInMillis", LONGEST);
    let kind = "AWS::ApiGatewayV2::Integration";
    let integration = out.emit(decl, Emit::part("integration_guard", kind, props.finish()));
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put(
            "IntegrationId",
            nodes::attribute(&integration, "IntegrationId", span),
        )
        .set("IntegrationResponseKey", "/200/");
    let kind = "AWS::ApiGatewayV2::IntegrationResponse";
    let response = out.emit(
        decl,
        Emit::part("integration_guard_answer", kind, props.finish()),
    );
    let props = properties(decl, (CONNECT, span), &integration, door)
        .set("RouteResponseSelectionExpression", DEFAULT);
    let emit = Emit::part("route_connect", "AWS::ApiGatewayV2::Route", props.finish());
    let route = out.emit(decl, emit);
    let answer = answer(decl, "connect", &route, span, out);
    vec![response, route, answer]
}

/// Whether the sender of a message gets an answer.
fn answers(route: &Route<'_>) -> bool {
    route
        .arguments()
        .and_then(|arguments| arguments.flag("answer"))
        == Some(true)
}

/// What cannot be said of a route; `false` if it is none.
fn check(decl: &Decl, route: &Route<'_>, out: &mut Lowering<'_>) -> bool {
    let event = EVENTS.iter().find(|(_, key)| *key == &*route.key);
    let written = decl.fields.object("routes");
    let in_routes = written.is_some_and(|routes| routes.get(&route.key).is_some());
    if in_routes && let Err(problem) = check_key(&route.key) {
        out.report(shared::route_key(
            decl,
            &route.key,
            &problem,
            route.key_span,
        ));
        return false;
    }
    if let Some(auth) = route.argument("auth").filter(|_| &*route.key != CONNECT) {
        out.report(errors::asked_once(auth.span));
    }
    if let (Some((field, _)), true) = (
        event.filter(|(field, _)| *field != "default"),
        answers(route),
    ) {
        let at = route
            .argument("answer")
            .map_or(route.key_span, |val| val.span);
        out.report(errors::no_answer(field, at));
    }
    true
}

/// What is wrong with the key of a route of messages: API Gateway API, CreateRoute, RouteKey.
fn check_key(key: &str) -> Result<(), String> {
    if let Some((field, _)) = EVENTS.iter().find(|(_, known)| *known == key) {
        return Err(format!("write `{field} = …` beside `routes`"));
    }
    if key.starts_with('$') {
        return Err("only `$connect`, `$disconnect` and `$default` begin with `$`".to_owned());
    }
    if keys::check_key(key).is_ok() {
        return Err("messages have no method and no path".to_owned());
    }
    if key.is_empty() || key.len() > 128 {
        return Err("1 to 128 characters".to_owned());
    }
    Ok(())
}

/// What a route leads to; `None` if that is wrong.
fn wanted(
    decl: &Decl,
    route: &Route<'_>,
    role: Option<&Role>,
    out: &mut Lowering<'_>,
) -> Option<Wanted> {
    let span = route.target.span;
    let timeout = route
        .arguments()
        .and_then(|arguments| arguments.amount("timeout", "ms"));
    let timeout = timeout.unwrap_or_else(|| nodes::int(LONGEST, span));
    let within = nodes::meaning(&timeout);
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put("TimeoutInMillis", timeout);
    if let Some(function) = route.function() {
        let caller = keys::caller(decl, route, out);
        let Admission { arn, after } = out.admit(&function.address, &caller)?;
        return Some(Wanted {
            key: format!("{}|{within}", function.address),
            name: label(&function.address),
            props: props
                .set("IntegrationType", "AWS_PROXY")
                .set("IntegrationMethod", "POST")
                .put("IntegrationUri", arns::invocation(decl, arn, out)),
            after,
        });
    }
    if let Some(sent) = services::sent(decl, route.target, out) {
        let role = role?;
        let named = values::resource(route.target);
        return Some(Wanted {
            key: match named {
                Some(of) => format!("{}|{within}", of.address),
                None => format!("{}|{within}", route.slug),
            },
            name: named.map_or_else(|| format!("aws_{}", route.slug), |of| label(&of.address)),
            props: to_service(props, sent, role, span),
            after: role.after.clone(),
        });
    }
    let url = keys::url(route, out)?;
    Some(Wanted {
        key: format!("{}|{within}", nodes::meaning(&url)),
        name: format!("url_{}", route.slug),
        props: to_url(props, url, span),
        after: Vec::new(),
    })
}

/// API Gateway guide, "Set up a WebSocket API integration request": mapping templates by the key `$default`.
fn to_service(props: Props, sent: Sent, role: &Role, span: Span) -> Props {
    let content = nodes::text(&format!("'{}'", sent.content), span);
    let header = Node::map([("integration.request.header.Content-Type", content)], span);
    let template = sent
        .template
        .map(|template| Node::map([(DEFAULT, template)], span));
    props
        .set("IntegrationType", "AWS")
        .set("IntegrationMethod", sent.method)
        .put("IntegrationUri", sent.uri)
        .put("CredentialsArn", role.arn.clone())
        .put("RequestParameters", header)
        .maybe("RequestTemplates", template)
        .set("TemplateSelectionExpression", SELECT)
}

/// API Gateway guide, "Set up a WebSocket API integration request": a server does not see the connection unless told.
fn to_url(props: Props, url: Node, span: Span) -> Props {
    let id = nodes::text("context.connectionId", span);
    let header = Node::map([("integration.request.header.connectionId", id)], span);
    props
        .set("IntegrationType", "HTTP_PROXY")
        .set("IntegrationMethod", "POST")
        .put("IntegrationUri", url)
        .put("RequestParameters", header)
}
