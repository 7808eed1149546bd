//! `table`: items in DynamoDB, found by key.

mod cost;
mod errors;
mod keys;
mod spec;

use super::function;
use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::triggers::{self, Contribution, Trigger};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, KindSpec, Member, Node, Resource};

/// The kind `table`.
pub(crate) struct Table;

impl Kind for Table {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        cost::charges(of)
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::DynamoDB::Table", "TableName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if fields.flag("recovery") != Some(true) {
            out.lint(decl, errors::no_recovery(decl.name_span));
        }
        if fields.flag("deletion_protection") != Some(true) && !decl.meta.protect {
            out.lint(decl, errors::no_protection(decl.name_span));
        }
        let props = Props::of(decl).maybe("TableName", fields.node("name"));
        let props = keys::lower(decl, props, out);
        let props = capacity(decl, props);
        let props = props
            .maybe("TimeToLiveSpecification", expiry(decl))
            .maybe("StreamSpecification", stream(decl, out))
            .maybe("PointInTimeRecoverySpecification", recovery(decl))
            .maybe(
                "DeletionProtectionEnabled",
                fields.node("deletion_protection"),
            )
            .maybe("TableClass", class(decl))
            .maybe("SSESpecification", encryption(decl));
        out.emit(decl, Emit::main("AWS::DynamoDB::Table", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        statements(verb, out)
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        if triggers::starts_function(trigger, out) {
            connect(trigger, out);
        }
    }

    fn granted(&self, verb: &Member, out: &mut Lowering<'_>) {
        if &*verb.name == "stream" {
            out.contribute(&verb.of.address, Contribution::Stream);
        }
    }

    fn lacks(&self, resource: &Resource, property: &str) -> bool {
        property == "StreamArn" && !resource.properties.contains_key("StreamSpecification")
    }

    fn fires(&self, verb: &Member, event: &Member) -> bool {
        matches!(&*verb.name, "write" | "read_write") && &*event.name == "changed"
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (metric, statistic) = match name {
            "read_throttles" => ("ReadThrottleEvents", "Sum"),
            "write_throttles" => ("WriteThrottleEvents", "Sum"),
            "errors" => ("SystemErrors", "Sum"),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/DynamoDB",
            name: metric,
            dimensions: vec![("TableName", nodes::attribute(of, "TableName", span))],
            statistic,
            share_of: None,
            unit: "",
        })
    }
}

fn capacity(decl: &Decl, props: Props) -> Props {
    let fields = &decl.fields;
    let span = fields.span("capacity").unwrap_or(decl.name_span);
    match fields.get("capacity").and_then(crate::values::call) {
        Some(provisioned) => {
            let throughput = throughput(&provisioned.arguments, span);
            props
                .put("BillingMode", nodes::text("PROVISIONED", span))
                .put("ProvisionedThroughput", throughput)
        }
        None => props.put("BillingMode", nodes::text("PAY_PER_REQUEST", span)),
    }
}

/// `{ ReadCapacityUnits, WriteCapacityUnits }` of `provisioned(read = …, write = …)`.
fn throughput(arguments: &Fields, span: Span) -> Node {
    Props::new(span)
        .maybe("ReadCapacityUnits", arguments.node("read"))
        .maybe("WriteCapacityUnits", arguments.node("write"))
        .node()
}

fn expiry(decl: &Decl) -> Option<Node> {
    let name = decl.fields.node("ttl")?;
    let span = name.span;
    let on = Props::new(span)
        .put("AttributeName", name)
        .set("Enabled", true);
    Some(on.node())
}

/// The stream: as asked for, or whole items when something listens.
fn stream(decl: &Decl, out: &Lowering<'_>) -> Option<Node> {
    let contributed = out.contributed(&decl.address);
    let heard = contributed
        .iter()
        .any(|contribution| matches!(contribution, Contribution::Stream));
    let view = match decl.fields.word("stream") {
        Some("keys") => "KEYS_ONLY",
        Some("new") => "NEW_IMAGE",
        Some("old") => "OLD_IMAGE",
        Some(_) => "NEW_AND_OLD_IMAGES",
        None if heard => "NEW_AND_OLD_IMAGES",
        None => return None,
    };
    let span = decl.fields.span("stream").unwrap_or(decl.name_span);
    Some(Props::new(span).set("StreamViewType", view).node())
}

