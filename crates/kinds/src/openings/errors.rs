//! What is reported of resources that anybody may use.

use formwork_diag::{Code, Diagnostic, Span, safe};

fn anybody(code: Code, message: &str, span: Span, instead: &str) -> Diagnostic {
    Diagnostic::error(code, message, span, "anybody").help(format!(
        "{instead}; or say why it is meant: `allow {}, \"…\"`",
        code.0
    ))
}

/// Anybody may invoke a function.
pub(super) fn public_function(span: Span) -> Diagnostic {
    let instead = "name the account or service that may, such as `\"123456789012\"`";
    anybody(
        Code("lint::public_function"),
        "anybody can invoke this function",
        span,
        instead,
    )
}

/// A service may invoke a function for any account.
pub(super) fn permission_source(service: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::permission_source"),
        format!("{} may invoke this function for anybody", safe(service)),
        span,
        "whose, is not said",
    )
    .help("name what it may do so for: `SourceArn = uploads.arn`, and `SourceAccount` for a bucket; or say why it is meant: `allow lint::permission_source, \"…\"`")
}

/// Anybody may send to a queue, or read it.
pub(super) fn public_queue(span: Span) -> Diagnostic {
    anybody(
        Code("lint::public_queue"),
        "anybody can use this queue",
        span,
        INSTEAD,
    )
}

/// Anybody may publish to a topic, or listen to it.
pub(super) fn public_topic(span: Span) -> Diagnostic {
    anybody(
        Code("lint::public_topic"),
        "anybody can use this topic",
        span,
        INSTEAD,
    )
}

/// Anybody may use a bucket.
pub(super) fn public_bucket(span: Span) -> Diagnostic {
    let instead = "leave it closed, and name who may read it: an account, a role, or a distribution of CloudFront";
    anybody(
        Code("lint::public_bucket"),
        "anybody can reach what is in this bucket",
        span,
        instead,
    )
}

/// Anybody may take on a role.
pub(super) fn trust_anybody(span: Span) -> Diagnostic {
    anybody(
        Code("lint::trust_anybody"),
        "anybody can take on this role",
        span,
        INSTEAD,
    )
}

/// Anybody may use a key.
pub(super) fn public_key(span: Span) -> Diagnostic {
    anybody(
        Code("lint::public_key"),
        "anybody can use this key",
        span,
        INSTEAD,
    )
}

/// Anybody may pull from a registry.
pub(super) fn public_registry(span: Span) -> Diagnostic {
    anybody(
        Code("lint::public_registry"),
        "anybody can pull these images",
        span,
        INSTEAD,
    )
}

/// A port of administration, or every port, is open to anybody.
pub(super) fn open_port(span: Span) -> Diagnostic {
    let instead = "name who needs it: a block of addresses or a security group";
    anybody(
        Code("lint::open_port"),
        "ports of administration can be reached from anywhere",
        span,
        instead,
    )
}

const INSTEAD: &str = "name the account or role, or add a `Condition`";
