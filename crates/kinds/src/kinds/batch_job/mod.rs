//! `batch_job`: what AWS Batch runs: a container, what it takes, how often it is tried, and what submits it.

mod check;
mod definition;
mod errors;
mod place;
mod retries;
mod spec;
mod starts;

use crate::access::Statement;
use crate::containers;
use crate::cost::{Charge, Costed};
use crate::kinds::batch_queue;
use crate::lowering::{Emit, Lowering};
use crate::nodes;
use crate::registry::Kind;
use crate::triggers::{self, Start, Starter, Trigger};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, KindSpec, Member, Node};

/// The kind `batch_job`.
pub(crate) struct BatchJob;

impl Kind for BatchJob {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        triggers::wire(decl, out);
        let groups = place::groups(decl, out);
        containers::wire(decl, &groups, out);
    }

    /// What jobs take is charged for by their pool.
    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let place = place::of(decl, out);
        check::check(decl, &place, out);
        let (props, ready) = definition::lower(decl, &place, out);
        let main = Emit::main("AWS::Batch::JobDefinition", props.finish()).after(ready);
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
        let job = out.decl(&verb.of.address);
        let queue = job.and_then(|job| job.fields.resource("queue"));
        let queue = queue.map(|queue| queue.address.clone());
        let statement =
            queue.map(|queue| batch_queue::submit(&queue, &verb.of.address, verb.name_span, out));
        statement.into_iter().collect()
    }

    fn inlet(&self) -> Option<&'static str> {
        Some("submit")
    }

    fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        let queue = decl.fields.resource("queue")?;
        Some(nodes::attribute(&queue.address, "JobQueueArn", span))
    }

    fn start(
        &self,
        decl: &Decl,
        starter: Starter<'_>,
        span: Span,
        out: &mut Lowering<'_>,
    ) -> Option<Start> {
        starts::start(decl, starter, span, out)
    }

    fn connect(&self, trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
        starts::connect(trigger, out);
    }

    fn ends(&self, _event: &Member) -> bool {
        true
    }

    fn fires(&self, verb: &Member, _event: &Member) -> bool {
        &*verb.name == "submit"
    }
}
