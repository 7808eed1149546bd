//! What is reported of load balancers.

use formwork_diag::{Code, Diagnostic, Severity, Span};

/// Too few subnets.
pub(super) fn two_zones(count: usize, internal: bool, network: Span, front: Span) -> Diagnostic {
    let what = if internal { "private" } else { "public" };
    let has = match count {
        0 => format!("no {what} subnet"),
        _ => format!("one {what} subnet"),
    };
    let found = Diagnostic::error(
        Code("balancer::zones"),
        "a load balancer needs subnets in two zones at least",
        network,
        format!("this network has {has}"),
    );
    let found = match front == network {
        true => found,
        false => found.label(front, "the load balancer"),
    };
    found.help("write `zones = 2` in the network, or name one more subnet")
}

/// A field that speaks of HTTPS, without a certificate.
pub(super) fn without_certificate(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("balancer::certificate"),
        format!("`{name}` goes with a certificate, and there is none"),
        span,
        "there is no HTTPS",
    )
    .help("write `domain = \"…\"` or `certificate = …`, or take it out")
}

/// A certificate of another region.
pub(super) fn certificate_region(there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("balancer::certificate"),
        format!("this certificate is in {there}, the load balancer in {here}"),
        span,
        "in another region",
    )
    .help(format!(
        "name a certificate with `region = {}`",
        here.replace('-', "_")
    ))
}

/// What the names of logs begin with, without logs.
pub(super) fn prefix_without_logs(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("balancer::logs"),
        "there are no logs whose names could begin so",
        span,
        "without `access_logs`",
    )
    .help("write `access_logs = …`, or take it out")
}

/// A load balancer without HTTPS.
pub(super) fn plain_http(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::plain_http"),
        Severity::Advice,
        "everything travels unencrypted between visitors and this load balancer",
    )
    .label(span, "answers by HTTP only")
    .help("write `domain = \"…\"`, with `zone = …` if it is in Route 53")
}

/// A load balancer with a certificate that answers without it too.
pub(super) fn no_redirect(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::no_redirect"),
        "visitors who come by HTTP stay there, unencrypted",
        span,
        "not sent to HTTPS",
    )
    .help("take it out, or say why: `allow lint::no_redirect, \"…\"`")
}
