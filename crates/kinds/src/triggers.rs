//! What starts what: events of one declaration wired to another, and what declarations contribute to each other.

use crate::access::Statement;
use crate::lowering::Lowering;
use crate::nodes::Props;
use crate::rules;
use crate::schedules;
use crate::values::{Read, call, member};
use crate::{errors, registry};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Member, Node, Val};

/// An event of `source` that starts `consumer`.
pub(crate) struct Trigger<'a> {
    /// The event.
    pub(crate) event: &'a Member,
    /// Where it is written.
    pub(crate) span: Span,
    /// Whose event it is.
    pub(crate) source: &'a Decl,
    /// What it starts.
    pub(crate) consumer: &'a Decl,
}

/// An AWS service that calls in, for one source of ours.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Its principal: `s3.amazonaws.com`.
    pub(crate) principal: &'static str,
    /// The ARN of the source it acts for; may end in a pattern (`…/*/GET/orders`).
    pub(crate) source: Node,
    /// What names the source below the target (`uploads`): the permission is the part `permission_uploads`.
    pub(crate) label: String,
    /// The words that ask for it.
    pub(crate) span: Span,
}

/// What a target gives to who may call it.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    /// Its ARN.
    pub(crate) arn: Node,
    /// What must be there before the service is told to call.
    pub(crate) after: Vec<Address>,
}

/// A service that takes on a role to start something.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Starter<'a> {
    /// A rule of EventBridge, which can tell what it starts values of the event: names, and paths within it.
    Rule(&'a [(String, Node)]),
    /// EventBridge Scheduler.
    Scheduler,
}

/// How a declaration is started by a service that takes on a role.
pub(crate) struct Start {
    /// The ARN the service is given.
    pub(crate) arn: Node,
    /// Further properties of the target.
    pub(crate) props: Props,
    /// What the role must be allowed.
    pub(crate) statements: Vec<Statement>,
}

/// Something a declaration gives to another, taken up by the other's lowering.
#[derive(Debug, Clone)]
pub(crate) enum Contribution {
    /// A statement for the role of a declaration that runs code.
    Role(Statement),
    /// A statement for the policy of the object itself (queue, topic, bucket).
    Policy(Statement),
    /// An entry of a bucket's notifications.
    Notification(Box<Notification>),
    /// Somebody listens to the table's stream.
    Stream,
    /// A rule of EventBridge listens to the bucket.
    Bridge,
    /// The id of a security group whose members call it.
    Peer(Node),
    /// A server takes the disk or address for itself.
    Attached {
        /// The server.
        by: Address,
        /// Where that is written.
        span: Span,
    },
}

/// An entry of a bucket's notifications.
#[derive(Debug, Clone)]
pub(crate) struct Notification {
    /// The event as written.
    pub(crate) event: Member,
    /// Where.
    pub(crate) span: Span,
    /// What it starts.
    pub(crate) consumer: Address,
    /// The ARN to notify.
    pub(crate) arn: Node,
    /// What must be there first.
    pub(crate) after: Vec<Address>,
}

/// Wires the `on` field of a declaration: events to their sources, `event(…)` to rules, `every` and `cron` to
/// schedules.
pub(crate) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    let mut count = 0;
    let events = decl.fields.items("on");
    for (at, val) in events.iter().enumerate() {
        if let Some(event) = member(val) {
            let twice = events.iter().take(at).find(|before| same(before, event));
            if let Some(before) = twice {
                out.report(errors::trigger_twice(before.span, val.span));
                continue;
            }
            wire_event(decl, event, val.span, out);
        } else if let Some(starts) = call(val) {
            if &*starts.name == "event" {
                rules::on_event(decl, starts, val.span, out);
                continue;
            }
            count += 1;
            schedules::start(decl, starts, val.span, count, out);
        }
    }
}

fn same(before: &Val, event: &Member) -> bool {
    member(before).is_some_and(|other| {
        other.of == event.of && other.name == event.name && arguments(other) == arguments(event)
    })
}

/// The arguments of an event, by meaning.
pub(crate) fn arguments(member: &Member) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = member
        .arguments
        .iter()
        .filter_map(|(name, val)| {
            let node = crate::nodes::node(val)?;
            Some((name.to_string(), crate::nodes::meaning(&node)))
        })
        .collect();
    all.sort();
    all
}

fn wire_event(decl: &Decl, event: &Member, span: Span, out: &mut Lowering<'_>) {
    let Some(source) = out.decl(&event.of.address) else {
        return;
    };
    let (there, here) = (out.region(source), out.region(decl));
    if there != here {
        out.report(errors::trigger_region(
            &event.of.address,
            &there,
            &here,
            span,
        ));
    }
    let trigger = Trigger {
        event,
        span,
        source,
        consumer: decl,
    };
    if let Some(kind) = registry::kind(&source.address.kind) {
        kind.connect(&trigger, out);
    }
}

/// Whether a trigger starts a function; what Lambda reads for functions can start nothing else.
pub(crate) fn starts_function(trigger: &Trigger<'_>, out: &mut Lowering<'_>) -> bool {
    let consumer = &trigger.consumer.address;
    let function = &*consumer.kind == "function";
    if !function {
        out.report(errors::functions_only(
            trigger.event,
            consumer,
            trigger.span,
        ));
    }
    function
}

/// The name of a source below its target: label and key, as in its address.
pub(crate) fn label(of: &Address) -> String {
    match &of.key {
        Some(key) => format!("{}[{key:?}]", of.label),
        None => of.label.to_string(),
    }
}

/// The known text of an argument: `""` when absent; `None` when it is not known.
pub(crate) fn known_argument<'a>(member: &'a Member, name: &str) -> Option<&'a str> {
    match member.arguments.get(name) {
        None => Some(""),
        Some(_) => member.arguments.text(name).map(|(text, _)| &**text),
    }
}
