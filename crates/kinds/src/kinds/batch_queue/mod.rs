//! `batch_queue`: where jobs of AWS Batch wait, and the pools that run them.

mod errors;
mod shares;

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::kinds::batch_pool::{arch, capacity};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, minutes};
use crate::registry::Kind;
use crate::specs::{
    attribute, between, duration, field, items, kind, numbers, part_attribute, pattern,
};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, KindSpec, Member, Node, Type, Val, VerbSpec};

/// The kind `batch_queue`.
pub(crate) struct BatchQueue;

/// Why a job can wait for ever, as Batch says it: Batch user guide, "Job queue blocked events".
const STUCK: &[&str] = &[
    "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
];

impl Kind for BatchQueue {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "batch_queue",
            doc: "A queue of AWS Batch: jobs wait in it until one of its pools has room.",
            fields: fields(),
            attributes: vec![
                attribute("name", "JobQueueName", "Its name in AWS."),
                attribute("arn", "JobQueueArn", "Its ARN."),
                part_attribute(
                    "scheduling_policy_arn",
                    Type::String.optional(),
                    shares::PART,
                    "Arn",
                    "The ARN of its scheduling policy, if it has fair shares.",
                ),
            ],
            verbs: vec![VerbSpec {
                name: "submit",
                parameters: vec![field("job", kind("batch_job"), "Only this job.").known()],
                nested: Vec::new(),
                doc: "Submit jobs: those of the stack that go to this queue, or all of the account if there are none.",
            }],
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named("AWS::Batch::JobQueue", "JobQueueName"))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        check(decl, out);
        let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let state = fields.flag("enabled").map(|on| {
            let word = if on { "ENABLED" } else { "DISABLED" };
            nodes::text(word, at("enabled"))
        });
        let priority = fields.node("priority");
        let props = Props::of(decl)
            .maybe("JobQueueName", fields.node("name"))
            .put(
                "Priority",
                priority.unwrap_or_else(|| nodes::int(1, decl.name_span)),
            )
            .maybe("State", state)
            .put("ComputeEnvironmentOrder", order(decl))
            .maybe("SchedulingPolicyArn", shares::lower(decl, out))
            .maybe("JobStateTimeLimitActions", stuck(decl));
        out.emit(decl, Emit::main("AWS::Batch::JobQueue", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "JobQueueName"),
            ("priority", "Priority"),
            ("enabled", "State"),
            ("pools", "ComputeEnvironmentOrder"),
            ("cancel_stuck_after", "JobStateTimeLimitActions"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let queue = nodes::attribute(&verb.of.address, "JobQueueArn", span);
        if let Some(job) = verb.arguments.resource("job") {
            return vec![submit(&verb.of.address, &job.address, span, out)];
        }
        let jobs = jobs_of(&verb.of.address, out);
        let mut resources = vec![queue];
        resources.extend(jobs.iter().map(|job| revisions(job, span, out)));
        if jobs.is_empty()
            && let Some(decl) = out.decl(&verb.of.address)
        {
            resources.push(definitions(decl, "*", span, out));
        }
        vec![Statement::allow(["batch:SubmitJob"], resources, span)]
    }

    fn fires(&self, _verb: &Member, _event: &Member) -> bool {
        false
    }
}

/// The jobs of the stack that go to a queue.
fn jobs_of(queue: &Address, out: &Lowering<'_>) -> Vec<Address> {
    let jobs = out.stack.decls.iter().filter(|decl| {
        let to = decl.fields.resource("queue");
        &*decl.address.kind == "batch_job" && to.is_some_and(|to| to.address == *queue)
    });
    jobs.map(|decl| decl.address.clone()).collect()
}

/// Allows to submit a job, in any of its revisions, to a queue.
pub(crate) fn submit(queue: &Address, job: &Address, span: Span, out: &Lowering<'_>) -> Statement {
    let queue = nodes::attribute(queue, "JobQueueArn", span);
    let resources = [queue, revisions(job, span, out)];
    Statement::allow(["batch:SubmitJob"], resources, span)
}

/// The ARN of all revisions of a job's definition: Service Authorization Reference, AWS Batch, SubmitJob.
fn revisions(job: &Address, span: Span, out: &Lowering<'_>) -> Node {
    nodes::suffixed(definition(job, span, out), ":*")
}

