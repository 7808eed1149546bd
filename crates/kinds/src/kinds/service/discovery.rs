//! The private name of a service: others in its network find its tasks by it.

use super::errors;
use crate::containers;
use crate::kinds::cluster::Home;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Decl, Node};

/// How long a name may be remembered, in seconds: tasks come and go.
const TTL: i64 = 10;

/// A service that has a private name.
pub(super) struct Discovered {
    /// Its registries as ECS takes them.
    pub(super) registries: Node,
}

/// Emits the private name of a service that asks for one.
pub(super) fn lower(decl: &Decl, home: &Home, out: &mut Lowering<'_>) -> Option<Discovered> {
    let name = decl.fields.node("discover")?;
    let span = name.span;
    let Some(namespace) = &home.namespace else {
        out.report(errors::no_namespace(span, decl.fields.span("cluster")));
        return None;
    };
    // Without an address of its own a task is found by host and port.
    let by_address = decl
        .fields
        .word("network_mode")
        .is_none_or(|mode| mode == "awsvpc");
    let kind = if by_address { "A" } else { "SRV" };
    let record = Props::new(span).set("Type", kind).set("TTL", TTL);
    let dns = Props::new(span)
        .put("DnsRecords", Node::list([record.node()], span))
        .set("RoutingPolicy", "MULTIVALUE");
    let custom = Node::map([("FailureThreshold", nodes::int(1, span))], span);
    let props = Props::new(span)
        .put("Name", name)
        .put("NamespaceId", nodes::attribute(namespace, "Id", span))
        .put("DnsConfig", dns.node())
        .put("HealthCheckCustomConfig", custom);
    let found = Emit::part(
        "discovery",
        "AWS::ServiceDiscovery::Service",
        props.finish(),
    );
    let found = out.emit(decl, found);
    let mut registry = Props::new(span).put("RegistryArn", nodes::attribute(&found, "Arn", span));
    if !by_address {
        let all = containers::all(decl);
        let listening = all
            .iter()
            .find_map(|one| Some((one, containers::first_port(one)?)));
        match listening {
            Some((container, port)) => {
                registry = registry
                    .set("ContainerName", container.name)
                    .set("ContainerPort", port.number);
            }
            None => out.report(errors::no_port(span, None)),
        }
    }
    Some(Discovered {
        registries: Node::list([registry.node()], span),
    })
}
