//! Expressions: operators, members, indexes and calls.

use crate::ast::{Argument, BinaryOp, Expr, ExprKind, Name, StringPart, UnaryOp};
use crate::errors;
use crate::parser::input::{In, Res, miss};
use crate::parser::lists::arguments;
use crate::parser::need::{bad, close, need_expr, nested};
use crate::parser::operators::{Chain, EQUAL, OR, ORDER, operator};
use crate::parser::primary::{number_ahead, primary};
use crate::token::Kind;
use formwork_diag::Span;
use nom::Parser;

/// Whether a value begins with the next token.
pub(crate) fn starts_expr(input: In<'_>) -> bool {
    match input.kind() {
        Kind::Dot => number_ahead(input),
        kind => starts_value(kind),
    }
}

/// Whether a token of this kind begins a value.
pub(crate) fn starts_value(kind: Kind) -> bool {
    use Kind::{
        BraceOpen, BracketOpen, DollarBrace, False, ForeignString, If, Minus, Name, None, Not,
        Number, ParenOpen, StringStart, True,
    };
    matches!(
        kind,
        Number
            | StringStart
            | ForeignString
            | Name
            | True
            | False
            | None
            | If
            | Minus
            | Not
            | BraceOpen
            | BracketOpen
            | ParenOpen
            | DollarBrace
    )
}

