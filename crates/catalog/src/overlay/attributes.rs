//! Attributes that AWS makes, as templates by which the simulated cloud can make them too.

use formwork_schema::{Attribute, ResourceType, Shape, ShapeKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Services whose word in ARNs and host names is not their CloudFormation name in lower case.
const WORDS: &[(&str, &str)] = &[
    ("ApiGatewayV2", "apigateway"),
    ("ApplicationAutoScaling", "application-autoscaling"),
    ("CertificateManager", "acm"),
    ("CloudWatch", "cloudwatch"),
    ("Cognito", "cognito-idp"),
    ("EFS", "elasticfilesystem"),
    ("ElasticLoadBalancingV2", "elasticloadbalancing"),
    ("KinesisFirehose", "firehose"),
    ("StepFunctions", "states"),
];

/// Templates for the read-only properties of a type that hold one value; nested ones by dots (`Endpoint.Address`).
pub(super) fn derive(ty: &ResourceType) -> BTreeMap<Arc<str>, Attribute> {
    let mut found = BTreeMap::new();
    for path in &ty.read_only {
        let nested = path.0.contains('/');
        let root_made = ty.read_only.iter().any(|other| &*other.0 == path.root());
        if path.segments().any(|name| name == "*") || (nested && !root_made) {
            continue;
        }
        let Some(shape) = shape_at(ty, &path.0) else {
            continue;
        };
        if let Some(template) = template(ty, &path.0, &shape) {
            let name: Arc<str> = path.0.replace('/', ".").into();
            found.insert(name, Attribute::Made(template.into()));
        }
    }
    found
}

/// The shape at a path of property names without `*`.
fn shape_at(ty: &ResourceType, path: &str) -> Option<Arc<Shape>> {
    let mut names = path.split('/');
    let mut shape = ty.properties.get(names.next()?)?;
    for name in names {
        match &ty.resolve(shape).kind {
            ShapeKind::Object { properties, .. } => shape = properties.get(name)?,
            _ => return None,
        }
    }
    Some(ty.resolve(shape).clone())
}

fn template(ty: &ResourceType, path: &str, shape: &Shape) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut words = ty.name.split("::").skip(1);
    let service = words.next().unwrap_or("");
    let kind = words.next().unwrap_or("").to_lowercase();
    let known = WORDS.iter().find(|(known, _)| *known == service);
    let service = known.map_or_else(|| service.to_lowercase(), |(_, word)| (*word).to_owned());
    if let Some(word) = shape.allowed.first().and_then(|word| word.as_str()) {
        return Some(word.to_owned());
    }
    match shape.kind {
        ShapeKind::String => {}
        _ => return None,
    }
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    let time = shape.format.as_deref() == Some("date-time");
    Some(
        if time
            || ends(&[
                "Time",
                "Timestamp",
                "Date",
                "CreatedAt",
                "LastModified",
                "ValidTill",
            ])
        {
            "2026-01-01T00:00:00Z".into()
        } else if ends(&["Arn", "ARN"]) {
            format!("arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{alnum:10}}")
        } else if ends(&["KeyId", "Uuid"]) {
            "{uuid}".into()
        } else if ends(&["Url", "URL", "Uri"]) {
            format!("https://{{alnum:10}}.{service}.{{region}}.{{suffix}}")
        } else if ends(&["Address", "Endpoint", "DNSName", "DnsName", "DomainName"]) {
            format!("{{alnum:10}}.{service}.{{region}}.{{suffix}}")
        } else if ends(&["Ip", "IpAddress"]) {
            "10.0.0.{serial}".into()
        } else if ends(&["Version", "VersionNumber", "Revision"]) {
            "{serial}".into()
        } else if ends(&["Status", "State"]) {
            "ACTIVE".into()
        } else {
            "{alnum:10}".into()
        },
    )
}
