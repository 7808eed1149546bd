//! `server_address`: a static IPv4 address of Lightsail, which outlives the server it is attached to.

use super::shared;
use crate::cost::{Charge, Costed, HOURS};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::attribute;
use crate::values::Read;
use formwork_schema::{Decl, KindSpec};

/// The kind `server_address`.
pub(crate) struct ServerAddress;

impl Kind for ServerAddress {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_address",
            doc: "A static address of Lightsail; `address = …` of a server attaches it, and it stays when that server is replaced.",
            fields: vec![shared::name_field()],
            attributes: vec![
                attribute("name", "StaticIpName", "Its name."),
                attribute("arn", "StaticIpArn", "Its ARN."),
                attribute("ip", "IpAddress", "The address."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        // An address costs something only while nothing has it.
        Some(match of.has("attachment") {
            true => Vec::new(),
            false => vec![Charge::fixed(
                "attached to nothing",
                "lightsail.address",
                HOURS,
            )],
        })
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let props = Props::of(decl).maybe("StaticIpName", decl.fields.node("name"));
        let address = Emit::main("AWS::Lightsail::StaticIp", props.finish());
        let address = out.emit(decl, address);
        // A part, because the server may know the address: in its launch script, say.
        if let Some((server, span)) = shared::attached(decl, out) {
            let to = nodes::attribute(&server, "InstanceName", span);
            let props = Props::new(span).put("AttachedTo", to);
            let part = Emit::part("attachment", "AWS::Lightsail::StaticIp", props.finish());
            out.emit(decl, part.slice("attachment", address));
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "StaticIpName")]
    }
}
