//! The records of a domain: checked by sort, a resource each.

use super::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::{self, Read};
use core::net::{Ipv4Addr, Ipv6Addr};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, Node, Val, Value};
use std::collections::BTreeMap;

/// How long others may remember a record when nothing is said, in seconds.
const TTL: i64 = 300;

/// The most characters of one piece of a text: Route 53 developer guide, "TXT record type".
const PIECE: usize = 255;

/// Emits every record of a zone.
pub(super) fn lower(decl: &Decl, zone: &Address, out: &mut Lowering<'_>) {
    let mut before: BTreeMap<&str, Vec<(&str, Span)>> = BTreeMap::new();
    for val in decl.fields.items("records") {
        let Some(call) = values::call(val) else {
            continue;
        };
        let Some((name, _)) = call.arguments.text("name") else {
            continue;
        };
        let same = before.entry(name).or_default();
        if let Some(found) = clash(&call.name, name, same, val.span) {
            out.report(found);
            continue;
        }
        same.push((&call.name, val.span));
        let record = Record {
            decl,
            zone,
            call,
            name,
            span: val.span,
        };
        match &*call.name {
            "alias" => record.alias(out),
            _ => record.plain(out),
        }
    }
}

/// Two records that cannot stand side by side.
fn clash(
    sort: &str,
    name: &str,
    same: &[(&str, Span)],
    span: Span,
) -> Option<formwork_diag::Diagnostic> {
    if sort == "cname" && name.is_empty() {
        return Some(errors::cname_of_domain(span));
    }
    let is_address = |sort: &str| matches!(sort, "a" | "aaaa");
    let clashing = |(other, _): &&(&str, Span)| {
        *other == sort
            || sort == "cname"
            || *other == "cname"
            || (sort == "alias" && is_address(other))
            || (*other == "alias" && is_address(sort))
    };
    let (other, first) = same.iter().find(clashing)?;
    Some(errors::clash(sort, other, span, *first))
}

struct Record<'r> {
    decl: &'r Decl,
    zone: &'r Address,
    call: &'r Call,
    name: &'r str,
    span: Span,
}

impl Record<'_> {
    /// The whole name.
    fn full(&self) -> Node {
        let domain = self.decl.fields.node("name");
        let domain = domain.unwrap_or_else(|| nodes::text("", self.span));
        let begin = match self.name {
            "" => String::new(),
            name => format!("{name}."),
        };
        nodes::concat([nodes::text(&begin, self.span), domain], self.span)
    }

    fn emit(&self, sort: &str, props: Props, out: &mut Lowering<'_>) {
        let part = match self.name {
            "" => format!("record_{sort}"),
            name => format!("record_{sort}_{name}"),
        };
        let props = Props::new(self.span)
            .put("HostedZoneId", nodes::attribute(self.zone, "Id", self.span))
            .put("Name", self.full())
            .put("Type", nodes::text(&sort.to_ascii_uppercase(), self.span))
            .with(props);
        out.emit(
            self.decl,
            Emit::part(part, "AWS::Route53::RecordSet", props.finish()),
        );
    }

    fn plain(&self, out: &mut Lowering<'_>) {
        let arguments = &self.call.arguments;
        let sort = &*self.call.name;
        let values: Vec<&Val> = match arguments.get("value") {
            Some(one) => vec![one],
            None => arguments.items("values").iter().collect(),
        };
        for val in &values {
            if let Value::String(text) = &val.value
                && let Err(wanted) = check(sort, text)
            {
                out.report(errors::value(sort, text, wanted, val.span));
            }
        }
        let values = values.into_iter().filter_map(|val| written(sort, val));
        let seconds = arguments.quantity("ttl").and_then(|ttl| ttl.whole("s"));
        let at = arguments.span("ttl").unwrap_or(self.span);
        let ttl = seconds.unwrap_or(TTL).to_string();
        let props = Props::new(self.span)
            .put("TTL", nodes::text(&ttl, at))
            .put("ResourceRecords", Node::list(values, self.span));
        self.emit(sort, props, out);
    }

    fn alias(&self, out: &mut Lowering<'_>) {
        let arguments = &self.call.arguments;
        let healthy = arguments.flag("healthy") == Some(true);
        let Some((host, zone)) = self.target(out) else {
            return;
        };
        let target = Props::new(self.span)
            .put("DNSName", host)
            .put("HostedZoneId", zone)
            .set("EvaluateTargetHealth", healthy)
            .node();
        let sorts: &[&str] = match arguments.flag("ipv6") {
            Some(true) => &["a", "aaaa"],
            _ => &["a"],
        };
        for sort in sorts {
            let props = Props::new(self.span).put("AliasTarget", target.clone());
            self.emit(sort, props, out);
        }
    }
}

