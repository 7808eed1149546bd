//! What is reported of the kinds of Lightsail.

use crate::cidr::Cidr;
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, safe};
use formwork_schema::{Address, Decl};

/// Scaling asked of a server.
pub(super) fn scales(name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_scale"),
        "a server does not scale: Lightsail has no auto scaling",
        name,
        "not of a server",
    )
    .help("write a `service` (containers that scale on a target), or several servers with `server web for name in [\"a\", \"b\"]` behind a `server_balancer`")
}

/// A size of one platform for a template of another.
pub(super) fn platform(template: (&str, &str, Span), bundle: (&str, &str, Span)) -> Diagnostic {
    let (template, runs, template_span) = template;
    let (bundle, of, bundle_span) = bundle;
    Diagnostic::error(
        Code("aws::server_platform"),
        format!("`{}` runs {runs}, `{}` is a size for {of}", safe(template), safe(bundle)),
        bundle_span,
        format!("for {of} …"),
    )
    .label(template_span, format!("… runs {runs}"))
    .help("take a size by its word (`small`): it fits every template; or an id of the same platform, `small_win_3_0` for Windows")
}

/// One disk or address for two servers.
pub(super) fn attached_twice(
    of: &Address,
    first: &(Address, Span),
    second: &(Address, Span),
) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_attachment"),
        format!(
            "`{}` cannot be attached to both `{}` and `{}`",
            of.label, first.0.label, second.0.label
        ),
        second.1,
        "a second server",
    )
    .label(first.1, "attached here already")
    .help(format!("declare another `{}`", of.kind))
}

/// A disk in another zone than its server.
pub(super) fn other_zone(disk: (&str, &str, Span), server: (&str, Span), span: Span) -> Diagnostic {
    let (name, there, there_span) = disk;
    let (here, here_span) = server;
    Diagnostic::error(
        Code("aws::server_zone"),
        format!("`{name}` is in zone \"{there}\", the server in zone \"{here}\""),
        span,
        "out of reach",
    )
    .label(there_span, format!("zone \"{there}\""))
    .label(here_span, format!("zone \"{here}\""))
    .help(format!(
        "write `zone = \"{here}\"` in the disk; a disk that exists is replaced by that"
    ))
}

/// Something of another region.
pub(super) fn other_region(
    decl: &Decl,
    other: &Address,
    here: &str,
    there: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_region"),
        format!(
            "`{}` is in {there}, `{}` in {here}",
            other.label, decl.address.label
        ),
        span,
        "of another region",
    )
    .help(format!(
        "put both into one region with `region = {}`",
        here.replace('-', "_")
    ))
}

/// A static address for a server that has IPv6 only.
pub(super) fn address_of_ipv6(ip: Span, address: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_ipv6"),
        "a static address is IPv4, and this server has IPv6 only",
        address,
        "cannot be attached",
    )
    .label(ip, "no IPv4 address")
    .help("take one of them out")
}

/// Where no disk can be attached.
pub(super) fn disk_path(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_disk_path"),
        format!("`{}` is no place for a disk", safe(path)),
        span,
        "not `/dev/xvdf` to `/dev/xvdz`",
    )
    .help("write `\"/dev/xvdf\" = …`, then `/dev/xvdg` and so on")
}

/// A range of ports that ends before it begins, or leaves out where it ends.
pub(super) fn port_range(from: i64, to: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_ports"),
        format!("ports {from} to {to} are none"),
        span,
        format!("before {from}"),
    )
    .help(format!("write `{from}` or more"))
}

/// The same ports twice.
pub(super) fn ports_twice(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_ports"),
        "these ports are opened already",
        second,
        "again",
    )
    .label(first, "first here")
    .help("write them once, with all addresses in `from`")
}

/// Something that is no block of addresses.
pub(super) fn cidr(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_cidr"),
        format!("`{}` is no block of addresses", safe(text)),
        span,
        "not an address and a length",
    )
    .help("write `203.0.113.0/24`, `203.0.113.7/32` for one address, or `2001:db8::/32`")
}

/// A block that does not begin with its first address.
pub(super) fn not_first(text: &str, block: Cidr, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_cidr"),
        format!("`{}` is not the first address of its block", safe(text)),
        span,
        format!("the block is {block}"),
    )
    .help(format!("write `\"{block}\"`, or `/32` for the one address"))
    .fix(format!("write `\"{block}\"`"), span, format!("\"{block}\""))
}

/// A port of administration that anybody reaches.
pub(super) fn open_admin(port: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::open_port"),
        format!("{port} is open to the whole world"),
        span,
        "from anywhere",
    )
    .help("name who may: `ssh(from = [\"203.0.113.7/32\"])`; `from = [lightsail_connect]` lets in only the console's own client; or say why: `allow lint::open_port, \"…\"`")
}

/// A database's port that anybody reaches.
pub(super) fn open_database(port: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::open_database_port"),
        format!("{port} is open to the whole world"),
        span,
        "from anywhere",
    )
    .help("name who may with `from = […]`, or close it and use a `server_database`")
}

/// No copies.
pub(super) fn no_snapshots(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::no_snapshots"),
        format!(
            "nothing copies the disk of `{}`: what is lost is lost",
            of.label
        ),
        span,
        "no automatic snapshots",
    )
    .help("write `snapshots = daily`, or `snapshots = off` to say that it is meant")
}

/// A database that can be reached from outside.
pub(super) fn public_database(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_database"),
        "this database can be reached from the whole world",
        span,
        "public",
    )
    .help("take it out: servers and containers of the region reach it anyway; or say why: `allow lint::public_database, \"…\"`")
}

