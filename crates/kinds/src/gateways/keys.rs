//! Routes as they are written: their keys, their targets, and the ARNs by which API Gateway says for which it calls.

use super::{arns, errors};
use crate::lowering::Lowering;
use crate::nodes;
use crate::triggers::{Caller, label};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Call, Decl, Deferred, Fields, Node, ResourceRef, Val, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// The methods of a route key: API Gateway developer guide, "Routes for HTTP APIs", "Methods for REST APIs".
const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY",
];

/// Fields of a WebSocket API that are routes, and the keys of those.
pub(crate) const EVENTS: &[(&str, &str)] = &[
    ("connect", "$connect"),
    ("disconnect", "$disconnect"),
    ("default", "$default"),
];

/// A route as written.
pub(crate) struct Route<'a> {
    /// Its key: `GET /orders/{id}`, `$connect`.
    pub(crate) key: Arc<str>,
    /// Where the key stands.
    pub(crate) key_span: Span,
    /// What answers it.
    pub(crate) target: &'a Val,
    /// What more is said of it by `route(…)`.
    pub(crate) call: Option<&'a Arc<Call>>,
    /// Its key as a part of addresses, of its own among the routes of the API: `get_orders_id`.
    pub(crate) slug: String,
}

impl<'a> Route<'a> {
    /// An argument of `route(…)`.
    pub(crate) fn argument(&self, name: &str) -> Option<&'a Val> {
        self.call?.arguments.get(name)
    }

    /// All arguments of `route(…)`.
    pub(crate) fn arguments(&self) -> Option<&'a Fields> {
        self.call.map(|call| &call.arguments)
    }

    /// The function that answers, if it is one.
    pub(crate) fn function(&self) -> Option<&'a ResourceRef> {
        values::resource(self.target).filter(|of| &*of.address.kind == "function")
    }

    /// Its method; nothing for a key without one.
    pub(crate) fn method(&self) -> &str {
        self.key.split_once(' ').map_or("", |(method, _)| method)
    }

    /// Its path; nothing for a key without one.
    pub(crate) fn path(&self) -> &str {
        self.key.split_once(' ').map_or("", |(_, path)| path)
    }
}

/// All routes of an API, in the order of their keys' names; of a WebSocket API also its events.
pub(crate) fn routes(decl: &Decl) -> Vec<Route<'_>> {
    let mut found = Vec::new();
    for (field, key) in EVENTS {
        let written = decl.fields.get(field).zip(decl.fields.name_span(field));
        if let Some((val, key_span)) = written {
            found.extend(route(Arc::from(*key), key_span, val));
        }
    }
    if let Some(routes) = decl.fields.object("routes") {
        found.extend(routes.iter().filter_map(|(key, val)| {
            let key_span = routes.name_span(key).unwrap_or(val.span);
            route(key.clone(), key_span, val)
        }));
    }
    tell_apart(&mut found);
    found
}

/// Gives routes whose slugs are the same (`/a/b` and `/a/{b}`) a digest of their key; the first by key keeps its slug.
fn tell_apart(routes: &mut [Route<'_>]) {
    let mut firsts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for route in routes.iter() {
        let first = firsts
            .entry(route.slug.clone())
            .or_insert_with(|| route.key.clone());
        if route.key < *first {
            *first = route.key.clone();
        }
    }
    for route in routes {
        if firsts
            .get(&route.slug)
            .is_some_and(|first| *first != route.key)
        {
            let digest = Sha256::digest(route.key.as_bytes());
            for byte in digest.iter().take(3) {
                _ = write!(route.slug, "{byte:02x}");
            }
        }
    }
}

fn route(key: Arc<str>, key_span: Span, val: &Val) -> Option<Route<'_>> {
    let call = values::call(val).filter(|call| &*call.name == "route");
    let target = match call {
        Some(call) => call.arguments.get("target")?,
        None => val,
    };
    Some(Route {
        slug: slug(&key),
        key,
        key_span,
        target,
        call,
    })
}

/// The URL that a route leads to; something else that was written there is reported.
pub(crate) fn url(route: &Route<'_>, out: &mut Lowering<'_>) -> Option<Node> {
    let span = route.target.span;
    match &route.target.value {
        Value::String(text) if !text.starts_with("https://") && !text.starts_with("http://") => {
            out.report(errors::route_target(text, span));
        }
        Value::Deferred(deferred) => {
            if let Deferred::Attribute { of, property } = &**deferred
                && &**property == "Arn"
            {
                out.report(errors::route_arn(&of.label, span));
            }
        }
        _ => {}
    }
    nodes::node(route.target)
}

/// API Gateway calling a function for one route: path parameters become `*`.
pub(crate) fn caller(decl: &Decl, route: &Route<'_>, out: &Lowering<'_>) -> Caller {
    let span = route.target.span;
    let suffix = match route.key.split_once(' ') {
        Some((method, path)) => {
            let method = if method == "ANY" { "*" } else { method };
            let path: Vec<&str> = path
                .split('/')
                .map(|part| if part.starts_with('{') { "*" } else { part })
                .collect();
            format!("/*/{method}{}", path.join("/"))
        }
        None => format!("/*/{}", route.key),
    };
    Caller {
        principal: super::PRINCIPAL,
        source: nodes::suffixed(arns::execute(decl, span, out), &suffix),
        label: format!("{}_{}", label(&decl.address), route.slug),
        span,
    }
}

/// What is wrong with a route key that is a method and a path.
pub(crate) fn check_key(key: &str) -> Result<(), String> {
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
        if let Some(name) = part.strip_prefix(':') {
            return Err(format!("`{part}`: a parameter is written `{{{name}}}`"));
        }
        let braces = part.contains(['{', '}']);
        match parameter(part) {
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

/// The name within `{…}` of a part of a path, with its `+`.
pub(crate) fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// The parameters of a path: `id` and `rest` of `/orders/{id}/{rest+}`.
pub(crate) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('/').filter_map(parameter);
    parts.map(|name| name.trim_end_matches('+'))
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
        for good in ["GET /", "ANY /{rest+}", "POST /a/{id}/b"] {
            assert_eq!(check_key(good), Ok(()), "{good}");
        }
        for bad in [
            "/orders",
            "get /orders",
            "GET orders",
            "GET /{rest+}/b",
            "GET /a{id}",
            "GET /users/:id",
            "$default",
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

    #[test]
    fn parameters_are_named_without_marks() {
        let found: Vec<&str> = parameters("/orders/{id}/{rest+}").collect();
        assert_eq!(found, ["id", "rest"]);
    }
}