fn recovery(decl: &Decl) -> Option<Node> {
    let on = decl.fields.node("recovery")?;
    let span = on.span;
    Some(Node::map([("PointInTimeRecoveryEnabled", on)], span))
}

fn class(decl: &Decl) -> Option<Node> {
    let span = decl.fields.span("class")?;
    let class = match decl.fields.word("class") {
        Some("infrequent_access") => "STANDARD_INFREQUENT_ACCESS",
        _ => "STANDARD",
    };
    Some(nodes::text(class, span))
}

fn encryption(decl: &Decl) -> Option<Node> {
    let key = encryption::key(decl)?;
    let props = Props::new(key.span)
        .set("SSEEnabled", true)
        .set("SSEType", "KMS")
        .put("KMSMasterKeyId", key);
    Some(props.node())
}

const READ: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: &[&str] = &[
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];
const STREAM: &[&str] = &[
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
];
const INDEX: &[&str] = &["dynamodb:Query", "dynamodb:Scan"];

fn statements(verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
    let span = verb.name_span;
    let table = &verb.of.address;
    let arn = nodes::attribute(table, "Arn", span);
    if let Some(index) = verb.arguments.get("name") {
        check_index(verb, index, out);
        let name = nodes::node(index).unwrap_or_else(|| nodes::text("", span));
        let path = nodes::concat([arn, nodes::text("/index/", span), name], span);
        return vec![Statement::allow(INDEX.iter().copied(), [path], span)];
    }
    let mut all = match &*verb.name {
        "stream" => {
            let stream = nodes::attribute(table, "StreamArn", span);
            vec![
                Statement::allow(STREAM.iter().copied(), [stream], span),
                Statement::allow(["dynamodb:ListStreams"], [nodes::text("*", span)], span),
            ]
        }
        "write" => vec![Statement::allow(WRITE.iter().copied(), [arn], span)],
        "read_write" => {
            let actions = READ.iter().chain(WRITE).copied();
            vec![Statement::allow(actions, [arn], span)]
        }
        _ => vec![Statement::allow(READ.iter().copied(), [arn], span)],
    };
    let actions = ["kms:Decrypt", "kms:DescribeKey"];
    all.extend(encryption::statement(table, &actions, span, out));
    all
}

fn check_index(verb: &Member, index: &formwork_schema::Val, out: &mut Lowering<'_>) {
    let (formwork_schema::Value::String(name), Some(decl)) =
        (&index.value, out.decl(&verb.of.address))
    else {
        return;
    };
    let names = keys::index_names(decl);
    if !names.iter().any(|known| *known == &**name) {
        out.report(errors::no_index(
            &decl.address.label,
            name,
            &names,
            index.span,
        ));
    }
}

/// Lambda reads the stream for a function.
fn connect(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let table = &trigger.source.address;
    let span = trigger.span;
    out.contribute(table, Contribution::Stream);
    let stream = nodes::attribute(table, "StreamArn", span);
    let read = Statement::allow(STREAM.iter().copied(), [stream.clone()], span);
    let list = Statement::allow(["dynamodb:ListStreams"], [nodes::text("*", span)], span);
    for statement in [read, list] {
        out.contribute(&trigger.consumer.address, Contribution::Role(statement));
    }
    let arguments = &trigger.event.arguments;
    let start = match arguments.word("start") {
        Some("oldest") => "TRIM_HORIZON",
        _ => "LATEST",
    };
    let mut settings = Props::new(span)
        .set("StartingPosition", start)
        .maybe("BatchSize", arguments.node("batch"))
        .maybe(
            "MaximumBatchingWindowInSeconds",
            arguments.amount("window", "s"),
        )
        .maybe("ParallelizationFactor", arguments.node("parallel"))
        .maybe("MaximumRetryAttempts", arguments.node("retries"))
        .maybe(
            "MaximumRecordAgeInSeconds",
            arguments.amount("max_age", "s"),
        )
        .maybe("BisectBatchOnFunctionError", arguments.node("split"))
        .maybe("DestinationConfig", function::stream_failures(trigger, out));
    if arguments.flag("partial") == Some(true) {
        let partial = nodes::texts(["ReportBatchItemFailures"], span);
        settings = settings.put("FunctionResponseTypes", partial);
    }
    function::map_source(trigger, stream, settings, out);
}
