//! The instances of a cluster: how they start, the group they come and go in, and the capacity they are for ECS.

use super::{PROVIDER, errors};
use crate::kinds::batch_pool;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::{Read, call};
use crate::{groups, instances, placement};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, Node, Value};

/// Emits the instances of a cluster that has some, and gives their capacity.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) -> Option<Address> {
    let fields = decl.fields.object("instances")?;
    let span = decl.fields.span("instances")?;
    check(decl, fields, out);
    let placement = placement::of(decl, out)?;
    let sessions = match fields.flag("sessions") {
        Some(true) => &["AmazonSSMManagedInstanceCore"][..],
        _ => &[],
    };
    let profile = instances::profile(decl, sessions, out);
    let groups = placement::groups(&decl.fields, out).unwrap_or_else(|| {
        let own = groups::own(decl, "group", placement.vpc.clone(), &[], &[], out);
        Node::list([nodes::attribute(&own, "GroupId", span)], span)
    });
    let role = Node::map([("Arn", nodes::attribute(&profile, "Arn", span))], span);
    let first = fields.items("types").first();
    let data = instances::launch_data(fields, span)
        .put("ImageId", image(fields, span))
        .maybe("InstanceType", first.and_then(nodes::node))
        .put("IamInstanceProfile", role)
        .put("SecurityGroupIds", groups)
        .put("UserData", user_data(decl, fields, span));
    let template = instances::template(decl, data, out);
    let group = group(decl, (fields, span), &template, &placement, out);
    Some(provider(decl, (fields, span), &group, out))
}

/// The machine image: Amazon's newest, looked up whenever an instance starts, or one by its id.
fn image(fields: &Fields, span: Span) -> Node {
    if let Some(id) = fields.node("image_id") {
        return id;
    }
    let arm = arch_in(fields) == Some("arm64");
    let folder = match (fields.word("system"), arm) {
        (Some("al2023_gpu"), _) => "amazon-linux-2023/gpu",
        (Some("al2023_neuron"), _) => "amazon-linux-2023/neuron",
        (_, true) => "amazon-linux-2023/arm64",
        _ => "amazon-linux-2023",
    };
    // ECS developer guide, "Retrieving Amazon ECS-optimized Linux AMI metadata".
    let name = format!("resolve:ssm:/aws/service/ecs/optimized-ami/{folder}/recommended/image_id");
    nodes::text(&name, fields.span("system").unwrap_or(span))
}

/// What an instance does when it starts: joins its cluster, then runs the user's script.
fn user_data(decl: &Decl, fields: &Fields, span: Span) -> Node {
    let cluster = nodes::attribute(&decl.address, "ClusterName", span);
    let mut parts = vec![
        nodes::text("#!/bin/bash\necho ECS_CLUSTER=", span),
        cluster,
        nodes::text(
            " >> /etc/ecs/ecs.config\necho ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config\n",
            span,
        ),
    ];
    parts.extend(fields.node("user_data"));
    nodes::base64(nodes::concat(parts, span))
}

fn group(
    decl: &Decl,
    (fields, span): (&Fields, Span),
    template: &Address,
    placement: &placement::Placement,
    out: &mut Lowering<'_>,
) -> Address {
    let count = |name: &str, usual: i64| {
        let number = fields.int(name).unwrap_or(usual);
        nodes::text(&number.to_string(), fields.span(name).unwrap_or(span))
    };
    let launch = Props::new(span)
        .put(
            "LaunchTemplateId",
            nodes::attribute(template, "LaunchTemplateId", span),
        )
        .put(
            "Version",
            nodes::attribute(template, "LatestVersionNumber", span),
        );
    let types = fields.items("types").iter().filter_map(|val| {
        let node = nodes::node(val)?;
        Some(Node::map([("InstanceType", node)], val.span))
    });
    let launch = Props::new(span)
        .put("LaunchTemplateSpecification", launch.node())
        .put("Overrides", Node::list(types.collect::<Vec<_>>(), span));
    let mixed = Props::new(span)
        .put("LaunchTemplate", launch.node())
        .put("InstancesDistribution", bought(fields, span));
    let props = Props::new(span)
        .put("MinSize", count("min", 0))
        .put("MaxSize", count("max", 1))
        .put("VPCZoneIdentifier", placement.inside().ids.clone())
        .put("MixedInstancesPolicy", mixed.node())
        .set(
            "NewInstancesProtectedFromScaleIn",
            fields.flag("keep_busy") == Some(true),
        );
    let group = Emit::part(
        "instances",
        "AWS::AutoScaling::AutoScalingGroup",
        props.finish(),
    );
    // ECS changes how many there are, and marks the group as its own.
    let group = group.ignoring(&["DesiredCapacity"]);
    let before = placement.ways_out(out);
    out.emit(decl, group.after(before).after([decl.address.clone()]))
}

