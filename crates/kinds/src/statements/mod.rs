//! IAM statements that users write by hand, for what has no verb: read, and checked for what gives too much.

mod errors;
pub(crate) mod escalation;

use crate::access::{self, Except, Statement, without_resource};
use crate::lowering::Lowering;
use crate::nodes;
use crate::specs::{field as spec, items, object};
use crate::values::{Read, call};
use escalation::Allowed;
use formwork_schema::{Decl, FieldSpec, Fields, Type, Val, Value};

/// The field `statements`.
pub(crate) fn field() -> FieldSpec {
    spec(
        "statements",
        statement_type().list(),
        "IAM statements for what has no verb.",
    )
    .constraint(items(1, 100))
    .known()
}

fn statement_type() -> Type {
    let texts =
        |name: &str, doc: &str| spec(name, Type::String.list(), doc).constraint(items(1, 200));
    object(
        "statement",
        vec![
            texts("actions", "IAM actions."),
            texts(
                "not_actions",
                "All actions but these, instead of `actions`.",
            ),
            texts("resources", "ARNs they are for."),
            texts(
                "not_resources",
                "All resources but these, instead of `resources`.",
            ),
            spec(
                "effect",
                Type::words("effect", &["allow", "deny"]),
                "Whether it allows or denies.",
            )
            .default("allow"),
            spec(
                "conditions",
                Type::String.list().map().map(),
                "When it holds: operator, key, values: `{ StringEquals { \"aws:RequestedRegion\" = [\"eu-west-1\"] } }`.",
            ),
        ],
    )
}

/// The statements of a declaration's field, with what its `access` and they together give too much of.
pub(crate) fn of_field(decl: &Decl, out: &mut Lowering<'_>) -> Vec<Statement> {
    let written: Vec<(&Val, &Fields)> = decl
        .fields
        .items("statements")
        .iter()
        .filter_map(|val| match &val.value {
            Value::Object(fields) => Some((val, fields)),
            _ => None,
        })
        .collect();
    if written.is_empty() {
        return Vec::new();
    }
    let mut allowed = Vec::new();
    for val in decl.fields.items("access") {
        if let Some(iam) = call(val) {
            allowed.extend(escalation::allowed(&iam.arguments));
        }
    }
    let mut all = Vec::new();
    for (val, fields) in written {
        if fields.word("effect") != Some("deny") {
            allowed.extend(escalation::allowed(fields));
            check_allowed(decl, fields, out);
        }
        all.extend(statement(val, fields, out));
    }
    check_escalation(decl, &allowed, out);
    all
}

/// Finds ways by which allowed actions give every right.
pub(crate) fn check_escalation(decl: &Decl, allowed: &[Allowed<'_>], out: &mut Lowering<'_>) {
    for way in escalation::ways(allowed) {
        out.lint(decl, errors::escalation(&way));
    }
    if let Some(pass) = escalation::passes(allowed) {
        out.lint(decl, errors::pass_role(pass));
    }
}

/// A statement as the user wrote it; what it lacks or has twice is reported.
fn statement(val: &Val, fields: &Fields, out: &mut Lowering<'_>) -> Option<Statement> {
    let actions = either(val, fields, ["actions", "not_actions"], out);
    let resources = either(val, fields, ["resources", "not_resources"], out);
    let (actions, resources) = (actions?, resources?);
    let except = match (actions, resources) {
        ("not_actions", "not_resources") => {
            let span = fields.span("not_resources").unwrap_or(val.span);
            out.report(errors::two_exceptions(span));
            return None;
        }
        ("not_actions", _) => Except::Actions,
        (_, "not_resources") => Except::Resources,
        _ => Except::Nothing,
    };
    for val in fields.items(resources) {
        access::check_arn(val, out);
    }
    let actions = fields.items(actions).iter().filter_map(text);
    let resources = fields.items(resources).iter().filter_map(nodes::node);
    let mut statement = Statement::allow(actions, resources, val.span).except(except);
    if let Some(operators) = fields.object("conditions") {
        for (operator, keys) in operators.iter() {
            let Value::Object(keys) = &keys.value else {
                continue;
            };
            for (key, values) in keys.iter() {
                if let Some(node) = nodes::node(values) {
                    statement = statement.when(operator.to_string(), key.to_string(), node);
                }
            }
        }
    }
    Some(match fields.word("effect") {
        Some("deny") => statement.deny(),
        _ => statement,
    })
}

/// The one of two fields that is given.
fn either<'n>(
    val: &Val,
    fields: &Fields,
    names: [&'n str; 2],
    out: &mut Lowering<'_>,
) -> Option<&'n str> {
    let [plain, except] = names;
    match (fields.get(plain), fields.get(except)) {
        (Some(_), None) => Some(plain),
        (None, Some(_)) => Some(except),
        (None, None) => {
            out.report(errors::lacks(plain, val.span));
            None
        }
        (Some(first), Some(second)) => {
            out.report(errors::both(names, first.span, second.span));
            None
        }
    }
}

/// What an allowing statement gives too much of.
fn check_allowed(decl: &Decl, fields: &Fields, out: &mut Lowering<'_>) {
    for val in fields.items("actions") {
        access::check_action(decl, val, out);
    }
    for name in ["not_actions", "not_resources"] {
        if let Some(span) = fields
            .name_span(name)
            .filter(|_| fields.get(name).is_some())
        {
            out.lint(decl, errors::all_but(name, span));
        }
    }
    let any = fields
        .items("resources")
        .iter()
        .find(|val| text(val) == Some("*"));
    let nameless = |val: &Val| text(val).is_some_and(without_resource);
    if let Some(any) = any
        && !fields.items("actions").iter().all(nameless)
    {
        out.lint(decl, crate::errors::iam_any_resource(any.span));
    }
}

fn text(val: &Val) -> Option<&str> {
    match &val.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
