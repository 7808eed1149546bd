//! What a network is charged for: NAT gateways and their addresses, endpoints, and what goes through them.

use crate::cost::{Charge, Costed, HOURS};

/// The charges of a network.
pub(super) fn charges(of: &Costed<'_>) -> Option<Vec<Charge>> {
    let mut charges = Vec::new();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let gateways = count(of.of_type("AWS::EC2::NatGateway").count());
    if gateways > 0 {
        let what = format!("{gateways} × NAT gateway");
        charges.push(Charge::fixed(what, "vpc.nat", gateways * HOURS));
        let data = of.used_in("nat_traffic", "GB");
        charges.push(Charge::used("through NAT gateways", "vpc.nat.data", data));
    }
    let addresses = count(of.of_type("AWS::EC2::EIP").count());
    if addresses > 0 {
        let what = format!("{addresses} × public address");
        charges.push(Charge::fixed(
            what,
            "network.public_ipv4",
            addresses * HOURS,
        ));
    }
    let endpoints = of.of_type("AWS::EC2::VPCEndpoint");
    let zones = endpoints.map(|endpoint| endpoint.items("SubnetIds").len());
    let zones = count(zones.sum());
    if zones > 0 {
        let what = format!("endpoints, {zones} in zones");
        charges.push(Charge::fixed(what, "vpc.endpoint", zones * HOURS));
    }
    Some(charges)
}
