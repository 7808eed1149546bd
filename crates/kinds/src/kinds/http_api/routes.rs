//! Routes: each with its target, its callers and its throttle; one integration for each different target.

use super::links;
use crate::gateways::authorizers::Authorizers;
use crate::gateways::integrations::{Integrations, Wanted};
use crate::gateways::keys::{self, Route};
use crate::gateways::services::{self, Role};
use crate::gateways::{arns, auth, errors, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::{Admission, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node};
use std::sync::Arc;

/// What was emitted for the routes.
pub(super) struct Emitted {
    /// The routes' addresses.
    pub(super) addresses: Vec<Address>,
    throttles: Vec<(Arc<str>, Node)>,
}

impl Emitted {
    /// `RouteSettings` of the stage: the routes with a throttle of their own.
    pub(super) fn settings(&self, span: Span) -> Option<Node> {
        let all = self
            .throttles
            .iter()
            .map(|(key, node)| (&**key, node.clone()));
        (!self.throttles.is_empty()).then(|| Node::map(all, span))
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
pub(super) fn emit(decl: &Decl, authorizers: &Authorizers, out: &mut Lowering<'_>) -> Emitted {
    auth::check(decl, out);
    let mut emitted = Emitted {
        addresses: Vec::new(),
        throttles: Vec::new(),
    };
    let role = services::role(decl, out);
    let mut integrations = Integrations::default();
    for route in keys::routes(decl) {
        if let Err(problem) = check_key(&route.key) {
            out.report(errors::route_key(
                decl,
                &route.key,
                &problem,
                route.key_span,
            ));
            continue;
        }
        let Some(wanted) = wanted(decl, &route, role.as_ref(), out) else {
            continue;
        };
        let integration = integrations.of(decl, &route.slug, wanted, out);
        let said = auth::of_route(decl, &route, out);
        let authorization = authorizers.of(said, route.key_span);
        let span = route.key_span;
        let target = [
            nodes::text("integrations/", span),
            nodes::attribute(&integration, "IntegrationId", span),
        ];
        let props = Props::new(span)
            .put("ApiId", arns::id(decl, span))
            .set("RouteKey", &*route.key)
            .put("Target", nodes::concat(target, span))
            .put(
                "AuthorizationType",
                nodes::text(authorization.kind, authorization.span),
            )
            .maybe("AuthorizerId", authorization.authorizer)
            .maybe("AuthorizationScopes", authorization.scopes);
        let part = format!("route_{}", route.slug);
        emitted.addresses.push(out.emit(
            decl,
            Emit::part(part, "AWS::ApiGatewayV2::Route", props.finish()),
        ));
        let own = route
            .arguments()
            .and_then(|arguments| arguments.object("throttle"));
        if let Some(settings) = throttle::settings(own, span) {
            emitted.throttles.push((route.key.clone(), settings.node()));
        }
    }
    emitted
}

fn check_key(key: &str) -> Result<(), String> {
    match key {
        "$default" => Ok(()),
        _ => keys::check_key(key),
    }
}

/// What a route leads to; `None` if that is wrong.
fn wanted(
    decl: &Decl,
    route: &Route<'_>,
    role: Option<&Role>,
    out: &mut Lowering<'_>,
) -> Option<Wanted> {
    let timeout = route
        .arguments()
        .and_then(|arguments| arguments.amount("timeout", "ms"))
        .filter(nodes::other_than(30_000));
    let within = timeout.as_ref().map(nodes::meaning).unwrap_or_default();
    let span = route.target.span;
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .maybe("TimeoutInMillis", timeout);
    if let Some(function) = route.function() {
        let caller = keys::caller(decl, route, out);
        let Admission { arn, after } = out.admit(&function.address, &caller)?;
        return Some(Wanted {
            key: format!("{}|{within}", function.address),
            name: label(&function.address),
            props: props
                .set("IntegrationType", "AWS_PROXY")
                .put("IntegrationUri", arn)
                .set("PayloadFormatVersion", "2.0"),
            after,
        });
    }
    if let Some(service) = links::service(route) {
        let of = &service.address;
        let (props, after) = links::integration(decl, props, of, span, out)?;
        return Some(Wanted {
            key: format!("{of}|{within}"),
            name: label(of),
            props,
            after,
        });
    }
    if let Some(queue) = values::resource(route.target) {
        let role = role?;
        return Some(Wanted {
            key: format!("{}|{within}", queue.address),
            name: label(&queue.address),
            props: to_queue(props, &queue.address, span, role),
            after: role.after.clone(),
        });
    }
    let url = keys::url(route, out)?;
    Some(Wanted {
        key: format!("{}|{within}", nodes::meaning(&url)),
        name: format!("url_{}", route.slug),
        props: props
            .set("IntegrationType", "HTTP_PROXY")
            .set("IntegrationMethod", "ANY")
            .put("IntegrationUri", url)
            .set("PayloadFormatVersion", "1.0"),
        after: Vec::new(),
    })
}

/// API Gateway guide, "Integration subtype reference", SQS-SendMessage.
fn to_queue(props: Props, queue: &Address, span: Span, role: &Role) -> Props {
    let parameters = Props::new(span)
        .put("QueueUrl", nodes::attribute(queue, "QueueUrl", span))
        .set("MessageBody", "$request.body");
    props
        .set("IntegrationType", "AWS_PROXY")
        .set("IntegrationSubtype", "SQS-SendMessage")
        .put("CredentialsArn", role.arn.clone())
        .put("RequestParameters", parameters.node())
        .set("PayloadFormatVersion", "1.0")
}
