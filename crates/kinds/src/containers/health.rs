//! How a container is asked from inside whether it is healthy.

use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Fields, Node};

/// Words that say themselves how a command is run: ECS API reference, HealthCheck, command.
const FORMS: &[&str] = &["CMD", "CMD-SHELL", "NONE"];

/// The health check of a container, if its `health` says a command.
pub(super) fn check(fields: &Fields) -> Option<Node> {
    let health = fields.object("health")?;
    let command = health.get("command")?;
    let items = health.items("command");
    let written = items.iter().filter_map(nodes::node);
    let first = items.first().and_then(|first| match &first.value {
        formwork_schema::Value::String(text) => Some(&**text),
        _ => None,
    });
    // One item is a line for the shell, several are a program and its arguments.
    let form = match (first, items.len()) {
        (Some(first), _) if FORMS.contains(&first) => None,
        (_, 1) => Some("CMD-SHELL"),
        _ => Some("CMD"),
    };
    let form = form.map(|form| nodes::text(form, command.span));
    let whole = Node::list(form.into_iter().chain(written), command.span);
    let usual =
        |given: Option<Node>, usual: i64| given.unwrap_or_else(|| nodes::int(usual, command.span));
    let props = Props::new(command.span)
        .put("Command", whole)
        .put("Interval", usual(health.amount("interval", "s"), 30))
        .put("Timeout", usual(health.amount("timeout", "s"), 5))
        .put("Retries", usual(health.node("unhealthy_after"), 3))
        .maybe("StartPeriod", health.amount("grace", "s"));
    Some(props.node())
}

/// Whether a container says how it is asked.
pub(super) fn asked(fields: &Fields) -> bool {
    fields
        .object("health")
        .is_some_and(|health| health.get("command").is_some())
}