/// A value: production(expr).
pub(crate) fn expr(input: In<'_>) -> Res<'_, Expr> {
    if !starts_expr(input) {
        return miss();
    }
    nested(input, bad, |input| {
        let (rest, value) = binary(input, OR)?;
        match rest.kind() {
            Kind::Question if !rest.token().opens_line() => ternary(input, rest, value),
            _ => Ok((rest, value)),
        }
    })
}

/// A value in which `=` can only be meant as `==`: after `if`, `when`, `assert`.
pub(crate) fn condition<'a>(input: In<'a>, place: &'static str) -> Res<'a, Expr> {
    let (mut rest, mut left) = need_expr(place).parse(input)?;
    while rest.kind() == Kind::Assign {
        let op_span = rest.span();
        rest.cx.report(errors::assign_in_condition(op_span));
        let (after, right) = need_expr("a comparison").parse(rest.skip(1))?;
        left = join(BinaryOp::Equal, op_span, left, right);
        rest = after;
    }
    Ok((rest, left))
}

/// Operands joined by operators that bind at least as strongly as `least`.
fn binary(input: In<'_>, least: u8) -> Res<'_, Expr> {
    let mut chain = Chain::begin(input);
    let (mut rest, mut left) = unary(input)?;
    let mut compared: Option<(u8, Span)> = None;
    while let Some(found) = operator(rest).filter(|found| found.level >= least) {
        let op_span = rest.span();
        if let Some(sign) = found.instead {
            rest.cx
                .report(errors::word_operator(op_span, rest.text(), sign));
        }
        if matches!(found.level, EQUAL | ORDER) {
            match compared {
                Some((level, first)) if level == found.level => {
                    rest.cx.report(errors::chained(op_span, first));
                }
                _ => compared = Some((found.level, op_span)),
            }
        }
        chain.operand(rest);
        let goes_on = starts_expr(rest.skip(1)) && !rest.skip(1).assign_ahead();
        let (after, right) = match goes_on {
            true => binary(rest.skip(1), found.level + 1)?,
            false => need_nothing(rest.skip(1)),
        };
        left = chain.step(rest, input, || {
            combine(rest, found.op, op_span, left, right)
        });
        rest = after;
    }
    chain.end(input);
    Ok((rest, left))
}

fn need_nothing(input: In<'_>) -> (In<'_>, Expr) {
    input
        .cx
        .report_break(errors::missing_value(input.gap(), "this operator"));
    (input, bad(input))
}

fn combine(at: In<'_>, op: Option<BinaryOp>, op_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let Some(op) = op else {
        at.cx.report(errors::remainder(op_span));
        return Expr {
            kind: ExprKind::Bad,
            span,
        };
    };
    let is_string = |side: &Expr| matches!(side.kind, ExprKind::String(_));
    if op == BinaryOp::Add && (is_string(&left) || is_string(&right)) {
        // Told once for a chain: its left side is then a string that covers more than one token.
        at.cx.report_break(errors::string_plus(op_span));
        let mut parts = string_parts(left);
        parts.extend(string_parts(right));
        return Expr {
            kind: ExprKind::String(parts),
            span,
        };
    }
    join(op, op_span, left, right)
}

fn string_parts(side: Expr) -> Vec<StringPart> {
    match side.kind {
        ExprKind::String(parts) => parts,
        _ => vec![StringPart::Value(side)],
    }
}

fn join(op: BinaryOp, op_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let kind = ExprKind::Binary {
        op,
        op_span,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expr { kind, span }
}

/// `a ? b : c`, which is told and read as an `if`.
fn ternary<'a>(start: In<'a>, question: In<'a>, condition: Expr) -> Res<'a, Expr> {
    if !starts_expr(question.skip(1)) {
        question
            .cx
            .report(errors::ternary(condition.span, question.span(), None));
        return Ok((question.skip(1), condition));
    }
    let (colon, then) = expr(question.skip(1))?;
    let found = colon.kind() == Kind::Colon;
    let sign = found.then(|| colon.span());
    question
        .cx
        .report(errors::ternary(condition.span, question.span(), sign));
    let (rest, otherwise) = match found {
        true => need_expr("this choice").parse(colon.skip(1))?,
        false => (colon, bad(colon)),
    };
    let kind = ExprKind::If {
        condition: Box::new(condition),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    Ok((
        rest,
        Expr {
            kind,
            span: start.span_to(rest),
        },
    ))
}

/// `!a`, `-a` or a value with members: production(unary).
fn unary(input: In<'_>) -> Res<'_, Expr> {
    let (op, rest) = match input.kind() {
        Kind::Not => (UnaryOp::Not, input.skip(1)),
        Kind::Minus => (UnaryOp::Negate, input.skip(1)),
        Kind::Name if not_ahead(input) => {
            input
                .cx
                .report(errors::word_operator(input.span(), "not", "!"));
            (UnaryOp::Not, input.skip(1))
        }
        _ => return postfix(input),
    };
    let (rest, operand) = match starts_expr(rest) && !rest.assign_ahead() {
        true => nested(rest, bad, unary)?,
        false => need_nothing(rest),
    };
    let kind = ExprKind::Unary {
        op,
        op_span: input.span(),
        operand: Box::new(operand),
    };
    Ok((
        rest,
        Expr {
            kind,
            span: input.span_to(rest),
        },
    ))
}

/// `not` before a value on the same line.
fn not_ahead(input: In<'_>) -> bool {
    let operand = input.skip(1);
    let value = matches!(
        operand.kind(),
        Kind::Name | Kind::True | Kind::False | Kind::Not
    );
    input.text() == "not"
        && value
        && !operand.token().opens_line()
        && !operand.assign_ahead()
        && operand.kind_at(1) != Kind::Colon
}

/// A value with what follows it: production(postfix).
fn postfix(input: In<'_>) -> Res<'_, Expr> {
    let mut chain = Chain::begin(input);
    let (mut rest, mut left) = primary(input)?;
    loop {
        let at = rest;
        chain.operand(at);
        let kind;
        (rest, kind) = match at.kind() {
            Kind::Dot => {
                let (rest, name) = member_name(at.skip(1));
                (rest, Link::Member(name))
            }
            Kind::QuestionDot => {
                let (rest, name) = member_name(at.skip(1));
                (rest, Link::OptionalMember(name))
            }
            Kind::BracketOpen => index(at)?,
            Kind::ParenOpen => call(at)?,
            _ => break,
        };
        let span = input.span_to(rest);
        // What stands in the brackets is one level deeper already.
        chain.inside(at);
        left = chain.step(at, input, || kind.onto(left, span));
    }
    chain.skip(input);
    chain.end(input);
    Ok((rest, left))
}

/// What is put behind a value.
enum Link {
    Member(Name),
    OptionalMember(Name),
    Index(Expr),
    Call(Vec<Argument>, Span),
}

impl Link {
    fn onto(self, value: Expr, span: Span) -> Expr {
        let of = Box::new(value);
        let kind = match self {
            Link::Member(name) => ExprKind::Member { of, name },
            Link::OptionalMember(name) => ExprKind::OptionalMember { of, name },
            Link::Index(index) => ExprKind::Index {
                of,
                index: Box::new(index),
            },
            Link::Call(arguments, close) => ExprKind::Call {
                callee: of,
                arguments,
                close,
            },
        };
        Expr { kind, span }
    }
}

/// The name after a dot, reserved words among them; empty while it is being typed.
pub(crate) fn member_name(input: In<'_>) -> (In<'_>, Name) {
    let is_name = input.kind() == Kind::Name || input.kind().is_reserved();
    if is_name && input.token().touches() {
        return (input.skip(1), input.name());
    }
    let gap = input.gap();
    if is_name && !input.token().opens_line() && !input.field_ahead() {
        let space = Span::new(gap.source, gap.start, input.token().start);
        input.cx.report(errors::space_after_dot(space));
        return (input.skip(1), input.name());
    }
    input.cx.report_break(errors::missing_name(gap, "this dot"));
    (
        input,
        Name {
            text: input.letters(""),
            span: gap,
        },
    )
}

/// A `[` or `(` that opens a line continues the value before it, which is probably not meant.
fn lint_continued(input: In<'_>) {
    if input.token().opens_line() {
        input
            .cx
            .report(errors::continued(input.span(), input.text()));
    }
}

fn index(input: In<'_>) -> Res<'_, Link> {
    lint_continued(input);
    let (rest, index) = need_expr("this index").parse(input.skip(1))?;
    let (rest, ()) = close(input.index(), "`]` after the index").parse(rest)?;
    Ok((rest, Link::Index(index)))
}

fn call(input: In<'_>) -> Res<'_, Link> {
    lint_continued(input);
    let (rest, arguments) = arguments(input)?;
    let close = match rest.index() > input.index() + 1 {
        true => Span::new(
            rest.gap().source,
            rest.gap().start.saturating_sub(1),
            rest.gap().start,
        ),
        false => rest.gap(),
    };
    Ok((rest, Link::Call(arguments, close)))
}
