//! The ports of a server: what is written is all that is open.

use super::errors;
use crate::cidr::{Cidr, NoCidr, is_ipv6};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{call, field, items, numbers};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, FieldSpec, Fields, Node, Type, Val, Value};

/// Ports that have a word: word, protocol, first and last. Source: Lightsail guide, "Instance firewalls".
const NAMED: &[(&str, &str, i64, i64)] = &[
    ("ssh", "tcp", 22, 22),
    ("rdp", "tcp", 3389, 3389),
    ("http", "tcp", 80, 80),
    ("https", "tcp", 443, 443),
    ("mysql", "tcp", 3306, 3306),
    ("postgres", "tcp", 5432, 5432),
    ("mssql", "tcp", 1433, 1433),
    ("oracle", "tcp", 1521, 1521),
    ("redis", "tcp", 6379, 6379),
    ("mongodb", "tcp", 27017, 27017),
    ("plesk", "tcp", 8443, 8443),
    ("dns_tcp", "tcp", 53, 53),
    ("dns_udp", "udp", 53, 53),
    // A ping is ICMP type 8 with any code.
    ("ping", "icmp", 8, -1),
    ("all", "all", 0, 65_535),
];

/// Ports by which a machine is taken over, and what listens there.
const ADMIN: &[(i64, &str)] = &[(22, "SSH"), (3389, "the remote desktop")];

/// Ports of databases, and what listens there.
const DATABASES: &[(i64, &str)] = &[
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (6379, "Redis"),
    (9200, "Elasticsearch"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];

const WORLD: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// The field `ports`.
pub(super) fn ports_field() -> FieldSpec {
    let words: Vec<&str> = NAMED.iter().map(|(word, ..)| *word).collect();
    let from = || {
        let who = Type::one_of([Type::words("source", &["lightsail_connect"]), Type::String]);
        field(
            "from",
            who.list(),
            "Who may: blocks of addresses, or `lightsail_connect` for the console's own client; else everybody.",
        )
        .constraint(items(1, 60))
    };
    let port = |name: &str, doc: &str| field(name, Type::Int, doc).constraint(numbers(0, 65_535));
    let mut choices = vec![Type::words("port", &words)];
    for word in words {
        choices.push(call(word, vec![from()], 0));
    }
    for protocol in ["tcp", "udp"] {
        let parameters = vec![
            port("port", "The port, or the first of several.").required(),
            port("to", "The last of several."),
            from(),
        ];
        choices.push(call(protocol, parameters, 1));
    }
    field(
        "ports",
        Type::one_of(choices).list(),
        "All that is open, whatever the template opens by itself: `[https, ssh(from = [\"203.0.113.7/32\"]), tcp(8080)]`.",
    )
    .default("[]")
    .constraint(items(0, 60))
}

/// One entry of the list.
struct Entry<'a> {
    protocol: &'a str,
    first: i64,
    last: i64,
    from: Option<&'a [Val]>,
    /// What underlines it.
    span: Span,
    from_span: Option<Span>,
}

/// What `Networking` says: every port, whole.
pub(super) fn networking(decl: &Decl, out: &mut Lowering<'_>) -> Node {
    let span = decl.fields.span("ports").unwrap_or(decl.name_span);
    let mut seen: Vec<(&str, i64, i64, Span)> = Vec::new();
    let mut ports = Vec::new();
    for val in decl.fields.items("ports") {
        let Some(entry) = entry(val, out) else {
            continue;
        };
        let (protocol, first, last) = (entry.protocol, entry.first, entry.last);
        let before = seen
            .iter()
            .find(|(p, f, l, _)| (*p, *f, *l) == (protocol, first, last));
        match before {
            Some((.., before)) => out.report(errors::ports_twice(*before, entry.span)),
            None => seen.push((protocol, first, last, entry.span)),
        }
        ports.push(port(decl, &entry, out));
    }
    Props::new(span)
        .put("Ports", Node::list(ports, span))
        .node()
}