/// How many instances are bought on demand, and how Spot instances are chosen.
fn bought(fields: &Fields, span: Span) -> Node {
    let at = fields.span("purchase").unwrap_or(span);
    let spot = fields.get("purchase").and_then(call);
    let all_spot = spot.is_some() || fields.word("purchase") == Some("spot");
    let share = if all_spot { 0_i64 } else { 100 };
    Props::new(at)
        .maybe(
            "OnDemandBaseCapacity",
            spot.and_then(|spot| spot.arguments.node("on_demand")),
        )
        .set("OnDemandPercentageAboveBaseCapacity", share)
        .set("OnDemandAllocationStrategy", "prioritized")
        .set("SpotAllocationStrategy", "price-capacity-optimized")
        .node()
}

fn provider(
    decl: &Decl,
    (fields, span): (&Fields, Span),
    group: &Address,
    out: &mut Lowering<'_>,
) -> Address {
    let switch = |name: &str, usual: bool| {
        let on = fields.flag(name).unwrap_or(usual);
        let word = if on { "ENABLED" } else { "DISABLED" };
        nodes::text(word, fields.span(name).unwrap_or(span))
    };
    let scaling = Props::new(span)
        .set("Status", "ENABLED")
        .put(
            "TargetCapacity",
            fields
                .amount("fill", "%")
                .unwrap_or_else(|| nodes::int(100, span)),
        )
        .set("MinimumScalingStepSize", 1_i64)
        .put(
            "MaximumScalingStepSize",
            fields
                .node("step")
                .unwrap_or_else(|| nodes::int(10_000, span)),
        )
        .put(
            "InstanceWarmupPeriod",
            fields
                .amount("warmup", "s")
                .unwrap_or_else(|| nodes::int(300, span)),
        );
    let own = Props::new(span)
        .put(
            "AutoScalingGroupArn",
            nodes::attribute(group, "AutoScalingGroupARN", span),
        )
        .put("ManagedScaling", scaling.node())
        .put("ManagedDraining", switch("drain", true))
        .put("ManagedTerminationProtection", switch("keep_busy", false));
    let props = Props::new(span).put("AutoScalingGroupProvider", own.node());
    out.emit(
        decl,
        Emit::part(PROVIDER, "AWS::ECS::CapacityProvider", props.finish()),
    )
}

/// The processor of a cluster's instances, if it has some.
pub(super) fn arch(decl: &Decl) -> Option<&'static str> {
    arch_in(decl.fields.object("instances")?)
}

fn arch_in(fields: &Fields) -> Option<&'static str> {
    let first = fields.items("types").first()?;
    match &first.value {
        Value::String(name) => Some(batch_pool::arch_of(name).word()),
        _ => None,
    }
}

fn check(decl: &Decl, fields: &Fields, out: &mut Lowering<'_>) {
    if let (Some(min), Some(max), Some(span)) =
        (fields.int("min"), fields.int("max"), fields.span("min"))
        && min > max
    {
        out.report(errors::count(min, max, span, fields.span("max")));
    }
    let mut first: Option<(&str, Span)> = None;
    for val in fields.items("types") {
        let Value::String(name) = &val.value else {
            continue;
        };
        if !name.contains('.') || !batch_pool::is_type(name) {
            out.report(errors::instance_type(name, val.span));
            continue;
        }
        match first {
            None => first = Some((name, val.span)),
            Some((known, span)) if batch_pool::arch_of(known) != batch_pool::arch_of(name) => {
                out.report(errors::two_archs((name, val.span), (known, span)));
            }
            Some(_) => {}
        }
    }
    if let (Some(system @ ("al2023_gpu" | "al2023_neuron")), Some(span), Some("arm64")) = (
        fields.word("system"),
        fields.span("system"),
        arch_in(fields),
    ) {
        out.report(errors::system(system, span, first.map(|(_, span)| span)));
    }
    let placed = placement::of(decl, out);
    if let Some(placed) = placed
        && placed.inside().none()
    {
        out.report(errors::no_subnets(placed.span));
    }
}
