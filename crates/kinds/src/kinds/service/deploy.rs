//! How the tasks of a service are replaced by new ones.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, resource};
use formwork_schema::{Decl, Node};

/// How a deployment goes: how many tasks run, and what happens when they do not become healthy.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) -> Props {
    let fields = &decl.fields;
    let span = fields.span("rolling").unwrap_or(decl.name_span);
    let empty = formwork_schema::Fields::default();
    let rolling = fields.object("rolling").unwrap_or(&empty);
    let whole = |name: &str, usual: i64| {
        let given = rolling.quantity(name).and_then(|share| share.whole("%"));
        given.unwrap_or(usual)
    };
    let (least, most) = (whole("least", 100), whole("most", 200));
    let at = |name: &str| rolling.span(name).unwrap_or(span);
    if most < 100 || most <= least {
        let one = most.max(least);
        out.report(errors::no_room(
            least,
            most,
            at("most"),
            rolling.span("least"),
            one,
        ));
    }
    let breaker_span = fields.span("circuit_breaker").unwrap_or(decl.name_span);
    let breaker = fields.word("circuit_breaker").unwrap_or("rollback");
    let breaker = Props::new(breaker_span)
        .set("Enable", breaker != "off")
        .set("Rollback", breaker == "rollback");
    let mut configuration = Props::new(span)
        .put("MinimumHealthyPercent", nodes::int(least, at("least")))
        .put("MaximumPercent", nodes::int(most, at("most")))
        .put("DeploymentCircuitBreaker", breaker.node());
    if let Some(alarms) = fields.span("rollback_on") {
        let names = fields.items("rollback_on").iter().filter_map(|val| {
            let alarm = resource(val)?;
            Some(nodes::attribute(&alarm.address, "AlarmName", val.span))
        });
        let names: Vec<Node> = names.collect();
        let watched = Props::new(alarms)
            .put("AlarmNames", Node::list(names, alarms))
            .set("Enable", true)
            .set("Rollback", true);
        configuration = configuration.put("Alarms", watched.node());
    }
    // Zones are evened out by starting a task more first, where tasks are spread over them at all: ECS developer guide,
    // "Balancing an Amazon ECS service across Availability Zones".
    let spread = !matches!(fields.word("placement"), Some("binpack" | "random"));
    let even = if most > 100 && spread {
        "ENABLED"
    } else {
        "DISABLED"
    };
    Props::new(span)
        .put("DeploymentConfiguration", configuration.node())
        .set("AvailabilityZoneRebalancing", even)
}
