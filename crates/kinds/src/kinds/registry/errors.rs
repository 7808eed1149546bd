//! What is reported of a registry.

use formwork_diag::{Code, Diagnostic, Severity, Span, safe};

/// Something that is nobody.
pub(super) fn reader(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("registry::reader"),
        format!("`{}` is no account, role or ARN", safe(text)),
        span,
        "nobody",
    )
    .help("write 12 digits, the name of a `role`, or an ARN")
}

/// Exceptions where there is no rule.
pub(super) fn all_mutable(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("registry::mutable_tags"),
        "with `immutable = false` every tag may move",
        span,
        "exceptions from nothing",
    )
    .help("take `immutable = false` out, so that only these tags may move")
}

/// A lifecycle rule that says nothing, or two things.
pub(super) fn lifecycle_rule(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("registry::lifecycle"),
        "a lifecycle rule has one of `keep_last` and `expire_after`",
        span,
        "none, or both",
    )
    .help("write `keep_last = 10` or `expire_after = 30d`; two rules for both")
}

/// A field of a repository in a cache.
pub(super) fn not_of_a_cache(name: &str, span: Span, cache: Span) -> Diagnostic {
    Diagnostic::error(
        Code("registry::cache"),
        format!("a cache has no `{name}`"),
        span,
        "of a repository only",
    )
    .label(cache, "this makes it a cache")
    .help("take it out: ECR makes the cached repositories itself")
}

/// Too long a name for a cache.
pub(super) fn long_prefix(most: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("registry::cache"),
        format!("what the names of a cache begin with has at most {most} characters"),
        span,
        "too long",
    )
    .help("write a shorter name, or take it out: the name of the other registry then does")
}

/// Anybody may pull.
pub(super) fn public_registry(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_registry"),
        "anybody with an AWS account can pull these images",
        span,
        "anybody",
    )
    .help("name the accounts that need them: `readers = [\"123456789012\"]`")
}

/// Tags that move.
pub(super) fn mutable_tags(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::mutable_tags"),
        "a tag of this registry may mean another image tomorrow",
        span,
        "every tag may move",
    )
    .help("take it out, and name the tags that must move: `mutable_tags = [\"latest\"]`")
}

/// No scan.
pub(super) fn no_scan(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::no_image_scan"),
        "images are not scanned for known weaknesses",
        span,
        "switched off",
    )
    .help("take it out: scanning on push is free")
}

/// Images stay for ever.
pub(super) fn no_lifecycle(name: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_image_lifecycle"),
        Severity::Advice,
        "images of this registry stay, and are paid for, for ever",
    )
    .label(name, "no end")
    .help("write `expire_untagged = 14d`, `keep_last = 50`, or both")
}