/// The ARN of a job's definition without a revision.
pub(crate) fn definition(job: &Address, span: Span, out: &Lowering<'_>) -> Node {
    let name = nodes::attribute(job, "JobDefinitionName", span);
    match out.decl(job) {
        Some(decl) => nodes::concat([definitions(decl, "", span, out), name], span),
        None => name,
    }
}

fn definitions(decl: &Decl, end: &str, span: Span, out: &Lowering<'_>) -> Node {
    let parts = [
        nodes::text(
            &format!("arn:{}:batch:{}:", out.partition(decl), out.region(decl)),
            span,
        ),
        out.account(span),
        nodes::text(&format!(":job-definition/{end}"), span),
    ];
    nodes::concat(parts, span)
}

/// Limits: Batch API reference, CreateJobQueue.
fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "pools",
            kind("batch_pool").list(),
            "The pools that run its jobs, in the order in which they are tried.",
        )
        .required()
        .constraint(items(1, 3))
        .known(),
        field(
            "priority",
            Type::Int,
            "Which of several queues of a pool goes first: the higher.",
        )
        .default("1")
        .constraint(numbers(0, 1000)),
        field(
            "fair_share",
            shares::fair_share(),
            "Shares the pools out among those who submit.",
        )
        .known(),
        field(
            "cancel_stuck_after",
            duration(),
            "Cancels a job that no pool can run after this time.",
        )
        .constraint(between(minutes(10), minutes(1440), Some(minutes(1)))),
        field("enabled", Type::Bool, "Whether it takes jobs.").default("true"),
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
            "1 to 128 letters, digits, `-` and `_`, a letter or digit first",
        )),
    ]
}

/// The pools of a queue that are declared, and where each is named.
pub(crate) fn pools<'a>(decl: &'a Decl, out: &Lowering<'a>) -> Vec<(&'a Decl, &'a Val)> {
    let named = decl.fields.items("pools").iter();
    named
        .filter_map(|val| Some((out.decl(&values::resource(val)?.address)?, val)))
        .collect()
}

/// What Batch refuses of pools side by side: Batch user guide, "Job queue parameters".
fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let pools = pools(decl, out);
    for (at, (pool, val)) in pools.iter().enumerate() {
        let (there, here) = (out.region(pool), out.region(decl));
        if there != here {
            out.report(errors::region(&pool.address, &there, &here, val.span));
        }
        let Some((first, first_val)) = pools.first().filter(|_| at > 0) else {
            continue;
        };
        let mut before = pools.iter().take(at);
        if let Some((_, same)) = before.find(|(other, _)| other.address == pool.address) {
            out.report(errors::twice(&pool.address, val.span, same.span));
            continue;
        }
        let (one, other) = (capacity(first), capacity(pool));
        if one.is_ec2() != other.is_ec2() {
            out.report(errors::mixed(
                one.word(),
                other.word(),
                val.span,
                first_val.span,
            ));
        } else if let (Some(one), Some(other)) = (arch(first), arch(pool))
            && one != other
        {
            let words = (one.word(), other.word());
            out.report(errors::two_archs(words, val.span, first_val.span));
        }
    }
}

fn order(decl: &Decl) -> Node {
    let span = decl.fields.span("pools").unwrap_or(decl.name_span);
    let named = decl.fields.items("pools").iter().enumerate();
    let entries = named.filter_map(|(at, val)| {
        let pool = values::resource(val)?;
        let arn = nodes::attribute(&pool.address, "ComputeEnvironmentArn", val.span);
        let place = i64::try_from(at + 1).unwrap_or(1);
        let entry = Props::new(val.span)
            .set("Order", place)
            .put("ComputeEnvironment", arn);
        Some(entry.node())
    });
    Node::list(entries.collect::<Vec<_>>(), span)
}

fn stuck(decl: &Decl) -> Option<Node> {
    let seconds = decl.fields.amount("cancel_stuck_after", "s")?;
    let span = seconds.span;
    let each = STUCK.iter().map(|reason| {
        Props::new(span)
            .set("Reason", *reason)
            .set("State", "RUNNABLE")
            .put("MaxTimeSeconds", seconds.clone())
            .set("Action", "CANCEL")
            .node()
    });
    Some(Node::list(each.collect::<Vec<_>>(), span))
}
