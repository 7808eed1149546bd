//! What is reported of a queue.

use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::Quantity;

/// A field of fifo queues on another.
pub(super) fn fifo_only(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::fifo"),
        format!("`{name}` is for fifo queues"),
        span,
        "this queue is not one",
    )
    .help(format!("add `fifo = true`, or take `{name}` out"))
}

/// A name that does not say what the queue is.
pub(super) fn fifo_name(name: &str, fifo: bool, span: Span) -> Diagnostic {
    let plain = name.trim_end_matches(".fifo");
    let (message, label, write) = if fifo {
        (
            "the name of a fifo queue ends in `.fifo`",
            "`.fifo` is missing",
            format!("{name}.fifo"),
        )
    } else {
        (
            "only the name of a fifo queue ends in `.fifo`",
            "this is no fifo queue",
            plain.to_owned(),
        )
    };
    Diagnostic::error(Code("aws::fifo_name"), message, span, label)
        .help(format!("write `\"{write}\"`"))
        .fix(format!("write `\"{write}\"`"), span, format!("\"{write}\""))
}

/// A queue as its own dead-letter queue.
pub(super) fn own_dead_letters(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("loop::destination"),
        "a queue cannot take its own dead letters",
        span,
        "itself",
    )
    .help("declare another `queue` for them")
}

/// A dead-letter queue of the other sort.
pub(super) fn dead_letters_fifo(fifo: bool, span: Span) -> Diagnostic {
    let message = if fifo {
        "the dead letters of a fifo queue go to a fifo queue"
    } else {
        "the dead letters of this queue cannot go to a fifo queue"
    };
    Diagnostic::error(Code("aws::fifo"), message, span, "must be of the same sort").help(if fifo {
        "add `fifo = true` to the queue for dead letters"
    } else {
        "take `fifo` out of the queue for dead letters"
    })
}

/// A message that comes back while it is still being handled.
pub(super) fn visibility(
    queue: &str,
    visible: Quantity,
    timeout: Quantity,
    trigger: Span,
    written: Option<Span>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("aws::queue_visibility"),
        format!(
            "a message of `{queue}` comes back after {visible}, while the function may run for {timeout}"
        ),
        written.unwrap_or(trigger),
        "shorter than the function's timeout, which Lambda refuses",
    );
    let diagnostic = match written {
        Some(_) => diagnostic.label(trigger, "starts the function"),
        None => diagnostic,
    };
    let six = formwork_schema::Quantity {
        dimension: timeout.dimension,
        amount: timeout.amount * rust_decimal::Decimal::from(6),
    };
    diagnostic.help(format!(
        "write `visibility = {six}` in `{queue}`: AWS advises six times the function's timeout"
    ))
}

/// A large batch of a fifo queue.
pub(super) fn fifo_batch(batch: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::queue_batch"),
        format!("a fifo queue gives at most 10 messages at once, not {batch}"),
        span,
        "more than 10",
    )
    .help("write `batch = 10` or less")
}

/// A large batch without time to fill it.
pub(super) fn batch_window(batch: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::queue_batch"),
        format!("a batch of {batch} needs time to fill"),
        span,
        "more than 10 without a `window`",
    )
    .help(format!(
        "write `received(batch = {batch}, window = 1s)` or longer"
    ))
}

/// A fifo queue or topic where a service needs another.
pub(crate) fn fifo_target(who: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::fifo"),
        format!("{who} to standard queues and topics only"),
        span,
        "is fifo",
    )
    .help("send it to one without `fifo`")
}
