//! What runs a task, and what its end starts: rules of EventBridge and schedules.

use crate::access::Statement;
use crate::containers::{self, roles};
use crate::kinds::cluster;
use crate::kinds::service::{capacity, network};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::rules::{self, Rule};
use crate::triggers::{Start, Starter, Trigger, label};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Node};

/// How a rule or a schedule runs a task: on its cluster, with a role that may pass on its roles.
pub(super) fn start(
    decl: &Decl,
    starter: Starter<'_>,
    span: Span,
    out: &mut Lowering<'_>,
) -> Start {
    let home = cluster::home(decl, out);
    let capacity = capacity::read(decl, &home, out);
    let network = network::lower(decl, capacity.launch, None, out);
    let count = decl.fields.node("count");
    let definition = nodes::attribute(&decl.address, "TaskDefinitionArn", span);
    let props = Props::new(span)
        .put("TaskDefinitionArn", definition)
        .put("TaskCount", count.unwrap_or_else(|| nodes::int(1, span)))
        .put("CapacityProviderStrategy", capacity.strategy)
        .maybe("EnableExecuteCommand", decl.fields.node("exec"));
    // The two services spell the same things in their own ways.
    let (strategies, vpc) = match starter {
        Starter::Rule(_) => ("PlacementStrategies", "AwsVpcConfiguration"),
        Starter::Scheduler => ("PlacementStrategy", "AwsvpcConfiguration"),
    };
    let network = network.own.map(|own| Node::map([(vpc, own)], span));
    let props = props
        .maybe(strategies, capacity.strategies)
        .maybe("NetworkConfiguration", network);
    let mut target = Props::new(span).put("EcsParameters", props.node());
    if let Starter::Rule(values) = starter
        && !values.is_empty()
    {
        let template = overrides(decl, values);
        target = target.put("InputTransformer", rules::template(values, &template, span));
    }
    Start {
        arn: nodes::attribute(&home.cluster, "Arn", span),
        props: target,
        statements: statements(decl, span, out),
    }
}

/// Values of an event as environment variables, in upper case, of every container: ECS API reference, TaskOverride.
fn overrides(decl: &Decl, values: &[(String, Node)]) -> String {
    let variables: Vec<String> = values
        .iter()
        .map(|(name, _)| {
            let variable = name.to_ascii_uppercase();
            format!("{{\"name\":{variable:?},\"value\":<{name}>}}")
        })
        .collect();
    let variables = variables.join(",");
    let containers: Vec<String> = containers::all(decl)
        .iter()
        .map(|one| format!("{{\"name\":{:?},\"environment\":[{variables}]}}", one.name))
        .collect();
    format!("{{\"containerOverrides\":[{}]}}", containers.join(","))
}

/// What running a task needs: the right to run it on its cluster, and to pass on its roles. Service Authorization
/// Reference, Amazon ECS, RunTask.
pub(super) fn statements(decl: &Decl, span: Span, out: &mut Lowering<'_>) -> Vec<Statement> {
    let cluster = nodes::attribute(&cluster::of(decl), "Arn", span);
    let revisions = nodes::suffixed(family(decl, span, out), ":*");
    let run = Statement::allow(["ecs:RunTask"], [revisions], span).when(
        "ArnEquals",
        "ecs:cluster",
        cluster,
    );
    let roles = roles::passed(decl, span, out);
    if roles.is_empty() {
        return vec![run];
    }
    let service = nodes::text("ecs-tasks.amazonaws.com", span);
    let pass = Statement::allow(["iam:PassRole"], roles, span);
    vec![
        run,
        pass.when("StringEquals", "iam:PassedToService", service),
    ]
}

/// The ARN of its definition without a revision.
fn family(decl: &Decl, span: Span, out: &Lowering<'_>) -> Node {
    let parts = [
        nodes::text(
            &format!("arn:{}:ecs:{}:", out.partition(decl), out.region(decl)),
            span,
        ),
        out.account(span),
        nodes::text(":task-definition/", span),
        nodes::attribute(&decl.address, "Family", span),
    ];
    nodes::concat(parts, span)
}

/// Starts what listens to the end of a task: ECS developer guide, "Amazon ECS task state change events".
pub(super) fn connect(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let span = trigger.span;
    let task = trigger.source;
    let definition = nodes::suffixed(family(task, span, out), ":");
    let prefix = Node::map([("prefix", definition)], span);
    let detail = Props::new(span)
        .put("taskDefinitionArn", Node::list([prefix], span))
        .put("lastStatus", nodes::texts(["STOPPED"], span))
        .with(ended(&trigger.event.name, span));
    let pattern = Props::new(span)
        .put("source", nodes::texts(["aws.ecs"], span))
        .put("detail-type", nodes::texts(["ECS Task State Change"], span))
        .put("detail", detail.node());
    let path = |name: &str, path: &str| (name.to_owned(), nodes::text(path, span));
    let rule = Rule {
        label: label(&task.address),
        pattern: pattern.node(),
        bus: None,
        values: vec![
            path("task", "$.detail.taskArn"),
            path("reason", "$.detail.stoppedReason"),
        ],
        span,
    };
    rules::start(trigger.consumer, rule, out);
}

/// How a task ended: well, if a container of it did and none failed before it was up; badly, if one has another exit
/// code than 0, or none came up.
fn ended(event: &str, span: Span) -> Props {
    let exits = |codes: Node| {
        let code = Node::map([("exitCode", Node::list([codes], span))], span);
        Node::map([("containers", code)], span)
    };
    let props = Props::new(span);
    match event {
        "succeeded" => {
            let well = Node::map(
                [("exitCode", Node::list([nodes::int(0, span)], span))],
                span,
            );
            props
                .put("stopCode", nodes::texts(["EssentialContainerExited"], span))
                .put("containers", well)
        }
        "failed" => {
            let other = Node::list([nodes::int(0, span)], span);
            let other = Node::map([("anything-but", other)], span);
            let never = nodes::texts(["TaskFailedToStart", "SpotInterruption"], span);
            let never = Node::map([("stopCode", never)], span);
            props.put("$or", Node::list([exits(other), never], span))
        }
        _ => props,
    }
}
