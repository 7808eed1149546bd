//! Routes: each with its target, its callers and its throttle; one integration for each different target.

use super::authorizers::{self, Authorization, Authorizers};
use super::{errors, fields};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::triggers::{Admission, Caller, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, Fields, Node, Val, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The methods of a route key: API Gateway developer guide, "Routes for HTTP APIs".
const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY",
];

/// A route as written.
struct Route<'a> {
    key: &'a Arc<str>,
    key_span: Span,
    target: &'a Val,
    call: Option<&'a Arc<Call>>,
}

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

fn routes(decl: &Decl) -> Vec<Route<'_>> {
    let Some(routes) = decl.fields.object("routes") else {
        return Vec::new();
    };
    routes
        .iter()
        .filter_map(|(key, val)| route(routes, key, val))
        .collect()
}

fn route<'a>(routes: &'a Fields, key: &'a Arc<str>, val: &'a Val) -> Option<Route<'a>> {
    let key_span = routes.name_span(key).unwrap_or(val.span);
    let call = values::call(val);
    let target = match call {
        Some(call) => call.arguments.get("target")?,
        None => val,
    };
    Some(Route {
        key,
        key_span,
        target,
        call,
    })
}

/// First round: lets API Gateway call the functions of the routes.
pub(super) fn admit(decl: &Decl, out: &mut Lowering<'_>) {
    for route in routes(decl) {
        if let Some(function) = values::resource(route.target) {
            let _ = out.admit(&function.address, &caller(decl, &route));
        }
    }
    for val in authorizers::used(decl) {
        let function = values::call(val).and_then(|call| call.arguments.resource("function"));
        if let Some(function) = function {
            let _ = out.admit(
                &function.address,
                &authorizers::caller(decl, "authorizer", val.span),
            );
        }
    }
}

/// Emits integrations and routes.
pub(super) fn emit(
    decl: &Decl,
    api: &Address,
    authorizers: &Authorizers,
    out: &mut Lowering<'_>,
) -> Emitted {
    authorizers::check(decl, out);
    let mut emitted = Emitted {
        addresses: Vec::new(),
        throttles: Vec::new(),
    };
    let mut integrations: BTreeMap<String, Address> = BTreeMap::new();
    for route in routes(decl) {
        if let Err(problem) = check_key(route.key) {
            out.report(errors::route_key(route.key, &problem, route.key_span));
            continue;
        }
        let Some(integration) = integration(decl, api, &route, &mut integrations, out) else {
            continue;
        };
        let authorization = authorization(decl, &route, authorizers, out);
        let span = route.key_span;
        let target = [
            nodes::text("integrations/", span),
            nodes::attribute(&integration, "IntegrationId", span),
        ];
        let props = Props::new(span)
            .put("ApiId", nodes::attribute(api, "ApiId", span))
            .set("RouteKey", &**route.key)
            .put("Target", nodes::concat(target, span))
            .put(
                "AuthorizationType",
                nodes::text(authorization.kind, authorization.span),
            )
            .maybe("AuthorizerId", authorization.authorizer)
            .maybe("AuthorizationScopes", authorization.scopes);
        let part = format!("route_{}", slug(route.key));
        emitted.addresses.push(out.emit(
            decl,
            Emit::part(part, "AWS::ApiGatewayV2::Route", props.finish()),
        ));
        let own = route
            .call
            .and_then(|call| call.arguments.object("throttle"));
        if let Some(throttle) = fields::throttle(own, span) {
            emitted.throttles.push((route.key.clone(), throttle));
        }
    }
    emitted
}

/// Who may call a route: what it says, what the API says, or nobody has said it: an error unless permitted.
fn authorization(
    decl: &Decl,
    route: &Route<'_>,
    authorizers: &Authorizers,
    out: &mut Lowering<'_>,
) -> Authorization {
    let own = route.call.and_then(|call| call.arguments.get("auth"));
    match own.or_else(|| decl.fields.get("auth")) {
        Some(val) => authorizers.of(val),
        None => {
            out.lint(decl, errors::no_auth(route.key, route.key_span));
            Authorization {
                kind: "NONE",
                authorizer: None,
                scopes: None,
                span: route.key_span,
            }
        }
    }
}