impl Record<'_> {
    /// The host name an alias leads to, and the zone it is in.
    fn target(&self, out: &mut Lowering<'_>) -> Option<(Node, Node)> {
        let arguments = &self.call.arguments;
        let to = arguments.get("to")?;
        let Some(api) = values::resource(to) else {
            let Some(zone) = arguments.node("zone") else {
                out.report(errors::no_zone(to.span));
                return None;
            };
            return Some((nodes::node(to)?, zone));
        };
        if let Some(zone) = arguments.get("zone") {
            out.report(errors::needless_zone(zone.span));
        }
        if &*api.address.kind == "balancer" {
            let of = |property| nodes::attribute(&api.address, property, to.span);
            return Some((of("DNSName"), of("CanonicalHostedZoneID")));
        }
        let named = out.decl(&api.address)?.fields.get("domain").is_some();
        if !named {
            out.report(errors::no_domain(&api.address, to.span));
            return None;
        }
        let part = api.address.part("domain");
        let host = nodes::attribute(&part, "RegionalDomainName", to.span);
        Some((
            host,
            nodes::attribute(&part, "RegionalHostedZoneId", to.span),
        ))
    }
}

/// A value as Route 53 wants it: texts in quotes, in pieces.
fn written(sort: &str, val: &Val) -> Option<Node> {
    match &val.value {
        Value::String(text) if sort == "txt" && !text.starts_with('"') => {
            Some(nodes::text(&quoted(text), val.span))
        }
        _ => nodes::node(val),
    }
}

fn quoted(text: &str) -> String {
    let escaped: Vec<char> = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .chars()
        .collect();
    let pieces: Vec<String> = escaped
        .chunks(PIECE)
        .map(|piece| format!("\"{}\"", piece.iter().collect::<String>()))
        .collect();
    match pieces.is_empty() {
        true => "\"\"".to_owned(),
        false => pieces.join(" "),
    }
}

/// Whether a value has the form of its sort; else what is wanted.
fn check(sort: &str, text: &str) -> Result<(), &'static str> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let number = |word: &&str| word.parse::<u16>().is_ok();
    let (fits, wanted) = match sort {
        "a" => (
            text.parse::<Ipv4Addr>().is_ok(),
            "an IPv4 address such as `192.0.2.1`",
        ),
        "aaaa" => (
            text.parse::<Ipv6Addr>().is_ok(),
            "an IPv6 address such as `2001:db8::1`",
        ),
        "mx" => (
            matches!(words.as_slice(), [priority, host] if number(priority) && host_name(host)),
            "a priority and a mail server, such as `10 mail.example.com`",
        ),
        "srv" => (
            matches!(words.as_slice(), [a, b, c, host] if number(a) && number(b) && number(c) && host_name(host)),
            "priority, weight, port and host, such as `1 10 5060 sip.example.com`",
        ),
        "caa" => (
            matches!(words.as_slice(), [flags, tag, value, ..] if flags.parse::<u8>().is_ok()
                && matches!(*tag, "issue" | "issuewild" | "iodef") && value.starts_with('"')),
            "a number, `issue`, `issuewild` or `iodef`, and a text in quotes, such as `0 issue \"amazon.com\"`",
        ),
        "cname" | "ns" => (host_name(text), "a host name such as `www.example.net`"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(wanted) }
}

fn host_name(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_*".contains(&b))
        })
}

#[cfg(test)]
mod tests {
    use super::{check, quoted};

    #[test]
    fn values_have_the_form_of_their_sort() {
        assert!(check("a", "192.0.2.1").is_ok());
        assert!(check("a", "192.0.2.256").is_err());
        assert!(check("mx", "10 mail.example.com.").is_ok());
        assert!(check("mx", "mail.example.com").is_err());
        assert!(check("srv", "1 10 5060 sip.example.com").is_ok());
        assert!(check("caa", "0 issue \"amazon.com\"").is_ok());
        assert!(check("caa", "0 isue \"amazon.com\"").is_err());
        assert!(check("cname", "http://example.com").is_err());
    }

    #[test]
    fn texts_are_quoted_in_pieces() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("say \"hi\""), "\"say \\\"hi\\\"\"");
        let long = quoted(&"a".repeat(300));
        assert_eq!(
            long,
            format!("\"{}\" \"{}\"", "a".repeat(255), "a".repeat(45))
        );
    }
}
