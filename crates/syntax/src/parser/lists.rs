//! What stands between brackets with commas: the elements of a list, the arguments of a call.

use crate::ast::{Argument, Binder, Expr, ExprKind};
use crate::errors;
use crate::parser::expr::{condition, expr, starts_expr};
use crate::parser::input::{In, Res};
use crate::parser::need::{
    close, need, need_expr, need_name, need_value, report_unclosed, skip_until, token,
};
use crate::token::Kind;
use formwork_diag::Span;
use nom::Parser;
use nom::combinator::opt;
use nom::sequence::preceded;

/// `[a, b]` or `[for …]`; the `[` stands next.
pub(crate) fn list(input: In<'_>) -> Res<'_, ExprKind> {
    if input.kind_at(1) == Kind::For {
        return list_for(input);
    }
    let mut elements = Vec::new();
    let (rest, ()) = separated(input, "a value of the list", |at| {
        let (rest, element) = expr(at)?;
        elements.push(element);
        Ok((rest, Go::On))
    })?;
    elements.shrink_to_fit();
    Ok((rest, ExprKind::List(elements)))
}

fn list_for(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, (binder, condition)) = for_head(input.skip(1))?;
    let (rest, value) = need_expr("this `for`").parse(rest)?;
    let (rest, ()) = close(input.index(), "`]` after the value of a `for`").parse(rest)?;
    let (binder, value) = (Box::new(binder), Box::new(value));
    Ok((
        rest,
        ExprKind::ListFor {
            binder,
            condition: condition.map(Box::new),
            value,
        },
    ))
}

