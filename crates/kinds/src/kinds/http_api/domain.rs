//! A domain name of the API's own.

use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::{Read, resource};
use formwork_schema::{Address, Decl, Fields, Node};

/// Emits the domain name and the mapping of the API's stage to it.
pub(super) fn emit(decl: &Decl, api: &Address, out: &mut Lowering<'_>) {
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
    let name = out.emit(
        decl,
        Emit::part("domain", "AWS::ApiGatewayV2::DomainName", props.finish()),
    );
    let props = Props::new(span)
        .put("ApiId", nodes::attribute(api, "ApiId", span))
        .put("DomainName", nodes::attribute(&name, "DomainName", span))
        .set("Stage", "$default")
        .maybe("ApiMappingKey", domain.node("path"));
    let mapping = Emit::part(
        "domain_mapping",
        "AWS::ApiGatewayV2::ApiMapping",
        props.finish(),
    );
    out.emit(decl, mapping.after([decl.address.part("stage")]));
}

/// The ARN of a certificate: of a declaration, or as written.
fn certificate(domain: &Fields) -> Option<Node> {
    let val = domain.get("certificate")?;
    match resource(val) {
        Some(of) => Some(nodes::attribute(&of.address, "CertificateArn", val.span)),
        None => nodes::node(val),
    }
}
