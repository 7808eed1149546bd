//! Committed combinators: on a miss they tell what is missing, at the gap, and go on as if it stood there.
//!
//! They never fail, so nothing that holds one may backtrack: every choice is made by looking at the next tokens.

use crate::ast::{Expr, ExprKind, Name, Text};
use crate::errors;
use crate::parser::block::block_without_brace;
use crate::parser::expr::{expr, starts_expr};
use crate::parser::input::{In, Miss, NESTING_LIMIT, Res, miss};
use crate::parser::strings::fixed_text;
use crate::token::{Kind, Token};
use nom::Parser;

/// The next token, if it is of this kind. Not committed.
pub(crate) fn token<'a>(kind: Kind) -> impl Parser<In<'a>, Output = Token, Error = Miss> {
    move |input: In<'a>| match input.kind() == kind {
        true => Ok((input.skip(1), input.token())),
        false => miss(),
    }
}

/// The next token, if it is a name of these letters. Not committed.
pub(crate) fn word<'a>(letters: &'static str) -> impl Parser<In<'a>, Output = Token, Error = Miss> {
    move |input: In<'a>| match is_word(input, letters) {
        true => Ok((input.skip(1), input.token())),
        false => miss(),
    }
}

/// Whether the next token is a name of these letters.
pub(crate) fn is_word(input: In<'_>, letters: &str) -> bool {
    input.kind() == Kind::Name && input.text() == letters
}

/// A sign; `place` says what lacks it.
pub(crate) fn need<'a>(
    kind: Kind,
    sign: &'static str,
    place: &'static str,
) -> impl Parser<In<'a>, Output = (), Error = Miss> {
    move |input: In<'a>| {
        if input.kind() == kind {
            return Ok((input.skip(1), ()));
        }
        let insert = match sign {
            "," | ":" => sign.to_owned(),
            _ => format!(" {sign}"),
        };
        input
            .cx
            .report(errors::missing(input.gap(), sign, place, &insert));
        Ok((input, ()))
    }
}

/// A name; `owner` says what lacks it.
pub(crate) fn need_name<'a>(
    owner: &'static str,
) -> impl Parser<In<'a>, Output = Name, Error = Miss> {
    move |input: In<'a>| Ok(need_name_now(input, owner))
}

fn need_name_now<'a>(input: In<'a>, owner: &'static str) -> (In<'a>, Name) {
    match input.kind() {
        Kind::Name => dashed_name(input),
        kind if kind.is_reserved() && meant_as_name(input) => {
            input
                .cx
                .report(errors::reserved(input.span(), input.text()));
            (input.skip(1), input.name())
        }
        Kind::StringStart if !input.token().opens_line() => quoted_name(input),
        _ => {
            input.cx.report(errors::missing_name(input.gap(), owner));
            (
                input,
                Name {
                    text: input.letters(""),
                    span: input.gap(),
                },
            )
        }
    }
}

/// Whether a reserved word stands where a name is meant: nothing that it could begin follows.
fn meant_as_name(input: In<'_>) -> bool {
    let begins = matches!(
        input.kind_at(1),
        Kind::Name | Kind::Number | Kind::StringStart | Kind::BracketOpen | Kind::ParenOpen
    );
    !input.token().opens_line() && !begins
}

/// A name, perhaps with `-` in it, which is told.
pub(crate) fn dashed_name(input: In<'_>) -> (In<'_>, Name) {
    let mut end = input.skip(1);
    loop {
        let dash = end.kind() == Kind::Minus && end.token().touches();
        let part = end.token_at(1);
        if !(dash && part.touches() && matches!(part.kind, Kind::Name | Kind::Number)) {
            break;
        }
        end = end.skip(2);
    }
    if end.index() == input.index() + 1 {
        return (end, input.name());
    }
    let span = input.span_to(end);
    input
        .cx
        .report(errors::name_with_dash(span, input.words(span)));
    let text = input.letters(&input.words(span).replace('-', "_"));
    (end, Name { text, span })
}

/// `"name"` where a bare name should be; of several, the last is taken.
fn quoted_name(input: In<'_>) -> (In<'_>, Name) {
    let start = input;
    let (mut rest, mut text) = (input, None);
    while rest.kind() == Kind::StringStart && !rest.token().opens_line() {
        let Ok((after, found)) = fixed_text(rest, "a name") else {
            break;
        };
        (rest, text) = (after, Some(found));
    }
    let span = start.span_to(rest);
    let letters = text
        .map(|text| text.text)
        .unwrap_or_else(|| input.letters(""));
    input.cx.report(errors::quoted_name(span, &letters));
    (
        rest,
        Name {
            text: letters,
            span,
        },
    )
}

/// A value; `place` says what lacks it.
pub(crate) fn need_expr<'a>(
    place: &'static str,
) -> impl Parser<In<'a>, Output = Expr, Error = Miss> {
    move |input: In<'a>| match starts_expr(input) {
        true => expr(input),
        false => Ok(no_expr(input, place)),
    }
}

