//! Where in the network tasks of ECS are, and what reaches them.

use super::expose::Exposed;
use super::{GROUP, errors};
use crate::containers::Launch;
use crate::groups::{self, Peer, Rule};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::placement::{self, Placement};
use crate::values::Read;
use formwork_schema::{Address, Decl, Node};

/// Where tasks are.
pub(crate) struct Network {
    /// Subnets and groups of their own; `None` if the network is that of the instances.
    pub(crate) own: Option<Node>,
    /// The ways out that tasks need to pull their images.
    pub(crate) ways: Vec<Address>,
}

/// The network of a declaration's tasks, with a security group of their own that lets in what they are exposed to.
pub(crate) fn lower(
    decl: &Decl,
    launch: Launch,
    exposed: Option<&Exposed>,
    out: &mut Lowering<'_>,
) -> Network {
    let fields = &decl.fields;
    let public = fields.flag("public_address") == Some(true);
    let at = fields.span("public_address").unwrap_or(decl.name_span);
    let Some(placement) = placement::of(decl, out) else {
        return Network {
            own: None,
            ways: Vec::new(),
        };
    };
    if public && launch != Launch::Fargate {
        out.report(errors::address_on_instances(at));
    } else if public {
        out.lint(decl, errors::public_address(at));
    }
    let ways = placement.ways_out(out);
    if fields
        .word("network_mode")
        .is_some_and(|mode| mode != "awsvpc")
    {
        if let Some(span) = fields.span("security_groups") {
            out.report(errors::groups_of_instances(
                span,
                fields.span("network_mode"),
            ));
        }
        return Network { own: None, ways };
    }
    check_ways(&placement, public, out);
    let span = placement.span;
    let subnets = match public {
        true => &placement.public,
        false => placement.inside(),
    };
    if public && subnets.none() {
        out.report(errors::no_public_subnets(span, at));
    }
    let groups = placement::groups(fields, out).unwrap_or_else(|| {
        let rules = ingress(decl, exposed);
        let own = groups::own(decl, GROUP, placement.vpc.clone(), &rules, &[], out);
        Node::list([nodes::attribute(&own, "GroupId", span)], span)
    });
    let address = match (launch, public) {
        (Launch::Instances(_), _) => None,
        (Launch::Fargate, true) => Some(nodes::text("ENABLED", at)),
        (Launch::Fargate, false) => Some(nodes::text("DISABLED", at)),
    };
    let own = Props::new(span)
        .put("Subnets", subnets.ids.clone())
        .put("SecurityGroups", groups)
        .maybe("AssignPublicIp", address);
    Network {
        own: Some(own.node()),
        ways,
    }
}

/// What reaches the tasks: the load balancer they are behind.
fn ingress(decl: &Decl, exposed: Option<&Exposed>) -> Vec<Rule> {
    let span = decl.fields.span("expose").unwrap_or(decl.name_span);
    exposed
        .into_iter()
        .flat_map(|exposed| {
            let port = exposed.port;
            exposed
                .groups
                .iter()
                .map(move |group| Rule::tcp(port, Peer::Group(group.clone()), span))
        })
        .collect()
}

/// A task without a way out cannot pull its image, nor log.
fn check_ways(placement: &Placement, public: bool, out: &mut Lowering<'_>) {
    let declared = placement
        .network
        .as_ref()
        .and_then(|network| out.decl(network));
    let Some(network) = declared.filter(|_| !public) else {
        return;
    };
    let off = matches!(network.fields.word("nat"), None | Some("off"));
    let endpoints = network.fields.get("endpoints").is_some();
    if off && !endpoints {
        out.report(errors::no_way_out(placement.span, network.name_span));
    }
}
