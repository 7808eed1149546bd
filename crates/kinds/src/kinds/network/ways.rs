//! The ways of a network: internet gateway, NAT gateways, route tables and routes.

use super::layout::{Layout, Zone};
use super::{layout, title, vpc_props};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl};

/// Every IPv4 address.
const EVERYWHERE: &str = "0.0.0.0/0";

/// Emits gateways, route tables and routes.
pub(super) fn lower(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    if layout.public().next().is_some() {
        internet(decl, layout, out);
    }
    for zone in layout.nat_zones() {
        nat(decl, zone, out);
    }
    for zone in &layout.zones {
        private(decl, layout, zone, out);
    }
}

/// The parts by which what runs in the network gets out of it: what runs there waits for them.
pub(crate) fn ways_out(decl: &Decl, out: &Lowering<'_>) -> Vec<Address> {
    if decl.existing.is_some() {
        return Vec::new();
    }
    let layout = layout(decl, out);
    let mut ways = Vec::new();
    if layout.public().next().is_some() {
        ways.push(decl.address.part("public_internet"));
        for zone in layout.zones.iter().filter(|zone| zone.public.is_some()) {
            ways.push(
                decl.address
                    .part(format!("public_{}_association", zone.slug)),
            );
        }
    }
    for zone in layout.zones.iter().filter(|zone| zone.private.is_some()) {
        ways.push(
            decl.address
                .part(format!("private_{}_association", zone.slug)),
        );
        if layout.nat_of(zone).is_some() {
            ways.push(decl.address.part(format!("private_{}_nat", zone.slug)));
        }
    }
    ways
}

/// The internet gateway, and the table that leads to it.
fn internet(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let gateway = Emit::part(
        "internet",
        "AWS::EC2::InternetGateway",
        Props::of(decl).finish(),
    );
    let gateway = out.emit(decl, gateway.title(title(decl, "internet", out)));
    let id = nodes::attribute(&gateway, "InternetGatewayId", span);
    let attached = vpc_props(decl).put("InternetGatewayId", id.clone());
    let attached = Emit::part(
        "attachment",
        "AWS::EC2::VPCGatewayAttachment",
        attached.finish(),
    );
    let attached = out.emit(decl, attached);
    let table = table(decl, "public_table", out);
    let route = Props::of(decl)
        .put(
            "RouteTableId",
            nodes::attribute(&table, "RouteTableId", span),
        )
        .set("DestinationCidrBlock", EVERYWHERE)
        .put("GatewayId", id);
    let route = Emit::part("public_internet", "AWS::EC2::Route", route.finish());
    out.emit(decl, route.after([attached]));
    for zone in &layout.zones {
        if let Some(subnet) = &zone.public {
            let part = format!("public_{}_association", zone.slug);
            associate(decl, part, &subnet.address, &table, out);
        }
    }
}

/// A NAT gateway with its address, in the public subnet of a zone.
fn nat(decl: &Decl, zone: &Zone, out: &mut Lowering<'_>) {
    let Some(subnet) = &zone.public else { return };
    let span = nat_span(decl);
    let part = format!("nat_{}", zone.slug);
    let attached = decl.address.part("attachment");
    let address = Props::new(span).set("Domain", "vpc");
    let address = Emit::part(format!("{part}_address"), "AWS::EC2::EIP", address.finish())
        .after([attached.clone()])
        .title(title(decl, &part, out));
    let address = out.emit(decl, address);
    let gateway = Props::new(span)
        .put(
            "SubnetId",
            nodes::attribute(&subnet.address, "SubnetId", span),
        )
        .put(
            "AllocationId",
            nodes::attribute(&address, "AllocationId", span),
        );
    let title = title(decl, &part, out);
    let gateway = Emit::part(part, "AWS::EC2::NatGateway", gateway.finish())
        .after([attached, decl.address.part("public_internet")])
        .title(title);
    out.emit(decl, gateway);
}

/// The table of a zone's private subnet, and its way to a NAT gateway.
fn private(decl: &Decl, layout: &Layout, zone: &Zone, out: &mut Lowering<'_>) {
    let Some(subnet) = &zone.private else { return };
    let part = |what: &str| format!("private_{}_{what}", zone.slug);
    let table = table(decl, &part("table"), out);
    associate(decl, part("association"), &subnet.address, &table, out);
    let Some(through) = layout.nat_of(zone) else {
        return;
    };
    let span = nat_span(decl);
    let gateway = decl.address.part(format!("nat_{}", through.slug));
    let route = Props::new(span)
        .put(
            "RouteTableId",
            nodes::attribute(&table, "RouteTableId", span),
        )
        .set("DestinationCidrBlock", EVERYWHERE)
        .put(
            "NatGatewayId",
            nodes::attribute(&gateway, "NatGatewayId", span),
        );
    out.emit(
        decl,
        Emit::part(part("nat"), "AWS::EC2::Route", route.finish()),
    );
}

fn nat_span(decl: &Decl) -> Span {
    decl.fields.span("nat").unwrap_or(decl.name_span)
}

fn table(decl: &Decl, part: &str, out: &mut Lowering<'_>) -> Address {
    let props = vpc_props(decl).finish();
    let title = title(decl, part, out);
    let table = Emit::part(part, "AWS::EC2::RouteTable", props).title(title);
    out.emit(decl, table)
}

fn associate(decl: &Decl, part: String, subnet: &Address, table: &Address, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let props = Props::of(decl)
        .put("SubnetId", nodes::attribute(subnet, "SubnetId", span))
        .put(
            "RouteTableId",
            nodes::attribute(table, "RouteTableId", span),
        );
    let associated = Emit::part(
        part,
        "AWS::EC2::SubnetRouteTableAssociation",
        props.finish(),
    );
    out.emit(decl, associated);
}
