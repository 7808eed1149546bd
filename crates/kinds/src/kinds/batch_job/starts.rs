//! What submits a job, and what its end starts: rules of EventBridge and schedules.

use super::errors;
use crate::kinds::batch_queue;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::rules::{self, Rule};
use crate::triggers::{Start, Starter, Trigger, label};
use crate::values::{Read, call};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node};

/// How many children each submitted job has, and whether they run one after the other.
struct Array {
    size: Node,
    sequential: Option<Span>,
}

fn array(decl: &Decl) -> Option<Array> {
    let val = decl.fields.get("array")?;
    match call(val) {
        Some(row) => Some(Array {
            size: row.arguments.node("size")?,
            sequential: Some(val.span),
        }),
        None => Some(Array {
            size: nodes::node(val)?,
            sequential: None,
        }),
    }
}

/// How a rule or a schedule submits a job.
pub(super) fn start(
    decl: &Decl,
    starter: Starter<'_>,
    span: Span,
    out: &mut Lowering<'_>,
) -> Option<Start> {
    let queue = decl.fields.resource("queue")?.address.clone();
    let arn = nodes::attribute(&queue, "JobQueueArn", span);
    let own = |property: &str| nodes::attribute(&decl.address, property, span);
    let props = Props::new(span)
        .put("JobName", own("JobDefinitionName"))
        .put("JobDefinition", own("JobDefinitionArn"));
    let array = array(decl);
    let size = array.as_ref().map(|array| {
        let size = array.size.clone();
        Node::map([("Size", size)], span)
    });
    let props = props.maybe("ArrayProperties", size);
    let (arn, props) = match starter {
        Starter::Rule(values) => {
            if let Some(sequential) = array.and_then(|array| array.sequential) {
                out.report(errors::row_by_event(sequential, span));
            }
            if let Some(fair) = asks_for_share(&queue, out) {
                out.report(errors::share_by_event(span, fair));
            }
            let batch = Props::new(span).put("BatchParameters", props.node());
            (arn, told(batch, values, span))
        }
        Starter::Scheduler => {
            let share = decl.fields.node("share");
            if let (Some(fair), None) = (asks_for_share(&queue, out), &share) {
                out.report(errors::no_share(span, fair));
            }
            let order = array.and_then(|array| array.sequential).map(|at| {
                let row = Props::new(at).set("Type", "SEQUENTIAL").node();
                Node::list([row], at)
            });
            let input = props
                .put("JobQueue", arn)
                .maybe("DependsOn", order)
                .maybe("ShareIdentifier", share);
            let action = format!(
                "arn:{}:scheduler:::aws-sdk:batch:submitJob",
                out.partition(decl)
            );
            let input = Props::new(span).put("Input", nodes::json(input.node()));
            (nodes::text(&action, span), input)
        }
    };
    Some(Start {
        arn,
        props,
        statements: vec![batch_queue::submit(&queue, &decl.address, span, out)],
    })
}

/// Values of the event become parameters of the job: Batch user guide, "Passing event information to a Batch target".
fn told(props: Props, values: &[(String, Node)], span: Span) -> Props {
    match values {
        [] => props,
        _ => {
            let wrap = |inner: String| format!("{{\"Parameters\":{inner}}}");
            props.put("InputTransformer", rules::transformer(values, wrap, span))
        }
    }
}

/// Where a queue says that it takes no job without a share identifier.
fn asks_for_share(queue: &Address, out: &Lowering<'_>) -> Option<Span> {
    let fields = &out.decl(queue)?.fields;
    fields.object("fair_share")?;
    fields.name_span("fair_share")
}

/// Starts what listens to the end of a job: Batch user guide, "Job state change events". Children of an array have an
/// index; the end meant is that of the whole.
pub(super) fn connect(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let span = trigger.span;
    let job = &trigger.source.address;
    let status = match &*trigger.event.name {
        "succeeded" => "SUCCEEDED",
        _ => "FAILED",
    };
    let definition = nodes::suffixed(batch_queue::definition(job, span, out), ":");
    let prefix = Node::map([("prefix", definition)], span);
    let whole = Node::map([("exists", Node::new(false, span))], span);
    let index = Node::map([("index", Node::list([whole], span))], span);
    let detail = Props::new(span)
        .put("status", nodes::texts([status], span))
        .put("jobDefinition", Node::list([prefix], span))
        .put("arrayProperties", index);
    let pattern = Props::new(span)
        .put("source", nodes::texts(["aws.batch"], span))
        .put(
            "detail-type",
            nodes::texts(["Batch Job State Change"], span),
        )
        .put("detail", detail.node());
    let path = |name: &str, path: &str| (name.to_owned(), nodes::text(path, span));
    let rule = Rule {
        label: label(job),
        pattern: pattern.node(),
        bus: None,
        values: vec![
            path("job", "$.detail.jobId"),
            path("name", "$.detail.jobName"),
            path("status", "$.detail.status"),
        ],
        span,
    };
    rules::start(trigger.consumer, rule, out);
}
