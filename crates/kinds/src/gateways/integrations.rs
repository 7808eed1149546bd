//! Integrations of HTTP and WebSocket APIs: one resource for each different target of their routes.

use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use formwork_schema::{Address, Decl};
use std::collections::BTreeMap;

/// The integrations of an API by what they lead to.
#[derive(Default)]
pub(crate) struct Integrations(BTreeMap<String, Address>);

/// An integration that a route needs.
pub(crate) struct Wanted {
    /// What it leads to, and how: two routes of one key share the integration.
    pub(crate) key: String,
    /// Its name among the integrations of the API.
    pub(crate) name: String,
    /// Its properties.
    pub(crate) props: Props,
    /// What must be there before requests come.
    pub(crate) after: Vec<Address>,
}

impl Integrations {
    /// The integration that a route named `slug` needs: one that is there already, or a new one.
    pub(crate) fn of(
        &mut self,
        decl: &Decl,
        slug: &str,
        wanted: Wanted,
        out: &mut Lowering<'_>,
    ) -> Address {
        if let Some(address) = self.0.get(&wanted.key) {
            return address.clone();
        }
        let plain = format!("integration_{}", wanted.name);
        let taken = |address: &Address| address.part.as_deref() == Some(plain.as_str());
        let part = match self.0.values().any(taken) {
            true => format!("{plain}_{slug}"),
            false => plain,
        };
        let emit = Emit::part(
            part,
            "AWS::ApiGatewayV2::Integration",
            wanted.props.finish(),
        );
        let address = out.emit(decl, emit.after(wanted.after));
        self.0.insert(wanted.key, address.clone());
        address
    }
}
