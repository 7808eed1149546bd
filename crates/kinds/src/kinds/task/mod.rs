//! `task`: containers on ECS that run to their end: on a schedule, by an event, or when code runs them.

mod spec;
mod starts;

use crate::access::Statement;
use crate::containers::{self, definition};
use crate::cost::{Charge, Costed};
use crate::kinds::cluster;
use crate::kinds::service::{capacity, cost, exec, network};
use crate::lowering::{Emit, Lowering};
use crate::nodes;
use crate::placement;
use crate::registry::Kind;
use crate::triggers::{self, Start, Starter, Trigger};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, KindSpec, Member, Node};

/// The kind `task`.
pub(crate) struct Task;

/// The part that is its own security group.
const GROUP: &str = "group";

/// The computed attribute that is the ARN of the cluster it runs on.
const CLUSTER: &str = "ClusterArn";

impl Kind for Task {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
        let groups = placement::members(decl, GROUP);
        containers::wire(decl, &groups, out);
    }

    /// Its hours on Fargate, if they are said; the prices of instances are not known here.
    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let task = of.main()?;
        let on_fargate = task.items("RequiresCompatibilities");
        if !on_fargate.iter().any(|one| one == "FARGATE") {
            return None;
        }
        let mut charges = Vec::new();
        if let Some(hours) = of.used("task_hours_per_month") {
            cost::add(task, false, hours, false, &mut charges);
        }
        if of.has("log_group") {
            let logs = of.used_in("logs", "GB");
            charges.push(Charge::used("logs taken in", "logs.ingest", logs));
        }
        Some(charges)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let home = cluster::home(decl, out);
        let capacity = capacity::read(decl, &home, out);
        let network = network::lower(decl, capacity.launch, None, out);
        let more = exec::statement(decl).into_iter().collect();
        let made = definition::lower(decl, capacity.launch, more, out);
        let props = made.props.maybe("Family", decl.fields.node("name"));
        let main = Emit::main(definition::TYPE, props.finish())
            .after(made.ready)
            .after(home.ready)
            .after(network.ways);
        let main = match decl.fields.flag("keep_revisions") {
            Some(true) => main.stays(),
            _ => main,
        };
        out.emit(decl, main);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        match out.decl(&verb.of.address) {
            Some(decl) => starts::statements(decl, verb.name_span, out),
            None => Vec::new(),
        }
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("run")
    }

    fn composed(&self, decl: &Decl, property: &str, _out: &Lowering<'_>) -> Option<Node> {
        let cluster = cluster::of(decl);
        (property == CLUSTER).then(|| nodes::attribute(&cluster, "Arn", decl.name_span))
    }

    fn start(
        &self,
        decl: &Decl,
        starter: Starter<'_>,
        span: Span,
        out: &mut Lowering<'_>,
    ) -> Option<Start> {
        Some(starts::start(decl, starter, span, out))
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        starts::connect(trigger, out);
    }

    fn ends(&self, _event: &Member) -> bool {
        true
    }

    fn fires(&self, verb: &Member, _event: &Member) -> bool {
        &*verb.name == "run"
    }
}
