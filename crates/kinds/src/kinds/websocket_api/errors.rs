//! What a WebSocket API reports.

use formwork_diag::{Code, Diagnostic, Span, safe};

/// Nothing that answers.
pub(super) fn no_route(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::socket_routes"),
        "this API has no route",
        span,
        "nothing would answer",
    )
    .help("add what answers messages: `routes { send = on_send }`, or `default = on_message`")
}

/// Callers asked again within a connection.
pub(super) fn asked_once(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::socket_auth"),
        "a WebSocket API asks who somebody is only when a connection is opened",
        span,
        "on a route of messages",
    )
    .help("say it of the API: `auth = …`, or of `connect = route(…, auth = …)`")
}

/// An answer to what is no message.
pub(super) fn no_answer(event: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::socket_answer"),
        format!("`{}` is no message that could be answered", safe(event)),
        span,
        "an answer to nobody",
    )
    .help("take this out; what is to be told at once can be sent with the right `manage`")
}
