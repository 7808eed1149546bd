//! The file and its statements, and how the parser finds the next statement after one that is broken.

use crate::ast::{File, Statement, StatementKind, Text};
use crate::errors;
use crate::parser::block::{Opener, items};
use crate::parser::declaration::declaration;
use crate::parser::input::{In, Res, miss};
use crate::parser::need::{is_word, need_name, need_value, nested, skip_until};
use crate::parser::simple::{
    allow, assert, enumeration, environment, forget, let_value, output, param, param_after_word,
    stack, test, use_names,
};
use crate::token::{Kind, STATEMENT_WORDS};
use nom::Parser;
use nom::branch::alt;
use nom::multi::many0;

/// A whole file: production(file).
pub(crate) fn file(input: In<'_>) -> Res<'_, File> {
    let (rest, statements) = many0(|input| statement(input, Place::Stack)).parse(input)?;
    Ok((rest, File { statements }))
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the top of a file.
    Stack,
    /// In a component.
    Component,
}

/// A statement with the documentation above it: production(stmt), production(DOC).
pub(crate) fn statement(input: In<'_>, place: Place) -> Res<'_, Statement> {
    let ends = match place {
        Place::Stack => false,
        Place::Component => input.kind() == Kind::BraceClose,
    };
    if ends || input.kind() == Kind::End {
        return miss();
    }
    let doc = documentation(input);
    let in_component = place == Place::Component;
    if in_component && input.kind() == Kind::Name && outside_only(input) {
        input
            .cx
            .report(errors::not_in_component(input.span(), input.text()));
    }
    // Most statements are declarations: a word that opens no other statement is not held against all of them.
    let (rest, kind) = match STATEMENT_WORDS.contains(&input.text()) {
        true => alt((
            stack,
            environment,
            use_names,
            param,
            let_value,
            output,
            enumeration,
            component,
            assert,
            test,
            allow,
            forget,
            |input| without_word(input, place),
        ))
        .parse(input)?,
        false => without_word(input, place)?,
    };
    Ok((
        rest,
        Statement {
            doc,
            kind,
            span: input.span_to(rest),
        },
    ))
}

/// A statement that begins with no word of its own.
fn without_word(input: In<'_>, place: Place) -> Res<'_, StatementKind> {
    alt((param_without_word, field_outside, declaration, |input| {
        broken(input, place)
    }))
    .parse(input)
}

/// Whether a statement stands here that only the stack may hold.
fn outside_only(input: In<'_>) -> bool {
    matches!(
        input.text(),
        "stack" | "env" | "use" | "component" | "test" | "forget"
    )
}

fn documentation(input: In<'_>) -> Option<Text> {
    let mut text = String::new();
    let mut place: Option<formwork_diag::Span> = None;
    for (span, line) in input.cx.docs_before(input.index()) {
        let words = line.trim_start_matches('/');
        if place.is_some() {
            text.push('\n');
        }
        text.push_str(words.strip_prefix(' ').unwrap_or(words).trim_end());
        place = Some(place.map_or(span, |first| first.to(span)));
    }
    place.map(|span| Text {
        text: text.into(),
        span,
    })
}

/// `component NAME { … }`: production(component).
fn component(input: In<'_>) -> Res<'_, StatementKind> {
    if !is_word(input, "component") {
        return miss();
    }
    let (rest, name) = need_name("this component").parse(input.skip(1))?;
    if STATEMENT_WORDS.contains(&&*name.text) {
        input
            .cx
            .report(errors::statement_word(name.span, &name.text));
    }
    let inner = |input| statement(input, Place::Component);
    let (rest, body) = match rest.kind() {
        Kind::BraceOpen => nested(
            rest,
            |_| Vec::new(),
            |rest| items(rest.skip(1), Opener::Component(rest), inner),
        )?,
        _ => {
            input
                .cx
                .report_break(errors::missing(rest.gap(), "{", "this component", " {"));
            match rest.cx.pairs.lacks_brace(rest.index()) {
                true => items(rest, Opener::Missing, inner)?,
                false => (rest, Vec::new()),
            }
        }
    };
    Ok((rest, StatementKind::Component { name, body }))
}

/// `name: type = value` without its word, which is told and read as a `param`.
fn param_without_word(input: In<'_>) -> Res<'_, StatementKind> {
    if input.kind() != Kind::Name || input.kind_at(1) != Kind::Colon {
        return miss();
    }
    input
        .cx
        .report_break(errors::name_without_word(input.span(), input.text()));
    param_after_word(input)
}

/// `name = value` outside of every block, which is told and read as a `let`.
fn field_outside(input: In<'_>) -> Res<'_, StatementKind> {
    if input.kind() != Kind::Name || input.kind_at(1) != Kind::Assign {
        return miss();
    }
    input
        .cx
        .report(errors::field_outside(input.span(), input.text()));
    let (rest, value) = need_value("this field").parse(input.skip(2))?;
    Ok((
        rest,
        StatementKind::Let {
            name: input.name(),
            ty: None,
            value,
        },
    ))
}

/// What begins no statement: told, and passed over up to the next one.
fn broken(input: In<'_>, place: Place) -> Res<'_, StatementKind> {
    if input.kind().is_closer() {
        input
            .cx
            .report_break(errors::unopened(input.span(), input.text()));
        return Ok((input.skip(1), StatementKind::Bad));
    }
    let word = input.text();
    match word {
        "when" | "was" | "adopt" if input.kind() == Kind::Name => {
            input
                .cx
                .report_break(errors::clause_as_statement(input.span(), word));
        }
        "then" | "else" if input.kind().is_reserved() => {
            input
                .cx
                .report_break(errors::without_if(input.span(), word));
        }
        _ => {
            let expected = "a statement: `kind name { … }`";
            input
                .cx
                .report_break(errors::unexpected(input.span(), word, expected));
        }
    }
    Ok((to_next_statement(input.skip(1), place), StatementKind::Bad))
}

/// Passes over what stands before the next statement.
pub(crate) fn to_next_statement(input: In<'_>, place: Place) -> In<'_> {
    let rest = skip_until(input, |at| {
        let words = at.kind() == Kind::Name
            && (at.kind_at(1) == Kind::Name || STATEMENT_WORDS.contains(&at.text()));
        (at.token().opens_line() && words)
            || (place == Place::Component && at.kind() == Kind::BraceClose)
    });
    rest.cx.quiet_until(rest.gap().start);
    rest
}
