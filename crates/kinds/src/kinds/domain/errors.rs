//! What is reported of a domain.

use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::Address;

/// A value that is not of its sort.
pub(super) fn value(sort: &str, text: &str, wanted: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dns_record"),
        format!("`{}` is no value of a record `{sort}`", safe(text)),
        span,
        "does not fit",
    )
    .help(format!("write {wanted}"))
}

/// A `cname` of the domain itself.
pub(super) fn cname_of_domain(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dns_record"),
        "the domain itself cannot be a `cname`: it has records of its own",
        span,
        "the domain itself",
    )
    .help("use `alias(\"\", \"…\", zone = \"…\")` for an AWS resource, or `a(\"\", [\"…\"])`")
}

/// A host name without its zone.
pub(super) fn no_zone(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dns_alias"),
        "an alias to a host name needs the hosted zone that AWS has for it",
        span,
        "`zone` is missing",
    )
    .help("write `alias(\"www\", \"d111.cloudfront.net\", zone = \"Z2FDTNDATAQYW2\")`")
}

/// A zone that follows from the target.
pub(super) fn needless_zone(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dns_alias"),
        "the zone of a declaration is known",
        span,
        "says it again",
    )
    .help("take `zone` out")
}

/// A target without a name to lead to.
pub(super) fn no_domain(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dns_alias"),
        format!("`{}` answers under no domain name yet", of.label),
        span,
        "has no `domain`",
    )
    .help(format!(
        "write `domain {{ name = \"…\", certificate = … }}` in `{}`",
        of.label
    ))
}

/// Two records that cannot stand side by side.
pub(super) fn clash(sort: &str, other: &str, span: Span, first: Span) -> Diagnostic {
    let help = match (sort, other) {
        ("cname", _) | (_, "cname") => {
            "a name with a `cname` has no other records: give one of them another name"
        }
        ("alias", _) | (_, "alias") => {
            "an `alias` is the address of its name: take one of the two out"
        }
        _ => "put all values into one record",
    };
    Diagnostic::error(
        Code("aws::dns_record"),
        format!("a record `{sort}` and a record `{other}` cannot both have this name"),
        span,
        "the second record",
    )
    .label(first, "the first one")
    .help(help)
}
