//! What users write in a `dashboard`.

use crate::nodes::{days, minutes};
use crate::specs::{
    attribute, between, call, characters, duration, field, items, kind, numbers, pattern,
};
use formwork_schema::{FieldSpec, KindSpec, Type};

/// The kind. Limits: CloudWatch user guide, "CloudWatch service quotas" and "Dashboard body structure and syntax".
pub(super) fn spec() -> KindSpec {
    KindSpec {
        name: "dashboard",
        doc: "A page of CloudWatch: graphs and numbers of metrics, texts, alarms and log searches.",
        fields: vec![
            field(
                "widgets",
                Type::one_of([graph("graph"), graph("number"), text(), alarms(), logs()]).list(),
                "What it shows, from left to right and top to bottom: `graph([f.errors])`, `number([q.waiting])`, `text(\"# Shop\")`, `alarms([a])`, `logs([g])`.",
            )
            .constraint(items(1, 500))
            .known(),
            field(
                "body",
                Type::String,
                "The page in CloudWatch's own form, instead of `widgets`: `file(\"./page.json\")`.",
            ),
            field("since", duration(), "How far back it looks when it is opened.")
                .default("3h")
                .constraint(between(minutes(1), days(455), Some(minutes(1)))),
            field("name", Type::String, "Its name in AWS, if the derived one will not do.")
                .constraint(pattern(
                    "^[A-Za-z0-9_-]{1,255}$",
                    "1 to 255 letters, digits, `-` and `_`",
                )),
        ],
        attributes: vec![attribute("name", "DashboardName", "Its name.")],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: None,
    }
}

fn sizes(width: &str, height: &str) -> [FieldSpec; 2] {
    [
        field("width", Type::Int, "How wide; a page has 24 columns.")
            .default(width)
            .constraint(numbers(1, 24))
            .known(),
        field("height", Type::Int, "How high, in rows.")
            .default(height)
            .constraint(numbers(1, 1000))
            .known(),
    ]
}

fn title() -> FieldSpec {
    field("title", Type::String, "What stands above it.").constraint(characters(1, 1024))
}

fn graph(name: &str) -> Type {
    let metrics = field(
        "metrics",
        Type::Metric.list(),
        "What it shows: `[resize.errors, jobs.waiting]`.",
    )
    .required()
    .constraint(items(1, 500))
    .known();
    let during = field("during", duration(), "The time of one point.")
        .default("5min")
        .constraint(between(minutes(1), days(30), Some(minutes(1))));
    let mut parameters = vec![metrics, title(), during];
    if name == "graph" {
        parameters
            .push(field("stacked", Type::Bool, "Whether values are added up.").default("false"));
    }
    let sizes = match name {
        "graph" => sizes("12", "6"),
        _ => sizes("6", "3"),
    };
    parameters.extend(sizes);
    call(name, parameters, 1)
}

fn text() -> Type {
    let markdown = field("markdown", Type::String, "What it says, in Markdown.").required();
    let mut parameters = vec![markdown];
    parameters.extend(sizes("24", "2"));
    call("text", parameters, 1)
}

fn alarms() -> Type {
    let alarms = field("alarms", kind("alarm").list(), "The alarms.")
        .required()
        .constraint(items(1, 100))
        .known();
    let mut parameters = vec![alarms, title()];
    parameters.extend(sizes("24", "3"));
    call("alarms", parameters, 1)
}

fn logs() -> Type {
    let groups = field("groups", kind("log_group").list(), "The log groups.")
        .required()
        .constraint(items(1, 50))
        .known();
    let query = field("query", Type::String, "A search of Logs Insights.")
        .default("\"fields @timestamp, @message | sort @timestamp desc | limit 100\"")
        .constraint(characters(1, 10_000));
    let mut parameters = vec![groups, query, title()];
    parameters.extend(sizes("24", "6"));
    call("logs", parameters, 1)
}
