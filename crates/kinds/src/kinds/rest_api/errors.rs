//! What a REST API reports.

use crate::gateways::errors::unknown;
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, safe};
use formwork_schema::Quantity;

/// A cache of a size that there is none of.
pub(super) fn cache_size(given: Quantity, near: &str, all: &[&str], span: Span) -> Diagnostic {
    let all: Vec<String> = all.iter().map(|size| format!("{size}GB")).collect();
    Diagnostic::error(
        Code("aws::cache_size"),
        format!("there is no cache of {given}"),
        span,
        "not one of the sizes that API Gateway has",
    )
    .help(format!(
        "write `{near}GB`; there are {}",
        list_words(&all, "and")
    ))
    .fix(format!("write `{near}GB`"), span, format!("{near}GB"))
}

/// A route that is to be kept in a cache that there is not.
pub(super) fn cache_off(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::cache_route"),
        "this API has no cache",
        span,
        "nothing can be kept",
    )
    .help("add `cache { size = 0.5GB, ttl = 5min }` to the API, or take this out")
}

/// A route whose answers are never kept.
pub(super) fn cache_method(method: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::cache_route"),
        format!("answers to `{}` are never kept", safe(method)),
        span,
        "only those to `GET` are",
    )
    .help("take this out, or write the route as `\"GET …\"`")
}

/// A model whose name API Gateway does not take.
pub(super) fn model_name(name: &str, span: Span) -> Diagnostic {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let error = Diagnostic::error(
        Code("aws::model"),
        format!("`{}` cannot be the name of a model", safe(name)),
        span,
        "letters and digits only",
    );
    match plain.is_empty() {
        true => error.help("name it with letters and digits: `order`"),
        false => error.help(format!("write `{plain}`")),
    }
}

/// A model that is no JSON schema.
pub(super) fn model_json(problem: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::model"),
        "this is not a JSON schema",
        span,
        safe(problem),
    )
    .help("write an object such as `{ type = \"object\", required = [\"id\"] }`, or `file(\"./order.json\")`")
}

/// A body of a model that is not there.
pub(super) fn body_model(name: &str, span: Span, models: &[&str]) -> Diagnostic {
    let message = format!("there is no model `{}`", safe(name));
    let none = models.is_empty();
    let error = unknown(Code("aws::model"), message, name, span, models);
    match none {
        true => error.help(format!(
            "add `models {{ {} = file(\"./{0}.json\") }}`",
            safe(name)
        )),
        false => error,
    }
}

/// Two parameters in one place of the path.
pub(super) fn parameter_siblings(one: &str, first: Span, other: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_parameter"),
        "a place in the path has one parameter for all routes",
        span,
        format!("here it is `{}` …", safe(other)),
    )
    .label(first, format!("… and here `{}`", safe(one)))
    .help(format!("write `{}` in both", safe(one)))
}

/// TLS that can be broken.
pub(super) fn old_tls(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::api_tls"),
        "this domain takes TLS 1.0",
        span,
        "it can be broken",
    )
    .help("take this out to take TLS 1.2 and newer only")
}

/// A body that goes on unchecked.
pub(super) fn no_validation(key: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::api_validation"),
        Severity::Advice,
        format!("`{}` passes on whatever is sent", safe(key)),
    )
    .label(span, "no body is checked")
    .help("name a model: `route(…, body = \"order\")` with `models { order = file(\"./order.json\") }`")
}

/// Addresses that are none.
pub(super) fn source(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::api_source"),
        format!("`{}` is not a block of addresses", safe(text)),
        span,
        "who may call",
    )
    .help("write an address and the length of its prefix: `\"203.0.113.0/24\"`, one address as `\"203.0.113.7/32\"`")
}

/// A domain of an API that only VPCs can reach.
pub(super) fn private_domain(private: Span, domain: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::private_domain"),
        "a private API cannot have a domain of the public kind",
        domain,
        "everybody could resolve this …",
    )
    .label(private, "… and only VPCs can reach this")
    .help("take `domain` out, or use `endpoint = regional`")
}
