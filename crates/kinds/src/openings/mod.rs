//! What properties written by hand open to anybody: in a raw `resource`, and in an `override`. Kinds have lints of their
//! own for their fields; what they lower to by themselves is closed.

mod document;
mod errors;

use crate::lowering::Lowering;
use document::Statement;
use formwork_diag::{Diagnostic, Span};
use formwork_schema::{Decl, Node, Prop, Properties, Resource};

/// What is said where anybody may use a thing.
type Opened = fn(Span) -> Diagnostic;

/// Types with a policy that says who may use them: the property, and what it means that anybody may.
const POLICIES: &[(&str, &str, Opened)] = &[
    (
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        errors::public_registry,
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument",
        errors::trust_anybody,
    ),
    ("AWS::KMS::Key", "KeyPolicy", errors::public_key),
    (
        "AWS::S3::BucketPolicy",
        "PolicyDocument",
        errors::public_bucket,
    ),
    (
        "AWS::SNS::TopicPolicy",
        "PolicyDocument",
        errors::public_topic,
    ),
    (
        "AWS::SQS::QueuePolicy",
        "PolicyDocument",
        errors::public_queue,
    ),
];

/// Types whose document says what somebody may do.
const RIGHTS: &[&str] = &[
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
];

/// Switches of a bucket that keep it closed to the public.
const CLOSED: [&str; 4] = [
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
];

/// Ports that nobody should reach from anywhere.
const ADMINISTRATION: [i64; 2] = [22, 3389];

/// Looks at what a declaration writes by hand.
pub(crate) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let by_hand = match &decl.meta.overrides {
        _ if decl.resource_type.is_some() => None,
        Some(overrides) => Some(overrides.span),
        None => return,
    };
    let mut found = Vec::new();
    for address in out.resources_of(&decl.address) {
        if let Some(resource) = out.resource(&address) {
            found.extend(of(resource));
        }
    }
    for finding in found {
        let inside = |whole: Span| finding.span().is_some_and(|span| whole.to(span) == whole);
        if by_hand.is_none_or(inside) {
            out.lint(decl, finding);
        }
    }
}

/// What a resource opens.
fn of(resource: &Resource) -> Vec<Diagnostic> {
    let properties = &resource.properties;
    let mut found = Vec::new();
    for (name, property, error) in POLICIES {
        if **name == *resource.type_name {
            let all = properties.get(*property).into_iter();
            let anybody = all
                .flat_map(document::statements)
                .filter_map(Statement::anybody);
            found.extend(anybody.map(error));
        }
    }
    match &*resource.type_name {
        "AWS::EC2::SecurityGroup" => {
            let rules = properties.get("SecurityGroupIngress").into_iter();
            let rules = rules.flat_map(document::each).filter_map(map);
            found.extend(rules.filter_map(open_port));
        }
        "AWS::EC2::SecurityGroupIngress" => found.extend(open_port(properties)),
        "AWS::IAM::Role" => {
            let inline = properties.get("Policies").into_iter();
            let inline = inline.flat_map(document::each).filter_map(map);
            found.extend(inline.flat_map(rights));
        }
        "AWS::Lambda::Permission" => found.extend(permission(properties)),
        "AWS::S3::Bucket" => found.extend(bucket(properties)),
        name if RIGHTS.contains(&name) => found.extend(rights(properties)),
        _ => {}
    }
    found
}

/// Actions that a document allows as a whole.
fn rights(properties: &Properties) -> Vec<Diagnostic> {
    let all = properties.get("PolicyDocument").into_iter();
    let all = all.flat_map(document::statements);
    all.flat_map(Statement::actions)
        .filter_map(|(action, span)| match action.split_once(':') {
            _ if action == "*" || action == "*:*" => Some(crate::errors::iam_everything(span)),
            Some((service, "*")) => Some(crate::errors::iam_service_wildcard(service, span)),
            _ => None,
        })
        .collect()
}

/// Who may invoke a function: Lambda API reference, AddPermission.
fn permission(properties: &Properties) -> Option<Diagnostic> {
    let principal = properties.get("Principal")?;
    let given = |name: &str| properties.get(name).is_some();
    let who = document::text(principal)?;
    match who {
        "*" if given("PrincipalOrgID") => None,
        "*" => Some(errors::public_function(principal.span)),
        service if service.ends_with(".amazonaws.com") => {
            let named = given("SourceArn") || given("EventSourceToken");
            (!named).then(|| errors::permission_source(service, principal.span))
        }
        _ => None,
    }
}

fn bucket(properties: &Properties) -> Vec<Diagnostic> {
    let block = properties
        .get("PublicAccessBlockConfiguration")
        .and_then(map);
    let switches = CLOSED.iter().filter_map(|name| block?.get(*name));
    let open = switches.filter(|switch| switch.prop == Prop::Bool(false));
    let access = properties.get("AccessControl");
    let public = |node: &&Node| document::text(node).is_some_and(|word| word.starts_with("Public"));
    let open = open.chain(access.filter(public));
    open.map(|node| errors::public_bucket(node.span)).collect()
}

/// A rule that lets anybody reach a port of administration, or every port.
fn open_port(rule: &Properties) -> Option<Diagnostic> {
    let blocks = ["CidrIp", "CidrIpv6"]
        .iter()
        .filter_map(|name| rule.get(*name));
    let mut anywhere =
        blocks.filter(|block| matches!(document::text(block), Some("0.0.0.0/0" | "::/0")));
    let anywhere = anywhere.next()?;
    let port = |name: &str| rule.get(name).and_then(document::number);
    let reached = match (port("FromPort"), port("ToPort")) {
        (Some(first), Some(last)) if first >= 0 => ADMINISTRATION
            .iter()
            .any(|port| (first..=last).contains(port)),
        _ => !matches!(
            rule.get("IpProtocol").and_then(document::text),
            Some("icmp" | "icmpv6")
        ),
    };
    reached.then(|| errors::open_port(anywhere.span))
}

fn map(node: &Node) -> Option<&Properties> {
    match &node.prop {
        Prop::Map(properties) => Some(properties),
        _ => None,
    }
}
