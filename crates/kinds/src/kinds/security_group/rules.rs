//! The rules of a group as written: ports, protocols and the other end of each.

use super::errors;
use crate::cidr::{Cidr, NoCidr, is_ipv6};
use crate::groups::{Direction, Peer, Rule, is_group_id};
use crate::kinds::network;
use crate::lowering::Lowering;
use crate::nodes;
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Decl, Deferred, Fields, Op, Prop, Val, Value};

/// The last port there is.
const LAST: i64 = 65_535;

/// Ports that nobody should reach from anywhere, and what answers there.
const ADMINISTRATION: [(i64, &str); 2] = [(22, "SSH"), (3389, "Remote Desktop")];

/// The rules of a direction as written, one for each other end.
pub(super) fn of(decl: &Decl, direction: Direction, out: &mut Lowering<'_>) -> Vec<Rule> {
    let (name, peer) = match direction {
        Direction::Ingress => ("ingress", "from"),
        Direction::Egress => ("egress", "to"),
    };
    let mut rules = Vec::new();
    for val in decl.fields.items(name) {
        let Value::Object(fields) = &val.value else {
            continue;
        };
        let protocol = protocol(fields);
        let Some(ports) = ports(fields, protocol, val, out) else {
            continue;
        };
        for other in each(fields.get(peer)) {
            for peer in peers(decl, other, out) {
                rules.push(Rule {
                    protocol,
                    ports,
                    peer,
                    description: fields.node("description"),
                    span: other.span,
                });
            }
        }
    }
    rules
}

fn each(val: Option<&Val>) -> Vec<&Val> {
    match val {
        Some(Val {
            value: Value::List(items),
            ..
        }) => items.iter().collect(),
        Some(val) => vec![val],
        None => Vec::new(),
    }
}

fn is_word(val: &Val, word: &str) -> bool {
    matches!(&val.value, Value::Word(known) if &**known == word)
}

/// Whether a value that is not known yet is the id of a group: `web.security_group`.
fn is_group(val: &Val) -> bool {
    matches!(&val.value, Value::Deferred(deferred) if gives_group(deferred))
}

fn gives_group(deferred: &Deferred) -> bool {
    match deferred {
        Deferred::Attribute { property, .. } => &**property == "GroupId",
        Deferred::Apply {
            op: Op::Otherwise,
            on,
            ..
        } => matches!(&on.prop, Prop::Deferred(inner) if gives_group(inner)),
        _ => false,
    }
}

fn protocol(fields: &Fields) -> &'static str {
    match fields.word("protocol") {
        Some("udp") => "udp",
        Some("icmp") => "icmp",
        Some("icmpv6") => "icmpv6",
        Some("all") => "-1",
        _ => "tcp",
    }
}

/// First and last port; `Some(None)` where there are none, `None` where they are wrong.
fn ports(
    fields: &Fields,
    protocol: &str,
    rule: &Val,
    out: &mut Lowering<'_>,
) -> Option<Option<(i64, i64)>> {
    if values::is_wrong(fields, "protocol") {
        return None;
    }
    let portless = !matches!(protocol, "tcp" | "udp");
    let Some(val) = fields.get("port") else {
        if portless {
            // Of ICMP, -1 is every type and code: EC2 API, IpPermission.
            return Some((protocol != "-1").then_some((-1, -1)));
        }
        out.report(errors::no_port(protocol, rule.span));
        return None;
    };
    if portless {
        let named = fields.word("protocol").unwrap_or("all");
        out.report(errors::port_of(named, val.span));
        return None;
    }
    let found = match &val.value {
        Value::Number(_) => fields.int("port").map(|port| (port, port)),
        Value::String(text) => range(text),
        _ => return None,
    };
    let ports = found.filter(|(first, last)| *first >= 0 && first <= last && *last <= LAST);
    if ports.is_none() {
        out.report(errors::ports(val.span));
    }
    ports.map(Some)
}

