//! `schedule`: starts something every so often, at a time, or once.

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::lowering::Lowering;
use crate::nodes::{self, Props, minutes, seconds};
use crate::registry::Kind;
use crate::schedules::{self, Plan, When, cron_type, every_type, timezone_field};
use crate::specs::{
    attribute, between, call, characters, duration, field, kind, monthly, numbers, pattern, usage,
};
use crate::triggers::Starter;
use crate::values::{Read, call as called};
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{Decl, KindSpec, Node, Type, Val};

/// The kind `schedule`.
pub(crate) struct Schedule;

impl Kind for Schedule {
    fn spec(&self) -> KindSpec {
        let targets = ["function", "queue", "topic", "batch_job", "task"];
        let target = Type::one_of(targets.map(kind));
        KindSpec {
            name: "schedule",
            doc: "Starts a function, job or task, or sends to a queue or topic, on a schedule of EventBridge Scheduler.",
            fields: vec![
                field(
                    "at",
                    Type::one_of([every_type(), cron_type(), once_type()]),
                    "When it runs: `every(5min)`, `cron(\"0 2 * * ? *\")` or `once(\"2030-01-31T08:00:00\")`.",
                )
                .required(),
                field("target", target, "What it starts or sends to.").required().known(),
                field("input", Type::String, "What the target is given, as text; `json({ … })` makes JSON.")
                    .constraint(characters(1, 262_144)),
                field("window", duration(), "How much later it may run, so that load spreads.")
                    .constraint(between(minutes(1), minutes(1440), Some(minutes(1)))),
                field("enabled", Type::Bool, "Whether it runs.").default("true"),
                field("retries", Type::Int, "How often a failed start is tried again.")
                    .default("185")
                    .constraint(numbers(0, 185)),
                field("max_event_age", duration(), "How long a start may be late.")
                    .default("24h")
                    .constraint(between(minutes(1), minutes(1440), Some(seconds(1)))),
                field("on_failure", kind("queue"), "Where a start goes that failed for good.").known(),
                field("starts", Type::String, "Not before: `\"2030-01-31T00:00:00Z\"`.").constraint(moment()),
                field("ends", Type::String, "Not after: `\"2030-12-31T00:00:00Z\"`.").constraint(moment()),
                field("description", Type::String, "What people read in the console.")
                    .constraint(characters(0, 512)),
                field("name", Type::String, "Its name in AWS, if the derived one will not do.")
                    .constraint(pattern("^[0-9a-zA-Z_.-]{1,64}$", "1 to 64 letters, digits, `-`, `_` and `.`")),
            ],
            attributes: vec![
                attribute("name", "Name", "Its name in AWS."),
                attribute("arn", "Arn", "Its ARN."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: usage(vec![monthly("starts_per_month", "Starts a month.")]),
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let starts = of.used("starts_per_month");
        Some(vec![Charge::used("starts", "scheduler.runs", starts)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let (Some(at), Some(target)) = (fields.get("at"), fields.resource("target")) else {
            return;
        };
        let span = fields.span("target").unwrap_or(decl.name_span);
        let Some(start) = out.start(&target.address, Starter::Scheduler, span) else {
            return;
        };
        let Some(when) = when(at, out) else {
            return;
        };
        if let ("batch_job", Some(input)) = (&*target.address.kind, fields.span("input")) {
            out.report(no_input(input, span));
        }
        let retry = Props::of(decl)
            .maybe("MaximumRetryAttempts", fields.node("retries"))
            .maybe(
                "MaximumEventAgeInSeconds",
                fields.amount("max_event_age", "s"),
            );
        let retry = (!retry.is_empty()).then(|| retry.node());
        let target_props = Props::new(span)
            .maybe("Input", fields.node("input"))
            .maybe("RetryPolicy", retry)
            .maybe("DeadLetterConfig", dead_letters(decl, out));
        let plan = Plan {
            part: None,
            when,
            target: target.address.clone(),
            start,
            target_props,
            props: settings(decl),
            statements: dead_letter_statements(decl, out),
            span: decl.name_span,
        };
        schedules::emit(decl, plan, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("at", "ScheduleExpression"),
            ("target", "Target"),
            ("input", "Target.Input"),
            ("window", "FlexibleTimeWindow"),
            ("enabled", "State"),
            ("starts", "StartDate"),
            ("ends", "EndDate"),
            ("description", "Description"),
        ]
    }
}

fn moment() -> formwork_schema::Constraint {
    pattern(
        "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$",
        "a date and time in UTC, such as `2030-01-31T08:00:00Z`",
    )
}

fn once_type() -> Type {
    let moment = field(
        "moment",
        Type::String,
        "Date and time: `\"2030-01-31T08:00:00\"`.",
    )
    .required()
    .constraint(pattern(
        "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$",
        "a date and time without zone, such as `2030-01-31T08:00:00`",
    ));
    call("once", vec![moment, timezone_field()], 1)
}

fn when(at: &Val, out: &mut Lowering<'_>) -> Option<When> {
    let call = called(at)?;
    if &*call.name != "once" {
        return Some(schedules::when(call, at.span, out));
    }
    let moment = call.arguments.get("moment")?;
    if let Some((text, val)) = call.arguments.text("moment")
        && !is_moment(text)
    {
        out.report(no_moment(text, val.span));
    }
    let parts = [
        nodes::text("at(", at.span),
        nodes::node(moment)?,
        nodes::text(")", at.span),
    ];
    Some(When {
        expression: nodes::concat(parts, at.span),
        timezone: call.arguments.node("timezone"),
    })
}

/// Whether a text of the right form is a day and time that exist.
fn is_moment(text: &str) -> bool {
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11, 13), number(14, 16), number(17, 19))
    else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60
}

/// The queue for starts that failed.
fn dead_letters(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let queue = decl.fields.resource("on_failure")?;
    let span = decl.fields.span("on_failure")?;
    let target = out.decl(&queue.address)?;
    let arn = out.target(target, span)?;
    Some(Node::map([("Arn", arn)], span))
}

fn dead_letter_statements(decl: &Decl, out: &mut Lowering<'_>) -> Vec<Statement> {
    let Some(queue) = decl.fields.resource("on_failure") else {
        return Vec::new();
    };
    let span = decl.fields.span("on_failure").unwrap_or(decl.name_span);
    out.inlet(&queue.address, span)
}

fn settings(decl: &Decl) -> Props {
    let fields = &decl.fields;
    let props = Props::of(decl)
        .maybe("Name", fields.node("name"))
        .maybe("Description", fields.node("description"))
        .maybe("StartDate", fields.node("starts"))
        .maybe("EndDate", fields.node("ends"));
    let props = match fields.flag("enabled") {
        Some(on) => {
            let state = if on { "ENABLED" } else { "DISABLED" };
            let span = fields.span("enabled").unwrap_or(decl.name_span);
            props.put("State", nodes::text(state, span))
        }
        None => props,
    };
    match fields.amount("window", "min") {
        Some(window) => {
            let flexible = Props::new(window.span)
                .set("Mode", "FLEXIBLE")
                .put("MaximumWindowInMinutes", window)
                .node();
            props.put("FlexibleTimeWindow", flexible)
        }
        None => props,
    }
}

/// Text for a job, which takes parameters.
fn no_input(input: Span, target: Span) -> Diagnostic {
    Diagnostic::error(
        Code("schedule::input"),
        "a job is given no text",
        input,
        "for functions, queues and topics",
    )
    .label(target, "a job")
    .help("take it out; say what its command takes in its own `parameters`")
}

fn no_moment(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("schedule::moment"),
        format!("`{}` is no day and time", formwork_diag::safe(text)),
        span,
        "does not exist",
    )
    .help("write year, month, day, hour, minute and second: `\"2030-01-31T08:00:00\"`")
}

#[cfg(test)]
mod tests {
    use super::is_moment;

    #[test]
    fn days_that_exist() {
        assert!(is_moment("2028-02-29T23:59:59"));
        assert!(!is_moment("2030-02-29T00:00:00"));
        assert!(!is_moment("2030-04-31T00:00:00"));
        assert!(!is_moment("2030-01-01T24:00:00"));
    }
}
