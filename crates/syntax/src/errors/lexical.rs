//! Diagnostics about single tokens: characters, comments, numbers, strings.

use super::{
    CHARACTER, COMMENT, EQUALS, ESCAPE, HOLE, NAME, NUMBER, OPERATOR, QUOTES, SEPARATOR, UNCLOSED,
    UNIT,
};
use crate::units;
use formwork_diag::{Diagnostic, Span};

/// `# …`.
pub(crate) fn hash_comment(sign: Span) -> Diagnostic {
    Diagnostic::error(
        COMMENT,
        "`#` does not begin a comment",
        sign,
        "not a comment",
    )
    .help("comments start with `//`")
    .fix("write `//`", sign, "//")
}

/// `/* … */`.
pub(crate) fn block_comment(sign: Span) -> Diagnostic {
    Diagnostic::error(
        COMMENT,
        "`/*` does not begin a comment",
        sign,
        "not a comment",
    )
    .help("comments start with `//`, on each line")
}

/// Characters that mean nothing here.
pub(crate) fn stray(span: Span, text: &str) -> Diagnostic {
    let shown: String = text.chars().take(12).collect();
    let message = format!("`{shown}` has no meaning here");
    let finding = Diagnostic::error(CHARACTER, message, span, "not part of the language");
    if text.starts_with(['\u{a0}', '\u{3000}', '\u{2003}', '\u{2009}', '\u{202f}']) {
        return finding
            .help("write an ordinary space")
            .fix("write a space", span, " ");
    }
    match text {
        "'" | "`" | "”" | "’" => finding.help("strings stand in `\"…\"`"),
        _ => finding
            .help("take it out, or put it into a string: `\"…\"`")
            .fix("take it out", span, ""),
    }
}

/// `;`.
pub(crate) fn separator(span: Span) -> Diagnostic {
    Diagnostic::error(SEPARATOR, "`;` separates nothing here", span, "not needed")
        .help("statements and fields need no separator; between fields on one line stands `,`")
        .fix("take it out", span, "")
}

/// A name with letters beyond ASCII.
pub(crate) fn name_letters(span: Span) -> Diagnostic {
    Diagnostic::error(
        NAME,
        "a name has letters outside of a–z",
        span,
        "not a name",
    )
    .help("a name has ASCII letters, digits and `_`")
}

/// `5m`.
pub(crate) fn unknown_unit(number: Span, unit: Span, digits: &str, name: &str) -> Diagnostic {
    let message = format!("`{name}` is not a unit");
    let finding = Diagnostic::error(UNIT, message, unit, "unknown unit");
    match units::suggestion(digits, name) {
        Some(right) => {
            finding
                .help(format!("write `{right}`"))
                .fix(format!("write `{right}`"), number, right)
        }
        None => finding.help(
            "units are ms, s, min, h, d for time, B, KB, MB, GB, TB for sizes, `%`, and rps, rpm \
             for rates",
        ),
    }
}

/// `1.2.3`.
pub(crate) fn not_a_number(span: Span, text: &str) -> Diagnostic {
    let quoted = format!("\"{text}\"");
    Diagnostic::error(
        NUMBER,
        format!("`{text}` is not a number"),
        span,
        "more than one dot",
    )
    .help(format!(
        "a version or an address is a string: write `{quoted}`"
    ))
    .fix(format!("write `{quoted}`"), span, quoted)
}

/// `.5`.
pub(crate) fn number_without_zero(dot: Span) -> Diagnostic {
    Diagnostic::error(
        NUMBER,
        "a number begins with a digit",
        dot,
        "a digit is missing before this",
    )
    .help("write `0` before the dot")
    .fix("write `0` before the dot", dot.before(), "0")
}

/// `\q`.
pub(crate) fn bad_escape(span: Span, text: &str) -> Diagnostic {
    let finding = Diagnostic::error(
        ESCAPE,
        format!("`{}` is not an escape", text.trim_end()),
        span,
        "not an escape",
    )
    .help("escapes are `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\`, `\\$` and `\\u{…}`; a lone backslash is `\\\\`");
    match text {
        "\\'" => finding.fix("write `'`", span, "'"),
        "\\0" => finding.fix("write `\\u{0}`", span, "\\u{0}"),
        "\\e" => finding.fix("write `\\u{1b}`", span, "\\u{1b}"),
        _ if text.starts_with("\\u") => finding,
        _ => finding.fix("write `\\\\` for a backslash", span, format!("\\{text}")),
    }
}

/// `"abc` without its closing quote.
pub(crate) fn unclosed_string(opener: Span, gap: Span, quote: &str) -> Diagnostic {
    let help = match quote {
        "\"" => "a string ends at its line: close it with `\"`, or write `\"\"\"` for many lines",
        _ => "close it with `\"\"\"`",
    };
    Diagnostic::error(
        UNCLOSED,
        "this string is never closed",
        gap,
        format!("`{quote}` is missing here"),
    )
    .label(opener, "opened here")
    .help(help)
    .fix(format!("write `{quote}`"), gap, quote)
}

/// `"${abc"`.
pub(crate) fn unclosed_hole(opener: Span, gap: Span) -> Diagnostic {
    Diagnostic::error(
        UNCLOSED,
        "this `${` is never closed",
        gap,
        "`}` is missing here",
    )
    .label(opener, "opened here")
    .help("close it with `}`; a `$` before `{` that is meant as text is `\\$`")
    .fix("write `}`", gap, "}")
}

/// `'abc'`.
pub(crate) fn foreign_quotes(span: Span, content: &str) -> Diagnostic {
    let quoted = format!("\"{}\"", content.replace('"', "\\\"").replace("${", "\\${"));
    Diagnostic::error(QUOTES, "strings stand in `\"`", span, "other quotes")
        .help(format!("write `{quoted}`"))
        .fix(format!("write `{quoted}`"), span, quoted)
}

/// `<<EOF`.
pub(crate) fn heredoc(head: Span) -> Diagnostic {
    Diagnostic::error(
        QUOTES,
        "a text of many lines stands in `\"\"\"`",
        head,
        "not how a text begins",
    )
    .help("write `\"\"\"`, the lines, and `\"\"\"`; the indent they share is removed")
}

/// `===`, `&`, `=>` and the like.
pub(crate) fn foreign_sign(span: Span, written: &str, right: &str) -> Diagnostic {
    let message = format!("there is no `{written}`");
    let finding =
        |code, help: String| Diagnostic::error(code, message, span, "not an operator").help(help);
    match right {
        "+" => finding(
            OPERATOR,
            "lists are joined with `.concat(…)`, numbers added with `+`".into(),
        ),
        "*" => finding(OPERATOR, "there is no power; `*` multiplies".into()),
        _ => finding(
            if right == "=" { EQUALS } else { OPERATOR },
            format!("write `{right}`"),
        )
        .fix(format!("write `{right}`"), span, right),
    }
}

/// `${x}` outside of a string; `inner` is what stands in it.
pub(crate) fn hole_outside(span: Span, inner: &str) -> Diagnostic {
    let right = inner.trim();
    Diagnostic::error(
        HOLE,
        "`${…}` stands only in a string",
        span,
        "not in a string",
    )
    .help("outside of a string a name stands alone: `name`, not `${name}`")
    .fix(format!("write `{right}`"), span, right)
}

/// `${x}` in a text that is fixed.
pub(crate) fn hole_in_fixed_text(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        HOLE,
        format!("{what} takes no `${{…}}`"),
        span,
        "must be fixed text",
    )
    .help("write the text out; a `$` before `{` that is meant as text is `\\$`")
}
