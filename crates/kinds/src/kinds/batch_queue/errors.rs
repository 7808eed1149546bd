//! What is reported of a queue of jobs.

use formwork_diag::{Code, Diagnostic, Span, safe};
use formwork_schema::Address;
use rust_decimal::Decimal;

/// Instances and Fargate in one queue.
pub(super) fn mixed(first: &str, second: &str, span: Span, first_span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::pools"),
        format!("a queue runs jobs on instances or on Fargate, not on both: `{first}` and `{second}`"),
        span,
        format!("made of `{second}`"),
    )
    .label(first_span, format!("made of `{first}`"))
    .help("make a queue for each; a pool of `spot` goes with one of `ec2`, `fargate_spot` with `fargate`")
}

/// Pools of two processors.
pub(super) fn two_archs(words: (&str, &str), span: Span, first_span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::arch"),
        format!(
            "the pools of a queue have one processor, not {} and {}",
            words.0, words.1
        ),
        span,
        words.1,
    )
    .label(first_span, words.0)
    .help("make a queue for each processor")
}

/// A pool twice.
pub(super) fn twice(pool: &Address, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::pools"),
        format!("`{}` is there already", pool.label),
        span,
        "the same pool again",
    )
    .label(first, "first here")
    .help("take one of them out")
}

/// A pool of another region.
pub(super) fn region(pool: &Address, there: &str, here: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::pools"),
        format!("`{}` is in {there}, the queue in {here}", pool.label),
        span,
        "in another region",
    )
    .help(format!(
        "put both into one region with `region = {}`",
        there.replace('-', "_")
    ))
}

/// A share identifier of the wrong form.
pub(super) fn share_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        format!("`{}` is no share identifier", safe(name)),
        span,
        "not letters and digits",
    )
    .help("use letters and digits, with `*` only at the end: `\"team*\"`")
}

/// Two identifiers that can mean the same one.
pub(super) fn share_overlap(name: &str, other: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        format!(
            "`{}` and `{}` can mean the same identifier",
            safe(other),
            safe(name)
        ),
        span,
        "meant twice",
    )
    .label(first, "meant here already")
    .help("Batch takes each identifier once: take one of the two out, or make the other narrower")
}

/// A weight that Batch does not take.
pub(super) fn share_weight(weight: Decimal, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::share"),
        format!("a share cannot count {weight}"),
        span,
        "from 0.0001 to 999.9999",
    )
    .help("write 1 for the usual share, 0.5 for one that gets twice as much")
}
