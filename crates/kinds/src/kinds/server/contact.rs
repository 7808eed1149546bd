//! `server_contact`: where Lightsail's alarms are sent.

use super::errors;
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, field, pattern};
use crate::values::Read;
use formwork_schema::{Decl, KindSpec, Type};

/// The fields, and the protocols they stand for.
const PROTOCOLS: [(&str, &str); 2] = [("email", "Email"), ("sms", "SMS")];

/// The kind `server_contact`.
pub(crate) struct ServerContact;

impl Kind for ServerContact {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_contact",
            doc: "Where Lightsail sends alarms: one e-mail address and one telephone number a region.",
            fields: vec![
                field(
                    "email",
                    Type::String,
                    "An address; AWS asks there whether it is right.",
                )
                .known()
                .constraint(pattern(
                    "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$",
                    "an e-mail address",
                )),
                field("sms", Type::String, "A telephone number: `+4712345678`.")
                    .known()
                    .constraint(pattern(
                        "^\\+[0-9]{5,15}$",
                        "a number such as `+4712345678`",
                    )),
            ],
            attributes: vec![
                attribute("arn", "Arn", "Its ARN."),
                attribute(
                    "status",
                    "Status",
                    "Whether it is confirmed: `PendingVerification`, `Valid` or `Invalid`.",
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
        let given: Vec<(&str, &str)> = PROTOCOLS
            .into_iter()
            .filter(|(name, _)| decl.fields.get(name).is_some())
            .collect();
        let (name, protocol) = match given.as_slice() {
            [one] => *one,
            [_, (second, _)] => {
                let span = decl.fields.name_span(second).unwrap_or(decl.name_span);
                out.report(errors::one_contact(span, "not two"));
                return;
            }
            _ => {
                out.report(errors::one_contact(decl.name_span, "and this has none"));
                return;
            }
        };
        let span = decl.fields.span(name).unwrap_or(decl.name_span);
        check_alone(decl, name, protocol, out);
        let props = Props::of(decl)
            .put("Protocol", nodes::text(protocol, span))
            .maybe("ContactEndpoint", decl.fields.node(name));
        let contact = Emit::main("AWS::Lightsail::ContactMethod", props.finish());
        out.emit(decl, contact);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[("email", "ContactEndpoint"), ("sms", "ContactEndpoint")]
    }
}

/// The protocol of a contact.
pub(super) fn protocol(decl: &Decl) -> Option<&'static str> {
    let given = |(name, _): &&(&str, &str)| decl.fields.get(name).is_some();
    PROTOCOLS.iter().find(given).map(|(_, protocol)| *protocol)
}

/// Lightsail keeps one contact of a protocol in a region.
fn check_alone(decl: &Decl, name: &str, protocol: &str, out: &mut Lowering<'_>) {
    let region = out.region(decl);
    let before =
        out.stack.decls.iter().filter(|other| {
            *other.address.kind == *decl.address.kind && other.address < decl.address
        });
    let mut same =
        before.filter(|other| other.fields.get(name).is_some() && out.region(other) == region);
    if let Some(first) = same.next() {
        let span = decl.fields.span(name).unwrap_or(decl.name_span);
        out.report(errors::contact_twice(protocol, &first.address, span));
    }
}
