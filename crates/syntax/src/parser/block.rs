//! Blocks: fields, spreads and allows between braces.

use crate::ast::{Block, BlockItem, Expr, ExprKind, Field, Name};
use crate::errors;
use crate::parser::expr::{expr, starts_expr};
use crate::parser::input::{In, Res, miss};
use crate::parser::lists::object_for;
use crate::parser::need::{
    bad, dashed_name, is_word, need_expr, need_value, nested, report_unclosed, skip_until,
};
use crate::parser::simple::allow_item;
use crate::parser::strings::fixed_text;
use crate::token::{Kind, STATEMENT_WORDS};
use nom::Parser;

/// `{ … }`: production(block).
pub(crate) fn block(input: In<'_>) -> Res<'_, Block> {
    if input.kind() != Kind::BraceOpen {
        return miss();
    }
    let (rest, items) = items(input.skip(1), Opener::Brace(input), block_item)?;
    Ok((
        rest,
        Block {
            items,
            span: input.span_to(rest),
        },
    ))
}

/// The items of a block whose `{` is missing, which was told.
pub(crate) fn block_without_brace(input: In<'_>) -> Res<'_, Block> {
    let (rest, items) = items(input, Opener::Missing, block_item)?;
    Ok((
        rest,
        Block {
            items,
            span: input.span_to(rest),
        },
    ))
}

/// What opened a group of items.
#[derive(Clone, Copy)]
pub(crate) enum Opener<'a> {
    /// The brace that stands here.
    Brace(In<'a>),
    /// The brace that stands here, of a component, which holds statements.
    Component(In<'a>),
    /// The brace that stands here, of a test, which holds `expect`.
    Test(In<'a>),
    /// It is missing.
    Missing,
}

/// Items up to the closing brace, with or without commas between them.
pub(crate) fn items<'a, T>(
    input: In<'a>,
    opener: Opener<'a>,
    item: impl Fn(In<'a>) -> Res<'a, T>,
) -> Res<'a, Vec<T>> {
    let mut items = Vec::new();
    let mut rest = input;
    loop {
        match rest.kind() {
            Kind::BraceClose => {
                items.shrink_to_fit();
                return Ok((rest.skip(1), items));
            }
            _ if ends_here(rest, opener) => {
                if let Opener::Brace(start) | Opener::Component(start) | Opener::Test(start) =
                    opener
                {
                    report_unclosed_block(start, rest);
                }
                return Ok((rest, items));
            }
            _ => {}
        }
        rest = match item(rest) {
            // An item that took no token would be read again for ever.
            Ok((after, item)) if after.index() > rest.index() => {
                items.push(item);
                after
            }
            _ => unexpected_item(rest),
        };
        if rest.kind() == Kind::Comma {
            rest = rest.skip(1);
        }
    }
}

/// Whether the block ends here although its brace is missing.
fn ends_here(input: In<'_>, opener: Opener<'_>) -> bool {
    match input.kind() {
        Kind::End => true,
        kind if kind.is_closer() => !input.cx.pairs.is_stray(input.index()),
        Kind::Name if let Opener::Component(start) = opener => {
            input.statement_ahead() && input.cx.pairs.closer(start.index()).is_none()
        }
        Kind::Name if matches!(opener, Opener::Test(_)) && is_word(input, "expect") => false,
        Kind::Name if input.field_ahead() || allow_ahead(input) => false,
        Kind::Name if input.statement_ahead() => true,
        Kind::Name => match opener {
            Opener::Brace(start) | Opener::Test(start) => is_statement_left_of(input, start),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a line begins here, no further right than the line of the block's brace, with `name name {` or the like.
fn is_statement_left_of(input: In<'_>, brace: In<'_>) -> bool {
    let token = input.token();
    let words = STATEMENT_WORDS.contains(&input.text())
        || matches!(input.kind_at(2), Kind::BraceOpen | Kind::For | Kind::Colon);
    input.kind_at(1) == Kind::Name
        && words
        && token.opens_line()
        && input.indent_of(token) <= brace.indent_of(brace.token())
}

/// Whether `allow CODE` stands here, and no field of that name.
pub(crate) fn allow_ahead(input: In<'_>) -> bool {
    is_word(input, "allow") && input.kind_at(1) == Kind::Name
}

/// The block is not closed before `input`. The indent of the lines may show that it is an inner block which lacks
/// its brace, and where.
fn report_unclosed_block<'a>(start: In<'a>, input: In<'a>) {
    if input.cx.is_quiet(input.gap().start) {
        return;
    }
    let culprit = torn_block(start, input).unwrap_or(start);
    let indent = culprit.indent_of(culprit.token());
    let mut gap = culprit.skip(1);
    while gap.index() < input.index() {
        let token = gap.token();
        if token.opens_line() && gap.indent_of(token) <= indent {
            break;
        }
        gap = gap.skip(1);
    }
    report_unclosed(culprit, gap);
    input.cx.quiet_until(input.gap().start);
}

/// The first block between `start` and `end` that is closed by a brace further left than its own line.
fn torn_block<'a>(start: In<'a>, end: In<'a>) -> Option<In<'a>> {
    let mut at = start.skip(1);
    while at.index() < end.index() {
        let closer = at
            .cx
            .pairs
            .closer(at.index())
            .filter(|_| at.kind() == Kind::BraceOpen);
        if let Some(closer) = closer {
            let close = at.forward_to(closer).token();
            if close.opens_line() && at.indent_of(close) < at.indent_of(at.token()) {
                return Some(torn_block(at, at.forward_to(closer)).unwrap_or(at));
            }
        }
        at = at.skip(1);
    }
    None
}

/// A field, a spread or an `allow`.
fn block_item(input: In<'_>) -> Res<'_, BlockItem> {
    match input.kind() {
        Kind::Spread => {
            let (rest, value) = need_expr("this `...`").parse(input.skip(1))?;
            Ok((
                rest,
                BlockItem::Spread {
                    value,
                    span: input.span_to(rest),
                },
            ))
        }
        Kind::Name if allow_ahead(input) => {
            allow_item(input).map(|(rest, allow)| (rest, BlockItem::Allow(allow)))
        }
        _ => field(input).map(|(rest, field)| (rest, BlockItem::Field(field))),
    }
}

/// Tells of what cannot begin an item, and passes over it.
fn unexpected_item(input: In<'_>) -> In<'_> {
    match input.kind() {
        Kind::Comma => {
            input.cx.report(errors::unexpected(
                input.span(),
                ",",
                "a field: `name = value`",
            ));
            return input.skip(1);
        }
        kind if kind.is_closer() => {
            input
                .cx
                .report_break(errors::unopened(input.span(), input.text()));
            return input.skip(1);
        }
        Kind::Then | Kind::Else => {
            input
                .cx
                .report_break(errors::without_if(input.span(), input.text()));
        }
        _ => {
            let finding = errors::unexpected(input.span(), input.text(), "a field: `name = value`");
            input.cx.report_break(finding);
        }
    }
    to_next_item(input.skip(1))
}

/// Passes over what stands before the next item of a block.
fn to_next_item(input: In<'_>) -> In<'_> {
    let rest = skip_until(input, |at| {
        let opens_item = at.field_ahead() || allow_ahead(at);
        at.kind() == Kind::BraceClose
            || (at.token().opens_line() && opens_item)
            || (at.kind() == Kind::Comma && at.skip(1).field_ahead())
    });
    rest.cx.quiet_until(rest.gap().start);
    rest
}

/// `name = value` or `name { … }`: production(field).
pub(crate) fn field(input: In<'_>) -> Res<'_, Field> {
    let (rest, name, quoted) = match input.kind() {
        Kind::Name => {
            let (rest, name) = dashed_name(input);
            (rest, name, false)
        }
        Kind::StringStart | Kind::ForeignString => {
            let (rest, text) = fixed_text(input, "the name of a field")?;
            (
                rest,
                Name {
                    text: text.text,
                    span: text.span,
                },
                true,
            )
        }
        kind if kind.is_reserved()
            && matches!(input.kind_at(1), Kind::Assign | Kind::BraceOpen) =>
        {
            input
                .cx
                .report(errors::reserved(input.span(), input.text()));
            (input.skip(1), input.name(), false)
        }
        Kind::Assign | Kind::BraceOpen => {
            input
                .cx
                .report_break(errors::missing_name(input.span().before(), "this field"));
            (
                input,
                Name {
                    text: input.letters(""),
                    span: input.span().before(),
                },
                false,
            )
        }
        _ => return miss(),
    };
    let (rest, value) = field_value(input, rest, &name)?;
    Ok((
        rest,
        Field {
            name,
            quoted,
            value,
            span: input.span_to(rest),
        },
    ))
}

fn field_value<'a>(start: In<'a>, input: In<'a>, name: &Name) -> Res<'a, Expr> {
    match input.kind() {
        Kind::Assign => need_value("this field").parse(input.skip(1)),
        Kind::BraceOpen => nested(input, bad, block_value),
        Kind::Equal | Kind::Colon => {
            input
                .cx
                .report(errors::field_sign(input.span(), input.text()));
            need_value("this field").parse(input.skip(1))
        }
        Kind::Comma | Kind::BraceClose | Kind::End => {
            input
                .cx
                .report(errors::field_without_value(name.span, &name.text));
            Ok((input, bad(input)))
        }
        Kind::Dot | Kind::QuestionDot => value_as_field(start),
        Kind::BracketOpen | Kind::ParenOpen if input.token().touches() => value_as_field(start),
        _ if input.token().opens_line() => value_on_next_line(start, input, name),
        _ if input.field_ahead() => brace_missing(input, name),
        _ if starts_expr(input) => {
            let place = "this field";
            input
                .cx
                .report(errors::missing(input.gap(), "=", place, " ="));
            expr(input)
        }
        _ => {
            let expected = "`=` and a value, or `{`";
            input
                .cx
                .report_break(errors::unexpected(input.span(), input.text(), expected));
            let rest = to_next_item(input);
            Ok((rest, bad(input)))
        }
    }
}

/// The value of `name { … }`.
fn block_value(input: In<'_>) -> Res<'_, Expr> {
    if input.kind_at(1) == Kind::For {
        input
            .cx
            .report(errors::missing(input.gap(), "=", "this field", " ="));
        let (rest, kind) = object_for(input)?;
        return Ok((
            rest,
            Expr {
                kind,
                span: input.span_to(rest),
            },
        ));
    }
    let (rest, block) = block(input)?;
    let span = block.span;
    Ok((
        rest,
        Expr {
            kind: ExprKind::Object(block),
            span,
        },
    ))
}

/// The name stands alone on its line.
fn value_on_next_line<'a>(start: In<'a>, input: In<'a>, name: &Name) -> Res<'a, Expr> {
    let deeper = input.indent_of(input.token()) > start.indent_of(start.token());
    if input.field_ahead() && deeper && input.cx.pairs.lacks_brace(input.index()) {
        return brace_missing(input, name);
    }
    if !starts_expr(input) || input.field_ahead() || !deeper {
        input
            .cx
            .report(errors::field_without_value(name.span, &name.text));
        return Ok((input, bad(input)));
    }
    input
        .cx
        .report(errors::missing(input.gap(), "=", "this field", " ="));
    expr(input)
}

/// A field follows the name: the `{` between them is missing, unless no `}` is left over for it.
fn brace_missing<'a>(input: In<'a>, name: &Name) -> Res<'a, Expr> {
    if !input.cx.pairs.lacks_brace(input.index()) {
        input
            .cx
            .report(errors::field_without_value(name.span, &name.text));
        return Ok((input, bad(input)));
    }
    input
        .cx
        .report_break(errors::missing(input.gap(), "{", "this field", " {"));
    let (rest, block) = nested(
        input,
        |input| Block {
            items: Vec::new(),
            span: input.gap(),
        },
        block_without_brace,
    )?;
    let span = block.span;
    Ok((
        rest,
        Expr {
            kind: ExprKind::Object(block),
            span,
        },
    ))
}

/// A value without a name: `defaults.env` where `...defaults.env` is meant.
fn value_as_field(start: In<'_>) -> Res<'_, Expr> {
    let (rest, value) = expr(start)?;
    let words = start.words(value.span);
    start
        .cx
        .report_break(errors::value_as_field(value.span, words));
    let after = match rest.kind() {
        Kind::Comma | Kind::BraceClose => rest,
        _ => to_next_item(rest),
    };
    Ok((
        after,
        Expr {
            kind: ExprKind::Bad,
            span: value.span,
        },
    ))
}
