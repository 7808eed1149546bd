//! Usage plans: who has which keys, and how much they may call.

use super::{arns, errors, keys, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{call, characters, field, items, numbers, object};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The fields by which callers need keys, and the plans that say how much a key may call; `more` is what else a plan
/// of this kind of API has.
pub(crate) fn plan_fields(more: Vec<FieldSpec>) -> Vec<FieldSpec> {
    let source =
        "Where a request's key is: in its `x-api-key` header, or in the answer of the authorizer.";
    let plans = "Usage plans: who has which keys, and how much they may call.";
    vec![
        field(
            "key_from",
            Type::words("key source", &["header", "authorizer"]),
            source,
        )
        .default("header"),
        field("plans", plan_type(more).map(), plans).constraint(items(1, 300)),
    ]
}

/// The field that asks for a key.
pub(crate) fn require_key(doc: &str) -> FieldSpec {
    field("require_key", Type::Bool, doc)
        .known()
        .default("false")
}

fn plan_type(more: Vec<FieldSpec>) -> Type {
    let quota = |name: &str| {
        let requests = field("requests", Type::Int, "Requests of a key.")
            .required()
            .constraint(numbers(1, i64::from(i32::MAX)));
        call(name, vec![requests], 1)
    };
    let mut fields = vec![
        field(
            "keys",
            Type::String.list(),
            "Who has a key, by name; AWS makes the keys.",
        )
        .known()
        .constraint(items(0, 500)),
        field(
            "throttle",
            throttle::throttle_type(),
            "How often a key may call.",
        ),
        field(
            "quota",
            Type::one_of([quota("daily"), quota("weekly"), quota("monthly")]),
            "How much a key may call in all: `monthly(10_000)`.",
        ),
    ];
    fields.extend(more);
    fields.extend([
        field("description", Type::String, "What it is for.").constraint(characters(0, 1024)),
        field("name", Type::String, "Its name.").constraint(characters(1, 128)),
    ]);
    object("plan", fields)
}

/// Whether a route asks for a key.
pub(crate) fn asks(decl: &Decl, route: &keys::Route<'_>) -> bool {
    let auth = route.argument("auth").or_else(|| decl.fields.get("auth"));
    let by_auth =
        auth.is_some_and(|val| matches!(&val.value, Value::Word(word) if &**word == "api_key"));
    let own = route
        .arguments()
        .and_then(|arguments| arguments.flag("require_key"));
    by_auth || own.or_else(|| decl.fields.flag("require_key")) == Some(true)
}

/// The words by which some of the routes ask for a key; `None` if none does.
pub(crate) fn asking(decl: &Decl, routes: &[keys::Route<'_>]) -> Option<Span> {
    let route = routes.iter().find(|route| asks(decl, route))?;
    let said = route.argument("auth").or_else(|| decl.fields.get("auth"));
    Some(said.map_or(route.key_span, |val| val.span))
}

/// Emits plans, keys and which key is in which plan; `asking` are the words that ask for keys.
pub(crate) fn emit(decl: &Decl, stage: &Address, asking: Option<Span>, out: &mut Lowering<'_>) {
    check_use(decl, asking, out);
    let Some(plans) = decl.fields.object("plans") else {
        return;
    };
    let mut seen: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for (name, val) in plans.iter() {
        let Value::Object(plan) = &val.value else {
            continue;
        };
        let span = plans.name_span(name).unwrap_or(val.span);
        let made = one(decl, stage, (name, plan), span, out);
        for key in plan.items("keys") {
            let Value::String(of) = &key.value else {
                continue;
            };
            match seen.get(of) {
                Some(first) => out.report(errors::key_twice(of, *first, key.span)),
                None => {
                    seen.insert(of.clone(), key.span);
                    issue(decl, &made, of, key.span, out);
                }
            }
        }
    }
}

fn check_use(decl: &Decl, asking: Option<Span>, out: &mut Lowering<'_>) {
    let plans = decl.fields.get("plans").is_some();
    match (asking, decl.fields.name_span("plans")) {
        (None, Some(written)) if plans => out.lint(decl, errors::unused_plans(written)),
        (Some(asking), _) if !plans => out.lint(decl, errors::no_plan(asking)),
        _ => {}
    }
}

/// A part named after what a user wrote: `plan_basic`, `key["Acme & Sons"]`.
fn part(sort: &str, name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match plain && !name.is_empty() {
        true => format!("{sort}_{name}"),
        false => format!("{sort}[{name:?}]"),
    }
}

fn one(
    decl: &Decl,
    stage: &Address,
    (name, plan): (&str, &Fields),
    span: Span,
    out: &mut Lowering<'_>,
) -> Address {
    let limits = |throttle: &Fields| {
        Props::new(span)
            .maybe("RateLimit", throttle::rate(throttle))
            .maybe("BurstLimit", throttle.node("burst"))
            .node()
    };
    let api = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put("Stage", nodes::attribute(stage, "StageName", span))
        .maybe("Throttle", single_routes(decl, plan, &limits, out));
    let props = Props::new(span)
        .maybe("UsagePlanName", plan.node("name"))
        .maybe("Description", plan.node("description"))
        .put("ApiStages", Node::list([api.node()], span))
        .maybe("Throttle", plan.object("throttle").map(limits))
        .maybe("Quota", quota(plan));
    out.emit(
        decl,
        Emit::part(
            part("plan", name),
            "AWS::ApiGateway::UsagePlan",
            props.finish(),
        ),
    )
}

/// Limits of single routes, by path and method: API Gateway API, ApiStage, `throttle`.
fn single_routes(
    decl: &Decl,
    plan: &Fields,
    limits: &dyn Fn(&Fields) -> Node,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let routes = plan.object("routes")?;
    let span = plan.span("routes")?;
    let known = keys::routes(decl);
    let mut found: Vec<(String, Node)> = Vec::new();
    for (key, val) in routes.iter() {
        let Value::Object(throttle) = &val.value else {
            continue;
        };
        match known.iter().find(|route| route.key == *key) {
            Some(route) => {
                let place = format!("{}/{}", route.path(), route.method());
                found.push((place, limits(throttle)));
            }
            None => {
                let at = routes.name_span(key).unwrap_or(val.span);
                let all: Vec<&str> = known.iter().map(|route| &*route.key).collect();
                out.report(errors::plan_route(key, at, &all));
            }
        }
    }
    let found = found.iter().map(|(place, node)| (&**place, node.clone()));
    Some(Node::map(found, span))
}

fn quota(plan: &Fields) -> Option<Node> {
    let val = plan.get("quota")?;
    let call = values::call(val)?;
    let period = match &*call.name {
        "daily" => "DAY",
        "weekly" => "WEEK",
        _ => "MONTH",
    };
    let props = Props::new(val.span)
        .maybe("Limit", call.arguments.node("requests"))
        .set("Period", period);
    Some(props.node())
}

/// Makes a key and puts it into its plan. The membership is named after the key, so that a key which changes its plan
/// leaves the old one before it enters the new one: API Gateway API, CreateUsagePlanKey.
fn issue(decl: &Decl, plan: &Address, of: &str, span: Span, out: &mut Lowering<'_>) {
    let props = Props::new(span).set("Enabled", true).set("Description", of);
    let key = Emit::part(part("key", of), "AWS::ApiGateway::ApiKey", props.finish());
    let key = out.emit(decl, key);
    let props = Props::new(span)
        .put("KeyId", nodes::attribute(&key, "APIKeyId", span))
        .set("KeyType", "API_KEY")
        .put("UsagePlanId", nodes::attribute(plan, "Id", span));
    out.emit(
        decl,
        Emit::part(
            part("member", of),
            "AWS::ApiGateway::UsagePlanKey",
            props.finish(),
        ),
    );
}
