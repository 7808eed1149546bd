//! How many tasks of a service run, by how busy they are.

use super::errors;
use super::expose::Exposed;
use crate::kinds::cluster::Home;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Fields, Node};

/// What may be scaled by: field, part, metric.
const TARGETS: [(&str, &str, &str); 3] = [
    ("target_cpu", "scale_cpu", "ECSServiceAverageCPUUtilization"),
    (
        "target_memory",
        "scale_memory",
        "ECSServiceAverageMemoryUtilization",
    ),
    (
        "target_requests",
        "scale_requests",
        "ALBRequestCountPerTarget",
    ),
];

/// Emits what scales a service that says so.
pub(super) fn lower(decl: &Decl, home: &Home, exposed: Option<&Exposed>, out: &mut Lowering<'_>) {
    let (Some(scale), Some(span)) = (decl.fields.object("scale"), decl.fields.span("scale")) else {
        return;
    };
    check(decl, scale, span, out);
    let id = [
        nodes::text("service/", span),
        nodes::attribute(&home.cluster, "ClusterName", span),
        nodes::text("/", span),
        nodes::attribute(&decl.address, "Name", span),
    ];
    let what = Props::new(span)
        .put("ServiceNamespace", nodes::text("ecs", span))
        .put("ResourceId", nodes::concat(id, span))
        .set("ScalableDimension", "ecs:service:DesiredCount");
    let target = what
        .clone()
        .maybe("MinCapacity", scale.node("min"))
        .maybe("MaxCapacity", scale.node("max"));
    let target = Emit::part(
        "scale",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        target.finish(),
    );
    let target = out.emit(decl, target.after([decl.address.clone()]));
    for (field, part, metric) in TARGETS {
        let Some(wanted) = wanted(scale, field) else {
            continue;
        };
        let at = wanted.span;
        let label = match (field, exposed) {
            // What is wrong with how it is exposed was reported.
            ("target_requests", None) if decl.fields.get("expose").is_some() => continue,
            ("target_requests", None) => {
                out.report(errors::requests_of_nothing(at));
                continue;
            }
            ("target_requests", Some(exposed)) => Some(label(exposed, at)),
            _ => None,
        };
        let of = Props::new(at)
            .set("PredefinedMetricType", metric)
            .maybe("ResourceLabel", label);
        let tracking = Props::new(at)
            .put("TargetValue", wanted)
            .put("PredefinedMetricSpecification", of.node())
            .put("ScaleOutCooldown", cooldown(scale, "out_after", span))
            .put("ScaleInCooldown", cooldown(scale, "in_after", span));
        let policy = what
            .clone()
            .set("PolicyType", "TargetTrackingScaling")
            .put("TargetTrackingScalingPolicyConfiguration", tracking.node());
        let policy = Emit::part(
            part,
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            policy.finish(),
        );
        out.emit(decl, policy.after([target.clone()]));
    }
}

fn wanted(scale: &Fields, field: &str) -> Option<Node> {
    match scale.quantity(field) {
        Some(_) => scale.amount(field, "%"),
        None => scale.node(field),
    }
}

/// How CloudWatch names the requests of a group behind a load balancer: Application Auto Scaling API reference,
/// PredefinedMetricSpecification, ResourceLabel.
fn label(exposed: &Exposed, span: Span) -> Node {
    let parts = [
        nodes::attribute(&exposed.balancer, "LoadBalancerFullName", span),
        nodes::text("/", span),
        nodes::attribute(&exposed.targets, "TargetGroupFullName", span),
    ];
    nodes::concat(parts, span)
}

fn cooldown(scale: &Fields, name: &str, span: Span) -> Node {
    scale
        .amount(name, "s")
        .unwrap_or_else(|| nodes::int(300, span))
}

fn check(decl: &Decl, scale: &Fields, span: Span, out: &mut Lowering<'_>) {
    if let (Some(count), Some(_)) = (decl.fields.name_span("count"), decl.fields.get("count")) {
        out.report(errors::count_and_scale(count, span));
    }
    if let (Some(min), Some(max), Some(at)) =
        (scale.int("min"), scale.int("max"), scale.span("min"))
        && min > max
    {
        out.report(errors::range(min, max, at, scale.span("max")));
    }
    if TARGETS.iter().all(|(field, ..)| scale.get(field).is_none()) {
        out.report(errors::no_target(span));
    }
}
