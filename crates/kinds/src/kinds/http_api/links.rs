//! Routes that lead to services: through a link into their network, to the load balancer they are behind.

use crate::gateways::errors;
use crate::gateways::keys::{self, Route};
use crate::groups;
use crate::kinds::service;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::placement;
use crate::triggers::Contribution;
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, ResourceRef};

/// The part that is the link.
const LINK: &str = "link";

/// The part that is the security group of the link.
const GROUP: &str = "link_group";

/// The service that a route leads to, if it is one.
pub(super) fn service<'a>(route: &Route<'a>) -> Option<&'a ResourceRef> {
    values::resource(route.target).filter(|of| &*of.address.kind == "service")
}

/// First round: the load balancers of the services let the link in.
pub(super) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    for route in keys::routes(decl) {
        let door = service(&route)
            .and_then(|of| out.decl(&of.address))
            .and_then(|declared| service::door(declared, out));
        if let Some(door) = door {
            let own = decl.address.part(GROUP);
            let group = nodes::attribute(&own, "GroupId", route.target.span);
            out.contribute(&door.guard, Contribution::Peer(group));
        }
    }
}

/// The properties of an integration that leads to a service, and what must be there before requests come.
pub(super) fn integration(
    decl: &Decl,
    props: Props,
    of: &Address,
    span: Span,
    out: &mut Lowering<'_>,
) -> Option<(Props, Vec<Address>)> {
    let declared = out.decl(of)?;
    let Some(door) = service::door(declared, out) else {
        out.report(errors::route_to_hidden(of, span));
        return None;
    };
    let link = link(decl, declared, span, out)?;
    let tls = door
        .name
        .map(|name| Node::map([("ServerNameToVerify", name)], span));
    let props = props
        .set("IntegrationType", "HTTP_PROXY")
        .set("IntegrationMethod", "ANY")
        .set("ConnectionType", "VPC_LINK")
        .put("ConnectionId", nodes::attribute(&link, "VpcLinkId", span))
        .put(
            "IntegrationUri",
            nodes::attribute(&door.listener, "ListenerArn", span),
        )
        .set("PayloadFormatVersion", "1.0")
        .maybe("TlsConfig", tls);
    Some((props, door.ready))
}

/// The link of an API into the network of its services: they are all in one.
fn link(decl: &Decl, of: &Decl, span: Span, out: &mut Lowering<'_>) -> Option<Address> {
    let network = |of: &Decl| Some(of.fields.resource("network")?.address.clone());
    let first = keys::routes(decl)
        .into_iter()
        .filter_map(|route| out.decl(&service(&route)?.address))
        .find_map(|declared| Some((declared.name_span, network(declared)?)));
    if let (Some((at, first)), Some(here)) = (first, network(of))
        && first != here
    {
        out.report(errors::two_networks(&first, &here, span, at));
    }
    let placement = placement::of(of, out)?;
    let group = groups::own(decl, GROUP, placement.vpc.clone(), &[], &[], out);
    let groups = Node::list([nodes::attribute(&group, "GroupId", span)], span);
    let props = Props::of(decl)
        .put("SubnetIds", placement.inside().ids.clone())
        .put("SecurityGroupIds", groups);
    let link = Emit::part(LINK, "AWS::ApiGatewayV2::VpcLink", props.finish());
    Some(out.emit(decl, link))
}
