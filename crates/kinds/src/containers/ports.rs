//! The ports that containers listen on.

use super::{Container, errors};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, call};
use formwork_diag::Span;
use formwork_schema::{Fields, Node, Value};
use rust_decimal::prelude::ToPrimitive;

/// A port of a container.
#[derive(Debug, Clone)]
pub(crate) struct Port<'d> {
    /// Its number.
    pub(crate) number: i64,
    /// Where that is written.
    pub(crate) span: Span,
    /// What more is said of it.
    more: Option<&'d Fields>,
}

impl Port<'_> {
    fn protocol(&self) -> &str {
        self.more
            .and_then(|more| more.word("protocol"))
            .unwrap_or("tcp")
    }

    /// The port as ECS takes it; on a network of the task's own the host's port is the same.
    pub(super) fn node(&self, own_network: bool) -> Node {
        let number = nodes::int(self.number, self.span);
        let more = |name: &str| self.more.and_then(|more| more.node(name));
        Props::new(self.span)
            .put("ContainerPort", number.clone())
            .maybe("HostPort", own_network.then_some(number))
            .set("Protocol", self.protocol())
            .maybe("Name", more("name"))
            .maybe("AppProtocol", more("speaks"))
            .node()
    }
}

/// The port of a container that is its first: `port`, or the first of `ports`.
pub(crate) fn first_port<'d>(container: &Container<'d>) -> Option<Port<'d>> {
    ports(container).into_iter().next()
}

/// The ports of a container, in the order written.
pub(crate) fn ports<'d>(container: &Container<'d>) -> Vec<Port<'d>> {
    let fields = container.fields;
    let mut all = Vec::new();
    if let (Some(number), Some(span)) = (fields.int("port"), fields.span("port")) {
        all.push(Port {
            number,
            span,
            more: None,
        });
    }
    for val in fields.items("ports") {
        let more = call(val).map(|port| &port.arguments);
        let number = match more {
            Some(more) => more.int("number"),
            None => match &val.value {
                Value::Number(number) => number.to_i64(),
                _ => None,
            },
        };
        all.extend(number.map(|number| Port {
            number,
            span: val.span,
            more,
        }));
    }
    all
}

/// Reports ports that two containers, or one twice, would listen on: the containers of a task share one network.
pub(super) fn check(containers: &[Container<'_>], out: &mut Lowering<'_>) {
    let mut known: Vec<Port<'_>> = Vec::new();
    for port in containers.iter().flat_map(ports) {
        let same =
            |other: &&Port<'_>| other.number == port.number && other.protocol() == port.protocol();
        if let Some(first) = known.iter().find(same) {
            out.report(errors::port_twice(port.number, port.span, first.span));
        }
        known.push(port);
    }
}
