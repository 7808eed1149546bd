//! What requests must be: models of bodies, parameters and headers that must be given.

use super::errors;
use crate::gateways::keys::Route;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Node, Val, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Methods that come with a body.
const WITH_BODY: &[&str] = &["POST", "PUT", "PATCH"];

/// `components.schemas`: the models.
pub(super) fn models(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let models = decl.fields.object("models")?;
    let mut props = Props::new(decl.fields.span("models")?);
    for (name, val) in models.iter() {
        let span = models.name_span(name).unwrap_or(val.span);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            out.report(errors::model_name(name, span));
        }
        match schema(val) {
            Ok(node) => props = props.put(name, node),
            Err(problem) => out.report(errors::model_json(&problem, val.span)),
        }
    }
    Some(props.node())
}

/// A schema written here, or the text of a file.
fn schema(val: &Val) -> Result<Node, String> {
    match &val.value {
        Value::Object(_) => Ok(nodes::node(val).unwrap_or_else(|| Node::map([], val.span))),
        Value::String(text) => {
            let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
            if !json.is_object() {
                return Err("this is JSON, and not an object".to_owned());
            }
            if has_null(&json) {
                return Err("`null` cannot stand in a model".to_owned());
            }
            Node::from_json(&json, val.span).ok_or_else(|| "it is empty".to_owned())
        }
        Value::Error => Ok(Node::map([], val.span)),
        _ => Err("neither an object nor text".to_owned()),
    }
}

fn has_null(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(items) => items.iter().any(has_null),
        Json::Object(map) => map.values().any(has_null),
        _ => false,
    }
}

/// The validators that the routes use.
#[derive(Default)]
pub(super) struct Validators(BTreeSet<(bool, bool)>);

impl Validators {
    /// What a route asks of requests, added to its operation.
    pub(super) fn require(
        &mut self,
        decl: &Decl,
        route: &Route<'_>,
        operation: Props,
        out: &mut Lowering<'_>,
    ) -> Props {
        let body = body(decl, route, out);
        let given = |name: &str| {
            let arguments = route.arguments();
            arguments.is_some_and(|arguments| !arguments.items(name).is_empty())
        };
        let parameters = given("query") || given("headers");
        if WITH_BODY.contains(&route.method()) && body.is_none() && !parameters {
            out.lint(decl, errors::no_validation(&route.key, route.key_span));
        }
        let used = (body.is_some(), parameters);
        if used == (false, false) {
            return operation;
        }
        self.0.insert(used);
        operation
            .maybe("requestBody", body)
            .set("x-amazon-apigateway-request-validator", name(used))
    }

    /// `x-amazon-apigateway-request-validators`.
    pub(super) fn node(&self, span: Span) -> Option<Node> {
        let mut props = Props::new(span);
        for (body, parameters) in &self.0 {
            let validator = Props::new(span)
                .set("validateRequestBody", *body)
                .set("validateRequestParameters", *parameters);
            props = props.put(name((*body, *parameters)), validator.node());
        }
        (!self.0.is_empty()).then(|| props.node())
    }
}

fn name(used: (bool, bool)) -> &'static str {
    match used {
        (true, true) => "all",
        (true, false) => "body",
        _ => "parameters",
    }
}

fn body(decl: &Decl, route: &Route<'_>, out: &mut Lowering<'_>) -> Option<Node> {
    let (name, val) = route.arguments()?.text("body")?;
    let models = decl.fields.object("models");
    if models.and_then(|models| models.get(name)).is_none() {
        let all = models.into_iter().flat_map(|models| models.iter());
        let all: Vec<&str> = all.map(|(name, _)| &**name).collect();
        out.report(errors::body_model(name, val.span, &all));
        return None;
    }
    let span = val.span;
    let schema = nodes::text(&format!("#/components/schemas/{name}"), span);
    let json = Node::map([("schema", Node::map([("$ref", schema)], span))], span);
    let props = Props::new(span)
        .set("required", true)
        .put("content", Node::map([("application/json", json)], span));
    Some(props.node())
}
