//! Answers to browsers that ask whether a page may call: preflight requests, and headers of API Gateway's own refusals.

use super::targets::{by_itself, responses};
use crate::gateways::cors;
use crate::gateways::keys::Route;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Fields, Node, Value};
use std::collections::BTreeMap;

/// The header that names the origin.
const ORIGIN: &str = "Access-Control-Allow-Origin";

/// The operation that answers preflight requests, for every path that does not answer them itself.
pub(super) fn preflights<'r>(decl: &Decl, routes: &'r [Route<'_>]) -> BTreeMap<&'r str, Node> {
    let mut found = BTreeMap::new();
    let Some(cors) = decl.fields.object("cors") else {
        return found;
    };
    let span = decl.fields.span("cors").unwrap_or(decl.name_span);
    for route in routes {
        let path = route.path();
        let answered = routes
            .iter()
            .any(|other| other.path() == path && ["OPTIONS", "ANY"].contains(&other.method()));
        if !answered && !found.contains_key(path) {
            found.insert(path, preflight(decl, cors, path, span));
        }
    }
    found
}

fn quoted(node: Node) -> Node {
    let span = node.span;
    nodes::concat([nodes::text("'", span), node, nodes::text("'", span)], span)
}

fn listed(cors: &Fields, name: &str) -> Option<Node> {
    let span = cors.span(name)?;
    let mut parts = vec![nodes::text("'", span)];
    for (at, item) in cors.items(name).iter().enumerate() {
        if at > 0 {
            parts.push(nodes::text(",", span));
        }
        parts.push(nodes::node(item)?);
    }
    parts.push(nodes::text("'", span));
    Some(nodes::concat(parts, span))
}

/// The only origin, as a header has it; nothing if there are several.
fn only_origin(cors: &Fields) -> Option<Node> {
    match cors.items("origins") {
        [one] => nodes::node(one).map(quoted),
        _ => None,
    }
}

fn preflight(decl: &Decl, cors: &Fields, path: &str, span: Span) -> Node {
    let several = cors.items("origins").len() > 1;
    let first = cors.items("origins").first().and_then(nodes::node);
    // Of several, the template puts the caller's in its place.
    let mut headers: Vec<(&str, Node)> = first
        .into_iter()
        .map(|origin| (ORIGIN, quoted(origin)))
        .collect();
    if several {
        headers.push(("Vary", nodes::text("'Origin'", span)));
    }
    let methods = cors::methods(decl).join(",");
    headers.push((
        "Access-Control-Allow-Methods",
        nodes::text(&format!("'{methods}'"), span),
    ));
    headers.extend(listed(cors, "headers").map(|node| ("Access-Control-Allow-Headers", node)));
    headers.extend(listed(cors, "expose").map(|node| ("Access-Control-Expose-Headers", node)));
    headers.extend(
        cors.amount("max_age", "s")
            .map(|node| ("Access-Control-Max-Age", quoted(node))),
    );
    if cors.flag("credentials") == Some(true) {
        let yes = nodes::text("'true'", span);
        headers.push(("Access-Control-Allow-Credentials", yes));
    }
    let named = headers
        .iter()
        .map(|(name, node)| (format!("method.response.header.{name}"), node.clone()));
    let named: Vec<(String, Node)> = named.collect();
    let parameters = Node::map(
        named.iter().map(|(name, node)| (&**name, node.clone())),
        span,
    );
    let choice =
        choice(cors, span).map(|template| Node::map([("application/json", template)], span));
    let answer = Props::new(span)
        .set("statusCode", "204")
        .put("responseParameters", parameters)
        .maybe("responseTemplates", choice);
    let integration = by_itself(Props::new(span), span)
        .put("responses", Node::map([("default", answer.node())], span));
    let names = headers.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut operation = Props::new(span);
    let in_path = path_parameters(path, span);
    if !in_path.is_empty() {
        operation = operation.put("parameters", Node::list(in_path, span));
    }
    operation
        .put("responses", responses([("204", names)], span))
        .put("x-amazon-apigateway-integration", integration.node())
        .node()
}

fn path_parameters(path: &str, span: Span) -> Vec<Node> {
    let names = crate::gateways::keys::parameters(path);
    let one = |name: &str| {
        let text = Node::map([("type", nodes::text("string", span))], span);
        let props = Props::new(span).set("name", name).set("in", "path");
        props.set("required", true).put("schema", text).node()
    };
    names.map(one).collect()
}

/// The template that names the caller's origin if it is one of several: API Gateway guide, "Override your API's
/// request and response parameters".
fn choice(cors: &Fields, span: Span) -> Option<Node> {
    let origins = cors.items("origins");
    if origins.len() < 2 {
        return None;
    }
    let mut parts = vec![nodes::text(
        "#set($origin = $input.params().header.get(\"Origin\"))\n#if($origin == \"\")#set($origin = $input.params().header.get(\"origin\"))#end\n#if(",
        span,
    )];
    for (at, origin) in origins.iter().enumerate() {
        if matches!(&origin.value, Value::Error | Value::None) {
            continue;
        }
        let before = if at > 0 {
            " || $origin == \""
        } else {
            "$origin == \""
        };
        parts.push(nodes::text(before, span));
        parts.push(nodes::node(origin)?);
        parts.push(nodes::text("\"", span));
    }
    let end = format!(")#set($context.responseOverride.header.{ORIGIN} = $origin)#end");
    parts.push(nodes::text(&end, span));
    Some(nodes::concat(parts, span))
}

/// Headers of the answers that API Gateway gives in the place of a target, without which a page cannot read them.
pub(super) fn failures(decl: &Decl) -> Option<Node> {
    let cors = decl.fields.object("cors")?;
    let span = decl.fields.span("cors")?;
    let origin = only_origin(cors)?;
    let name = format!("gatewayresponse.header.{ORIGIN}");
    let response = || {
        let parameters = Node::map([(&*name, origin.clone())], span);
        Node::map([("responseParameters", parameters)], span)
    };
    Some(Node::map(
        [("DEFAULT_4XX", response()), ("DEFAULT_5XX", response())],
        span,
    ))
}
