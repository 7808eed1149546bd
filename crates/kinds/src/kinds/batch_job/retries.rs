//! How often a job is tried, and what of its end says that it is tried again.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{field, items, numbers, object, pattern};
use crate::values::Read;
use formwork_schema::{Decl, FieldSpec, Fields, Node, Type, Val, Value};

/// What a condition may look at: its field, what Batch calls it.
const LOOKS: &[(&str, &str)] = &[
    ("code", "OnExitCode"),
    ("reason", "OnReason"),
    ("status", "OnStatusReason"),
];

/// The fields. Limits: Batch API reference, RetryStrategy and EvaluateOnExit.
pub(super) fn fields() -> Vec<FieldSpec> {
    let text = |name: &str, doc: &str| {
        field(name, Type::String, doc).constraint(pattern(
            "^[0-9A-Za-z.:/ \\t()_-]{0,511}\\*?$",
            "letters, digits, spaces and `.:/()_-`, with `*` only at the end",
        ))
    };
    let condition = vec![
        field(
            "code",
            Type::one_of([Type::Int, Type::String]),
            "Its exit code: `137`, `\"13*\"`.",
        ),
        text(
            "reason",
            "Why the container ended: `\"CannotPullContainerError:*\"`.",
        ),
        text(
            "status",
            "Why the job ended: `\"Host EC2*\"` when a machine was taken back.",
        ),
        field(
            "do",
            Type::words("what follows", &["retry", "stop"]),
            "What follows.",
        )
        .required(),
    ];
    vec![
        field("retries", Type::Int, "How often a job that failed is tried again.")
            .default("0")
            .constraint(numbers(0, 9)),
        field(
            "on_exit",
            object("condition", condition).list(),
            "Whether a failed job is tried again, by how it ended; the first that holds. Where none does, it is tried again.",
        )
        .known()
        .constraint(items(1, 5)),
    ]
}

/// How often Batch tries a job.
pub(super) fn strategy(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = &decl.fields;
    let conditions = conditions(decl, out);
    let retries = fields.get("retries");
    if retries.is_none() && conditions.is_none() {
        return None;
    }
    let span = fields.span("retries").or(fields.span("on_exit"))?;
    // Once is what Batch does unless told.
    if fields.int("retries") == Some(0) && conditions.is_none() {
        return None;
    }
    let attempts = fields
        .int("retries")
        .map(|retries| nodes::int(retries + 1, span));
    let props = Props::new(span)
        .maybe("Attempts", attempts)
        .maybe("EvaluateOnExit", conditions);
    Some(props.node())
}

fn conditions(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = &decl.fields;
    let span = fields.span("on_exit")?;
    if fields.int("retries").unwrap_or(0) == 0 {
        let at = fields.name_span("on_exit").unwrap_or(span);
        out.report(errors::never_tried_again(at));
    }
    let all = fields.items("on_exit").iter();
    let all: Vec<Node> = all
        .filter_map(|val| match &val.value {
            Value::Object(condition) => Some(one(val, condition, out)),
            _ => None,
        })
        .collect();
    Some(Node::list(all, span))
}

fn one(val: &Val, condition: &Fields, out: &mut Lowering<'_>) -> Node {
    let mut props = Props::new(val.span);
    let mut looks = false;
    for (name, property) in LOOKS {
        let Some(node) = condition.node(name) else {
            continue;
        };
        looks = true;
        if *name == "code" && !is_code(condition) {
            out.report(errors::exit_code(node.span));
        }
        props = props.put(property, nodes::concat([node], val.span));
    }
    if !looks {
        out.report(errors::no_condition(val.span));
    }
    let action = match condition.word("do") {
        Some("retry") => "RETRY",
        _ => "EXIT",
    };
    props.set("Action", action).node()
}

/// A number, or digits with `*` at the end.
fn is_code(condition: &Fields) -> bool {
    match condition.text("code") {
        Some((text, _)) => {
            let digits = text.strip_suffix('*').unwrap_or(text);
            digits.len() <= 512 && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => true,
    }
}
