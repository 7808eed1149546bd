//! `service`: containers on ECS that are kept running: their definition, where they run, how many, and who reaches them.

pub(crate) mod capacity;
pub(crate) mod cost;
mod deploy;
mod discovery;
mod errors;
pub(crate) mod exec;
mod expose;
mod health;
pub(crate) mod network;
mod scale;
mod spec;

pub(crate) use expose::door;
pub(crate) use spec::capacity_type;

use crate::access::Statement;
use crate::containers::{self, definition};
use crate::cost::{Charge, Costed};
use crate::kinds::cluster;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::placement;
use crate::registry::Kind;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Member, Node, Resource};

/// The kind `service`.
pub(crate) struct Service;

/// The part that is the task definition.
const DEFINITION: &str = "definition";

/// The part that is its own security group.
const GROUP: &str = "group";

/// The attribute that is its address, put together of several resources.
const URL: &str = "Url";

impl Kind for Service {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let groups = placement::members(decl, GROUP);
        containers::wire(decl, &groups, out);
        expose::wire(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        cost::charges(of)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let home = cluster::home(decl, out);
        let capacity = capacity::read(decl, &home, out);
        let definition = definition(decl, capacity.launch, out);
        let exposed = expose::lower(decl, out);
        let network = network::lower(decl, capacity.launch, exposed.as_ref(), out);
        let discovered = discovery::lower(decl, &home, out);
        let fields = &decl.fields;
        let span = decl.name_span;
        let number = match fields.object("scale") {
            Some(scale) => scale.node("min"),
            None => fields.node("count"),
        };
        let props = Props::of(decl)
            .maybe("ServiceName", fields.node("name"))
            .put(
                "Cluster",
                nodes::attribute(&home.cluster, "ClusterName", span),
            )
            .put(
                "TaskDefinition",
                nodes::attribute(&definition.address, "TaskDefinitionArn", span),
            )
            .put(
                "DesiredCount",
                number.unwrap_or_else(|| nodes::int(1, span)),
            )
            .put("CapacityProviderStrategy", capacity.strategy)
            .maybe("PlacementStrategies", capacity.strategies)
            .maybe("PlacementConstraints", capacity.constraints)
            .maybe(
                "NetworkConfiguration",
                network
                    .own
                    .map(|own| Node::map([("AwsvpcConfiguration", own)], span)),
            )
            .maybe(
                "ServiceRegistries",
                discovered.as_ref().map(|found| found.registries.clone()),
            )
            .maybe(
                "LoadBalancers",
                exposed.as_ref().map(|exposed| exposed.balancers.clone()),
            )
            .maybe(
                "HealthCheckGracePeriodSeconds",
                exposed.as_ref().and_then(|_| health::grace(decl)),
            )
            .with(deploy::lower(decl, out))
            .maybe("EnableExecuteCommand", fields.node("exec"))
            .set("EnableECSManagedTags", true)
            .set("PropagateTags", "SERVICE");
        let mut service = Emit::main("AWS::ECS::Service", props.finish());
        if fields.get("scale").is_some() {
            // What scales it changes how many there are.
            service = service.ignoring(&["DesiredCount"]);
        }
        let before = exposed.iter().flat_map(|exposed| exposed.ready.clone());
        let service = service
            .after(definition.ready)
            .after(home.ready.clone())
            .after(network.ways)
            .after(before);
        out.emit(decl, service);
        scale::lower(decl, &home, exposed.as_ref(), out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let arn = nodes::attribute(&verb.of.address, "ServiceArn", span);
        vec![Statement::allow(
            ["ecs:DescribeServices", "ecs:UpdateService"],
            [arn],
            span,
        )]
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        match property {
            URL => expose::url(decl, out),
            _ => None,
        }
    }

    fn lacks(&self, resource: &Resource, property: &str) -> bool {
        resource.address.part.is_none() && property == URL
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let decl = out.decl(of)?;
        let (metric, statistic, share_of, unit) = match name {
            "cpu" => return Some(of_ecs("CPUUtilization", decl, span)),
            "memory" => return Some(of_ecs("MemoryUtilization", decl, span)),
            "errors" => ("HTTPCode_Target_5XX_Count", "Sum", Some("RequestCount"), ""),
            "client_errors" => ("HTTPCode_Target_4XX_Count", "Sum", Some("RequestCount"), ""),
            "requests" => ("RequestCount", "Sum", None, ""),
            "latency" => ("TargetResponseTime", "p95", None, "s"),
            "unhealthy" => ("UnHealthyHostCount", "Maximum", None, ""),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ApplicationELB",
            name: metric,
            dimensions: expose::dimensions(decl, span)?,
            statistic,
            share_of,
            unit,
        })
    }
}

/// A metric that ECS has of a service.
fn of_ecs(name: &'static str, decl: &Decl, span: Span) -> MetricSource {
    let cluster = cluster::of(decl);
    MetricSource {
        namespace: "AWS/ECS",
        name,
        dimensions: vec![
            (
                "ClusterName",
                nodes::attribute(&cluster, "ClusterName", span),
            ),
            ("ServiceName", nodes::attribute(&decl.address, "Name", span)),
        ],
        statistic: "Average",
        share_of: None,
        unit: "%",
    }
}

/// The emitted task definition.
struct Defined {
    address: Address,
    ready: Vec<Address>,
}

fn definition(decl: &Decl, launch: containers::Launch, out: &mut Lowering<'_>) -> Defined {
    let exec = exec::statement(decl).into_iter().collect();
    check_exec(decl, out);
    let made = definition::lower(decl, launch, exec, out);
    let emit = Emit::part(DEFINITION, definition::TYPE, made.props.finish());
    let emit = match decl.fields.flag("keep_revisions") {
        Some(true) => emit.stays(),
        _ => emit,
    };
    Defined {
        address: out.emit(decl, emit),
        ready: made.ready,
    }
}

/// The agent by which commands are run writes to the root of its container.
fn check_exec(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(exec) = decl
        .fields
        .span("exec")
        .filter(|_| decl.fields.flag("exec") == Some(true))
    else {
        return;
    };
    for container in containers::all(decl) {
        if container.fields.flag("read_only_root") == Some(true) {
            let root = container.fields.span("read_only_root");
            out.report(errors::no_sessions(
                exec,
                root.unwrap_or(container.name_span),
            ));
        }
    }
}
