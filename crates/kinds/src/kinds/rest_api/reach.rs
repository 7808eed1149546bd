//! From where an API can be reached: its endpoint, and the policy that says which addresses and VPCs may call.

use super::errors;
use crate::access::{Statement, policy};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{self, Read};
use core::net::IpAddr;
use formwork_schema::{Decl, Node, Value};

/// What every statement of the policy is about: API Gateway fills in the rest of the ARN.
const ALL: &str = "execute-api:/*";

/// Whether the API is served at CloudFront's edge.
pub(super) fn is_edge(decl: &Decl) -> bool {
    decl.fields.word("endpoint") == Some("edge")
}

/// The ids of the VPC endpoints of a private API.
fn endpoints(decl: &Decl) -> Option<Node> {
    let call = decl.fields.get("endpoint").and_then(values::call)?;
    call.arguments.node("endpoints")
}

/// `EndpointConfiguration`.
pub(super) fn configuration(decl: &Decl, out: &mut Lowering<'_>) -> Node {
    let span = decl.fields.span("endpoint").unwrap_or(decl.name_span);
    let endpoints = endpoints(decl);
    if let (Some(_), Some(domain)) = (&endpoints, decl.fields.name_span("domain"))
        && decl.fields.get("domain").is_some()
    {
        out.report(errors::private_domain(span, domain));
    }
    let sort = match &endpoints {
        Some(_) => "PRIVATE",
        None if is_edge(decl) => "EDGE",
        None => "REGIONAL",
    };
    Props::new(span)
        .put("Types", nodes::texts([sort], span))
        .maybe("VpcEndpointIds", endpoints)
        .node()
}

/// `Policy`: everybody who may otherwise, but from nowhere else.
pub(super) fn allowed(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    for val in decl.fields.items("allow_from") {
        if let Value::String(text) = &val.value
            && !is_block(text)
        {
            out.report(errors::source(text, val.span));
        }
    }
    let limits = [
        ("StringNotEquals", "aws:SourceVpce", endpoints(decl)),
        (
            "NotIpAddress",
            "aws:SourceIp",
            decl.fields.node("allow_from"),
        ),
    ];
    let mut statements = Vec::new();
    for (operator, key, values) in limits {
        let Some(values) = values else { continue };
        let span = values.span;
        let deny = Statement::allow(["execute-api:Invoke"], [nodes::text(ALL, span)], span)
            .deny()
            .principal(nodes::text("*", span));
        statements.push(deny.when(operator, key, values));
    }
    if statements.is_empty() {
        return None;
    }
    let span = decl.name_span;
    let allow = Statement::allow(["execute-api:Invoke"], [nodes::text(ALL, span)], span);
    statements.push(allow.principal(nodes::text("*", span)));
    Some(policy(statements, span))
}

/// Whether a text is a block of addresses: `203.0.113.0/24`.
fn is_block(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= most)
}

#[cfg(test)]
mod tests {
    use super::is_block;

    #[test]
    fn blocks_of_addresses_are_told_from_others() {
        for good in ["10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32"] {
            assert!(is_block(good), "{good}");
        }
        for bad in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "example.com/8",
            "10.0.0.0/x",
        ] {
            assert!(!is_block(bad), "{bad}");
        }
    }
}
