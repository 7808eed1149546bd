//! `batch_pool`: the machines, or the Fargate capacity, that jobs of AWS Batch run on.

mod check;
mod errors;
mod machines;
mod spec;

pub(crate) use check::{Arch, Capacity, arch, arch_of, capacity, is_type};

use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::values::Read;
use crate::{groups, placement};
use formwork_schema::{Address, Decl, KindSpec, Node};

/// The kind `batch_pool`.
pub(crate) struct BatchPool;

impl Kind for BatchPool {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // What jobs take; the prices of instances are not known here.
        let spare = match of.main()?.text("ComputeResources/Type").as_deref() {
            Some("FARGATE") => false,
            Some("FARGATE_SPOT") => true,
            _ => return None,
        };
        let (cpu, memory) = match spare {
            true => ("fargate.spot.cpu", "fargate.spot.memory"),
            false => ("fargate.cpu.x86", "fargate.memory.x86"),
        };
        Some(vec![
            Charge::used("vCPUs of its jobs", cpu, of.used("vcpu_hours_per_month")),
            Charge::used("memory of its jobs", memory, of.used("gb_hours_per_month")),
        ])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::named(
            "AWS::Batch::ComputeEnvironment",
            "ComputeEnvironmentName",
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let capacity = capacity(decl);
        check::check(decl, capacity, out);
        let Some(placement) = placement::of(decl, out) else {
            return;
        };
        let span = placement.span;
        let groups = placement::groups(fields, out).unwrap_or_else(|| {
            let own = groups::own(decl, "group", placement.vpc.clone(), &[], &[], out);
            Node::list([nodes::attribute(&own, "GroupId", span)], span)
        });
        let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let mut resources = Props::of(decl)
            .put("Type", nodes::text(capacity.name(), at("capacity")))
            .maybe("MaxvCpus", fields.node("max_vcpus"))
            .put("Subnets", placement.inside().ids.clone())
            .put("SecurityGroupIds", groups);
        let mut after: Vec<Address> = placement.ways_out(out);
        if capacity.is_ec2() {
            let (machines, needed) = machines::lower(decl, capacity, out);
            resources = resources.with(machines);
            after.extend(needed);
        }
        let state = fields.flag("enabled").map(|on| {
            let word = if on { "ENABLED" } else { "DISABLED" };
            nodes::text(word, at("enabled"))
        });
        let props = Props::of(decl)
            .maybe("ComputeEnvironmentName", fields.node("name"))
            .set("Type", "MANAGED")
            .maybe("State", state)
            .put("ComputeResources", resources.node());
        let pool = Emit::main("AWS::Batch::ComputeEnvironment", props.finish());
        out.emit(decl, pool.after(after));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "ComputeEnvironmentName"),
            ("enabled", "State"),
            ("capacity", "ComputeResources.Type"),
            ("max_vcpus", "ComputeResources.MaxvCpus"),
            ("min_vcpus", "ComputeResources.MinvCpus"),
            ("instance_types", "ComputeResources.InstanceTypes"),
            ("allocation", "ComputeResources.AllocationStrategy"),
        ]
    }
}
