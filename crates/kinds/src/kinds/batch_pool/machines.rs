//! The instances of a pool: their role, how they start, and how they are chosen.

use super::{Capacity, errors};
use crate::instances;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, call};
use formwork_schema::{Address, Decl, Node};

/// What of the compute resources speaks of instances, and what must be there first.
pub(super) fn lower(
    decl: &Decl,
    capacity: Capacity,
    out: &mut Lowering<'_>,
) -> (Props, Vec<Address>) {
    let fields = &decl.fields;
    let span = decl.name_span;
    let profile = instances::profile(decl, &[], out);
    let data = instances::launch_data(fields, span).maybe("UserData", user_data(decl, out));
    let template = instances::template(decl, data, out);
    let types = fields.node("instance_types");
    let launch = Props::of(decl)
        .put(
            "LaunchTemplateId",
            nodes::attribute(&template, "LaunchTemplateId", span),
        )
        .put(
            "Version",
            nodes::attribute(&template, "LatestVersionNumber", span),
        );
    let scaling = fields
        .amount("scale_down_after", "min")
        .map(|minutes| Node::map([("MinScaleDownDelayMinutes", minutes)], span));
    let mut props = Props::of(decl)
        .put(
            "MinvCpus",
            fields
                .node("min_vcpus")
                .unwrap_or_else(|| nodes::int(0, span)),
        )
        .put(
            "InstanceTypes",
            types.unwrap_or_else(|| nodes::texts(["optimal"], span)),
        )
        .put("InstanceRole", nodes::attribute(&profile, "Arn", span))
        .put("AllocationStrategy", allocation(decl, capacity))
        .put("LaunchTemplate", launch.node())
        .put("Ec2Configuration", system(decl))
        .maybe("PlacementGroup", fields.node("placement_group"))
        .maybe("ScalingPolicy", scaling);
    let price = fields.get("capacity").and_then(call);
    if let Some(price) = price.and_then(|spot| spot.arguments.amount("max_price", "%")) {
        props = props.put("BidPercentage", price);
    }
    if capacity == Capacity::Spot && fields.word("allocation") == Some("best_fit") {
        let fleet = fleet_role(decl, out);
        props = props.put("SpotIamFleetRole", nodes::attribute(&fleet, "Arn", span));
    }
    (props, vec![profile])
}

/// The role by which Batch asks for Spot instances one by one: Batch user guide, "Amazon EC2 spot fleet role".
fn fleet_role(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let managed = "service-role/AmazonEC2SpotFleetTaggingRole";
    instances::role(
        decl,
        "fleet_role",
        "spotfleet.amazonaws.com",
        &[managed],
        out,
    )
}

/// A script as Batch takes it: the only part of a MIME archive, in base 64.
fn user_data(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let val = decl.fields.get("user_data")?;
    let Some((script, _)) = decl.fields.text("user_data") else {
        out.report(errors::script_not_known(val.span));
        return None;
    };
    let begin = match script.starts_with("#!") {
        true => "",
        false => "#!/bin/bash\n",
    };
    let archive = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==SCRIPT==\"\n\n\
         --==SCRIPT==\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\n\n\
         {begin}{}\n--==SCRIPT==--\n",
        script.trim_end()
    );
    Some(nodes::base64(nodes::text(&archive, val.span)))
}

fn allocation(decl: &Decl, capacity: Capacity) -> Node {
    let span = decl.fields.span("allocation").unwrap_or(decl.name_span);
    let usual = match capacity {
        Capacity::Spot => "spot_price_capacity_optimized",
        _ => "best_fit_progressive",
    };
    let word = decl.fields.word("allocation").unwrap_or(usual);
    nodes::text(&word.to_ascii_uppercase(), span)
}

/// The machine image: Amazon's newest of a type, or one by its id.
fn system(decl: &Decl) -> Node {
    let fields = &decl.fields;
    let span = fields.span("image_type").unwrap_or(decl.name_span);
    let word = fields.word("image_type").unwrap_or("al2023");
    let system = Props::new(span)
        .put(
            "ImageType",
            nodes::text(&format!("ECS_{}", word.to_ascii_uppercase()), span),
        )
        .maybe("ImageIdOverride", fields.node("image_id"));
    Node::list([system.node()], span)
}
