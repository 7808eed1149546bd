//! Event source mappings: Lambda polls a queue or a stream for the function.

use super::invocation;
use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use crate::triggers::{Trigger, label};
use formwork_schema::{Address, Node};

/// Maps a queue or stream at `arn` to the function that a trigger starts; `settings` are further properties.
///
/// The statements by which the function's role may poll are contributed by the caller.
pub(crate) fn map_source(
    trigger: &Trigger<'_>,
    arn: Node,
    settings: Props,
    out: &mut Lowering<'_>,
) -> Address {
    let consumer = trigger.consumer;
    let name = super::qualified(consumer, trigger.span);
    let props = settings
        .put("EventSourceArn", arn)
        .put("FunctionName", name);
    let part = format!("source_{}", label(&trigger.source.address));
    let mapping = Emit::part(part, "AWS::Lambda::EventSourceMapping", props.finish());
    out.emit(consumer, mapping.after([consumer.address.clone()]))
}

/// Where records go that a stream's function could not handle, for the mapping's settings.
pub(crate) fn stream_failures(trigger: &Trigger<'_>, out: &Lowering<'_>) -> Option<Node> {
    let destination = invocation::destination(trigger.consumer, "on_failure", out)?;
    Some(Node::map([("OnFailure", destination)], trigger.span))
}