fn integration(
    decl: &Decl,
    api: &Address,
    route: &Route<'_>,
    made: &mut BTreeMap<String, Address>,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let timeout = route
        .call
        .and_then(|call| call.arguments.amount("timeout", "ms"));
    let within = timeout.as_ref().map(nodes::meaning).unwrap_or_default();
    let span = route.target.span;
    let props = Props::new(span)
        .put("ApiId", nodes::attribute(api, "ApiId", span))
        .maybe("TimeoutInMillis", timeout);
    let (key, name, props, after) = match values::resource(route.target) {
        Some(function) => {
            let Admission { arn, after } = out.admit(&function.address, &caller(decl, route))?;
            let props = props
                .set("IntegrationType", "AWS_PROXY")
                .put("IntegrationUri", arn)
                .set("PayloadFormatVersion", "2.0");
            (
                format!("{}|{within}", function.address),
                label(&function.address),
                props,
                after,
            )
        }
        None => {
            let url = nodes::node(route.target)?;
            if let Value::String(text) = &route.target.value
                && !text.starts_with("https://")
                && !text.starts_with("http://")
            {
                out.report(errors::route_target(text, span));
            }
            let key = format!("{}|{within}", nodes::meaning(&url));
            let props = props
                .set("IntegrationType", "HTTP_PROXY")
                .set("IntegrationMethod", "ANY")
                .put("IntegrationUri", url)
                .set("PayloadFormatVersion", "1.0");
            (key, format!("url_{}", slug(route.key)), props, Vec::new())
        }
    };
    if let Some(address) = made.get(&key) {
        return Some(address.clone());
    }
    let taken = made
        .values()
        .any(|address| address.part.as_deref() == Some(&format!("integration_{name}")));
    let part = if taken {
        format!("integration_{name}_{}", slug(route.key))
    } else {
        format!("integration_{name}")
    };
    let emit = Emit::part(part, "AWS::ApiGatewayV2::Integration", props.finish());
    let address = out.emit(decl, emit.after(after));
    made.insert(key, address.clone());
    Some(address)
}

/// API Gateway calling a function for one route: path parameters become `*`.
fn caller(decl: &Decl, route: &Route<'_>) -> Caller {
    let span = route.target.span;
    let arn = nodes::attribute(&decl.address, "ExecuteApiArn", span);
    let suffix = match route.key.split_once(' ') {
        Some((method, path)) => {
            let method = if method == "ANY" { "*" } else { method };
            let path: Vec<&str> = path
                .split('/')
                .map(|part| if part.starts_with('{') { "*" } else { part })
                .collect();
            format!("/*/{method}{}", path.join("/"))
        }
        None => "/*/$default".to_owned(),
    };
    Caller {
        principal: "apigateway.amazonaws.com",
        source: nodes::suffixed(arn, &suffix),
        label: format!("{}_{}", label(&decl.address), slug(route.key)),
        span,
    }
}

/// What is wrong with a route key.
pub(super) fn check_key(key: &str) -> Result<(), String> {
    if key == "$default" {
        return Ok(());
    }
    let Some((method, path)) = key.split_once(' ') else {
        return Err("a route is a method, a space and a path".to_owned());
    };
    if !METHODS.contains(&method) {
        return Err(format!("`{method}` is no method"));
    }
    if !path.starts_with('/') {
        return Err("a path begins with `/`".to_owned());
    }
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    for (at, part) in parts.iter().enumerate() {
        let braces = part.contains(['{', '}']);
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        match name {
            None if braces => {
                return Err(format!("`{part}`: a parameter is a whole part of the path"));
            }
            Some(name) if name.ends_with('+') && at + 1 < parts.len() => {
                return Err(format!(
                    "`{part}` takes the rest of the path, so it must stand last"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A route key as a part of an address: `get_orders_id`.
fn slug(key: &str) -> String {
    let mut out = String::new();
    for c in key.chars() {
        match c {
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            'a'..='z' | '0'..='9' => out.push(c),
            '{' | '}' | '$' => {}
            '+' => out.push_str("_rest"),
            _ if !out.ends_with('_') => out.push('_'),
            _ => {}
        }
    }
    out.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked() {
        for good in ["GET /", "ANY /{rest+}", "POST /a/{id}/b", "$default"] {
            assert_eq!(check_key(good), Ok(()), "{good}");
        }
        for bad in [
            "/orders",
            "get /orders",
            "GET orders",
            "GET /{rest+}/b",
            "GET /a{id}",
        ] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn slugs_tell_routes_apart() {
        assert_eq!(slug("GET /orders/{id}"), "get_orders_id");
        assert_eq!(slug("ANY /{rest+}"), "any_rest_rest");
        assert_eq!(slug("$default"), "default");
        assert_eq!(slug("GET /"), "get");
    }
}
