//! What is reported of an event bus.

use formwork_diag::{Code, Diagnostic, Span, safe};

/// The default bus cannot be made.
pub(super) fn default_bus(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::event_bus"),
        "every account has the bus `default` already",
        span,
        "cannot be made",
    )
    .help("take the name out for a bus of your own; `on = [event(source = \"aws.ec2\")]` listens to the default one")
}

/// A place for failures that cannot happen.
pub(super) fn failure_without_key(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::event_bus"),
        "only a bus with a `kms_key` sends events to `on_failure`",
        span,
        "would stay empty",
    )
    .help("take it out; events that a target could not handle are the target's: `on_failure` of the function")
}

/// A source that only AWS may use.
pub(super) fn source_of_aws(source: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::event_source"),
        format!("`{}` is a source of AWS", safe(source)),
        span,
        "begins with `aws.`",
    )
    .help("use a name of your own, such as `shop.orders`")
}

/// Anybody may put events.
pub(super) fn anybody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_event_bus"),
        "anybody can put events on this bus",
        span,
        "any account",
    )
    .help("name the accounts, or the organization: `organization(\"o-a1b2c3d4e5\")`; or say why it is meant: `allow lint::public_event_bus, \"…\"`")
}
