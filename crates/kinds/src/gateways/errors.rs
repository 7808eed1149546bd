//! What more than one kind of API reports.

use formwork_diag::{Code, Diagnostic, Severity, Span, nearest, safe};
use formwork_schema::{Address, Decl};

/// What people call the API of a declaration.
pub(crate) fn noun(decl: &Decl) -> &'static str {
    match &*decl.address.kind {
        "rest_api" => "a REST API",
        "websocket_api" => "a WebSocket API",
        _ => "an HTTP API",
    }
}

/// API keys belong to REST APIs.
pub(crate) fn api_keys(decl: &Decl, auth: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::api_keys"),
        format!("{} cannot check API keys", noun(decl)),
        auth,
        "… has no such authorizer",
    )
    .label(decl.kind_span, "this kind of API …")
    .help("use `rest_api` for keys, quotas and usage plans, or `jwt(…)`, `iam` or `authorizer(…)` here")
}

/// JSON Web Tokens are checked by HTTP APIs.
pub(crate) fn jwt(decl: &Decl, auth: Span) -> Diagnostic {
    let here = match &*decl.address.kind {
        "rest_api" => {
            "use `http_api`, or here `cognito(pools = [\"arn:…\"])` for a Cognito user pool, or `authorizer(…)` with a function that checks the token"
        }
        _ => "use `authorizer(…)` with a function that checks the token",
    };
    Diagnostic::error(
        Code("aws::jwt"),
        format!("{} cannot check JSON Web Tokens by itself", noun(decl)),
        auth,
        "… has no such authorizer",
    )
    .label(decl.kind_span, "this kind of API …")
    .help(here)
}

/// User pools of Cognito are known to REST APIs.
pub(crate) fn cognito(decl: &Decl, auth: Span) -> Diagnostic {
    let here = match &*decl.address.kind {
        "websocket_api" => "use `authorizer(…)` with a function that checks the token",
        _ => {
            "write `jwt(issuer = \"https://cognito-idp.eu-west-1.amazonaws.com/POOL\", audience = [\"CLIENT\"])`, or use `rest_api`"
        }
    };
    Diagnostic::error(
        Code("aws::cognito"),
        format!("{} does not know user pools of Cognito", noun(decl)),
        auth,
        "… has no such authorizer",
    )
    .label(decl.kind_span, "this kind of API …")
    .help(here)
}

/// A route that everybody may call although nobody said so.
pub(crate) fn no_auth(decl: &Decl, key: &str, span: Span) -> Diagnostic {
    let ways = match &*decl.address.kind {
        "rest_api" => "`auth = iam`, `api_key`, `cognito(…)` or `authorizer(…)`",
        "websocket_api" => "`auth = iam`, `api_key` or `authorizer(…)`",
        _ => "`auth = jwt(…)` or `iam`",
    };
    let message = match &*decl.address.kind {
        "websocket_api" => "anybody may connect".to_owned(),
        _ => format!("anybody may call `{}`", safe(key)),
    };
    Diagnostic::error(
        Code("lint::route_auth"),
        message,
        span,
        "no `auth` here, and none for the API",
    )
    .help(format!(
        "say who may: {ways} for the API or by `route(…, auth = …)`; if all may: `auth = public`"
    ))
}

/// A key that is no route.
pub(crate) fn route_key(decl: &Decl, key: &str, problem: &str, span: Span) -> Diagnostic {
    let examples = match &*decl.address.kind {
        "rest_api" => {
            "write a method and a path: `\"GET /orders/{id}\"`, or `\"ANY /{rest+}\"` for all others"
        }
        "websocket_api" => {
            "write what the messages hold: `send = on_send`; the rest goes to `default`"
        }
        _ => {
            "write a method and a path: `\"GET /orders/{id}\"`, `\"ANY /{rest+}\"`, or `\"$default\"` for all others"
        }
    };
    Diagnostic::error(
        Code("aws::route_key"),
        format!("`{}` is not a route", safe(key)),
        span,
        safe(problem),
    )
    .help(examples)
}

/// A string that is no URL.
pub(crate) fn route_target(target: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_target"),
        format!("`{}` is not a URL", safe(target)),
        span,
        "a route leads to a function or a URL",
    )
    .help("write the name of a function without quotes, or a URL that begins with `https://`")
}

/// A service that nothing reaches.
pub(crate) fn route_to_hidden(of: &Address, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_service"),
        format!("`{}` is not exposed, so the API cannot reach it", of.label),
        span,
        "behind no load balancer",
    )
    .help(format!(
        "write `expose = internal` in `{}`: a load balancer that only its network reaches",
        of.label
    ))
}

/// Services of two networks behind one API.
pub(crate) fn two_networks(first: &Address, here: &Address, span: Span, at: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_service"),
        format!(
            "an API has a link into one network, and its services are in `{}` and `{}`",
            first.label, here.label
        ),
        span,
        "in another network",
    )
    .label(at, "the first service")
    .help("put the services into one network, or make an API for each")
}

/// The ARN of what a route leads to.
pub(crate) fn route_arn(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::route_target"),
        "an ARN is not a URL",
        span,
        "a route leads to a function or a URL",
    )
    .help(format!("name the declaration itself: write `{name}`"))
    .fix(format!("write `{name}`"), span, name.to_owned())
}

