//! What is reported of a security group.

use crate::cidr::Cidr;
use formwork_diag::{Code, Diagnostic, Severity, Span, safe};

/// A rule of TCP or UDP without a port.
pub(super) fn no_port(protocol: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("security_group::port"),
        format!("this rule does not say which ports of {protocol} it opens"),
        span,
        "`port` is missing",
    )
    .help("write `port = 443`, `port = \"8000-8100\"`, or `protocol = all` for everything")
}

/// A port of a protocol that has none.
pub(super) fn port_of(protocol: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("security_group::port"),
        format!("`protocol = {protocol}` has no ports"),
        span,
        "not with this protocol",
    )
    .help("take `port` out, or write `protocol = tcp` or `protocol = udp`")
}

/// Something that is no port and no range of ports.
pub(super) fn ports(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("security_group::port"),
        "this is no port and no range of ports",
        span,
        "ports go from 0 to 65535",
    )
    .help("write a port (`443`) or the first and the last of a range (`\"8000-8100\"`)")
}

/// Something that is no other end of a rule.
pub(super) fn peer(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("security_group::peer"),
        format!("`{}` is no block of addresses", safe(text)),
        span,
        "neither addresses nor a group",
    )
    .help("write `anywhere`, the name of a security group or network, a block such as `\"10.0.0.0/16\"`, or an id (`sg-…`, `pl-…`)")
}

/// A block that does not begin with its first address.
pub(super) fn not_first(text: &str, block: Cidr, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("security_group::peer"),
        format!("`{}` is not the first address of its block", safe(text)),
        span,
        format!("the block is {block}"),
    )
    .help(format!("write `\"{block}\"`"))
    .fix(format!("write `\"{block}\"`"), span, format!("\"{block}\""))
}

/// Ports of administration, or all, open to anybody.
pub(super) fn open_ports(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::open_port"),
        format!("{what} can be reached from anywhere"),
        span,
        "anybody",
    )
    .help("name who needs it: a security group, a network or a block of addresses; for a shell, Session Manager needs no open port")
}

/// Everything may go out.
pub(super) fn open_egress(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::open_egress"),
        Severity::Advice,
        "what this group protects may call anything",
    )
    .label(span, "everything goes out")
    .help("name what it calls: `egress = [{ port = 443, to = anywhere }]`")
}
