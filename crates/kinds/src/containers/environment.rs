//! What a container is told: variables of its environment, and those whose values are secret.

use super::{Container, errors};
use crate::access::Statement;
use crate::kinds::function::check_secret;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, call, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, Val, Value};

/// The variables of a container, sorted by name: `[{ Name, Value }]`.
pub(crate) fn environment(
    decl: &Decl,
    container: &Container<'_>,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let env = container.fields.object("env")?;
    let span = container.fields.span("env")?;
    let mut variables: Vec<(&str, Node)> = Vec::new();
    for (name, val) in env.iter() {
        let at = env.name_span(name).unwrap_or(val.span);
        check_name(name, at, out);
        check_secret(decl, name, val, out);
        let secrets = container.fields.object("secrets");
        if let Some(secret) = secrets.and_then(|secrets| secrets.name_span(name)) {
            out.report(errors::env_twice(name, secret, at));
        }
        let variable = Props::new(val.span)
            .put("Name", nodes::text(name, at))
            .maybe("Value", nodes::node(val));
        variables.push((name, variable.node()));
    }
    Some(sorted(variables, span))
}

fn sorted(mut variables: Vec<(&str, Node)>, span: Span) -> Node {
    variables.sort_by_key(|(name, _)| *name);
    Node::list(variables.into_iter().map(|(_, node)| node), span)
}

fn check_name(name: &str, span: Span, out: &mut Lowering<'_>) {
    if name.is_empty() || name.contains(['=', ' ', '\0']) {
        out.report(errors::env_name(name, span));
    }
}

/// The secret variables of a container, sorted by name: `[{ Name, ValueFrom }]`; and what the role that starts it needs
/// to read them.
pub(crate) fn secrets(
    container: &Container<'_>,
    out: &mut Lowering<'_>,
) -> (Option<Node>, Vec<Statement>) {
    let mut statements = Vec::new();
    let Some((secrets, span)) = container
        .fields
        .object("secrets")
        .zip(container.fields.span("secrets"))
    else {
        return (None, statements);
    };
    let mut variables = Vec::new();
    for (name, val) in secrets.iter() {
        let at = secrets.name_span(name).unwrap_or(val.span);
        check_name(name, at, out);
        let Some((from, needed)) = value_from(val, out) else {
            continue;
        };
        statements.extend(needed);
        let variable = Props::new(val.span)
            .put("Name", nodes::text(name, at))
            .put("ValueFrom", from);
        variables.push((&**name, variable.node()));
    }
    (Some(sorted(variables, span)), statements)
}

/// Where the value of a secret variable comes from, as ECS and Batch take it, and what reading it needs.
pub(crate) fn value_from(val: &Val, out: &mut Lowering<'_>) -> Option<(Node, Vec<Statement>)> {
    let Some(within) = call(val) else {
        return secret(val, out);
    };
    let of = within.arguments.get("of")?;
    if let Some(parameter) = resource(of)
        && &*parameter.address.kind == "parameter"
    {
        out.report(errors::key_of_parameter(of.span));
    }
    let (arn, statements) = secret(of, out)?;
    let key = within.arguments.node("key")?;
    let parts = [
        arn,
        nodes::text(":", val.span),
        key,
        nodes::text("::", val.span),
    ];
    Some((nodes::concat(parts, val.span), statements))
}

/// A secret or parameter as a whole: its ARN, and what reading it needs.
pub(crate) fn secret(val: &Val, out: &mut Lowering<'_>) -> Option<(Node, Vec<Statement>)> {
    if let Some(named) = resource(val) {
        let address = &named.address;
        let arn = nodes::attribute(address, arn_of(address), val.span);
        return Some((arn, out.verb(address, "read", val.span)));
    }
    let node = nodes::node(val)?;
    let allow = |action: &str, of: Node| Statement::allow([action], [of], val.span);
    let statements = match &val.value {
        Value::String(text) => match text.split(':').collect::<Vec<_>>().as_slice() {
            ["arn", _, "secretsmanager", _, _, "secret", _, ..] => {
                // Behind the name there may be a key, a stage and a version.
                let whole = text.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
                let of = nodes::text(&whole, val.span);
                vec![allow("secretsmanager:GetSecretValue", of)]
            }
            ["arn", _, "ssm", _, _, _] => vec![allow("ssm:GetParameters", node.clone())],
            _ => {
                out.report(errors::secret_arn(text, val.span));
                Vec::new()
            }
        },
        _ => vec![
            allow("secretsmanager:GetSecretValue", node.clone()),
            allow("ssm:GetParameters", node.clone()),
        ],
    };
    Some((node, statements))
}

/// The property that is the ARN of a secret or parameter.
fn arn_of(address: &Address) -> &'static str {
    match &*address.kind {
        "secret" => "Id",
        _ => "Arn",
    }
}
