//! What is reported of a network.

use crate::cidr::Cidr;
use formwork_diag::{Code, Diagnostic, Span, safe};

/// Something that is no block of addresses.
pub(super) fn no_cidr(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::cidr"),
        format!("`{}` is no block of addresses", safe(text)),
        span,
        "not `ADDRESS/BITS`",
    )
    .help("write the first address and how many leading bits all share: `\"10.0.0.0/16\"`")
}

/// A block that does not begin with its first address.
pub(super) fn not_first(text: &str, block: Cidr, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::cidr"),
        format!("`{}` is not the first address of its block", safe(text)),
        span,
        format!("the block is {block}"),
    )
    .help(format!("write `\"{block}\"`"))
    .fix(format!("write `\"{block}\"`"), span, format!("\"{block}\""))
}

/// A block of a size that AWS does not take.
pub(super) fn cidr_size(cidr: Cidr, span: Span) -> Diagnostic {
    let size = match cidr.prefix() < 16 {
        true => "too large",
        false => "too small",
    };
    Diagnostic::error(
        Code("network::cidr_size"),
        format!("a block of /{} is {size}", cidr.prefix()),
        span,
        size,
    )
    .help("networks and subnets are of /16 (65,536 addresses) to /28 (16 addresses)")
}

/// A network that is too small to be cut by itself.
pub(super) fn too_small_to_cut(cidr: Cidr, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::cidr_size"),
        format!("{cidr} is too small to be cut into subnets by itself"),
        span,
        "smaller than /24",
    )
    .help("take a larger block, or write the subnets: `subnets { public = […], private = […] }`")
}

/// A subnet outside of its network.
pub(super) fn outside(
    subnet: Cidr,
    network: Cidr,
    span: Span,
    network_span: Option<Span>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("network::outside"),
        format!("{subnet} does not lie in {network}"),
        span,
        "outside of the network",
    );
    let diagnostic = match network_span {
        Some(at) => diagnostic.label(at, "the network"),
        None => diagnostic,
    };
    diagnostic.help(format!(
        "write a block within {network}, or set `cidr` to one that holds it"
    ))
}

/// Two subnets that have addresses in common.
pub(super) fn overlap(subnet: Cidr, other: Cidr, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::overlap"),
        format!("{subnet} and {other} have addresses in common"),
        span,
        "overlaps …",
    )
    .label(first, "… this one")
    .help("give each subnet a block of its own")
}

/// Not one subnet a zone.
pub(super) fn subnet_count(tier: &str, given: usize, zones: usize, span: Span) -> Diagnostic {
    let plural = if zones == 1 { "" } else { "s" };
    Diagnostic::error(
        Code("network::zones"),
        format!("{given} {tier} subnets do not fit {zones} zone{plural}"),
        span,
        "one a zone is wanted",
    )
    .help(format!(
        "write {zones} block{plural}, or set `zones = {given}`"
    ))
}

/// `subnets` that says of none.
pub(super) fn no_subnets(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::zones"),
        "this network has no subnets",
        span,
        "no `public` and no `private`",
    )
    .help("write the blocks: `subnets { public = […], private = […] }`, or leave `subnets` out")
}

/// More zones than the region has.
pub(super) fn too_many_zones(region: &str, most: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::zones"),
        format!("{region} has {most} zones"),
        span,
        "more than there are",
    )
    .help(format!("write at most `zones = {most}`, or name the zones"))
}

/// Something that is no zone of the region.
pub(super) fn no_zone(text: &str, region: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::zones"),
        format!("`{}` is no zone of {region}", safe(text)),
        span,
        "not in this region",
    )
    .help(format!(
        "write a letter (`\"a\"`) or a name: `\"{region}a\"`"
    ))
}

/// The same zone twice.
pub(super) fn zone_twice(text: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::zones"),
        format!("zone `{}` is named twice", safe(text)),
        span,
        "the same zone again",
    )
    .label(first, "first here")
    .help("name each zone once")
}

/// NAT without private subnets.
pub(super) fn nat_for_nobody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::nat"),
        "this network has no private subnets",
        span,
        "a way out for nobody",
    )
    .help("take `nat` out: public subnets reach the internet by themselves")
}

/// NAT without public subnets.
pub(super) fn nat_nowhere(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::nat"),
        "a NAT gateway stands in a public subnet, and this network has none",
        span,
        "has no place",
    )
    .help("add public subnets: `subnets { public = […], … }`")
}

/// The same endpoint twice.
pub(super) fn endpoint_twice(first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::endpoint"),
        "this service already has an endpoint",
        span,
        "the same service again",
    )
    .label(first, "first here")
    .help("name each service once")
}
