//! `queue`: messages in SQS, encrypted, over TLS only.

pub(super) mod errors;
pub(super) mod spec;

use super::function;
use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::triggers::{self, Admission, Caller, Contribution, Trigger};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Member, Node};

/// The kind `queue`.
pub(crate) struct Queue;

impl Kind for Queue {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let price = match of.main()?.flag("FifoQueue") {
            true => "sqs.fifo",
            false => "sqs.standard",
        };
        let requests = of.used("requests_per_month");
        Some(vec![Charge::used("requests", price, requests)])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::SQS::Queue", "QueueName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let fifo = fields.flag("fifo") == Some(true);
        check(decl, out);
        let props = Props::of(decl)
            .maybe("QueueName", fields.node("name"))
            .maybe("FifoQueue", fields.node("fifo").filter(|_| fifo))
            .maybe("ContentBasedDeduplication", fields.node("deduplicate"))
            .maybe("VisibilityTimeout", fields.amount("visibility", "s"))
            .maybe(
                "MessageRetentionPeriod",
                fields.amount("keep_messages", "s"),
            )
            .maybe("DelaySeconds", fields.amount("delay", "s"))
            .maybe("ReceiveMessageWaitTimeSeconds", fields.amount("wait", "s"))
            .maybe("MaximumMessageSize", fields.amount("max_message", "B"))
            .maybe("RedrivePolicy", dead_letters(decl));
        let props = match encryption::key(decl) {
            Some(key) => props.put("KmsMasterKeyId", key),
            None => props.set("SqsManagedSseEnabled", true),
        };
        let props = match (fifo, fields.flag("high_throughput")) {
            (true, Some(true)) => props
                .set("DeduplicationScope", "messageGroup")
                .set("FifoThroughputLimit", "perMessageGroupId"),
            _ => props,
        };
        let queue = Emit::main("AWS::SQS::Queue", props.finish());
        out.emit(decl, queue.name_end(fifo.then_some(".fifo")));
        tls_only(decl, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let arn = nodes::attribute(&verb.of.address, "Arn", span);
        let (actions, key_actions): (&[&str], &[&str]) = match &*verb.name {
            "send" => (SEND, &["kms:Decrypt", "kms:GenerateDataKey"]),
            _ => (RECEIVE, &["kms:Decrypt"]),
        };
        let mut all = vec![Statement::allow(actions.iter().copied(), [arn], span)];
        all.extend(encryption::statement(
            &verb.of.address,
            key_actions,
            span,
            out,
        ));
        all
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("send")
    }

    fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        Some(nodes::attribute(&decl.address, "Arn", span))
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        if triggers::starts_function(trigger, out) {
            connect(trigger, out);
        }
    }

    fn admit(&self, decl: &Decl, caller: &Caller, out: &mut Lowering<'_>) -> Option<Admission> {
        if caller.principal == "s3.amazonaws.com" && decl.fields.flag("fifo") == Some(true) {
            out.report(errors::fifo_target("S3 sends events", caller.span));
        }
        let arn = nodes::attribute(&decl.address, "Arn", caller.span);
        let account = out.account(caller.span);
        let statement = Statement::allow(["sqs:SendMessage"], [arn.clone()], caller.span)
            .service(caller.principal)
            .for_source(caller.source.clone(), account);
        out.contribute(&decl.address, Contribution::Policy(statement));
        encryption::admit(decl, caller, out);
        Some(Admission {
            arn,
            after: vec![decl.address.part("policy")],
        })
    }

    fn fires(&self, verb: &Member, event: &Member) -> bool {
        &*verb.name == "send" && &*event.name == "received"
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (metric, statistic) = match name {
            "waiting" => ("ApproximateNumberOfMessagesVisible", "Maximum"),
            "age" => ("ApproximateAgeOfOldestMessage", "Maximum"),
            "sent" => ("NumberOfMessagesSent", "Sum"),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/SQS",
            name: metric,
            dimensions: vec![("QueueName", nodes::attribute(of, "QueueName", span))],
            statistic,
            share_of: None,
            unit: if name == "age" { "s" } else { "" },
        })
    }
}

const SEND: &[&str] = &["sqs:GetQueueAttributes", "sqs:SendMessage"];
const RECEIVE: &[&str] = &[
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
];

/// What goes only with `fifo`.
const FIFO_ONLY: &[&str] = &["deduplicate", "high_throughput"];

fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let fifo = fields.flag("fifo") == Some(true);
    if !fifo {
        for name in FIFO_ONLY {
            if let Some(span) = fields
                .name_span(name)
                .filter(|_| fields.get(name).is_some())
            {
                out.report(errors::fifo_only(name, span));
            }
        }
    }
    if let Some((name, val)) = fields.text("name")
        && name.ends_with(".fifo") != fifo
    {
        out.report(errors::fifo_name(name, fifo, val.span));
    }
    let Some(dead) = fields.object("dead_letters") else {
        return;
    };
    let Some(target) = dead.resource("queue") else {
        return;
    };
    let span = dead.span("queue").unwrap_or(decl.name_span);
    if target.address == decl.address {
        out.report(errors::own_dead_letters(span));
    } else if let Some(other) = out.decl(&target.address)
        && (other.fields.flag("fifo") == Some(true)) != fifo
    {
        out.report(errors::dead_letters_fifo(fifo, span));
    }
}

fn dead_letters(decl: &Decl) -> Option<Node> {
    let dead = decl.fields.object("dead_letters")?;
    let span = decl.fields.span("dead_letters")?;
    let target = dead.resource("queue")?;
    let tries = dead.node("after").unwrap_or_else(|| nodes::int(3, span));
    let arn = nodes::attribute(&target.address, "Arn", dead.span("queue")?);
    Some(Node::map(
        [("deadLetterTargetArn", arn), ("maxReceiveCount", tries)],
        span,
    ))
}

/// The policy of the queue: TLS only, and who else may send.
fn tls_only(decl: &Decl, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let arn = nodes::attribute(&decl.address, "Arn", span);
    let tls = Statement::allow(["sqs:*"], [arn], span)
        .deny()
        .principal(nodes::text("*", span))
        .when("Bool", "aws:SecureTransport", nodes::text("false", span));
    let mut statements = vec![tls];
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Policy(statement) = contribution {
            statements.push(statement);
        }
    }
    let url = nodes::attribute(&decl.address, "QueueUrl", span);
    let props = Props::of(decl)
        .put("PolicyDocument", policy(statements, span))
        .put("Queues", Node::list([url], span));
    let part = Emit::part("policy", "AWS::SQS::QueuePolicy", props.finish());
    out.emit(decl, part);
}

/// Lambda polls the queue for a function.
fn connect(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let arguments = &trigger.event.arguments;
    let source = trigger.source;
    check_mapping(trigger, out);
    let receive = Member {
        name: "receive".into(),
        arguments: formwork_schema::Fields::default(),
        name_span: trigger.span,
        ..trigger.event.clone()
    };
    for statement in Queue.statements(&receive, out) {
        out.contribute(&trigger.consumer.address, Contribution::Role(statement));
    }
    let mut settings = Props::new(trigger.span)
        .maybe("BatchSize", arguments.node("batch"))
        .maybe(
            "MaximumBatchingWindowInSeconds",
            arguments.amount("window", "s"),
        );
    if let Some(most) = arguments.node("max_concurrency") {
        let scaling = Node::map([("MaximumConcurrency", most)], trigger.span);
        settings = settings.put("ScalingConfig", scaling);
    }
    if arguments.flag("partial") == Some(true) {
        let partial = nodes::texts(["ReportBatchItemFailures"], trigger.span);
        settings = settings.put("FunctionResponseTypes", partial);
    }
    let arn = nodes::attribute(&source.address, "Arn", trigger.span);
    function::map_source(trigger, arn, settings, out);
}

/// What Lambda refuses of a queue and a function together.
fn check_mapping(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let arguments = &trigger.event.arguments;
    let fields = &trigger.source.fields;
    let visible = fields.quantity("visibility").unwrap_or(nodes::seconds(30));
    let timeout = function::timeout(trigger.consumer);
    if visible.amount < timeout.amount {
        let queue = &trigger.source.address.label;
        let span = fields.span("visibility");
        out.report(errors::visibility(
            queue,
            visible,
            timeout,
            trigger.span,
            span,
        ));
    }
    let Some(batch) = arguments.int("batch") else {
        return;
    };
    let span = arguments.span("batch").unwrap_or(trigger.span);
    if fields.flag("fifo") == Some(true) && batch > 10 {
        out.report(errors::fifo_batch(batch, span));
    } else if batch > 10 && arguments.get("window").is_none() {
        out.report(errors::batch_window(batch, span));
    }
}
