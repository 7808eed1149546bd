//! The statements that begin with a word of their own.

use crate::ast::{Allow, Block, Expr, Name, StatementKind, TestItem, Text, TypeExpr, UseNames};
use crate::errors;
use crate::parser::block::{Opener, field, items};
use crate::parser::declaration::need_block;
use crate::parser::expr::{condition, starts_expr};
use crate::parser::input::{In, Res, miss};
use crate::parser::need::{
    bad, is_word, need, need_expr, need_name, need_text, need_value, report_unclosed, skip_until,
    word,
};
use crate::parser::strings::fixed_text;
use crate::parser::types::{address, type_expr, type_sign};
use crate::token::Kind;
use nom::Parser;
use nom::combinator::opt;
use nom::sequence::preceded;

/// `stack NAME { … }`: production(stack).
pub(crate) fn stack(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("stack").parse(input)?;
    let (rest, name) = need_name("this `stack`").parse(rest)?;
    let (rest, body) = need_block(rest, "this `stack`")?;
    Ok((rest, StatementKind::Stack { name, body }))
}

/// `env NAME "pattern" { … }`: production(env).
pub(crate) fn environment(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("env").parse(input)?;
    let (rest, name) = need_name("this `env`").parse(rest)?;
    let (rest, pattern) = opt(|input| fixed_text(input, "a pattern")).parse(rest)?;
    let (rest, body): (_, Block) = need_block(rest, "this `env`")?;
    Ok((
        rest,
        StatementKind::Env {
            name,
            pattern,
            body,
        },
    ))
}

/// `use { a, b } from "path"` or `use net from "path"`: production(use).
pub(crate) fn use_names(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("use").parse(input)?;
    let (rest, names) = match rest.kind() {
        Kind::BraceOpen => {
            let (rest, names) = names_in_braces(rest, "this `use`")?;
            (rest, UseNames::Components(names))
        }
        _ => {
            let (rest, name) = need_name("this `use`").parse(rest)?;
            (rest, UseNames::Stack(name))
        }
    };
    let rest = to_from(rest);
    let help = "write the path in quotes: `from \"./lib/name.stack\"`";
    let (rest, path) = need_text("a path", "this `use`", help).parse(rest)?;
    Ok((rest, StatementKind::Use { names, path }))
}