/// A value after a `=`, where `name =` and `name {` are the next field.
pub(crate) fn need_value<'a>(
    place: &'static str,
) -> impl Parser<In<'a>, Output = Expr, Error = Miss> {
    move |input: In<'a>| {
        if !input.field_ahead() {
            return need_expr(place).parse(input);
        }
        if !input.cx.pairs.lacks_brace(input.index()) {
            return Ok(no_expr(input, place));
        }
        input
            .cx
            .report_break(errors::missing(input.gap(), "{", place, " {"));
        let (rest, block) = block_without_brace(input)?;
        let span = block.span;
        Ok((
            rest,
            Expr {
                kind: ExprKind::Object(block),
                span,
            },
        ))
    }
}

fn no_expr<'a>(input: In<'a>, place: &str) -> (In<'a>, Expr) {
    input
        .cx
        .report_break(errors::missing_value(input.gap(), place));
    (input, bad(input))
}

/// The node of a value that is missing.
pub(crate) fn bad(input: In<'_>) -> Expr {
    Expr {
        kind: ExprKind::Bad,
        span: input.gap(),
    }
}

/// A text without `${}`; `None` if it is missing.
pub(crate) fn need_text<'a>(
    what: &'static str,
    place: &'static str,
    help: &'static str,
) -> impl Parser<In<'a>, Output = Option<Text>, Error = Miss> {
    move |input: In<'a>| {
        if matches!(input.kind(), Kind::StringStart | Kind::ForeignString) {
            return fixed_text(input, what).map(|(rest, text)| (rest, Some(text)));
        }
        input
            .cx
            .report_break(errors::missing_part(input.gap(), what, place, help));
        Ok((input, None))
    }
}

/// The closing bracket of the token of number `opener`; passes over what should not stand before it.
pub(crate) fn close<'a>(
    opener: usize,
    expected: &'static str,
) -> impl Parser<In<'a>, Output = (), Error = Miss> {
    move |input: In<'a>| Ok((close_now(input, opener, expected), ()))
}

fn close_now<'a>(input: In<'a>, opener: usize, expected: &str) -> In<'a> {
    let start = input.cx.input().forward_to(opener);
    if Some(input.kind()) == start.kind().closer() {
        return input.skip(1);
    }
    match input
        .cx
        .pairs
        .closer(opener)
        .filter(|close| *close >= input.index())
    {
        Some(close) => {
            let text = input.text();
            input
                .cx
                .report_break(errors::unexpected(input.span(), text, expected));
            let end = input.forward_to(close + 1);
            input.cx.quiet_until(end.gap().start);
            end
        }
        None => {
            report_unclosed(start, input);
            input
        }
    }
}

/// Tells that the bracket at `start` is not closed before `input`.
pub(crate) fn report_unclosed<'a>(start: In<'a>, input: In<'a>) {
    let close = match start.kind() {
        Kind::BracketOpen => "]",
        Kind::ParenOpen => ")",
        _ => "}",
    };
    let finding = errors::unclosed(start.span(), start.text(), input.gap(), close);
    input.cx.report_break(finding);
    if input.gap().start < input.token().start {
        input.cx.quiet_until(input.gap().start);
    }
}

/// Runs a parser one level deeper; beyond the bound it tells so and passes over what would be there.
pub(crate) fn nested<'a, T>(
    input: In<'a>,
    beyond: impl FnOnce(In<'a>) -> T,
    parser: impl FnOnce(In<'a>) -> Res<'a, T>,
) -> Res<'a, T> {
    let depth = input.cx.depth();
    if depth >= NESTING_LIMIT {
        input
            .cx
            .report_break(errors::nesting(input.span(), NESTING_LIMIT));
        let rest = pass_over(input);
        input.cx.quiet_until(rest.gap().start);
        return Ok((rest, beyond(input)));
    }
    input.cx.set_depth(depth + 1);
    let result = parser(input);
    input.cx.set_depth(depth);
    result
}

/// Passes over a group of brackets, or over what stands up to the next comma, closing bracket or line.
fn pass_over(input: In<'_>) -> In<'_> {
    if let Some(close) = input.cx.pairs.closer(input.index()) {
        return input.forward_to(close + 1);
    }
    if input.kind().closer().is_some() {
        return skip_until(input.skip(1), In::statement_ahead);
    }
    skip_until(input.skip(1), |at| {
        at.kind() == Kind::Comma || at.kind().is_closer() || at.token().opens_line()
    })
}

/// Passes over tokens, and over closed brackets as a whole, until the condition, a statement or the end.
pub(crate) fn skip_until<'a>(input: In<'a>, stop: impl Fn(In<'a>) -> bool) -> In<'a> {
    let mut rest = input;
    while !rest.statement_ahead() && !stop(rest) {
        rest = match rest.cx.pairs.closer(rest.index()) {
            Some(close) => rest.forward_to(close + 1),
            None => rest.skip(1),
        };
    }
    rest
}
