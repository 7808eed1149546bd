//! `balancer`: an application load balancer that several services are behind.

mod errors;
mod front;
mod logs;
mod spec;

pub(crate) use front::{Front, emit, group_ids, is_https, url};
pub(crate) use logs::wire as wire_logs;
pub(crate) use spec::front_fields;

use crate::cost::{Charge, Costed, HOURS};
use crate::lowering::Lowering;
use crate::nodes::{self, MetricSource};
use crate::registry::Kind;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Node, Resource};

/// The kind `balancer`.
pub(crate) struct Balancer;

/// The attribute that is its address, put together of several resources.
const URL: &str = "Url";

impl Kind for Balancer {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        logs::wire(decl, &decl.fields, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(charges(of))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        emit(&Front::of_balancer(decl), None, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("internal", "Scheme"),
            ("ip", "IpAddressType"),
            ("security_groups", "SecurityGroups"),
        ]
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        match property {
            URL => Some(url(&Front::of_balancer(decl), out)),
            _ => None,
        }
    }

    fn lacks(&self, resource: &Resource, property: &str) -> bool {
        resource.address.part.is_none() && property == URL
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (metric, statistic, share_of, unit) = match name {
            "errors" => ("HTTPCode_ELB_5XX_Count", "Sum", Some("RequestCount"), ""),
            "target_errors" => ("HTTPCode_Target_5XX_Count", "Sum", Some("RequestCount"), ""),
            "requests" => ("RequestCount", "Sum", None, ""),
            "latency" => ("TargetResponseTime", "p95", None, "s"),
            "connections" => ("ActiveConnectionCount", "Sum", None, ""),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ApplicationELB",
            name: metric,
            dimensions: vec![(
                "LoadBalancer",
                nodes::attribute(of, "LoadBalancerFullName", span),
            )],
            statistic,
            share_of,
            unit,
        })
    }
}

/// What load balancers of a declaration are charged for: each by the hour, and by how much goes through it.
pub(crate) fn charges(of: &Costed<'_>) -> Vec<Charge> {
    let balancers = of
        .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .count();
    let balancers = i64::try_from(balancers).unwrap_or(i64::MAX);
    if balancers == 0 {
        return Vec::new();
    }
    let units = of.used("capacity_units");
    vec![
        Charge::fixed("load balancer", "elb.application", balancers * HOURS),
        Charge::used(
            "capacity units of the load balancer",
            "elb.application.unit",
            units.map(|units| units * rust_decimal::Decimal::from(HOURS)),
        ),
    ]
}