fn entry<'a>(val: &'a Val, out: &mut Lowering<'_>) -> Option<Entry<'a>> {
    let (word, arguments): (&str, Option<&Fields>) = match &val.value {
        Value::Word(word) => (word, None),
        Value::Call(call) => (&call.name, Some(&call.arguments)),
        _ => return None,
    };
    let list = |fields: &'a Fields| fields.get("from").map(|_| fields.items("from"));
    let from = match &val.value {
        Value::Call(call) => list(&call.arguments),
        _ => None,
    };
    let from_span = arguments.and_then(|arguments| arguments.span("from"));
    if let Some((word, protocol, first, last)) = NAMED.iter().find(|(name, ..)| *name == word) {
        _ = word;
        return Some(Entry {
            protocol,
            first: *first,
            last: *last,
            from,
            span: val.span,
            from_span,
        });
    }
    let arguments = arguments?;
    let first = arguments.int("port")?;
    let last = arguments.int("to").unwrap_or(first);
    if last < first
        && let Some(span) = arguments.span("to")
    {
        out.report(errors::port_range(first, last, span));
    }
    Some(Entry {
        protocol: if word == "udp" { "udp" } else { "tcp" },
        first,
        last,
        from,
        span: val.span,
        from_span,
    })
}

fn port(decl: &Decl, entry: &Entry<'_>, out: &mut Lowering<'_>) -> Node {
    let span = entry.span;
    let mut v4 = Vec::new();
    let mut v6 = Vec::new();
    let mut aliases = Vec::new();
    let mut world = entry.from.is_none().then_some(span);
    for val in entry.from.unwrap_or_default() {
        match &val.value {
            Value::Word(_) => aliases.push(nodes::text("lightsail-connect", val.span)),
            Value::String(text) => {
                if WORLD.contains(&&**text) {
                    world = Some(val.span);
                }
                match Cidr::read(text) {
                    Ok(_) => v4.push(nodes::text(text, val.span)),
                    Err(_) if is_ipv6(text) => v6.push(nodes::text(text, val.span)),
                    Err(NoCidr::NotFirst(block)) => {
                        out.report(errors::not_first(text, block, val.span));
                    }
                    Err(NoCidr::Form) => out.report(errors::cidr(text, val.span)),
                }
            }
            // An address known later, such as a static one of this stack: `"${office.ip}/32"`.
            _ => v4.extend(nodes::node(val)),
        }
    }
    if entry.from.is_none() {
        v4.push(nodes::text(WORLD[0], span));
        v6.push(nodes::text(WORLD[1], span));
    }
    if let Some(world) = world {
        lint_open(decl, entry, world, out);
    }
    let at = entry.from_span.unwrap_or(span);
    Props::new(span)
        .set("Protocol", entry.protocol)
        .set("FromPort", entry.first)
        .set("ToPort", entry.last)
        .put("Cidrs", Node::list(v4, at))
        .put("Ipv6Cidrs", Node::list(v6, at))
        .put("CidrListAliases", Node::list(aliases, at))
        .node()
}

fn lint_open(decl: &Decl, entry: &Entry<'_>, span: Span, out: &mut Lowering<'_>) {
    if entry.protocol == "all" {
        out.lint(decl, errors::open_admin("every port", span));
        return;
    }
    if entry.protocol != "tcp" {
        return;
    }
    let opened = |ports: &[(i64, &str)]| {
        let found = ports
            .iter()
            .find(|(port, _)| (entry.first..=entry.last).contains(port));
        found.map(|(port, what)| format!("port {port} ({what})"))
    };
    if let Some(port) = opened(ADMIN) {
        out.lint(decl, errors::open_admin(&port, span));
    }
    if let Some(port) = opened(DATABASES) {
        out.lint(decl, errors::open_database(&port, span));
    }
}