/// Passes over `from`; what stands before it on the line is told.
fn to_from(input: In<'_>) -> In<'_> {
    if is_word(input, "from") {
        return input.skip(1);
    }
    let from = skip_until(input, |at| is_word(at, "from") || at.token().opens_line());
    if is_word(from, "from") && !input.token().opens_line() {
        input
            .cx
            .report_break(errors::unexpected(input.span(), input.text(), "`from`"));
        return from.skip(1);
    }
    input
        .cx
        .report(errors::missing(input.gap(), "from", "this `use`", " from"));
    input
}

/// `{ a, b }`, commas between the names.
fn names_in_braces<'a>(input: In<'a>, owner: &'static str) -> Res<'a, Vec<Name>> {
    let mut names: Vec<Name> = Vec::new();
    let mut rest = input.skip(1);
    loop {
        match rest.kind() {
            Kind::BraceClose => return Ok((rest.skip(1), names)),
            Kind::Name if !rest.statement_ahead() && !from_ahead(rest) => {
                let (after, name) = need_name(owner).parse(rest)?;
                names.push(name);
                rest = after_name(after);
            }
            kind if kind.is_reserved() => {
                rest.cx.report(errors::reserved(rest.span(), rest.text()));
                rest = after_name(rest.skip(1));
            }
            Kind::Comma | Kind::StringStart | Kind::Number | Kind::Minus | Kind::Dot => {
                rest.cx
                    .report_break(errors::unexpected(rest.span(), rest.text(), "a name"));
                let closer = |at: In<'_>| at.kind() == Kind::Comma || at.kind().is_closer();
                rest = skip_until(rest.skip(1), closer);
                rest = if rest.kind() == Kind::Comma {
                    rest.skip(1)
                } else {
                    rest
                };
            }
            _ => {
                report_unclosed(input, rest);
                return Ok((rest, names));
            }
        }
    }
}

fn from_ahead(input: In<'_>) -> bool {
    is_word(input, "from") && input.kind_at(1) == Kind::StringStart
}

fn after_name(input: In<'_>) -> In<'_> {
    match input.kind() {
        Kind::Comma => return input.skip(1),
        Kind::Name if !input.statement_ahead() && !from_ahead(input) => {
            input
                .cx
                .report(errors::missing(input.gap(), ",", "this list", ","));
        }
        _ => {}
    }
    input
}

/// `enum NAME { a, b }`: production(enum).
pub(crate) fn enumeration(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("enum").parse(input)?;
    let (rest, name) = need_name("this `enum`").parse(rest)?;
    if rest.kind() == Kind::BraceOpen {
        let (rest, members) = names_in_braces(rest, "this `enum`")?;
        return Ok((rest, StatementKind::Enum { name, members }));
    }
    rest.cx
        .report_break(errors::missing(rest.gap(), "{", "this `enum`", " {"));
    let end = skip_until(rest, |at| {
        at.kind() == Kind::BraceClose || at.token().opens_line()
    });
    let rest = if end.kind() == Kind::BraceClose {
        end.skip(1)
    } else {
        end
    };
    Ok((
        rest,
        StatementKind::Enum {
            name,
            members: Vec::new(),
        },
    ))
}

/// `param NAME: type = value`: production(param).
pub(crate) fn param(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("param").parse(input)?;
    param_after_word(rest)
}

/// The rest of a `param`, from its name on.
pub(crate) fn param_after_word(input: In<'_>) -> Res<'_, StatementKind> {
    let rest = input;
    let (rest, name) = need_name("this `param`").parse(rest)?;
    let (rest, ()) = type_sign(rest)?;
    let (rest, ty) = type_expr(rest)?;
    let (rest, default) = match rest.kind() {
        Kind::Assign => {
            let (rest, value) = statement_value(rest.skip(1), "this `param`")?;
            (rest, Some(value))
        }
        _ if value_on_line(rest) => {
            rest.cx
                .report(errors::missing(rest.gap(), "=", "this `param`", " ="));
            let (rest, value) = need_expr("this `param`").parse(rest)?;
            (rest, Some(value))
        }
        _ => (rest_of_line(rest), None),
    };
    Ok((rest, StatementKind::Param { name, ty, default }))
}

/// Whether a value that can be nothing else stands on this line.
fn value_on_line(input: In<'_>) -> bool {
    starts_expr(input) && !input.token().opens_line() && input.kind() != Kind::Name
}

/// Passes over what cannot follow on the line.
fn rest_of_line(input: In<'_>) -> In<'_> {
    let torn = input.kind() == Kind::Name
        && matches!(
            input.kind_at(1),
            Kind::ParenClose | Kind::BracketClose | Kind::Assign
        );
    if input.token().opens_line() || !torn {
        return input;
    }
    input.cx.report_break(errors::unexpected(
        input.span(),
        input.text(),
        "`=` and a value",
    ));
    skip_until(input.skip(1), |at| at.token().opens_line())
}

/// `let NAME: type = value`: production(let).
pub(crate) fn let_value(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("let").parse(input)?;
    let (rest, (name, ty, value)) = named_value(rest, "this `let`")?;
    Ok((rest, StatementKind::Let { name, ty, value }))
}

/// `output NAME: type = value`: production(output).
pub(crate) fn output(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("output").parse(input)?;
    let (rest, (name, ty, value)) = named_value(rest, "this `output`")?;
    Ok((rest, StatementKind::Output { name, ty, value }))
}

/// The value of a statement, where `word name =` on a new line is the next statement.
fn statement_value<'a>(input: In<'a>, owner: &'static str) -> Res<'a, Expr> {
    let next_statement = input.token().opens_line()
        && input.kind() == Kind::Name
        && input.kind_at(1) == Kind::Name
        && matches!(
            input.kind_at(2),
            Kind::Assign | Kind::Colon | Kind::BraceOpen
        );
    if next_statement {
        input
            .cx
            .report_break(errors::missing_value(input.gap(), owner));
        return Ok((input, bad(input)));
    }
    need_value(owner).parse(input)
}

fn named_value<'a>(input: In<'a>, owner: &'static str) -> Res<'a, (Name, Option<TypeExpr>, Expr)> {
    let (rest, name) = need_name(owner).parse(input)?;
    let (rest, ty) = match rest.kind() {
        Kind::Colon => {
            let (rest, ty) = type_expr(rest.skip(1))?;
            (rest, Some(ty))
        }
        _ if type_ahead(rest) => {
            rest.cx
                .report_break(errors::missing(rest.gap(), ":", owner, ":"));
            let (rest, ty) = type_expr(rest)?;
            (rest, Some(ty))
        }
        _ => (rest, None),
    };
    let (rest, value) = match rest.kind() {
        Kind::Assign => statement_value(rest.skip(1), owner)?,
        Kind::Equal => {
            rest.cx.report(errors::field_sign(rest.span(), "=="));
            statement_value(rest.skip(1), owner)?
        }
        _ => {
            let value_follows = starts_expr(rest) && !rest.token().opens_line();
            rest.cx
                .report(errors::missing(rest.gap(), "=", owner, " ="));
            match value_follows {
                true => need_value(owner).parse(rest)?,
                false => (rest, bad(rest)),
            }
        }
    };
    Ok((rest, (name, ty, value)))
}

/// Whether a type and a `=` stand here, without the `:` before them.
fn type_ahead(input: In<'_>) -> bool {
    if input.kind() != Kind::Name || input.token().opens_line() {
        return false;
    }
    let after = match input.kind_at(1) {
        Kind::ParenOpen => input
            .cx
            .pairs
            .closer(input.index() + 1)
            .map(|close| input.forward_to(close + 1)),
        _ => Some(input.skip(1)),
    };
    after.is_some_and(|after| match after.kind() {
        Kind::Question => after.kind_at(1) == Kind::Assign,
        kind => kind == Kind::Assign,
    })
}

/// `assert condition, "message"`: production(assert).
pub(crate) fn assert(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("assert").parse(input)?;
    let (rest, (condition, message)) = check(rest, "this `assert`")?;
    Ok((rest, StatementKind::Assert { condition, message }))
}

fn check<'a>(input: In<'a>, owner: &'static str) -> Res<'a, (Expr, Expr)> {
    let (rest, condition) = condition(input, owner)?;
    let torn = rest.kind() != Kind::Comma;
    let (rest, ()) = need(Kind::Comma, ",", owner).parse(rest)?;
    if torn {
        rest.cx.quiet_until(rest.gap().start);
    }
    let (rest, message) = need_value(owner).parse(rest)?;
    if torn && rest.kind() == Kind::Comma {
        // The comma came after what was taken for the message: an operator is missing before it.
        let (rest, message) = need_value(owner).parse(rest.skip(1))?;
        return Ok((rest, (condition, message)));
    }
    Ok((rest, (condition, message)))
}

/// `test NAME { env = dev  expect a == b, "message" }`: production(test).
pub(crate) fn test(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, _) = word("test").parse(input)?;
    let (rest, name) = need_name("this `test`").parse(rest)?;
    let (rest, items) = match rest.kind() {
        Kind::BraceOpen => items(rest.skip(1), Opener::Test(rest), test_item)?,
        _ => {
            rest.cx
                .report_break(errors::missing(rest.gap(), "{", "this `test`", " {"));
            match rest.cx.pairs.lacks_brace(rest.index()) {
                true => items(rest, Opener::Missing, test_item)?,
                false => (rest, Vec::new()),
            }
        }
    };
    Ok((rest, StatementKind::Test { name, items }))
}

fn test_item(input: In<'_>) -> Res<'_, TestItem> {
    if !is_word(input, "expect") || matches!(input.kind_at(1), Kind::Assign | Kind::BraceOpen) {
        return field(input).map(|(rest, field)| (rest, TestItem::Field(field)));
    }
    let (rest, (condition, message)) = check(input.skip(1), "this `expect`")?;
    Ok((
        rest,
        TestItem::Expect {
            condition,
            message,
            span: input.span_to(rest),
        },
    ))
}

/// `allow CODE, "reason"` as a statement.
pub(crate) fn allow(input: In<'_>) -> Res<'_, StatementKind> {
    if !is_word(input, "allow") {
        return miss();
    }
    allow_item(input).map(|(rest, allow)| (rest, StatementKind::Allow(allow)))
}

/// `allow CODE, "reason"`: production(allow), production(CODE).
pub(crate) fn allow_item(input: In<'_>) -> Res<'_, Allow> {
    let start = input.skip(1);
    let (mut rest, first) = need_name("this `allow`").parse(start)?;
    let mut code = first.text.to_string();
    while rest.kind() == Kind::ColonColon {
        let (after, part) = need_name("this code").parse(rest.skip(1))?;
        code.push_str("::");
        code.push_str(&part.text);
        rest = after;
    }
    let code = Name {
        text: input.letters(&code),
        span: start.span_to(rest),
    };
    let (rest, ()) = need(Kind::Comma, ",", "this `allow`").parse(rest)?;
    let help = "say in quotes why this is allowed";
    let (rest, reason) = need_text("a reason", "this `allow`", help).parse(rest)?;
    let reason = reason.unwrap_or_else(|| Text {
        text: input.letters(""),
        span: rest.gap(),
    });
    Ok((
        rest,
        Allow {
            code,
            reason,
            span: input.span_to(rest),
        },
    ))
}

/// `forget kind.name["key"]`: production(forget).
pub(crate) fn forget(input: In<'_>) -> Res<'_, StatementKind> {
    let (rest, mut address) = preceded(word("forget"), address).parse(input)?;
    let torn = address.path.len() == 1
        && rest.kind() == Kind::Name
        && !rest.token().opens_line()
        && rest.token_at(1).opens_line();
    if !torn {
        return Ok((rest, StatementKind::Forget { address }));
    }
    rest.cx
        .report(errors::missing(rest.gap(), ".", "this address", "."));
    address.path.push(rest.name());
    address.span = address.span.to(rest.span());
    Ok((rest.skip(1), StatementKind::Forget { address }))
}
