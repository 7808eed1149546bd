//! What an HTTP API reports.

use formwork_diag::{Code, Diagnostic, Severity, Span, safe};

/// API keys belong to REST APIs.
pub(super) fn api_key(kind: Span, auth: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::api_keys"),
        "an HTTP API cannot check API keys",
        auth,
        "… has no such authorizer",
    )
    .label(kind, "this kind of API …")
    .help("keys, quotas and usage plans are of REST APIs; here use `jwt(…)`, `iam` or `authorizer(…)`")
}

/// A route that everybody may call although nobody said so.
pub(super) fn no_auth(key: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::route_auth"),
        format!("anybody may call `{}`", safe(key)),
        span,
        "no `auth` here, and none for the API",
    )
    .help("say who may: `auth = jwt(…)` or `iam` for the API or by `route(…, auth = …)`; if all may: `auth = public`")
}

/// A key that is no route.
pub(super) fn route_key(key: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code("aws::route_key"), format!("`{}` is not a route", safe(key)), span, safe(problem))
        .help("write a method and a path: `\"GET /orders/{id}\"`, `\"ANY /{rest+}\"`, or `\"$default\"` for all others")
}

/// A string that is no URL.
pub(super) fn route_target(target: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_target"),
        format!("`{}` is not a URL", safe(target)),
        span,
        "a route leads to a function or a URL",
    )
    .help("write the name of a function without quotes, or a URL that begins with `https://`")
}

/// Any origin together with cookies.
pub(super) fn cors_credentials(any: Span, credentials: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::cors_credentials"),
        "cookies cannot be sent from every page",
        any,
        "`\"*\"` is any page …",
    )
    .label(credentials, "… and this sends cookies")
    .help("name the origins: `origins = [\"https://shop.example.com\"]`, or take out `credentials`")
}

/// No throttle.
pub(super) fn no_throttle(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::api_throttle"),
        Severity::Warning,
        "this API has no throttle of its own",
    )
    .label(span, "one caller can use up the whole account's requests")
    .help("write `throttle { rate = 100rps, burst = 200 }`, or `allow lint::api_throttle, \"…\"`")
}

/// No access log.
pub(super) fn no_access_log(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::access_log"),
        Severity::Warning,
        "nobody will know who called this API",
    )
    .label(span, "the access log is off")
    .help("take this line out to keep 30 days, or say why: `allow lint::access_log, \"…\"`")
}
