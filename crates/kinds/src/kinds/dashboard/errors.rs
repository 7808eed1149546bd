//! What is reported of a dashboard.

use formwork_diag::{Code, Diagnostic, Span, safe};

/// Neither widgets nor a body.
pub(super) fn no_body(name: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dashboard"),
        "this dashboard shows nothing",
        name,
        "`widgets` is missing",
    )
    .help("write what it shows: `widgets = [graph([resize.errors])]`")
}

/// Both widgets and a body.
pub(super) fn two_bodies(body: Span, widgets: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dashboard"),
        "`body` is the whole dashboard already",
        widgets,
        "widgets …",
    )
    .label(body, "… and a whole page")
    .help("take one of the two out")
}

/// A body that is no JSON.
pub(super) fn not_json(error: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::dashboard"),
        format!("the body of a dashboard is JSON: {}", safe(error)),
        span,
        "not JSON",
    )
    .help(
        "write `body = json({ widgets = [] })`, or what CloudWatch shows as the dashboard's source",
    )
}
