//! `cluster`: where services and tasks of ECS run: Fargate, and perhaps instances of one's own.

mod errors;
mod instances;
mod spec;

use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::placement;
use crate::registry::Kind;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Node};

/// The kind `cluster`.
pub(crate) struct Cluster;

/// The part that says which capacity a cluster has.
const CAPACITY: &str = "capacity";

/// The part that is the capacity of a cluster's own instances.
const PROVIDER: &str = "provider";

/// The part that is the private names of a cluster's services.
const NAMESPACE: &str = "namespace";

impl Kind for Cluster {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // The prices of instances are not known here.
        (!of.has(PROVIDER)).then(Vec::new)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if matches!(fields.word("insights"), None | Some("off")) {
            let span = fields.span("insights").unwrap_or(decl.name_span);
            out.lint(decl, errors::insights_off(span));
        }
        check_network(decl, out);
        emit(decl, Emit::main, settings(decl), out);
        let provider = instances::lower(decl, out);
        attach(decl, &decl.address, provider.as_ref(), out);
        namespace(decl, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "ClusterName"),
            ("insights", "ClusterSettings"),
            ("exec_logs", "Configuration.ExecuteCommandConfiguration"),
        ]
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let metric = match name {
            "cpu" => "CPUUtilization",
            "memory" => "MemoryUtilization",
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ECS",
            name: metric,
            dimensions: vec![("ClusterName", nodes::attribute(of, "ClusterName", span))],
            statistic: "Average",
            share_of: None,
            unit: "%",
        })
    }
}

/// Emits a cluster as `emit` has it.
fn emit(
    decl: &Decl,
    emit: impl Fn(&'static str, formwork_schema::Properties) -> Emit,
    props: Props,
    out: &mut Lowering<'_>,
) -> Address {
    let cluster = emit("AWS::ECS::Cluster", props.finish());
    out.emit(decl, cluster)
}

fn settings(decl: &Decl) -> Props {
    let fields = &decl.fields;
    let insights = fields.word("insights").unwrap_or("off");
    let value = match insights {
        "off" => "disabled",
        word => word,
    };
    let at = fields.span("insights").unwrap_or(decl.name_span);
    Props::of(decl)
        .maybe("ClusterName", fields.node("name"))
        .put("ClusterSettings", insights_node(value, at))
        .maybe("Configuration", exec(decl))
}

fn insights_node(value: &str, span: Span) -> Node {
    let setting = Props::new(span)
        .set("Name", "containerInsights")
        .set("Value", value);
    Node::list([setting.node()], span)
}

/// Where sessions in containers are written down.
fn exec(decl: &Decl) -> Option<Node> {
    let logs = decl.fields.resource("exec_logs")?;
    let span = decl.fields.span("exec_logs")?;
    let name = nodes::attribute(&logs.address, "LogGroupName", span);
    let logs = Node::map([("CloudWatchLogGroupName", name)], span);
    let exec = Props::new(span)
        .set("Logging", "OVERRIDE")
        .put("LogConfiguration", logs);
    Some(Node::map(
        [("ExecuteCommandConfiguration", exec.node())],
        span,
    ))
}

/// Says which capacity a cluster has: Fargate, and what `provider` stands for.
fn attach(
    decl: &Decl,
    cluster: &Address,
    provider: Option<&Address>,
    out: &mut Lowering<'_>,
) -> Address {
    let span = decl.name_span;
    let own = provider.map(|provider| nodes::attribute(provider, "Name", span));
    let fargate = ["FARGATE", "FARGATE_SPOT"].map(|name| nodes::text(name, span));
    let props = Props::of(decl)
        .put("Cluster", nodes::attribute(cluster, "ClusterName", span))
        .put(
            "CapacityProviders",
            Node::list(fargate.into_iter().chain(own), span),
        )
        .put("DefaultCapacityProviderStrategy", Node::list([], span));
    let attached = Emit::part(
        CAPACITY,
        "AWS::ECS::ClusterCapacityProviderAssociations",
        props.finish(),
    );
    out.emit(decl, attached.after(provider.cloned()))
}

/// Private names for the services of a cluster, within its network.
fn namespace(decl: &Decl, out: &mut Lowering<'_>) {
    let (Some(name), Some(span)) = (decl.fields.node("namespace"), decl.fields.span("namespace"))
    else {
        return;
    };
    let Some(placement) = placement::of(decl, out) else {
        return;
    };
    let props = Props::new(span).put("Name", name).put("Vpc", placement.vpc);
    let names = Emit::part(
        NAMESPACE,
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        props.finish(),
    );
    out.emit(decl, names);
}

fn check_network(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    if fields.get("network").is_some() {
        return;
    }
    for name in ["instances", "namespace"] {
        if let Some(span) = fields
            .name_span(name)
            .filter(|_| fields.get(name).is_some())
        {
            out.report(errors::no_network(name, span));
        }
    }
    if let Some(span) = fields.span("security_groups") {
        out.report(errors::no_network("security_groups", span));
    }
}

/// A cluster that services and tasks run on.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    /// Its resource.
    pub(crate) cluster: Address,
    /// What must be there before something runs on it.
    pub(crate) ready: Vec<Address>,
    /// The capacity of its own instances, if it has some.
    pub(crate) provider: Option<Address>,
    /// The private names of its services, if it has some.
    pub(crate) namespace: Option<Address>,
}

/// The cluster that a declaration names by its field `cluster`, or one of its own on Fargate, as the part `cluster`.
pub(crate) fn home(decl: &Decl, out: &mut Lowering<'_>) -> Home {
    let Some(named) = decl.fields.resource("cluster") else {
        let props =
            Props::of(decl).put("ClusterSettings", insights_node("disabled", decl.name_span));
        let part = |ty, props| Emit::part("cluster", ty, props);
        let cluster = emit(decl, part, props, out);
        let ready = vec![attach(decl, &cluster, None, out)];
        return Home {
            cluster,
            ready,
            provider: None,
            namespace: None,
        };
    };
    let cluster = named.address.clone();
    let has = |field: &str, part: &str| {
        let declared = out.decl(&cluster)?;
        declared.fields.get(field)?;
        Some(cluster.part(part))
    };
    Home {
        ready: vec![cluster.part(CAPACITY)],
        provider: has("instances", PROVIDER),
        namespace: has("namespace", NAMESPACE),
        cluster,
    }
}

/// The address of the cluster that a declaration runs on.
pub(crate) fn of(decl: &Decl) -> Address {
    match decl.fields.resource("cluster") {
        Some(named) => named.address.clone(),
        None => decl.address.part("cluster"),
    }
}

/// The processor of a cluster's instances, if it has some and their type says it.
pub(crate) fn arch(cluster: &Address, out: &Lowering<'_>) -> Option<&'static str> {
    instances::arch(out.decl(cluster)?)
}
