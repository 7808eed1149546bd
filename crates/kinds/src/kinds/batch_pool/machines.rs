//! The instances of a pool: their role, how they start, and how they are chosen.

use super::{Capacity, errors};
use crate::access::trust;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::{Read, call};
use formwork_schema::{Address, Decl, Node};

/// The smallest disk that ECS's images fit on, in GiB.
const DISK: i64 = 30;

/// Where the root disk of Amazon's images for ECS is.
const ROOT: &str = "/dev/xvda";

/// What of the compute resources speaks of instances, and what must be there first.
pub(super) fn lower(
    decl: &Decl,
    capacity: Capacity,
    out: &mut Lowering<'_>,
) -> (Props, Vec<Address>) {
    let fields = &decl.fields;
    let span = decl.name_span;
    let profile = profile(decl, out);
    let template = template(decl, out);
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

/// The role of the instances, by which ECS runs jobs on them: Batch user guide, "Amazon ECS instance role".
fn profile(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let managed = "service-role/AmazonEC2ContainerServiceforEC2Role";
    let role = role(decl, "instance_role", "ec2.amazonaws.com", managed, out);
    let span = decl.name_span;
    let name = nodes::attribute(&role, "RoleName", span);
    let props = Props::of(decl).put("Roles", Node::list([name], span));
    out.emit(
        decl,
        Emit::part(
            "instance_profile",
            "AWS::IAM::InstanceProfile",
            props.finish(),
        ),
    )
}

/// The role by which Batch asks for Spot instances one by one: Batch user guide, "Amazon EC2 spot fleet role".
fn fleet_role(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let managed = "service-role/AmazonEC2SpotFleetTaggingRole";
    role(decl, "fleet_role", "spotfleet.amazonaws.com", managed, out)
}

fn role(decl: &Decl, part: &str, service: &str, managed: &str, out: &mut Lowering<'_>) -> Address {
    let span = decl.name_span;
    let arn = format!("arn:{}:iam::aws:policy/{managed}", out.partition(decl));
    let props = Props::of(decl)
        .put("AssumeRolePolicyDocument", trust(service, None, span))
        .put("ManagedPolicyArns", nodes::texts([arn], span));
    out.emit(decl, Emit::part(part, "AWS::IAM::Role", props.finish()))
}

/// How an instance starts: an encrypted disk, and its metadata for signed requests only.
fn template(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let fields = &decl.fields;
    let span = decl.name_span;
    let size = fields.amount("disk", "GB");
    let disk = Props::of(decl)
        .set("Encrypted", true)
        .put("VolumeSize", size.unwrap_or_else(|| nodes::int(DISK, span)))
        .set("VolumeType", "gp3")
        .set("DeleteOnTermination", true);
    let mapping = Props::of(decl)
        .set("DeviceName", ROOT)
        .put("Ebs", disk.node());
    // Containers are one hop farther than the instance.
    let metadata = Props::of(decl)
        .set("HttpTokens", "required")
        .set("HttpPutResponseHopLimit", 2_i64)
        .node();
    let data = Props::of(decl)
        .put("BlockDeviceMappings", Node::list([mapping.node()], span))
        .put("MetadataOptions", metadata)
        .maybe("KeyName", fields.node("key_pair"))
        .maybe("UserData", user_data(decl, out));
    let props = Props::of(decl).put("LaunchTemplateData", data.node());
    out.emit(
        decl,
        Emit::part(
            "launch_template",
            "AWS::EC2::LaunchTemplate",
            props.finish(),
        ),
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
    Some(nodes::text(&base64(archive.as_bytes()), val.span))
}

/// Base 64 with padding: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for piece in bytes.chunks(3) {
        let byte = |at: usize| u32::from(piece.get(at).copied().unwrap_or(0));
        let whole = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let index = (whole >> (18 - 6 * at) & 63) as usize;
            match LETTERS.get(index) {
                Some(letter) if at <= piece.len() => out.push(char::from(*letter)),
                _ => out.push('='),
            }
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base_64_is_padded() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
    }
}
