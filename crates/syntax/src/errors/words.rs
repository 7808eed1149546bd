//! Diagnostics about words and signs that mean something else here, often habits from other languages.

use super::{
    CHAINED, CONTINUED, EQUALS, MISPLACED, NAME, OPERATOR, POSITIONAL, RESERVED, UNIT, VALUE,
};
use formwork_diag::{Diagnostic, Edit, Fix, Span};

/// `a < b < c`.
pub(crate) fn chained(second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        CHAINED,
        "comparisons do not chain",
        second,
        "second comparison",
    )
    .label(first, "first comparison")
    .help("join two comparisons with `&&`: `a < b && b < c`")
}

/// `[` or `(` on a new line that continues the value before it.
pub(crate) fn continued(sign: Span, text: &str) -> Diagnostic {
    let (what, meaning) = match text {
        "(" => ("call", "calls it"),
        _ => ("index", "takes an element of it"),
    };
    Diagnostic::warning(
        CONTINUED,
        format!("this `{text}` continues the value on the line before: it {meaning}"),
        sign,
        format!("read as {what}"),
    )
    .help(format!(
        "put `{text}` on the line of the value, or a `,` between the two"
    ))
}

/// `f(a = 1, b)`.
pub(crate) fn positional_after_named(argument: Span, named: Span) -> Diagnostic {
    Diagnostic::error(
        POSITIONAL,
        "an argument without a name follows one with a name",
        argument,
        "has no name",
    )
    .label(named, "the first argument with a name")
    .help("give it its name, or put it before the named ones")
}

/// A reserved word as a name.
pub(crate) fn reserved(word: Span, text: &str) -> Diagnostic {
    let other = format!("{text}_");
    Diagnostic::error(
        RESERVED,
        format!("`{text}` is a reserved word"),
        word,
        "cannot be a name",
    )
    .help(format!("choose another name, such as `{other}`"))
    .fix(format!("write `{other}`"), word, other)
}

/// A statement's word as the name of a component.
pub(crate) fn statement_word(word: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        RESERVED,
        format!("`{text}` opens a statement and cannot name a kind"),
        word,
        "a statement's word",
    )
    .help("choose another name")
}

/// A clause's word at the start of a statement.
pub(crate) fn clause_as_statement(word: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        MISPLACED,
        format!("`{text}` opens no statement"),
        word,
        "a clause without its declaration",
    )
    .help(format!(
        "it stands in the header of a declaration: `kind name {text} … {{ … }}`"
    ))
}

/// `my-name`.
pub(crate) fn name_with_dash(name: Span, text: &str) -> Diagnostic {
    let right = text.replace('-', "_");
    Diagnostic::error(
        NAME,
        "a name has no `-`",
        name,
        "read as a subtraction elsewhere",
    )
    .help(format!("write `{right}`"))
    .fix(format!("write `{right}`"), name, right)
}

/// `"name"` where a bare name should be.
pub(crate) fn quoted_name(name: Span, text: &str) -> Diagnostic {
    let finding = Diagnostic::error(
        NAME,
        "names are written without quotes",
        name,
        "quotes around a name",
    );
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match plain {
        true => finding
            .help(format!("write `{text}`"))
            .fix(format!("write `{text}`"), name, text),
        false => finding.help("write a name of ASCII letters, digits and `_`"),
    }
}

/// `5 min`.
pub(crate) fn space_before_unit(space: Span, digits: &str, unit: &str) -> Diagnostic {
    Diagnostic::error(
        UNIT,
        "a unit touches its number",
        space,
        "a space before the unit",
    )
    .help(format!("write `{digits}{unit}`"))
    .fix(format!("write `{digits}{unit}`"), space, "")
}

/// `and`, `or`, `not`.
pub(crate) fn word_operator(word: Span, text: &str, sign: &str) -> Diagnostic {
    Diagnostic::error(
        OPERATOR,
        format!("`{text}` is no operator"),
        word,
        "read as a name",
    )
    .help(format!("write `{sign}`"))
    .fix(format!("write `{sign}`"), word, sign)
}

/// `a % b`.
pub(crate) fn remainder(sign: Span) -> Diagnostic {
    Diagnostic::error(
        OPERATOR,
        "there is no `%` operator",
        sign,
        "not an operator",
    )
    .help("`%` is a unit and touches its number: `60%`")
}

/// `a ? b : c`: the spans of the condition and of the two signs.
pub(crate) fn ternary(condition: Span, question: Span, colon: Option<Span>) -> Diagnostic {
    let mut finding = Diagnostic::error(OPERATOR, "there is no `? :`", question, "not an operator")
        .help("write `if … then … else …`");
    if let Some(colon) = colon {
        let edit = |span, text: &str| Edit {
            span,
            text: text.to_owned(),
        };
        finding.fix = Some(Fix {
            title: "write `if … then … else …`".to_owned(),
            edits: vec![
                edit(condition.before(), "if "),
                edit(question, "then"),
                edit(colon, "else"),
            ],
        });
    }
    finding
}

/// `"a" + b`.
pub(crate) fn string_plus(sign: Span) -> Diagnostic {
    Diagnostic::error(
        OPERATOR,
        "there is no `+` for strings",
        sign,
        "joins no strings",
    )
    .help("write one string: `\"…${value}…\"`")
}

/// `null`, `True` and the like.
pub(crate) fn foreign_word(word: Span, text: &str, right: &str) -> Diagnostic {
    Diagnostic::error(
        VALUE,
        format!("there is no `{text}`"),
        word,
        "no such value",
    )
    .help(format!("write `{right}`"))
    .fix(format!("write `{right}`"), word, right)
}

/// `=` in a condition.
pub(crate) fn assign_in_condition(sign: Span) -> Diagnostic {
    Diagnostic::error(
        EQUALS,
        "`=` gives a value, it does not compare",
        sign,
        "in a condition",
    )
    .help("write `==`")
    .fix("write `==`", sign, "==")
}

/// `==` or `:` where a field's `=` should be.
pub(crate) fn field_sign(sign: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        EQUALS,
        format!("a field is given with `=`, not with `{text}`"),
        sign,
        "gives no value",
    )
    .help("write `=`")
    .fix("write `=`", sign, if text == ":" { " =" } else { "=" })
}

/// `=` where the `:` of a type should be.
pub(crate) fn type_sign(sign: Span) -> Diagnostic {
    Diagnostic::error(
        EQUALS,
        "a type is given with `:`, not with `=`",
        sign,
        "gives a value",
    )
    .help("write `:`")
    .fix("write `:`", sign, ":")
}