/// `{for x in xs: k = v}`; the `{` stands next.
pub(crate) fn object_for(input: In<'_>) -> Res<'_, ExprKind> {
    let (rest, (binder, condition)) = for_head(input.skip(1))?;
    let (rest, key) = need_expr("this `for`").parse(rest)?;
    let (rest, ()) = need(Kind::Assign, "=", "an object's `for`").parse(rest)?;
    let (rest, value) = need_expr("this `for`").parse(rest)?;
    let (rest, ()) = close(input.index(), "`}` after the value of a `for`").parse(rest)?;
    let (binder, key, value) = (Box::new(binder), Box::new(key), Box::new(value));
    Ok((
        rest,
        ExprKind::ObjectFor {
            binder,
            condition: condition.map(Box::new),
            key,
            value,
        },
    ))
}

/// `for x in xs if c :`.
fn for_head(input: In<'_>) -> Res<'_, (Binder, Option<Expr>)> {
    let (rest, binder) = preceded(token(Kind::For), binder).parse(input)?;
    let guard = preceded(token(Kind::If), |input| condition(input, "this `if`"));
    let (rest, guard) = opt(guard).parse(rest)?;
    if rest.kind() == Kind::Colon {
        return Ok((rest.skip(1), (binder, guard)));
    }
    rest.cx
        .report_break(errors::missing(rest.gap(), ":", "this `for`", ":"));
    Ok((rest, (binder, guard)))
}

/// `x in xs` or `k, v in xs`: production(binder).
pub(crate) fn binder(input: In<'_>) -> Res<'_, Binder> {
    let (rest, first) = need_name("this `for`").parse(input)?;
    let second = preceded(token(Kind::Comma), need_name("this `for`"));
    let (rest, second) = opt(second).parse(rest)?;
    let (rest, ()) = need(Kind::In, "in", "this `for`").parse(rest)?;
    let (rest, over) = need_expr("this `for`").parse(rest)?;
    Ok((
        rest,
        Binder {
            first,
            second,
            over,
        },
    ))
}

/// The arguments of a call; the `(` stands next.
pub(crate) fn arguments(input: In<'_>) -> Res<'_, Vec<Argument>> {
    let closed = input.cx.pairs.closer(input.index()).is_some();
    let mut arguments: Vec<Argument> = Vec::new();
    let mut named: Option<Span> = None;
    let (rest, ()) = separated(input, "an argument", |at| {
        let (rest, argument) = argument(at)?;
        match (&argument.name, named) {
            (Some(name), None) => named = Some(name.span),
            (None, Some(_)) if !closed => return Ok((at, Go::Stop)),
            (None, Some(named)) => {
                rest.cx
                    .report(errors::positional_after_named(argument.value.span, named));
            }
            _ => {}
        }
        arguments.push(argument);
        Ok((rest, Go::On))
    })?;
    arguments.shrink_to_fit();
    Ok((rest, arguments))
}

/// `name = value` or `value`: production(arg).
fn argument(input: In<'_>) -> Res<'_, Argument> {
    let sign = input.token_at(1);
    let value_follows = matches!(
        input.kind_at(1),
        Kind::StringStart | Kind::Number | Kind::True | Kind::False | Kind::None
    );
    let name = match (input.kind(), sign.kind) {
        (Kind::Name, Kind::Assign) => Some(2),
        (kind, Kind::Assign) if kind.is_reserved() => {
            input
                .cx
                .report(errors::reserved(input.span(), input.text()));
            Some(2)
        }
        (Kind::Name, Kind::Colon) => {
            let span = input.span_of(sign);
            input.cx.report(errors::field_sign(span, ":"));
            Some(2)
        }
        (Kind::Name, _) if value_follows && !sign.opens_line() => {
            let gap = input.skip(1).gap();
            input
                .cx
                .report(errors::missing(gap, "=", "this argument", " ="));
            Some(1)
        }
        _ => None,
    };
    let Some(skip) = name else {
        return expr(input).map(|(rest, value)| (rest, Argument { name: None, value }));
    };
    let rest = input.skip(skip);
    let (rest, value) = need_value("this argument").parse(rest)?;
    Ok((
        rest,
        Argument {
            name: Some(input.name()),
            value,
        },
    ))
}

/// Whether the items of a list go on after one of them.
#[derive(PartialEq, Eq)]
enum Go {
    On,
    /// The item belongs to something else: the bracket is not closed.
    Stop,
}

/// Items with commas between them, from the opening bracket that stands next to its closing one.
fn separated<'a>(
    input: In<'a>,
    what: &str,
    mut item: impl FnMut(In<'a>) -> Res<'a, Go>,
) -> Res<'a, ()> {
    let opener = input;
    let closer = opener.kind().closer();
    let named = opener.kind() == Kind::ParenOpen;
    let closed = opener.cx.pairs.closer(opener.index()).is_some();
    let mut rest = input.skip(1);
    loop {
        if Some(rest.kind()) == closer {
            return Ok((rest.skip(1), ()));
        }
        if ends_here(rest, closed, named) {
            report_unclosed(opener, rest);
            return Ok((rest, ()));
        }
        let reserved_name = named && rest.kind().is_reserved() && rest.kind_at(1) == Kind::Assign;
        let item_here = starts_expr(rest) || reserved_name;
        if !item_here {
            rest = unexpected_item(rest, what);
            continue;
        }
        let (after, go) = item(rest)?;
        if go == Go::Stop {
            report_unclosed(opener, rest);
            return Ok((rest, ()));
        }
        rest = after_item(after, closer, closed, named);
    }
}

/// Whether the brackets end here although their closing one is missing.
fn ends_here(input: In<'_>, closed: bool, named: bool) -> bool {
    match input.kind() {
        Kind::End => true,
        kind if kind.is_closer() => !input.cx.pairs.is_stray(input.index()),
        _ if closed => false,
        _ if input.statement_ahead() => true,
        _ => {
            input.field_ahead()
                && (!named || input.kind_at(1) == Kind::BraceOpen || after_line(input))
        }
    }
}

/// Whether a new line begins here and no comma says that the list goes on.
fn after_line(input: In<'_>) -> bool {
    let comma = input
        .cx
        .input()
        .forward_to(input.index().saturating_sub(1))
        .kind()
        == Kind::Comma;
    input.token().opens_line() && !comma
}

/// After an item: its comma, or what is wrong instead of it.
fn after_item<'a>(input: In<'a>, closer: Option<Kind>, closed: bool, named: bool) -> In<'a> {
    if input.kind() == Kind::Comma {
        return input.skip(1);
    }
    let ends = Some(input.kind()) == closer || ends_here(input, closed, named);
    if ends || (!closed && after_line(input)) {
        return input;
    }
    if starts_expr(input) && (named || !input.field_ahead()) {
        input
            .cx
            .report_break(errors::missing(input.gap(), ",", "this list", ","));
        return input;
    }
    unexpected_item(input, "`,` or the closing bracket")
}

/// Tells of what cannot stand in a list, and passes over it up to the next comma or closing bracket.
fn unexpected_item<'a>(input: In<'a>, what: &str) -> In<'a> {
    if input.kind() == Kind::Comma {
        input.cx.report(errors::unexpected(input.span(), ",", what));
        return input.skip(1);
    }
    if input.kind().is_closer() {
        input
            .cx
            .report_break(errors::unopened(input.span(), input.text()));
        return input.skip(1);
    }
    if matches!(input.kind(), Kind::Then | Kind::Else) {
        input
            .cx
            .report_break(errors::without_if(input.span(), input.text()));
    } else {
        input
            .cx
            .report_break(errors::unexpected(input.span(), input.text(), what));
    }
    let rest = skip_until(input.skip(1), |at| {
        at.kind() == Kind::Comma || at.kind().is_closer()
    });
    match rest.kind() {
        Kind::Comma => rest.skip(1),
        _ => rest,
    }
}
