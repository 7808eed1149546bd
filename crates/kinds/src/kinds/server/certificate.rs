//! `server_certificate`: a TLS certificate of Lightsail for a distribution or a container service.

use super::shared;
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use crate::registry::Kind;
use crate::specs::{attribute, field, items, pattern};
use crate::values::Read;
use formwork_schema::{Constraint, Decl, KindSpec, Type};

/// The kind `server_certificate`.
pub(crate) struct ServerCertificate;

impl Kind for ServerCertificate {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_certificate",
            doc: "A certificate of Lightsail; it can be used once its records are in the domain's DNS.",
            fields: vec![
                field(
                    "domain",
                    Type::String,
                    "The name it is for; a change replaces it.",
                )
                .required()
                .constraint(domain()),
                field(
                    "alternatives",
                    Type::String.list(),
                    "Further names it is for: `[\"www.example.com\"]`.",
                )
                .constraint(items(1, 9)),
                shared::name_field(),
            ],
            attributes: vec![
                attribute("name", "CertificateName", "Its name."),
                attribute("arn", "CertificateArn", "Its ARN."),
                attribute(
                    "status",
                    "Status",
                    "Whether it can be used: `PENDING_VALIDATION`, `ISSUED` and others.",
                ),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let props = Props::of(decl)
            .maybe("CertificateName", fields.node("name"))
            .maybe("DomainName", fields.node("domain"))
            .maybe("SubjectAlternativeNames", fields.node("alternatives"));
        let certificate = Emit::main("AWS::Lightsail::Certificate", props.finish());
        out.emit(decl, certificate);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "CertificateName"),
            ("domain", "DomainName"),
            ("alternatives", "SubjectAlternativeNames"),
        ]
    }
}

/// The form of a domain's name.
pub(super) fn domain() -> Constraint {
    pattern(
        "^(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}$",
        "a domain such as `example.com`",
    )
}