/// A database without backups.
pub(super) fn no_backups(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::no_backups"),
        "this database cannot be brought back to an earlier time",
        span,
        "no backups",
    )
    .help("take it out: backups of seven days cost nothing more")
}

/// A bucket that anybody reads.
pub(super) fn public_bucket(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_server_bucket"),
        format!("{what} can be read by the whole world"),
        span,
        "public",
    )
    .help("put a `server_cdn` before it, or say why: `allow lint::public_server_bucket, \"…\"`")
}

/// A distribution that fetches without encryption.
pub(super) fn http_origin(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::http_origin"),
        "what the distribution fetches travels unencrypted",
        span,
        "over HTTP",
    )
    .help("write `protocol = https` once the origin has a certificate")
}

/// A server without a fixed address as the origin of a distribution.
pub(super) fn origin_address(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_origin"),
        format!(
            "`{}` has no static address, which an origin needs",
            of.label
        ),
        span,
        "may move",
    )
    .help("declare a `server_address` and write `address = …` in the server")
}

/// A certificate of another region than what it is for.
pub(super) fn certificate_region(here: &str, wanted: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_certificate"),
        format!("this certificate is in {here}, and is needed in {wanted}"),
        span,
        "of another region",
    )
    .help(format!(
        "write `region = {}` in the certificate",
        wanted.replace('-', "_")
    ))
}

/// Not one way to reach somebody.
pub(super) fn one_contact(span: Span, more: &str) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_contact"),
        format!("a contact is one address, {more}"),
        span,
        "`email` or `sms`",
    )
    .help("write `email = \"ops@example.com\"` or `sms = \"+4712345678\"`; a contact each")
}

/// Two contacts of one sort in one region.
pub(super) fn contact_twice(protocol: &str, first: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_contact"),
        format!(
            "Lightsail keeps one {protocol} contact a region, and `{}` is one",
            first.label
        ),
        span,
        "a second one",
    )
    .help("use the other one, or put this one into another region")
}

/// A metric of something that Lightsail does not watch.
pub(super) fn not_watched(kind: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::server"),
        format!("a `server_alarm` watches servers, databases and balancers, not a `{kind}`"),
        span,
        "not of Lightsail",
    )
    .help("write an `alarm`")
}

/// More data points than are looked at.
pub(super) fn datapoints(points: i64, periods: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("alarm::window"),
        format!("{points} of {periods} is more than all"),
        span,
        format!("at most {periods}"),
    )
    .help(format!("write at most `{periods}`, or a larger `periods`"))
}

/// A container that is not there.
pub(super) fn no_container(name: &str, all: &[String], span: Span) -> Diagnostic {
    let near = formwork_diag::nearest(name, all.iter().map(String::as_str));
    let has = format!("there is {}", list_words(all, "and"));
    Diagnostic::error(
        Code("aws::server_endpoint"),
        format!("there is no container `{}`", safe(name)),
        span,
        "no such container",
    )
    .help(match near {
        Some(near) => format!("did you mean `\"{near}\"`? {has}"),
        None => has,
    })
}

/// An endpoint at a port that the container does not have.
pub(super) fn closed_port(container: &str, port: i64, open: &[String], span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_endpoint"),
        format!("`{}` does not listen on {port}", safe(container)),
        span,
        "not one of its ports",
    )
    .help(match open {
        [] => format!("add `ports {{ \"{port}\" = http }}` to the container"),
        _ => format!("its ports are {}", list_words(open, "and")),
    })
}

/// A public endpoint over something else than HTTP.
pub(super) fn endpoint_protocol(protocol: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_endpoint"),
        format!("the public endpoint speaks HTTP, this port {protocol}"),
        span,
        "not `http`",
    )
    .help("give the endpoint a port that is `http`")
}

/// An image of another processor.
pub(super) fn image_platform(platform: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("image::platform"),
        format!("this image is built for {platform}, and Lightsail runs x86_64"),
        span,
        format!("built for {platform}"),
    )
    .help("write `platform = x86_64` in the image")
}

/// An image that nothing may pull.
pub(super) fn no_pull(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_pull"),
        "this image is in a private registry, and nothing lets the service pull it",
        span,
        "private",
    )
    .help("write `pull_from_ecr = true`, apply, and name the service's `principal` among the `readers` of the registry")
}

/// A name that is no container's.
pub(super) fn container_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_container"),
        format!("`{}` cannot name a container", safe(name)),
        span,
        "not 1 to 53 small letters, digits and `-`",
    )
    .help("choose a name such as `app`")
}

/// A port that is none.
pub(super) fn container_port(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_container"),
        format!("`{}` is no port", safe(text)),
        span,
        "not 1 to 65535",
    )
    .help("write the number in quotes: `\"8080\" = http`")
}

/// Smaller than the least, or least larger than the most.
pub(super) fn ttl_order(what: &str, span: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::server_cache"),
        format!("{what}, so nothing could be kept"),
        span,
        "out of order",
    )
    .label(other, "against this")
    .help("write `min` ≤ `default` ≤ `max`")
}

/// A list of names for a choice that has none, or the reverse.
pub(super) fn record(
    message: String,
    help: &'static str,
    span: Span,
    says: &'static str,
) -> Diagnostic {
    Diagnostic::error(Code("aws::server_record"), message, span, says).help(help)
}

/// A redirection or attachment that nothing can use yet.
pub(super) fn redirect_without(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_redirect"),
        Severity::Warning,
        "visitors over HTTP are not sent to HTTPS",
    )
    .label(span, "no redirect")
    .help("write `redirect = true`")
}