/// Any origin together with cookies.
pub(crate) fn cors_credentials(any: Span, credentials: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::cors_credentials"),
        "cookies cannot be sent from every page",
        any,
        "`\"*\"` is any page …",
    )
    .label(credentials, "… and this sends cookies")
    .help("name the origins: `origins = [\"https://shop.example.com\"]`, or take out `credentials`")
}

/// An origin that no browser sends.
pub(crate) fn cors_origin(origin: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(
        Code("aws::cors_origin"),
        format!("`{}` is not an origin", safe(origin)),
        span,
        "no browser sends this",
    );
    let scheme = origin.split_once("://");
    let host = scheme.map_or(origin, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    let scheme = scheme.map_or("https", |(scheme, _)| scheme);
    error.help(format!(
        "an origin is a scheme and a host, without a path: `\"{}://{}\"`",
        safe(scheme),
        safe(host)
    ))
}

/// No throttle.
pub(crate) fn no_throttle(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::api_throttle"),
        Severity::Warning,
        "this API has no throttle of its own",
    )
    .label(span, "one caller can use up the whole account's requests")
    .help("write `throttle { rate = 100rps, burst = 200 }`, or `allow lint::api_throttle, \"…\"`")
}

/// No access log.
pub(crate) fn no_access_log(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::access_log"),
        Severity::Warning,
        "nobody will know who called this API",
    )
    .label(span, "the access log is off")
    .help("take this line out to keep 30 days, or say why: `allow lint::access_log, \"…\"`")
}

/// Whole requests and answers in the logs.
pub(crate) fn data_trace(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::data_trace"),
        Severity::Warning,
        "whole requests and answers are written to the logs",
    )
    .label(span, "with passwords, tokens and whatever else they hold")
    .help("take it out once the fault is found, or say why: `allow lint::data_trace, \"…\"`")
}

/// Traces of data without the log they go into.
pub(crate) fn data_trace_without_log(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::data_trace"),
        "there is no log for the data to go into",
        span,
        "`execution_logs` is off",
    )
    .help("add `execution_logs = all`, or take this out")
}

/// A certificate of another region.
pub(crate) fn certificate_region(there: &str, needed: &str, edge: bool, span: Span) -> Diagnostic {
    let why = match edge {
        true => "an edge endpoint takes its certificate from us-east-1",
        false => "a regional endpoint takes its certificate from its own region",
    };
    Diagnostic::error(
        Code("aws::certificate_region"),
        format!("this certificate is in {}", safe(there)),
        span,
        why,
    )
    .help(format!(
        "request the certificate in {needed} and write its ARN here"
    ))
}

/// A domain that answers alone, and is not there.
pub(crate) fn only_domain(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::only_domain"),
        "nobody could call this API",
        span,
        "its own URL is off, and it has no `domain`",
    )
    .help("add `domain { name = \"api.example.com\", certificate = \"arn:…\" }`, or take this out")
}

/// A name that is none of those there are.
pub(crate) fn unknown(
    code: Code,
    message: String,
    name: &str,
    span: Span,
    known: &[&str],
) -> Diagnostic {
    let all: Vec<String> = known
        .iter()
        .map(|name| format!("`{}`", safe(name)))
        .collect();
    let near = nearest(name, known.iter().copied());
    let error = Diagnostic::error(code, message, span, "not among them");
    match near {
        Some(near) => error.help(format!("did you mean `{}`?", safe(near))).fix(
            format!("write `{}`", safe(near)),
            span,
            format!("\"{near}\""),
        ),
        None if all.is_empty() => error,
        None => error.help(format!("there are: {}", all.join(", "))),
    }
}

/// A key that two plans of one API have.
pub(crate) fn key_twice(name: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::plan_key"),
        format!("the key `{}` is in two plans of this API", safe(name)),
        span,
        "here …",
    )
    .label(first, "… and here")
    .help("a key counts in one plan of an API: give the other a key of another name")
}

/// A limit for a route that is not there.
pub(crate) fn plan_route(key: &str, span: Span, routes: &[&str]) -> Diagnostic {
    let message = format!("this API has no route `{}`", safe(key));
    unknown(Code("aws::plan_route"), message, key, span, routes)
}

/// Plans that nothing counts for.
pub(crate) fn unused_plans(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::unused_plan"),
        Severity::Warning,
        "these plans never count anything",
    )
    .label(span, "no route asks for a key")
    .help("write `auth = api_key`, or `require_key = true` beside another `auth`")
}

/// Keys that nobody can have.
pub(crate) fn no_plan(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::key_without_plan"),
        Severity::Warning,
        "nobody can call this API: a key works within a usage plan only",
    )
    .label(span, "asks for a key")
    .help("add `plans { basic { keys = [\"acme\"], quota = monthly(10_000) } }`")
}

/// A stage variable that API Gateway does not take.
pub(crate) fn stage_variable(name: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::stage_variable"),
        format!("`{}` is not a variable of a stage", safe(name)),
        span,
        safe(problem),
    )
    .help("names have letters, digits and `_`; values besides those `-._~:/?#&=,`")
}
