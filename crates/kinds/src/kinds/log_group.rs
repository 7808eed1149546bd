//! `log_group`: a group of log streams of CloudWatch Logs, with a time after which events go.

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, duration, field, pattern, usage, volume};
use crate::values::Read;
use formwork_diag::{Code, Diagnostic, Severity, Span};
use formwork_schema::{
    Constraint, Decl, FieldSpec, KindSpec, Member, Node, Quantity, Type, Value, VerbSpec,
};

/// The retention that every group has when nothing is said, in days.
pub(crate) const DEFAULT_RETENTION: i64 = 30;

/// The days CloudWatch Logs can keep events: API reference, PutRetentionPolicy.
const RETENTIONS: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// The kind `log_group`.
pub(crate) struct LogGroup;

impl Kind for LogGroup {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "log_group",
            doc: "A group of logs of CloudWatch Logs.",
            fields: vec![
                field("name", Type::String, "Its name; `/` separates levels.").constraint(name()),
                retention_field("retention"),
                field(
                    "class",
                    Type::words("log class", &["standard", "infrequent_access", "delivery"]),
                    "What the logs are for: `infrequent_access` is cheaper and has no metrics or live tail.",
                )
                .default("standard"),
                encryption::field("the logs"),
            ],
            attributes: vec![
                attribute("name", "LogGroupName", "Its name."),
                attribute("arn", "Arn", "Its ARN, ending in `:*` as AWS gives it."),
            ],
            verbs: vec![
                verb("write", "Create streams in it and put events into them."),
                verb("read", "Read and search its events."),
            ],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: usage(vec![volume("taken_in", "What is written a month."), volume("kept", "What it holds.")]),
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        encryption::admit_logs(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // The cheaper classes have prices of their own.
        let class = of.main()?.text("LogGroupClass");
        if class.is_some_and(|class| class != "STANDARD") {
            return None;
        }
        Some(vec![
            Charge::used("logs taken in", "logs.ingest", of.used_in("taken_in", "GB")),
            Charge::used("logs kept", "logs.storage", of.used_in("kept", "GB")),
        ])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::Logs::LogGroup", "LogGroupName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let class = match fields.word("class") {
            Some("infrequent_access") => Some("INFREQUENT_ACCESS"),
            Some("delivery") => Some("DELIVERY"),
            _ => None,
        };
        let class =
            class.map(|class| nodes::text(class, fields.span("class").unwrap_or(decl.name_span)));
        let props = Props::of(decl)
            .maybe("LogGroupName", fields.node("name"))
            .maybe("RetentionInDays", retention(decl, "retention", out))
            .maybe("LogGroupClass", class)
            .maybe("KmsKeyId", encryption::key(decl));
        out.emit(decl, Emit::main("AWS::Logs::LogGroup", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "LogGroupName"),
            ("retention", "RetentionInDays"),
            ("class", "LogGroupClass"),
            ("kms_key", "KmsKeyId"),
        ]
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let arn = nodes::attribute(&verb.of.address, "Arn", verb.name_span);
        let actions: &[&str] = match &*verb.name {
            "write" => WRITE,
            _ => &[
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
            ],
        };
        vec![Statement::allow(
            actions.iter().copied(),
            [arn],
            verb.name_span,
        )]
    }
}

/// What code needs to write its logs.
const WRITE: &[&str] = &["logs:CreateLogStream", "logs:PutLogEvents"];

/// Lets a role write to the group at `arn`, which ends in `:*`.
pub(crate) fn write_statement(arn: Node) -> Statement {
    let span = arn.span;
    Statement::allow(WRITE.iter().copied(), [arn], span)
}

fn verb(name: &'static str, doc: &'static str) -> VerbSpec {
    VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    }
}

fn name() -> Constraint {
    pattern(
        "^[.\\-_/#A-Za-z0-9]{1,512}$",
        "1 to 512 letters, digits and `.`, `-`, `_`, `/`, `#`",
    )
}

/// How long a group keeps its events: `30d` or `forever`.
pub(crate) fn retention_field(name: &str) -> FieldSpec {
    field(
        name,
        Type::one_of([duration(), Type::words("retention", &["forever"])]),
        "How long log events are kept.",
    )
    .default("30d")
}

/// The days of a retention field; `None` keeps events for ever.
pub(crate) fn retention(decl: &Decl, name: &str, out: &mut Lowering<'_>) -> Option<Node> {
    let Some(val) = decl.fields.get(name) else {
        return Some(nodes::int(DEFAULT_RETENTION, decl.name_span));
    };
    match &val.value {
        Value::Quantity(quantity) => {
            let days = quantity.whole("d").filter(|days| RETENTIONS.contains(days));
            if days.is_none() {
                out.report(retention_error(*quantity, val.span));
            }
            days.map(|days| nodes::int(days, val.span))
        }
        _ => {
            out.lint(decl, kept_forever(val.span));
            None
        }
    }
}

fn retention_error(given: Quantity, span: Span) -> Diagnostic {
    let least = RETENTIONS
        .iter()
        .find(|days| nodes::days(**days).amount >= given.amount);
    let nearest = least
        .or(RETENTIONS.last())
        .copied()
        .unwrap_or(DEFAULT_RETENTION);
    let all: Vec<String> = RETENTIONS.iter().map(|days| format!("{days}d")).collect();
    Diagnostic::error(
        Code("aws::log_retention"),
        format!("logs cannot be kept for {given}"),
        span,
        "not one of the lengths that CloudWatch Logs has",
    )
    .help(format!(
        "write `{nearest}d`; allowed are {}, or `forever`",
        all.join(", ")
    ))
    .fix(format!("write `{nearest}d`"), span, format!("{nearest}d"))
}

fn kept_forever(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::log_retention"),
        Severity::Warning,
        "these logs are kept, and paid for, for ever",
    )
    .label(span, "no end")
    .help("give a length such as `365d`, or say why: `allow lint::log_retention, \"…\"`")
}
