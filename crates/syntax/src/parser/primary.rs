//! Operands: numbers, words, names, choices, and what stands in brackets.

use crate::ast::{Block, Expr, ExprKind, Name};
use crate::errors;
use crate::parser::block::block;
use crate::parser::expr::{condition, expr, starts_expr};
use crate::parser::input::{In, Res, miss};
use crate::parser::lists::{list, object_for};
use crate::parser::need::{bad, close, need_expr, skip_until};
use crate::parser::strings::{foreign_string, string};
use crate::token::Kind;
use crate::units;
use formwork_diag::Span;
use nom::Parser;

/// An operand: production(primary).
pub(crate) fn primary(input: In<'_>) -> Res<'_, Expr> {
    let (rest, kind) = match input.kind() {
        Kind::Number => number(input),
        Kind::StringStart => string(input)?,
        Kind::ForeignString => foreign_string(input),
        Kind::Name => (input.skip(1), name(input)),
        Kind::True => (input.skip(1), ExprKind::Bool(true)),
        Kind::False => (input.skip(1), ExprKind::Bool(false)),
        Kind::None => (input.skip(1), ExprKind::None),
        Kind::If => choice(input)?,
        Kind::BracketOpen => list(input)?,
        Kind::BraceOpen if input.kind_at(1) == Kind::For => object_for(input)?,
        Kind::BraceOpen => object(input)?,
        Kind::ParenOpen => parentheses(input)?,
        Kind::DollarBrace => hole_outside(input)?,
        Kind::Dot if number_ahead(input) => {
            input.cx.report(errors::number_without_zero(input.span()));
            number(input.skip(1))
        }
        _ => return miss(),
    };
    Ok((
        rest,
        Expr {
            kind,
            span: input.span_to(rest),
        },
    ))
}

/// Whether `.5` stands next.
pub(crate) fn number_ahead(input: In<'_>) -> bool {
    input.kind() == Kind::Dot && input.kind_at(1) == Kind::Number && input.token_at(1).touches()
}

fn name(input: In<'_>) -> ExprKind {
    let text = input.text();
    let (right, kind) = match text {
        "null" | "nil" | "undefined" | "None" | "Null" | "NULL" => ("none", ExprKind::Bad),
        "True" | "TRUE" => ("true", ExprKind::Bool(true)),
        "False" | "FALSE" => ("false", ExprKind::Bool(false)),
        _ => return ExprKind::Name(input.letters(text)),
    };
    input
        .cx
        .report(errors::foreign_word(input.span(), text, right));
    kind
}

/// A number and its unit: production(NUMBER), production(UNIT).
fn number(input: In<'_>) -> (In<'_>, ExprKind) {
    let (text, span) = (input.text(), input.span());
    let unit_at = text
        .find(|c: char| !matches!(c, '0'..='9' | '_' | '.'))
        .unwrap_or(text.len());
    let (digits, unit) = (
        text.get(..unit_at).unwrap_or(""),
        text.get(unit_at..).unwrap_or(""),
    );
    let start = if span.start > 0 && input.gap().end == span.start && is_after_dot(input) {
        "0."
    } else {
        ""
    };
    let digits_text = match digits.contains('_') || !start.is_empty() {
        true => format!("{start}{}", digits.replace('_', "")).into(),
        false => input.letters(digits),
    };
    let mut rest = input.skip(1);
    let mut name = None;
    if !unit.is_empty() {
        let span = Span::new(span.source, span.start + unit_at as u32, span.end);
        name = Some(Name {
            text: input.letters(units::canonical(unit)),
            span,
        });
    } else if let Some(unit) = apart_unit(rest) {
        let space = Span::new(span.source, span.end, rest.token().start);
        rest.cx
            .report(errors::space_before_unit(space, digits, unit));
        name = Some(Name {
            text: input.letters(units::canonical(unit)),
            span: rest.span(),
        });
        rest = rest.skip(1);
    }
    (
        rest,
        ExprKind::Number {
            digits: digits_text,
            unit: name,
        },
    )
}

/// Whether the dot of `.5` stands before the number.
fn is_after_dot(input: In<'_>) -> bool {
    let before = input.cx.input().forward_to(input.index().saturating_sub(1));
    input.index() > 0 && number_ahead(before)
}

/// A unit that does not touch its number, on the same line.
fn apart_unit(input: In<'_>) -> Option<&str> {
    if input.token().opens_line() || input.token().touches() {
        return None;
    }
    let after = input.skip(1);
    let last_of_line = !starts_expr(after) || after.token().opens_line();
    let is_unit = match input.kind() {
        Kind::Name => {
            units::is_unit(input.text()) && !input.field_ahead() && after.kind() != Kind::Colon
        }
        Kind::Percent => last_of_line,
        _ => false,
    };
    is_unit.then(|| input.text())
}

/// `if c then a else b`.
fn choice(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, condition) = condition(input.skip(1), "this `if`")?;
    let (rest, then) = then_part(rest)?;
    let (rest, otherwise) = match rest.kind() {
        Kind::Else => need_expr("this `else`").parse(rest.skip(1))?,
        _ => else_missing(rest)?,
    };
    let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
    Ok((
        rest,
        ExprKind::If {
            condition,
            then,
            otherwise,
        },
    ))
}

fn then_part(input: In<'_>) -> Res<'_, Expr> {
    if input.kind() == Kind::Then {
        return need_expr("this `then`").parse(input.skip(1));
    }
    let line_ends = |at: In<'_>| {
        at.token().opens_line()
            || at.kind().is_closer()
            || matches!(at.kind(), Kind::Then | Kind::Comma)
    };
    let then = skip_until(input, line_ends);
    if then.kind() == Kind::Then && !then.token().opens_line() {
        input
            .cx
            .report_break(errors::unexpected(input.span(), input.text(), "`then`"));
        return need_expr("this `then`").parse(then.skip(1));
    }
    input
        .cx
        .report_break(errors::missing(input.gap(), "then", "this `if`", " then"));
    match starts_expr(input) && !input.token().opens_line() && !input.field_ahead() {
        true => expr(input),
        false => Ok((input, bad(input))),
    }
}

fn else_missing(input: In<'_>) -> Res<'_, Expr> {
    let value_follows = starts_expr(input) && !input.token().opens_line() && !input.field_ahead();
    let insert = if value_follows { " else" } else { " else none" };
    input
        .cx
        .report_break(errors::missing_else(input.gap(), insert));
    match value_follows {
        true => expr(input),
        false => Ok((input, bad(input))),
    }
}

fn object(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, block): (_, Block) = block(input)?;
    Ok((rest, ExprKind::Object(block)))
}

fn parentheses(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, inner) = condition(input.skip(1), "this `( )`")?;
    if input.skip(1).assign_ahead() {
        // Rather the arguments of a call whose name is missing than a comparison.
        rest.cx.quiet_until(rest.gap().start);
    }
    let (rest, ()) = close(input.index(), "`)` after the value").parse(rest)?;
    Ok((rest, ExprKind::Paren(Box::new(inner))))
}

/// `${x}` outside of a string, which is told and read as `(x)`.
fn hole_outside(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, inner) = need_expr("this `${}`").parse(input.skip(1))?;
    let (rest, ()) = close(input.index(), "`}` after the value").parse(rest)?;
    let words = input.words(inner.span);
    input
        .cx
        .report(errors::hole_outside(input.span_to(rest), words));
    Ok((rest, ExprKind::Paren(Box::new(inner))))
}
