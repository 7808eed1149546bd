//! Values: right in type, wrong in what they are.

use super::{Origin, choice, from_origin};
use formwork_diag::{Code, Diagnostic, Span, nearest};

const RANGE: Code = Code("value::range");
const LENGTH: Code = Code("value::length");
const ITEMS: Code = Code("value::items");
const PATTERN: Code = Code("value::pattern");
const NOT_KNOWN: Code = Code("value::not_known");
const KEY: Code = Code("value::key");
const INDEX: Code = Code("value::index");
const DUPLICATE_KEY: Code = Code("value::duplicate_key");
const ASSERT: Code = Code("value::assert");
const ASSERT_LATER: Code = Code("value::assert_later");
const DIVIDE: Code = Code("value::divide");
const NUMBER: Code = Code("value::number");
const PATH: Code = Code("value::path");
const MISSING_PATH: Code = Code("value::missing_path");
const FILE: Code = Code("value::file");
const TAG: Code = Code("value::tag");

/// A value against what AWS allows of a field.
pub(crate) struct Outside<'a> {
    pub field: &'a str,
    pub value: String,
    pub span: Span,
    pub origin: Origin,
}

impl Outside<'_> {
    fn error(&self, code: Code, message: String, label: String, help: String) -> Diagnostic {
        from_origin(
            Diagnostic::error(code, message, self.span, label),
            self.origin,
        )
        .help(help)
    }
}

pub(crate) fn range(of: &Outside<'_>, min: &str, max: &str, nearest: &str) -> Diagnostic {
    of.error(
        RANGE,
        format!("`{}` must be from {min} to {max}", of.field),
        format!("{} is outside", of.value),
        format!("the nearest that is allowed is {nearest}"),
    )
}

pub(crate) fn step(of: &Outside<'_>, step: &str, below: &str, above: &str) -> Diagnostic {
    of.error(
        RANGE,
        format!("`{}` goes in steps of {step}", of.field),
        "between two steps".to_owned(),
        format!("write {below} or {above}"),
    )
}

pub(crate) fn length(of: &Outside<'_>, min: usize, max: usize, found: usize) -> Diagnostic {
    let limits = if max == usize::MAX {
        format!("at least {min}")
    } else {
        format!("{min} to {max}")
    };
    of.error(
        LENGTH,
        format!("`{}` must have {limits} characters", of.field),
        format!("this has {found}"),
        if found > max {
            format!("take {} away", found - max)
        } else {
            format!("add at least {}", min.saturating_sub(found))
        },
    )
}

pub(crate) fn items(of: &Outside<'_>, min: usize, max: usize, found: usize) -> Diagnostic {
    let limits = if max == usize::MAX {
        format!("at least {min}")
    } else {
        format!("{min} to {max}")
    };
    of.error(
        ITEMS,
        format!("`{}` must have {limits} items", of.field),
        format!("this has {found}"),
        if found > max {
            format!("take {} out", found - max)
        } else {
            format!("add at least {}", min.saturating_sub(found))
        },
    )
}

pub(crate) fn pattern(of: &Outside<'_>, words: &str) -> Diagnostic {
    of.error(
        PATTERN,
        format!("`{}` must be {words}", of.field),
        format!("{} is not", of.value),
        format!("use only what is allowed: {words}"),
    )
}

pub(crate) fn not_known(what: &str, span: Span, why: &str, origin: Origin) -> Diagnostic {
    from_origin(
        Diagnostic::error(NOT_KNOWN, format!("{what} must be known when the plan is made"), span, why.to_owned()),
        origin,
    )
    .help("use a value that is written in the file, such as a param or a `let`; what AWS makes is known only after apply")
}

pub(crate) fn key(key: &str, of: &str, span: Span, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        KEY,
        format!("{of} has no key \"{key}\""),
        span,
        "no such key",
    );
    let shown: Vec<String> = known
        .iter()
        .take(24)
        .map(|key| format!("\"{key}\""))
        .collect();
    let more = if known.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    let near = nearest(key, known.iter().copied()).filter(|_| key.chars().count() > 2);
    match near {
        Some(near) => error
            .help(format!(
                "did you mean \"{near}\"?  Its keys are {}{more}",
                shown.join(", ")
            ))
            .fix(format!("write \"{near}\""), span, format!("\"{near}\"")),
        None if known.is_empty() => error.help("it has no keys here"),
        None => error.help(format!("its keys are {}{more}", shown.join(", "))),
    }
}

pub(crate) fn index(what: &str, length: usize, span: Span) -> Diagnostic {
    let help = match length {
        0 => "the list is empty here; ask `length()` first".to_owned(),
        _ => format!("the items are 0 to {}", length - 1),
    };
    Diagnostic::error(
        INDEX,
        format!("there is no {what}"),
        span,
        format!("the list has {length} items"),
    )
    .help(help)
}

pub(crate) fn duplicate_key(key: &str, span: Span, origin: Origin) -> Diagnostic {
    from_origin(
        Diagnostic::error(
            DUPLICATE_KEY,
            format!("the key \"{key}\" comes twice"),
            span,
            "keys must differ",
        ),
        origin,
    )
    .help("take one out, or walk over `….unique()`")
}

pub(crate) fn assert(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(ASSERT, message.to_owned(), span, "this does not hold")
        .help("change the values it is about, or the assertion")
}

pub(crate) fn assert_later(span: Span, why: &str) -> Diagnostic {
    Diagnostic::warning(
        ASSERT_LATER,
        "this cannot be checked before apply",
        span,
        why.to_owned(),
    )
    .help("assert something about values that are written in the file")
}

pub(crate) fn divide(span: Span) -> Diagnostic {
    Diagnostic::error(DIVIDE, "division by zero", span, "this is zero")
        .help("divide by another number")
}

pub(crate) fn number(span: Span) -> Diagnostic {
    Diagnostic::error(
        NUMBER,
        "this number is too large to be held exactly",
        span,
        "more than 28 digits",
    )
    .help("use a larger unit, or a smaller number")
}

pub(crate) fn range_argument(span: Span, limit: u64) -> Diagnostic {
    Diagnostic::error(
        NUMBER,
        format!("`range` takes a whole number from 0 to {limit}"),
        span,
        "not such a number",
    )
    .help("write `range(3)` for 0, 1, 2")
}

pub(crate) fn path(text: &str, span: Span, why: &str, origin: Origin) -> Diagnostic {
    from_origin(
        Diagnostic::error(
            PATH,
            format!("`{text}` cannot be used: {why}"),
            span,
            "not a path beneath the root",
        ),
        origin,
    )
    .help("paths are relative to the file they are written in and stay inside the stack's root")
}

pub(crate) fn missing_path(text: &str, span: Span, origin: Origin) -> Diagnostic {
    from_origin(
        Diagnostic::warning(
            MISSING_PATH,
            format!("`{text}` is not there"),
            span,
            "no such file or folder",
        ),
        origin,
    )
    .help("make it before you plan, or mend the path")
}

pub(crate) fn file(text: &str, span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(FILE, format!("`{text}` cannot be read: {why}"), span, "this file")
        .help("the path is relative to this file; the file must be UTF-8 text of at most 1 MiB inside the stack's root")
}

pub(crate) fn tag(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        TAG,
        format!("the tag `{name}` is reserved"),
        span,
        "written by formwork itself",
    )
    .help("choose a name that does not begin with `formwork:`")
}

pub(crate) fn depends(span: Span, known: &[&str]) -> Diagnostic {
    Diagnostic::error(
        KEY,
        "this is no declaration to wait for",
        span,
        "not a declaration",
    )
    .help(format!("name one: {}", choice(known)))
}
