//! Domain names of APIs.

use super::{arns, errors};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{field, kind, object, pattern};
use crate::values::{Read, resource};
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Type, Val, Value};

/// The field of an API, and whether it answers under that name only.
pub(crate) fn domain_fields(more: Vec<FieldSpec>) -> Vec<FieldSpec> {
    let mut own = fields();
    own.extend(more);
    vec![
        field("domain", object("domain", own), "A name of your own."),
        field(
            "only_domain",
            Type::Bool,
            "Answers under its own domain only.",
        )
        .default("false"),
    ]
}

fn fields() -> Vec<FieldSpec> {
    let dns = pattern(
        "^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$",
        "a domain name in lower case, such as `api.example.com`",
    );
    vec![
        field("name", Type::String, "The name: `api.example.com`.")
            .required()
            .constraint(dns),
        field(
            "certificate",
            Type::one_of([kind("certificate"), Type::String]),
            "Its certificate: a `certificate`, or an ARN.",
        )
        .required(),
        field(
            "path",
            Type::String,
            "The path under which the API answers; all by default.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9$_.+!*'()/-]{1,300}$",
            "a path without the first `/`",
        )),
    ]
}

/// Finds a certificate of another region, and an API that nobody could call.
pub(crate) fn check(decl: &Decl, edge: bool, out: &mut Lowering<'_>) {
    let Some(domain) = decl.fields.object("domain") else {
        if let (Some(true), Some(span)) = (
            decl.fields.flag("only_domain"),
            decl.fields.span("only_domain"),
        ) {
            out.report(errors::only_domain(span));
        }
        return;
    };
    let home = out.region(decl);
    let needed = if edge { "us-east-1" } else { &*home };
    let Some(val) = domain.get("certificate") else {
        return;
    };
    if let Some(there) = home_of(val, out).filter(|there| there != needed) {
        out.report(errors::certificate_region(&there, needed, edge, val.span));
    }
}

/// The region of a certificate, if it is known.
fn home_of(certificate: &Val, out: &Lowering<'_>) -> Option<String> {
    if let Some(of) = resource(certificate) {
        let decl = out.decl(&of.address)?;
        return Some(out.region(decl).to_string());
    }
    let Value::String(arn) = &certificate.value else {
        return None;
    };
    let region = arn.strip_prefix("arn:")?.split(':').nth(2)?;
    Some(region.to_owned())
}

/// Emits the domain of an HTTP or WebSocket API and the mapping of its stage; both take TLS 1.2 and nothing older.
pub(crate) fn emit(decl: &Decl, stage: &Address, out: &mut Lowering<'_>) {
    check(decl, false, out);
    let (Some(domain), Some(span)) = (decl.fields.object("domain"), decl.fields.span("domain"))
    else {
        return;
    };
    let configuration = Props::new(span)
        .maybe("CertificateArn", certificate(domain))
        .set("EndpointType", "REGIONAL")
        .set("SecurityPolicy", "TLS_1_2");
    let props = Props::new(span)
        .maybe("DomainName", domain.node("name"))
        .put(
            "DomainNameConfigurations",
            Node::list([configuration.node()], span),
        );
    let name = Emit::part("domain", "AWS::ApiGatewayV2::DomainName", props.finish());
    let name = out.emit(decl, name);
    let props = Props::new(span)
        .put("ApiId", arns::id(decl, span))
        .put("DomainName", nodes::attribute(&name, "DomainName", span))
        .put("Stage", nodes::attribute(stage, "StageName", span))
        .maybe("ApiMappingKey", domain.node("path"));
    let mapping = Emit::part(
        "domain_mapping",
        "AWS::ApiGatewayV2::ApiMapping",
        props.finish(),
    );
    out.emit(decl, mapping.after([stage.clone()]));
}

/// Emits the domain of a REST API and the mapping of its stage.
pub(crate) fn emit_rest(decl: &Decl, stage: &Address, edge: bool, out: &mut Lowering<'_>) {
    check(decl, edge, out);
    let (Some(domain), Some(span)) = (decl.fields.object("domain"), decl.fields.span("domain"))
    else {
        return;
    };
    let name = Emit::part(
        "domain",
        "AWS::ApiGateway::DomainName",
        rest_name(domain, span, edge).finish(),
    );
    let name = out.emit(decl, name);
    let path = domain.node("path");
    let props = Props::new(span)
        .put("DomainName", nodes::attribute(&name, "DomainName", span))
        .put("RestApiId", arns::id(decl, span))
        .put("Stage", nodes::attribute(stage, "StageName", span))
        .put(
            "BasePath",
            path.unwrap_or_else(|| nodes::text("(none)", span)),
        );
    let mapping = Emit::part(
        "domain_mapping",
        "AWS::ApiGateway::BasePathMapping",
        props.finish(),
    );
    out.emit(decl, mapping);
}

fn rest_name(domain: &Fields, span: formwork_diag::Span, edge: bool) -> Props {
    let (property, endpoint) = match edge {
        true => ("CertificateArn", "EDGE"),
        false => ("RegionalCertificateArn", "REGIONAL"),
    };
    let tls = match domain.word("tls") {
        Some("tls10") => "TLS_1_0",
        _ => "TLS_1_2",
    };
    let tls = nodes::text(tls, domain.span("tls").unwrap_or(span));
    Props::new(span)
        .maybe("DomainName", domain.node("name"))
        .maybe(property, certificate(domain))
        .put(
            "EndpointConfiguration",
            Node::map([("Types", nodes::texts([endpoint], span))], span),
        )
        .put("SecurityPolicy", tls)
}

/// The ARN of a certificate: of a declaration, or as written.
fn certificate(domain: &Fields) -> Option<Node> {
    let val = domain.get("certificate")?;
    match resource(val) {
        Some(of) => Some(nodes::attribute(&of.address, "CertificateArn", val.span)),
        None => nodes::node(val),
    }
}
