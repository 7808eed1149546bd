//! `network`: a VPC with public and private subnets in each zone, their routes, ways out and endpoints.

mod check;
mod cost;
mod endpoints;
mod errors;
mod existing;
mod layout;
mod spec;
mod ways;

pub(crate) use existing::subnets as existing_subnets;
pub(crate) use layout::{Subnet, layout};
pub(crate) use ways::ways_out;

use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::triggers::label;
use crate::values::Read;
use formwork_schema::{Address, Decl, KindSpec, Node};

/// The kind `network`.
pub(crate) struct Network;

impl Kind for Network {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        cost::charges(of)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let layout = layout(decl, out);
        check::check(decl, &layout, out);
        let fields = &decl.fields;
        let span = decl.name_span;
        let cidr = fields
            .node("cidr")
            .unwrap_or_else(|| nodes::text(&layout.cidr.to_string(), span));
        let hostnames = fields
            .node("dns_hostnames")
            .unwrap_or_else(|| Node::new(true, span));
        let vpc = Props::of(decl)
            .put("CidrBlock", cidr)
            .set("EnableDnsSupport", true)
            .put("EnableDnsHostnames", hostnames);
        let vpc = Emit::main("AWS::EC2::VPC", vpc.finish()).title(title(decl, "", out));
        out.emit(decl, vpc);
        subnets(decl, &layout, out);
        ways::lower(decl, &layout, out);
        endpoints::lower(decl, &layout, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        spec::PROPERTIES
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(existing::lookup())
    }

    fn look(&self, decl: &Decl, out: &mut Lowering<'_>) {
        existing::look(decl, out);
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        if decl.existing.is_some() {
            return existing::composed(decl, property);
        }
        let span = decl.name_span;
        let layout = layout(decl, out);
        let ids = |subnets: Vec<&Address>| {
            let ids = subnets
                .into_iter()
                .map(|address| nodes::attribute(address, "SubnetId", span));
            Some(Node::list(ids, span))
        };
        match property {
            spec::PUBLIC => ids(layout.public().map(|subnet| &subnet.address).collect()),
            spec::PRIVATE => ids(layout.private().map(|subnet| &subnet.address).collect()),
            spec::ZONES => Some(nodes::texts(
                layout.zones.iter().map(|zone| &zone.name),
                span,
            )),
            spec::NAT_IPS => {
                let ips = layout.nat_zones().map(|zone| {
                    let address = decl.address.part(format!("nat_{}_address", zone.slug));
                    nodes::attribute(&address, "PublicIp", span)
                });
                Some(Node::list(ips, span))
            }
            _ => None,
        }
    }
}

fn subnets(decl: &Decl, layout: &layout::Layout, out: &mut Lowering<'_>) {
    for zone in &layout.zones {
        for (tier, subnet) in [("public", &zone.public), ("private", &zone.private)] {
            let Some(subnet) = subnet else { continue };
            let span = subnet
                .written
                .as_ref()
                .map_or(decl.name_span, |val| val.span);
            let cidr = subnet.cidr.map(|cidr| nodes::text(&cidr.to_string(), span));
            let addresses = decl.fields.node("public_addresses");
            let props = vpc_props(decl)
                .maybe("CidrBlock", cidr)
                .put("AvailabilityZone", nodes::text(&zone.name, span))
                .maybe(
                    "MapPublicIpOnLaunch",
                    addresses.filter(|_| tier == "public"),
                );
            let part = format!("{tier}_{}", zone.slug);
            let title = title(decl, &part, out);
            let subnet = Emit::part(part, "AWS::EC2::Subnet", props.finish());
            out.emit(decl, subnet.title(title));
        }
    }
}

/// Properties of something within the VPC.
fn vpc_props(decl: &Decl) -> Props {
    let span = decl.name_span;
    Props::of(decl).put("VpcId", nodes::attribute(&decl.address, "VpcId", span))
}

/// What AWS's console shows for a part, which has no name.
fn title(decl: &Decl, part: &str, out: &Lowering<'_>) -> String {
    let stack = &out.stack;
    let mut title = format!("{}-{}-{}", stack.name, stack.env, label(&decl.address));
    if !part.is_empty() {
        title.push('-');
        title.push_str(&part.replace('_', "-"));
    }
    title
}
