//! VPC endpoints: ways to AWS's services that do not leave its network.

use super::layout::Layout;
use super::{errors, title, vpc_props};
use crate::groups::{self, Peer, Rule};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, Val, Value};

/// Services by their word and the end of their endpoint's name: AWS PrivateLink guide, "AWS services that integrate".
pub(super) const SERVICES: &[(&str, &str)] = &[
    ("s3", "s3"),
    ("dynamodb", "dynamodb"),
    ("batch", "batch"),
    ("ec2", "ec2"),
    ("ec2_messages", "ec2messages"),
    ("ecr_api", "ecr.api"),
    ("ecr_dkr", "ecr.dkr"),
    ("ecs", "ecs"),
    ("ecs_agent", "ecs-agent"),
    ("ecs_telemetry", "ecs-telemetry"),
    ("efs", "elasticfilesystem"),
    ("events", "events"),
    ("execute_api", "execute-api"),
    ("kms", "kms"),
    ("lambda", "lambda"),
    ("logs", "logs"),
    ("monitoring", "monitoring"),
    ("secretsmanager", "secretsmanager"),
    ("sns", "sns"),
    ("sqs", "sqs"),
    ("ssm", "ssm"),
    ("ssm_messages", "ssmmessages"),
    ("states", "states"),
    ("sts", "sts"),
    ("xray", "xray"),
];

/// Services reached by a route, without a price: Amazon VPC guide, "Gateway endpoints".
const BY_ROUTE: [&str; 2] = ["s3", "dynamodb"];

/// The part of the group that guards endpoints with addresses.
const GROUP: &str = "endpoints_group";

/// Emits the endpoints.
pub(super) fn lower(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    let mut seen: Vec<(String, Span)> = Vec::new();
    for val in decl.fields.items("endpoints") {
        let Some((slug, service)) = service(val, &out.region(decl)) else {
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == slug) {
            out.report(errors::endpoint_twice(*first, val.span));
            continue;
        }
        seen.push((slug.clone(), val.span));
        let by_route = BY_ROUTE.contains(&slug.as_str());
        let props = vpc_props(decl).put("ServiceName", service);
        let props = match by_route {
            true => props
                .set("VpcEndpointType", "Gateway")
                .put("RouteTableIds", tables(decl, layout)),
            // A service of another account may have no name that its endpoint could answer for.
            false => with_addresses(decl, layout, props, out)
                .set("PrivateDnsEnabled", !slug.contains("vpce_svc")),
        };
        let part = format!("endpoint_{slug}");
        let title = title(decl, &part, out);
        let endpoint = Emit::part(part, "AWS::EC2::VPCEndpoint", props.finish());
        out.emit(decl, endpoint.title(title));
    }
}

/// Slug and name of a service.
fn service(val: &Val, region: &str) -> Option<(String, Node)> {
    match &val.value {
        Value::Word(word) => {
            let (_, suffix) = SERVICES.iter().find(|(known, _)| known == &&**word)?;
            let name = format!("com.amazonaws.{region}.{suffix}");
            Some((word.to_string(), nodes::text(&name, val.span)))
        }
        Value::String(name) => {
            let kept = name.chars().map(|c| match c {
                c if c.is_ascii_alphanumeric() => c,
                _ => '_',
            });
            Some((kept.collect(), nodes::text(name, val.span)))
        }
        _ => None,
    }
}

/// All route tables of the network.
fn tables(decl: &Decl, layout: &Layout) -> Node {
    let span = decl.name_span;
    let public = layout.public().next().map(|_| "public_table".to_owned());
    let private = layout.zones.iter().filter(|zone| zone.private.is_some());
    let private = private.map(|zone| format!("private_{}_table", zone.slug));
    let ids = public.into_iter().chain(private).map(|part| {
        let table = decl.address.part(part);
        nodes::attribute(&table, "RouteTableId", span)
    });
    Node::list(ids, span)
}

/// An endpoint with addresses of its own in each zone, which answers for the service's name.
fn with_addresses(decl: &Decl, layout: &Layout, props: Props, out: &mut Lowering<'_>) -> Props {
    let span = decl.name_span;
    let vpc = nodes::attribute(&decl.address, "VpcId", span);
    let inside = Peer::Ipv4(nodes::text(&layout.cidr.to_string(), span));
    let group = groups::own(decl, GROUP, vpc, &[Rule::tcp(443, inside, span)], &[], out);
    let private: Vec<&Address> = layout.private().map(|subnet| &subnet.address).collect();
    let subnets = match private.is_empty() {
        true => layout.public().map(|subnet| &subnet.address).collect(),
        false => private,
    };
    let ids = subnets
        .into_iter()
        .map(|address| nodes::attribute(address, "SubnetId", span));
    let group = nodes::attribute(&group, "GroupId", span);
    props
        .set("VpcEndpointType", "Interface")
        .put("SubnetIds", Node::list(ids, span))
        .put("SecurityGroupIds", Node::list([group], span))
}
