//! Types as written, and the dotted names of resource types and addresses.

use crate::ast::{AddressExpr, Name, TypeExpr, TypeKind, TypePath};
use crate::errors;
use crate::parser::block::{Opener, items};
use crate::parser::expr::member_name;
use crate::parser::input::{In, Res, miss};
use crate::parser::need::{close, need, need_name, nested, token};
use crate::parser::strings::fixed_text;
use crate::token::Kind;
use nom::Parser;
use nom::combinator::opt;

/// A type: production(type).
pub(crate) fn type_expr(input: In<'_>) -> Res<'_, TypeExpr> {
    nested(input, no_type, |input| {
        let (rest, kind) = match input.kind() {
            Kind::Name => named(input)?,
            Kind::BraceOpen => object(input)?,
            _ => {
                let help = "a type is a word such as `string`, `int`, `size` or `list(string)`";
                let owner = "this `:`";
                input
                    .cx
                    .report_break(errors::missing_part(input.gap(), "a type", owner, help));
                return Ok((input, no_type(input)));
            }
        };
        let (rest, question) = opt(token(Kind::Question)).parse(rest)?;
        let optional = question.map(|question| input.span_of(question));
        Ok((
            rest,
            TypeExpr {
                kind,
                optional,
                span: input.span_to(rest),
            },
        ))
    })
}

/// The node of a type that is missing.
pub(crate) fn no_type(input: In<'_>) -> TypeExpr {
    TypeExpr {
        kind: TypeKind::Bad,
        optional: None,
        span: input.gap(),
    }
}

fn named(input: In<'_>) -> Res<'_, TypeKind> {
    let (rest, path) = dotted(input)?;
    if rest.kind() != Kind::ParenOpen {
        return Ok((
            rest,
            TypeKind::Named {
                path,
                argument: None,
            },
        ));
    }
    let (after, argument) = type_expr(rest.skip(1))?;
    let (after, ()) = close(rest.index(), "`)` after the type").parse(after)?;
    Ok((
        after,
        TypeKind::Named {
            path,
            argument: Some(Box::new(argument)),
        },
    ))
}

fn object(input: In<'_>) -> Res<'_, TypeKind> {
    let (rest, fields) = items(input.skip(1), Opener::Brace(input), typed_name)?;
    Ok((rest, TypeKind::Object(fields)))
}

fn typed_name(input: In<'_>) -> Res<'_, (Name, TypeExpr)> {
    if input.kind() != Kind::Name && !input.kind().is_reserved() {
        return miss();
    }
    let (rest, name) = need_name("this field").parse(input)?;
    let (rest, ()) = type_sign(rest)?;
    let (rest, ty) = type_expr(rest)?;
    Ok((rest, (name, ty)))
}

/// The `:` before a type.
pub(crate) fn type_sign(input: In<'_>) -> Res<'_, ()> {
    if input.kind() == Kind::Assign {
        input.cx.report(errors::type_sign(input.span()));
        return Ok((input.skip(1), ()));
    }
    need(Kind::Colon, ":", "this name").parse(input)
}

/// Names with dots between them; the first stands next.
fn dotted(input: In<'_>) -> Res<'_, Vec<Name>> {
    let (mut rest, first) = need_name("this path").parse(input)?;
    let mut path = Vec::with_capacity(3);
    path.push(first);
    while rest.kind() == Kind::Dot {
        let (after, name) = member_name(rest.skip(1));
        path.push(name);
        rest = after;
    }
    Ok((rest, path))
}

/// `AWS.S3.Bucket`.
pub(crate) fn type_path(input: In<'_>) -> Res<'_, TypePath> {
    let (rest, path) = dotted(input)?;
    Ok((
        rest,
        TypePath {
            path,
            span: input.span_to(rest),
        },
    ))
}

/// `kind.name` or `name`, with a key: production(ADDRESS).
pub(crate) fn address(input: In<'_>) -> Res<'_, AddressExpr> {
    let (rest, path) = dotted(input)?;
    if rest.kind() != Kind::BracketOpen {
        return Ok((
            rest,
            AddressExpr {
                path,
                key: None,
                span: input.span_to(rest),
            },
        ));
    }
    let bracket = rest.index();
    let rest = rest.skip(1);
    let (rest, key) = match rest.kind() {
        Kind::StringStart | Kind::ForeignString => {
            let (rest, text) = fixed_text(rest, "a key")?;
            (rest, Some(text))
        }
        _ => {
            let help = "a key is a string: `[\"name\"]`";
            let owner = "this address";
            rest.cx
                .report_break(errors::missing_part(rest.gap(), "a key", owner, help));
            (rest, None)
        }
    };
    let (rest, ()) = close(bracket, "`]` after the key").parse(rest)?;
    Ok((
        rest,
        AddressExpr {
            path,
            key,
            span: input.span_to(rest),
        },
    ))
}
