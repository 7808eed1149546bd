//! Instances of EC2 on which ECS and Batch run containers: their role, their disk, and how they start.

use crate::access::trust;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{between, characters, field, pattern, size};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Type};

/// The smallest disk that ECS's images fit on, in GiB.
const DISK: i64 = 30;

/// Where the root disk of Amazon's images for ECS is.
const ROOT: &str = "/dev/xvda";

/// The fields of an instance that all its users share.
pub(crate) fn fields() -> Vec<FieldSpec> {
    use crate::nodes::megabytes;
    vec![
        field(
            "image_id",
            Type::String,
            "The id of a machine image, instead of Amazon's newest.",
        )
        .constraint(pattern(
            "^ami-[0-9a-f]{8}([0-9a-f]{9})?$",
            "an id such as `ami-0123456789abcdef0`",
        )),
        field("disk", size(), "The size of the root disk of an instance.")
            .default("30GB")
            .constraint(between(
                megabytes(30 * 1024),
                megabytes(16 * 1024 * 1024),
                Some(megabytes(1024)),
            )),
        field(
            "user_data",
            Type::String,
            "A shell script that an instance runs when it starts.",
        )
        .constraint(characters(1, 12_000)),
        field(
            "key_pair",
            Type::String,
            "The name of the key pair to sign in to instances with.",
        )
        .constraint(characters(1, 255)),
    ]
}

/// The profile by which instances have their role, by which ECS runs containers on them, and what more AWS's own
/// policies named by `more` allow: ECS developer guide, "Amazon ECS container instance IAM role".
pub(crate) fn profile(decl: &Decl, more: &[&str], out: &mut Lowering<'_>) -> Address {
    let mut managed = vec!["service-role/AmazonEC2ContainerServiceforEC2Role"];
    managed.extend(more);
    let role = role(decl, "instance_role", "ec2.amazonaws.com", &managed, out);
    let span = decl.name_span;
    let name = nodes::attribute(&role, "RoleName", span);
    let props = Props::of(decl).put("Roles", Node::list([name], span));
    let profile = Emit::part(
        "instance_profile",
        "AWS::IAM::InstanceProfile",
        props.finish(),
    );
    out.emit(decl, profile)
}

/// A role with policies of AWS's own.
pub(crate) fn role(
    decl: &Decl,
    part: &str,
    service: &str,
    managed: &[&str],
    out: &mut Lowering<'_>,
) -> Address {
    let span = decl.name_span;
    let partition = out.partition(decl);
    let arns = managed
        .iter()
        .map(|name| format!("arn:{partition}:iam::aws:policy/{name}"));
    let props = Props::of(decl)
        .put("AssumeRolePolicyDocument", trust(service, None, span))
        .put("ManagedPolicyArns", nodes::texts(arns, span));
    out.emit(decl, Emit::part(part, "AWS::IAM::Role", props.finish()))
}

/// How an instance starts: an encrypted disk, and its metadata for signed requests only.
pub(crate) fn launch_data(fields: &Fields, span: Span) -> Props {
    let size = fields.amount("disk", "GB");
    let disk = Props::new(span)
        .set("Encrypted", true)
        .put("VolumeSize", size.unwrap_or_else(|| nodes::int(DISK, span)))
        .set("VolumeType", "gp3")
        .set("DeleteOnTermination", true);
    let mapping = Props::new(span)
        .set("DeviceName", ROOT)
        .put("Ebs", disk.node());
    // Containers are one hop farther than the instance.
    let metadata = Props::new(span)
        .set("HttpTokens", "required")
        .set("HttpPutResponseHopLimit", 2_i64)
        .node();
    Props::new(span)
        .put("BlockDeviceMappings", Node::list([mapping.node()], span))
        .put("MetadataOptions", metadata)
        .maybe("KeyName", fields.node("key_pair"))
}

/// Emits the template that instances are started from.
pub(crate) fn template(decl: &Decl, data: Props, out: &mut Lowering<'_>) -> Address {
    let props = Props::of(decl).put("LaunchTemplateData", data.node());
    let template = Emit::part(
        "launch_template",
        "AWS::EC2::LaunchTemplate",
        props.finish(),
    );
    out.emit(decl, template)
}
