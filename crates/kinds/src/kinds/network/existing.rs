//! An `existing network`: a VPC that is looked up, and its subnets.

use super::spec;
use crate::existing::{self, Lookup};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::placement::Subnets;
use crate::specs::{field, items};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Deferred, Node, Op, Prop, Type};
use std::sync::Arc;

/// The type of a subnet.
const SUBNET: &str = "AWS::EC2::Subnet";

/// Subnets by the field that names them and the part that finds them, and whether instances in them get a public
/// address by themselves, which is what tells public ones from others.
const TIERS: [(&str, &str, bool); 2] = [
    ("public_subnets", "public", true),
    ("private_subnets", "private", false),
];

/// What says which network is meant.
pub(super) fn lookup() -> Lookup {
    let ids = |name, doc| field(name, Type::String.list(), doc).constraint(items(0, 16));
    Lookup::by(
        "AWS::EC2::VPC",
        &[
            ("id", "VpcId", "The id of the VPC."),
            ("cidr", "CidrBlock", "Its block of addresses."),
        ],
    )
    .with(field("name", Type::String, "Its tag `Name`."))
    .with(ids(
        "public_subnets",
        "Ids of its subnets that the internet can reach; without it those that give instances a public address.",
    ))
    .with(ids(
        "private_subnets",
        "Ids of its subnets without a way in; without it those that give no public address.",
    ))
}

/// Looks the VPC up, and the subnets that are not named.
pub(super) fn look(decl: &Decl, out: &mut Lowering<'_>) {
    existing::look(decl, &lookup(), out);
    existing::titled(decl, out);
    for (named, part, public) in TIERS {
        if decl.fields.get(named).is_some() {
            continue;
        }
        let subnets = within(decl).set("MapPublicIpOnLaunch", public);
        let subnets = Emit::part(part, SUBNET, subnets.finish());
        out.emit(decl, subnets.looks_for_all());
    }
    let all = Emit::part("subnets", SUBNET, within(decl).finish());
    out.emit(decl, all.looks_for_all());
}

fn within(decl: &Decl) -> Props {
    let vpc = nodes::attribute(&decl.address, "VpcId", decl.name_span);
    Props::of(decl).put("VpcId", vpc)
}

/// Its public and its private subnets, for what is put into it.
pub(crate) fn subnets(decl: &Decl, span: Span) -> (Subnets, Subnets) {
    let [public, private] = TIERS.map(|(named, part, _)| tier(decl, named, part, span));
    (public, private)
}

fn tier(decl: &Decl, named: &str, part: &str, span: Span) -> Subnets {
    let count = decl
        .fields
        .get(named)
        .map(|_| decl.fields.items(named).len());
    let found = || nodes::attribute(&decl.address.part(part), "SubnetId", span);
    Subnets {
        ids: decl.fields.node(named).unwrap_or_else(found),
        count,
    }
}

/// An attribute that is put together of its subnets.
pub(super) fn composed(decl: &Decl, property: &str) -> Option<Node> {
    let span = decl.name_span;
    match property {
        spec::PUBLIC => Some(subnets(decl, span).0.ids),
        spec::PRIVATE => Some(subnets(decl, span).1.ids),
        spec::ZONES => {
            let all = decl.address.part("subnets");
            let zones = nodes::attribute(&all, "AvailabilityZone", span);
            let once = Deferred::Apply {
                op: Op::Unique,
                on: Box::new(zones),
                arguments: Vec::new(),
            };
            Some(Node::new(Prop::Deferred(Arc::new(once)), span))
        }
        _ => None,
    }
}
