//! A function in a network: its subnets, its security groups, and what its role needs for them.

use super::errors;
use crate::access::Statement;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use crate::{groups, placement};
use formwork_schema::{Address, Decl, Node};

/// What Lambda does for a function in a network, which takes no resource: Lambda developer guide, "Required IAM
/// permissions" for a VPC.
const ACTIONS: [&str; 6] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];

/// Sets where it runs, and gives what it is to wait for: the ways out of its network.
pub(super) fn lower(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> (Props, Vec<Address>) {
    let fields = &decl.fields;
    let Some(placement) = placement::of(decl, out) else {
        // One that is named and not known was reported, or is known at plan.
        let named = fields.has("network");
        if let Some(span) = fields.span("security_groups").filter(|_| !named) {
            out.report(errors::groups_without_network(span));
        }
        return (props, Vec::new());
    };
    if placement.private.none() {
        out.report(errors::public_network(placement.span));
    }
    let span = placement.span;
    let groups = placement::groups(fields, out).unwrap_or_else(|| {
        let own = groups::own(decl, "group", placement.vpc.clone(), &[], &[], out);
        Node::list([nodes::attribute(&own, "GroupId", span)], span)
    });
    let config = Props::new(span)
        .put("SubnetIds", placement.inside().ids.clone())
        .put("SecurityGroupIds", groups);
    let ways = placement.ways_out(out);
    (props.put("VpcConfig", config.node()), ways)
}

/// What the role needs for a function in a network.
pub(super) fn statement(decl: &Decl) -> Option<Statement> {
    let span = decl.fields.span("network")?;
    Some(Statement::allow(ACTIONS, [nodes::text("*", span)], span))
}
