//! Declarations: `kind name clauses { … }`.

use crate::ast::{Block, Decl, StatementKind};
use crate::errors;
use crate::parser::block::{block, block_without_brace};
use crate::parser::expr::condition;
use crate::parser::input::{In, Res, miss};
use crate::parser::lists::binder;
use crate::parser::need::{bad, is_word, need_expr, need_name, skip_until};
use crate::parser::types::{address, type_path};
use crate::token::Kind;
use formwork_diag::Span;
use nom::Parser;

/// `existing KIND NAME: Type clauses { … }`: production(decl), production(KIND).
pub(crate) fn declaration(input: In<'_>) -> Res<'_, StatementKind> {
    if input.kind() != Kind::Name || matches!(input.text(), "when" | "was" | "adopt") {
        return miss();
    }
    let existing = is_word(input, "existing").then(|| input.span());
    let rest = if existing.is_some() {
        input.skip(1)
    } else {
        input
    };
    let (rest, kind) = need_name("this `existing`").parse(rest)?;
    let (mut rest, name) = need_name("this declaration").parse(rest)?;
    if name.text.is_empty() && rest.kind() != Kind::BraceOpen {
        rest.cx.quiet_until(rest.gap().start);
    }
    let mut decl = Decl {
        existing,
        kind,
        name,
        resource_type: None,
        for_each: None,
        when: None,
        was: None,
        adopt: None,
        body: None,
    };
    if rest.kind() == Kind::Colon {
        let (after, path) = type_path(rest.skip(1))?;
        decl.resource_type = Some(path);
        rest = after;
    } else if rest.kind() == Kind::Name && rest.kind_at(1) == Kind::Dot {
        rest.cx
            .report(errors::missing(rest.gap(), ":", "this declaration", ":"));
        let (after, path) = type_path(rest)?;
        decl.resource_type = Some(path);
        rest = after;
    }
    let (rest, ()) = clauses(rest, &mut decl)?;
    let without_body = &*decl.kind.text == "secret" && rest.kind() != Kind::BraceOpen;
    if without_body {
        return Ok((rest, StatementKind::Decl(Box::new(decl))));
    }
    let (rest, body) = need_block(rest, "this declaration")?;
    decl.body = Some(body);
    Ok((rest, StatementKind::Decl(Box::new(decl))))
}

/// The places of the clauses that were given.
#[derive(Default)]
struct Given {
    for_each: Option<Span>,
    when: Option<Span>,
    was: Option<Span>,
    adopt: Option<Span>,
}

/// `for`, `when`, `was`, `adopt`, each once, in any order: production(clause).
fn clauses<'a>(input: In<'a>, decl: &mut Decl) -> Res<'a, ()> {
    let mut given = Given::default();
    let mut rest = input;
    loop {
        let at = rest;
        match (at.kind(), at.text()) {
            (Kind::For, _) => {
                let (after, found) = binder(at.skip(1))?;
                once(at, &mut given.for_each, &mut decl.for_each, found);
                rest = after;
            }
            (Kind::Name, "when") => {
                let (after, found) = value(at.skip(1), "this `when`")?;
                once(at, &mut given.when, &mut decl.when, found);
                rest = after;
            }
            (Kind::Name, "was") => {
                let (after, found) = address(at.skip(1))?;
                once(at, &mut given.was, &mut decl.was, found);
                rest = after;
            }
            (Kind::Name, "adopt") => {
                let (after, found) = value(at.skip(1), "this `adopt`")?;
                once(at, &mut given.adopt, &mut decl.adopt, found);
                rest = after;
            }
            _ => return Ok((rest, ())),
        }
    }
}

/// The value of a clause, which does not begin with `{`.
fn value<'a>(input: In<'a>, place: &'static str) -> Res<'a, crate::ast::Expr> {
    if input.kind() == Kind::BraceOpen {
        input.cx.report(errors::missing_value(input.gap(), place));
        return Ok((input, bad(input)));
    }
    match place {
        "this `when`" => condition(input, place),
        _ => need_expr(place).parse(input),
    }
}

/// Keeps the first of the clauses of one sort and tells of a second.
fn once<T>(at: In<'_>, place: &mut Option<Span>, slot: &mut Option<Box<T>>, found: T) {
    match *place {
        Some(first) => {
            at.cx
                .report(errors::duplicate_clause(first, at.span(), at.text()));
        }
        None => {
            *place = Some(at.span());
            *slot = Some(Box::new(found));
        }
    }
}

/// The block of a statement; `owner` says what lacks it.
pub(crate) fn need_block<'a>(input: In<'a>, owner: &'static str) -> Res<'a, Block> {
    if input.kind() == Kind::BraceOpen {
        return block(input);
    }
    if !input.token().opens_line() && input.kind() != Kind::BraceClose {
        let on_line = |at: In<'_>| at.token().opens_line() || at.kind() == Kind::BraceOpen;
        let brace = skip_until(input, on_line);
        if brace.kind() == Kind::BraceOpen && !brace.token().opens_line() {
            let expected = "a clause (`for`, `when`, `was`, `adopt`) or `{`";
            input
                .cx
                .report_break(errors::unexpected(input.span(), input.text(), expected));
            return block(brace);
        }
    }
    let gap = input.gap();
    let torn = input.cx.pairs.lacks_brace(input.index().saturating_sub(1));
    let items_follow = input.field_ahead() || input.kind() == Kind::BraceClose;
    let insert = if torn && items_follow { " {" } else { " {}" };
    input
        .cx
        .report_break(errors::missing(gap, "{", owner, insert));
    if torn && items_follow {
        return block_without_brace(input);
    }
    let rest = match input.token().opens_line() {
        true => input,
        false => skip_until(input, |at| at.token().opens_line()),
    };
    rest.cx.quiet_until(rest.gap().start);
    Ok((
        rest,
        Block {
            items: Vec::new(),
            span: gap,
        },
    ))
}
