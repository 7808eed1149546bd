//! `event_bus`: a bus of EventBridge, who may put events on it, and what they start.

mod errors;

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, days};
use crate::registry::Kind;
use crate::rules::{self, Rule};
use crate::specs::{
    attribute, between, call, characters, duration, field, items, kind, monthly, object,
    part_attribute, pattern, usage,
};
use crate::triggers::{self, Admission, Caller, Trigger, known_argument, label};
use crate::values::{Read, call as called};
use formwork_diag::Span;
use formwork_schema::{
    Decl, EventSpec, FieldSpec, KindSpec, Member, Node, Type, Val, Value, VerbSpec,
};

/// The kind `event_bus`.
pub(crate) struct EventBus;

impl Kind for EventBus {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "event_bus",
            doc: "A bus of EventBridge: events put on it start what listens for them.",
            fields: fields(),
            attributes: vec![
                attribute("name", "Name", "Its name."),
                attribute("arn", "Arn", "Its ARN."),
                part_attribute(
                    "archive_arn",
                    Type::String.optional(),
                    "archive",
                    "Arn",
                    "The ARN of its archive, if it has one.",
                ),
            ],
            verbs: vec![VerbSpec {
                name: "put",
                parameters: vec![
                    field("source", Type::String, "Only events of this source.")
                        .constraint(characters(1, 256)),
                ],
                nested: Vec::new(),
                doc: "Put events on the bus.",
            }],
            events: vec![EventSpec {
                name: "matched",
                parameters: rules::parameters(),
                doc: "An event was put on the bus; without parameters, any.",
            }],
            metrics: Vec::new(),
            usage: usage(vec![monthly(
                "events_per_month",
                "Events put on it a month.",
            )]),
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
        let caller = caller(decl, decl.name_span);
        encryption::admit(decl, &caller, out);
        if let Some(queue) = decl.fields.resource("on_failure") {
            let span = decl.fields.span("on_failure").unwrap_or(decl.name_span);
            let _ = out.admit(&queue.address, &Caller { span, ..caller });
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let events = of.used("events_per_month");
        Some(vec![Charge::used(
            "events put on it",
            "events.custom",
            events,
        )])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::Events::EventBus", "Name"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if let Some((name, val)) = fields.text("name")
            && &**name == "default"
        {
            out.report(errors::default_bus(val.span));
        }
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .maybe("Description", fields.node("description"))
            .maybe("KmsKeyIdentifier", encryption::key(decl))
            .maybe("DeadLetterConfig", dead_letters(decl, out));
        out.emit(decl, Emit::main("AWS::Events::EventBus", props.finish()));
        archive(decl, out);
        for (at, val) in fields.items("senders").iter().enumerate() {
            sender(decl, at + 1, val, out);
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("description", "Description"),
            ("kms_key", "KmsKeyIdentifier"),
            ("on_failure", "DeadLetterConfig"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let arn = nodes::attribute(&verb.of.address, "Arn", span);
        let put = Statement::allow(["events:PutEvents"], [arn], span);
        if let Some((source, val)) = verb.arguments.text("source")
            && source.starts_with("aws.")
        {
            out.report(errors::source_of_aws(source, val.span));
        }
        let put = match verb.arguments.node("source") {
            Some(source) => put.when("StringEquals", "events:source", source),
            None => put,
        };
        let mut all = vec![put];
        all.extend(encryption::statement(
            &verb.of.address,
            &["kms:Decrypt", "kms:GenerateDataKey"],
            span,
            out,
        ));
        all
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("put")
    }

    fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        Some(nodes::attribute(&decl.address, "Arn", span))
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        let arguments = &trigger.event.arguments;
        let span = trigger.span;
        let pattern = rules::pattern(arguments, span, out);
        let rule = Rule {
            label: label(&trigger.source.address),
            pattern: pattern.unwrap_or_else(|| rules::everything(span)),
            bus: Some(nodes::attribute(&trigger.source.address, "Name", span)),
            values: rules::values(arguments, out),
            span,
        };
        rules::start(trigger.consumer, rule, out);
    }

    fn fires(&self, verb: &Member, event: &Member) -> bool {
        let put = known_argument(verb, "source");
        let sources: Vec<&str> = match event.arguments.get("source").map(|val| &val.value) {
            Some(Value::String(source)) => vec![source],
            Some(Value::List(sources)) => sources.iter().filter_map(text).collect(),
            _ => return true,
        };
        match put {
            Some("") | None => true,
            Some(put) => sources.contains(&put),
        }
    }

    fn admit(&self, _decl: &Decl, _caller: &Caller, _out: &mut Lowering<'_>) -> Option<Admission> {
        None
    }
}

fn text(val: &Val) -> Option<&str> {
    match &val.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn fields() -> Vec<FieldSpec> {
    let account = call(
        "account",
        vec![field("id", Type::String, "The account, 12 digits.").required()],
        1,
    );
    let organization = call(
        "organization",
        vec![
            field("id", Type::String, "The organization: `o-a1b2c3d4e5`.")
                .required()
                .constraint(pattern(
                    "^o-[a-z0-9]{10,32}$",
                    "the id of an organization, such as `o-a1b2c3d4e5`",
                )),
        ],
        1,
    );
    vec![
        field(
            "senders",
            Type::one_of([account, organization]).list(),
            "Who else may put events: `account(\"123456789012\")`, `organization(\"o-a1b2c3d4e5\")`.",
        )
        .constraint(items(1, 100))
        .known(),
        field(
            "on",
            Type::one_of([Type::Event, rules::event_type()]).list(),
            "Events of other buses that are put on this one too.",
        )
        .known(),
        field("archive", archive_type(), "Keeps events, to replay them.").known(),
        encryption::field("the events while they wait, instead of EventBridge's own"),
        field(
            "on_failure",
            kind("queue"),
            "Where events go that could not be encrypted or read with `kms_key`.",
        )
        .known(),
        field("description", Type::String, "What people read in the console.")
            .constraint(characters(0, 512)),
        field("name", Type::String, "Its name in AWS, if the derived one will not do.").constraint(
            pattern(
                "^[/.\\-_A-Za-z0-9]{1,256}$",
                "1 to 256 letters, digits, `.`, `-`, `_` and `/`",
            ),
        ),
    ]
}

fn archive_type() -> Type {
    object(
        "archive",
        vec![
            field("keep", duration(), "How long; for ever without it.").constraint(between(
                days(1),
                days(36_500),
                Some(days(1)),
            )),
            field(
                "pattern",
                Type::Any,
                "Only events that match: `{ source = [\"shop.orders\"] }`.",
            ),
            field(
                "description",
                Type::String,
                "What people read in the console.",
            )
            .constraint(characters(0, 512)),
        ],
    )
}

/// EventBridge, acting for the bus.
fn caller(decl: &Decl, span: Span) -> Caller {
    Caller {
        principal: "events.amazonaws.com",
        source: nodes::attribute(&decl.address, "Arn", span),
        label: label(&decl.address),
        span,
    }
}

/// The queue for events that could not be read.
fn dead_letters(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let queue = decl.fields.resource("on_failure")?;
    let span = decl.fields.span("on_failure")?;
    if decl.fields.get("kms_key").is_none() {
        out.report(errors::failure_without_key(span));
    }
    let arn = out.target(out.decl(&queue.address)?, span)?;
    Some(Node::map([("Arn", arn)], span))
}

fn archive(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(archive) = decl.fields.object("archive") else {
        return;
    };
    let span = decl.fields.span("archive").unwrap_or(decl.name_span);
    if let Some(pattern) = archive.get("pattern") {
        crate::patterns::check(pattern, crate::patterns::Level::Event, out);
    }
    let props = Props::new(span)
        .put("SourceArn", nodes::attribute(&decl.address, "Arn", span))
        .maybe("EventPattern", archive.node("pattern"))
        .maybe("RetentionDays", archive.amount("keep", "d"))
        .maybe("Description", archive.node("description"))
        .maybe("KmsKeyIdentifier", encryption::key(decl));
    out.emit(
        decl,
        Emit::part("archive", "AWS::Events::Archive", props.finish()),
    );
}

/// Lets an account or organization put events.
fn sender(decl: &Decl, number: usize, val: &Val, out: &mut Lowering<'_>) {
    let Some(sender) = called(val) else {
        return;
    };
    let Some(id) = sender.arguments.get("id") else {
        return;
    };
    let span = val.span;
    let bus = nodes::attribute(&decl.address, "Arn", span);
    let put = Statement::allow(["events:PutEvents"], [bus], span);
    let statement = if &*sender.name == "account" {
        let Some(principal) = account(decl, id, out) else {
            return;
        };
        put.principal(principal)
    } else {
        let Some(organization) = nodes::node(id) else {
            return;
        };
        put.principal(nodes::text("*", span)).when(
            "StringEquals",
            "aws:PrincipalOrgID",
            organization,
        )
    };
    let props = Props::new(span)
        .put(
            "EventBusName",
            nodes::attribute(&decl.address, "Name", span),
        )
        .put("Statement", statement.node());
    let part = format!("sender_{number}");
    out.emit(
        decl,
        Emit::part(part, "AWS::Events::EventBusPolicy", props.finish()),
    );
}

/// An account as a principal; anybody is a lint.
fn account(decl: &Decl, id: &Val, out: &mut Lowering<'_>) -> Option<Node> {
    if text(id) == Some("*") {
        out.lint(decl, errors::anybody(id.span));
        return Some(nodes::text("*", id.span));
    }
    let root = super::role::account_root(decl, id, out)?;
    Some(Node::map([("AWS", root)], id.span))
}
