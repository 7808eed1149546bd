//! The OpenAPI document that a REST API is imported from: all of its routes, callers, models and answers.

use super::security::Schemes;
use super::targets::{self, Target};
use super::validation::{self, Validators};
use super::{cors, errors, stage};
use crate::gateways::keys::{self, Route};
use crate::gateways::services::Role;
use crate::gateways::{auth, errors as shared};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The document of an API, and what must be there before requests come.
pub(super) fn document(
    decl: &Decl,
    role: Option<&Role>,
    out: &mut Lowering<'_>,
) -> (Node, Vec<Address>) {
    auth::check(decl, out);
    let routes = keys::routes(decl);
    check_parameters(&routes, out);
    let mut schemes = Schemes::of(decl, out);
    let mut validators = Validators::default();
    let mut after = role.map(|role| role.after.clone()).unwrap_or_default();
    let mut paths: BTreeMap<&str, Props> = BTreeMap::new();
    for route in &routes {
        if let Err(problem) = check_key(&route.key) {
            out.report(shared::route_key(
                decl,
                &route.key,
                &problem,
                route.key_span,
            ));
            continue;
        }
        let Some(target) = targets::of(decl, route, role, out) else {
            continue;
        };
        after.extend(target.after.iter().cloned());
        let said = auth::of_route(decl, route, out);
        let security = schemes.require(decl, route, said);
        let operation = Props::new(route.key_span)
            .maybe("parameters", parameters(decl, route))
            .maybe("security", security);
        let operation = validators.require(decl, route, operation, out);
        let operation = finish(decl, route, operation, target, out);
        let item = paths.remove(route.path());
        let item = item.unwrap_or_else(|| Props::new(route.key_span));
        paths.insert(route.path(), item.put(&verb(route.method()), operation));
    }
    after.append(&mut schemes.after);
    let preflights = cors::preflights(decl, &routes);
    for (path, preflight) in preflights {
        if let Some(item) = paths.remove(path) {
            paths.insert(path, item.put("options", preflight));
        }
    }
    let span = decl.name_span;
    let components = Props::new(span)
        .maybe("securitySchemes", schemes.node(span))
        .maybe("schemas", validation::models(decl, out));
    let paths: Vec<(&str, Node)> = paths
        .into_iter()
        .map(|(path, item)| (path, item.node()))
        .collect();
    let mut body = Props::new(span)
        .set("openapi", "3.0.1")
        .put("info", info(decl))
        .put("paths", Node::map(paths, span))
        .maybe(
            "x-amazon-apigateway-request-validators",
            validators.node(span),
        )
        .maybe(
            "x-amazon-apigateway-gateway-responses",
            cors::failures(decl),
        );
    if !components.is_empty() {
        body = body.put("components", components.node());
    }
    (body.node(), after)
}

fn info(decl: &Decl) -> Node {
    Props::of(decl)
        .put(
            "title",
            nodes::attribute(&decl.address, "Name", decl.name_span),
        )
        .set("version", "1")
        .maybe("description", decl.fields.node("description"))
        .node()
}

/// The name of a method in a path item.
fn verb(method: &str) -> String {
    match method {
        "ANY" => "x-amazon-apigateway-any-method".to_owned(),
        method => method.to_lowercase(),
    }
}

fn finish(
    decl: &Decl,
    route: &Route<'_>,
    operation: Props,
    target: Target,
    out: &mut Lowering<'_>,
) -> Node {
    let mut integration = target.integration;
    if stage::kept(decl, route, out) {
        let by: Vec<String> = keys::parameters(route.path())
            .map(|name| format!("method.request.path.{name}"))
            .chain(
                named(route, "cache_by")
                    .map(|(name, _)| format!("method.request.querystring.{name}")),
            )
            .collect();
        if !by.is_empty() {
            integration = integration.put("cacheKeyParameters", nodes::texts(by, route.key_span));
        }
    }
    operation
        .put("responses", target.responses)
        .put("x-amazon-apigateway-integration", integration.node())
        .node()
}

/// Names given in a list of `route(…)`, and where.
fn named<'a>(route: &Route<'a>, list: &'a str) -> impl Iterator<Item = (&'a Arc<str>, Span)> {
    let items = route
        .arguments()
        .map_or(&[][..], |arguments| arguments.items(list));
    items.iter().filter_map(|val| match &val.value {
        Value::String(name) => Some((name, val.span)),
        _ => None,
    })
}

/// Parameters of the path, and those that are asked for or counted.
fn parameters(decl: &Decl, route: &Route<'_>) -> Option<Node> {
    let one = |name: &str, place: &str, required: bool, span: Span| {
        let text = Node::map([("type", nodes::text("string", span))], span);
        Props::new(span)
            .set("name", name)
            .set("in", place)
            .set("required", required)
            .put("schema", text)
            .node()
    };
    let mut all: Vec<Node> = keys::parameters(route.path())
        .map(|name| one(name, "path", true, route.key_span))
        .collect();
    all.extend(named(route, "query").map(|(name, span)| one(name, "query", true, span)));
    if decl.fields.object("cache").is_some() {
        let more = named(route, "cache_by");
        let more = more.filter(|(name, _)| !named(route, "query").any(|(other, _)| other == *name));
        all.extend(more.map(|(name, span)| one(name, "query", false, span)));
    }
    all.extend(named(route, "headers").map(|(name, span)| one(name, "header", true, span)));
    (!all.is_empty()).then(|| Node::list(all, route.key_span))
}

/// What is wrong with the key of a route of a REST API.
fn check_key(key: &str) -> Result<(), String> {
    if key == "$default" {
        return Err("a REST API has no route for all others by itself".to_owned());
    }
    keys::check_key(key)?;
    let path = key.split_once(' ').map_or("", |(_, path)| path);
    let mut parts: Vec<&str> = path.split('/').skip(1).collect();
    if parts == [""] {
        parts.clear();
    }
    for part in parts {
        let name = keys::parameter(part).map(|name| name.trim_end_matches('+'));
        let text = name.unwrap_or(part);
        let taken = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let literal = |c: char| taken(c) || (name.is_none() && ":~$!*'(),;=@%+".contains(c));
        if text.is_empty() {
            return Err("a part of the path is empty".to_owned());
        }
        if !text.chars().all(literal) {
            return Err(format!(
                "`{part}`: a part of a path has letters, digits, `.`, `_`, `-`"
            ));
        }
    }
    Ok(())
}

/// Below one path, only one parameter can stand: API Gateway API, CreateResource ("sibling … already has a variable").
fn check_parameters(routes: &[Route<'_>], out: &mut Lowering<'_>) {
    let mut sorted: Vec<&Route<'_>> = routes.iter().collect();
    sorted.sort_by_key(|route| route.key_span);
    let mut seen: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    for route in sorted {
        let mut before = String::new();
        for part in route.path().split('/').skip(1) {
            if part.starts_with('{') {
                match seen.get(&before) {
                    Some((first, at)) if *first != part => {
                        let found = errors::parameter_siblings(first, *at, part, route.key_span);
                        out.report(found);
                        break;
                    }
                    Some(_) => {}
                    None => _ = seen.insert(before.clone(), (part, route.key_span)),
                }
            }
            before.push('/');
            before.push_str(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check_key;

    #[test]
    fn keys_of_rest_apis_are_checked() {
        for good in ["GET /", "ANY /{rest+}", "POST /a-b/{id}/c.d"] {
            assert_eq!(check_key(good), Ok(()), "{good}");
        }
        for bad in ["$default", "GET /a//b", "GET /a/", "GET /ä", "GET /{a b}"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