/// `8000-8100`.
fn range(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// The other ends that a value means.
fn peers(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Vec<Peer> {
    let span = val.span;
    if is_word(val, "anywhere") {
        return vec![
            Peer::Ipv4(nodes::text("0.0.0.0/0", span)),
            Peer::Ipv6(nodes::text("::/0", span)),
        ];
    }
    if is_word(val, "itself") {
        let own = nodes::attribute(&decl.address, "GroupId", span);
        return vec![Peer::Group(own)];
    }
    if let Some(reference) = values::resource(val) {
        let Some(other) = out.decl(&reference.address) else {
            return Vec::new();
        };
        return vec![match &*reference.address.kind {
            "network" if other.existing.is_some() => {
                Peer::Ipv4(nodes::attribute(&other.address, "CidrBlock", span))
            }
            "network" => {
                let cidr = network::layout(other, out).cidr;
                Peer::Ipv4(nodes::text(&cidr.to_string(), span))
            }
            _ => Peer::Group(nodes::attribute(&reference.address, "GroupId", span)),
        }];
    }
    let Value::String(text) = &val.value else {
        let peer = if is_group(val) {
            Peer::Group
        } else {
            Peer::Ipv4
        };
        return nodes::node(val).map(peer).into_iter().collect();
    };
    written(text, val, out).into_iter().collect()
}

fn written(text: &str, val: &Val, out: &mut Lowering<'_>) -> Option<Peer> {
    let node = nodes::text(text, val.span);
    if is_group_id(text) {
        return Some(Peer::Group(node));
    }
    if text.starts_with("pl-") {
        return Some(Peer::PrefixList(node));
    }
    if is_ipv6(text) {
        return Some(Peer::Ipv6(node));
    }
    match Cidr::read(text) {
        Ok(_) => return Some(Peer::Ipv4(node)),
        Err(NoCidr::NotFirst(block)) => out.report(errors::not_first(text, block, val.span)),
        Err(NoCidr::Form) => out.report(errors::peer(text, val.span)),
    }
    None
}

/// Finds ports that are open to anybody.
pub(super) fn lint_ingress(decl: &Decl, ingress: &[Rule], out: &mut Lowering<'_>) {
    let mut said: Vec<Span> = Vec::new();
    for rule in ingress.iter().filter(|rule| is_anywhere(&rule.peer)) {
        if said.contains(&rule.span) {
            continue;
        }
        said.push(rule.span);
        match rule.ports {
            None => out.lint(decl, errors::open_ports("every port", rule.span)),
            Some((first, last)) if first <= 0 && last == LAST && rule.protocol != "icmp" => {
                out.lint(decl, errors::open_ports("every port", rule.span));
            }
            Some((first, last)) if rule.protocol == "tcp" => {
                let reached = ADMINISTRATION
                    .iter()
                    .find(|(port, _)| (first..=last).contains(port));
                if let Some((port, what)) = reached {
                    let ports = format!("port {port} ({what})");
                    out.lint(decl, errors::open_ports(&ports, rule.span));
                }
            }
            Some(_) => {}
        }
    }
}

/// Finds that everything may go out.
pub(super) fn lint_egress(decl: &Decl, egress: &[Rule], out: &mut Lowering<'_>) {
    let open = |rule: &&Rule| rule.ports.is_none() && is_anywhere(&rule.peer);
    if let Some(rule) = egress.iter().find(open) {
        out.lint(decl, errors::open_egress(rule.span));
    }
}

/// Whether the other end is anybody.
fn is_anywhere(peer: &Peer) -> bool {
    match peer {
        Peer::Ipv4(block) | Peer::Ipv6(block) => {
            matches!(&block.prop, Prop::String(text) if &**text == "0.0.0.0/0" || &**text == "::/0")
        }
        Peer::Group(_) | Peer::PrefixList(_) => false,
    }
}
