//! `server_dns`: the records of a domain, in Lightsail.

use super::{certificate, errors, shared};
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, call, characters, field, items, monthly, numbers, usage};
use crate::values::{self, Read};
use core::net::{Ipv4Addr, Ipv6Addr};
use formwork_diag::Span;
use formwork_schema::{Call, Decl, FieldSpec, KindSpec, Node, Type};

/// Calls and the types of record they make.
const TYPES: &[(&str, &str)] = &[
    ("a", "A"),
    ("aaaa", "AAAA"),
    ("alias", "A"),
    ("cname", "CNAME"),
    ("mx", "MX"),
    ("ns", "NS"),
    ("srv", "SRV"),
    ("txt", "TXT"),
];

/// The kind `server_dns`.
pub(crate) struct ServerDns;

impl Kind for ServerDns {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_dns",
            doc: "The DNS of a domain in Lightsail; the domain's registrar must name Lightsail's name servers.",
            fields: vec![
                field("domain", Type::String, "The domain; a change replaces the zone.")
                    .required()
                    .constraint(certificate::domain()),
                field(
                    "records",
                    Type::one_of(TYPES.iter().map(|(name, _)| record(name))).list(),
                    "Its records: `[a(\"@\", front.ip), cname(\"www\", \"example.com\")]`; `\"@\"` is the domain itself.",
                )
                .constraint(items(0, 500)),
            ],
            attributes: vec![
                attribute("name", "DomainName", "The domain."),
                attribute("arn", "Arn", "Its ARN."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: usage(vec![monthly("queries_per_month", "Questions for its names a month.")]),
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let queries = of.used("queries_per_month");
        Some(vec![Charge::used("queries", "lightsail.dns", queries)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let domain = fields.node("domain");
        let mut records: Vec<Node> = Vec::new();
        let mut seen: Vec<(String, Span)> = Vec::new();
        for val in fields.items("records") {
            let Some(call) = values::call(val) else {
                continue;
            };
            check(call, &mut seen, val.span, out);
            records.extend(entry(call, domain.as_ref(), val.span));
        }
        let records = fields.span("records").map(|span| Node::list(records, span));
        let props = Props::of(decl)
            .maybe("DomainName", domain)
            .maybe("DomainEntries", records);
        let zone = Emit::main("AWS::Lightsail::Domain", props.finish());
        out.emit(decl, zone.region(shared::GLOBAL));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[("domain", "DomainName"), ("records", "DomainEntries")]
    }
}

fn record(name: &str) -> Type {
    let text = |name: &str, doc: &str| {
        field(name, Type::String, doc)
            .required()
            .constraint(characters(1, 1024))
    };
    let number = |name: &str, doc: &str| {
        field(name, Type::Int, doc)
            .required()
            .constraint(numbers(0, 65_535))
    };
    let to = match name {
        "a" => "An IPv4 address.",
        "aaaa" => "An IPv6 address.",
        "alias" => "The host name of a `server_balancer`, `server_cdn` or bucket.",
        "txt" => "The text.",
        _ => "A host name.",
    };
    let mut parameters: Vec<FieldSpec> = vec![
        text(
            "name",
            "The name within the domain; `\"@\"` is the domain itself.",
        ),
        text("to", to),
    ];
    match name {
        "mx" => parameters.push(number("priority", "Which is tried first: the least.")),
        "srv" => parameters.extend([
            number("priority", "Which is tried first: the least."),
            number("weight", "How often, among those of one priority."),
            number("port", "The port."),
        ]),
        _ => {}
    }
    call(name, parameters, 2)
}

fn entry(call: &Call, domain: Option<&Node>, span: Span) -> Option<Node> {
    let (_, sort) = TYPES.iter().find(|(name, _)| *name == &*call.name)?;
    let arguments = &call.arguments;
    let name = arguments.node("name")?;
    let at = name.span;
    let domain = domain?.clone();
    let whole = match arguments.text("name") {
        Some((name, _)) if &**name == "@" => domain,
        _ => nodes::concat([name, nodes::text(".", at), domain], at),
    };
    let to = arguments.node("to")?;
    let spaced = |parts: &[&str]| {
        let mut all = Vec::new();
        for part in parts {
            all.push(arguments.node(part)?);
            all.push(nodes::text(" ", span));
        }
        all.push(to.clone());
        Some(nodes::concat(all, span))
    };
    let target = match &*call.name {
        "mx" => spaced(&["priority"])?,
        "srv" => spaced(&["priority", "weight", "port"])?,
        "txt" => nodes::concat([nodes::text("\"", span), to, nodes::text("\"", span)], span),
        _ => to,
    };
    let props = Props::new(span)
        .put("Name", whole)
        .put("Type", nodes::text(sort, call.name_span))
        .put("Target", target)
        .set("IsAlias", &*call.name == "alias");
    Some(props.node())
}

fn is_host(name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.chars().all(part)
}

fn check(call: &Call, seen: &mut Vec<(String, Span)>, span: Span, out: &mut Lowering<'_>) {
    let Some((name, name_val)) = call.arguments.text("name") else {
        return;
    };
    if let Some((to, val)) = call.arguments.text("to") {
        match &*call.name {
            "a" if to.parse::<Ipv4Addr>().is_err() => out.report(errors::record(
                format!("`{to}` is no IPv4 address"),
                "write an address such as `203.0.113.7`, `front.ip` of a `server_address`, or `cname` for a host name",
                val.span,
                "not an address",
            )),
            "aaaa" if to.parse::<Ipv6Addr>().is_err() => out.report(errors::record(
                format!("`{to}` is no IPv6 address"),
                "write an address such as `2001:db8::7`",
                val.span,
                "not an address",
            )),
            "mx" | "cname" | "ns" | "srv" | "alias" if !is_host(to) => out.report(errors::record(
                format!("`{}` is no host name", formwork_diag::safe(to)),
                "write a host name alone, such as `mail.example.com`",
                val.span,
                "not a host name",
            )),
            _ => {}
        }
    }
    if &*call.name == "cname" && &**name == "@" {
        out.report(errors::record(
            "a domain itself cannot be a CNAME".to_owned(),
            "write `alias(\"@\", …)` for a balancer or distribution, `a(\"@\", …)` for an address",
            name_val.span,
            "the domain itself",
        ));
    }
    let cname = |kind: &str| kind == "cname";
    let mine = format!("{} {name}", call.name);
    let clash = seen.iter().find(|(other, _)| {
        let (kind, of) = other.split_once(' ').unwrap_or((other, ""));
        of == &**name && (cname(kind) || cname(&call.name))
    });
    if let Some((_, first)) = clash {
        let found = errors::record(
            format!("`{name}` has another record beside a CNAME"),
            "a name that is a CNAME has no other record",
            span,
            "beside another",
        );
        out.report(found.label(*first, "the other one"));
    }
    seen.push((mine, span));
}
