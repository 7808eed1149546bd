//! What to write instead, for a value of one type where another is expected.

use super::quoted;
use crate::errors::article;
use crate::errors::types::Teach;
use crate::names::World;
use crate::render;
use formwork_diag::list_words;
use formwork_schema::{Dimension, Type};
use formwork_syntax::ast::{Expr, ExprKind};
use rust_decimal::Decimal;

/// A type as messages name it.
pub(super) fn words(world: &World<'_>, ty: &Type) -> String {
    match ty {
        Type::Kind(kind) if kind.contains("::") => format!("{} resource", kind.replace("::", ".")),
        Type::Kind(kind) => world
            .vocabulary
            .kind(kind)
            .map_or(kind.to_string(), |kind| kind.name.to_owned()),
        Type::Enum(of) if super::words::Words::is_word(ty) => of.name.to_string(),
        Type::Enum(words) => format!("word of {}", words.name),
        Type::Int => "whole number".to_owned(),
        Type::Path => "path".to_owned(),
        Type::List(item) => format!("list of {}", plural(&words(world, item))),
        Type::Map(item) => format!("map of {}", plural(&words(world, item))),
        Type::Optional(inner) => words(world, inner),
        Type::OneOf(types) => {
            let mut all: Vec<String> = Vec::new();
            for ty in types.iter() {
                let name = words(world, ty);
                if !all.contains(&name) {
                    all.push(name);
                }
            }
            all.join(" or ")
        }
        Type::Call(call) => format!("call {}(…)", call.name),
        other => other.to_string(),
    }
}

/// Several of what a type's name says; names that are no plain words stay as they are.
fn plural(name: &str) -> String {
    match name.split_once(' ') {
        Some(("list" | "map", rest)) => {
            format!("{}s {rest}", name.split(' ').next().unwrap_or(name))
        }
        Some(("word", rest)) => format!("words {rest}"),
        _ if name.ends_with('s') => name.to_owned(),
        _ if name.ends_with(|last: char| last.is_alphabetic()) && !name.contains(" or ") => {
            format!("{name}s")
        }
        _ => name.to_owned(),
    }
}

/// The sentence and, where the text is at hand, the exact replacement.
pub(super) fn teach(world: &World<'_>, found: &Type, want: &Type, expr: Option<&Expr>) -> Teach {
    let text = expr.map(render::expression);
    let shown = text.clone().unwrap_or_else(|| "…".to_owned());
    let whole = text.filter(|text| !text.contains('…'));
    let fix = |new: String| Teach {
        help: format!("write `{new}`"),
        fix: whole.as_ref().map(|_| new),
    };
    match (found, want) {
        (Type::Int | Type::Number, Type::Quantity(dimension)) => {
            match expr.map(|expr| &expr.kind) {
                Some(ExprKind::Number { .. }) => {
                    let new = with_unit(&shown, *dimension);
                    let mut taught = fix(new.clone());
                    taught.help = format!("a {} has a unit: write `{new}`", dimension.type_name());
                    taught
                }
                _ => help(format!(
                    "multiply it with a unit: `{shown} * 1{}`",
                    unit(*dimension)
                )),
            }
        }
        (Type::Quantity(dimension), Type::Int | Type::Number) => {
            match expr.map(|expr| &expr.kind) {
                Some(ExprKind::Number { digits, .. }) => {
                    let new = digits.to_string();
                    let help = format!(
                        "a {} is not a number: write `{new}`, without the unit",
                        dimension.type_name()
                    );
                    Teach {
                        help,
                        fix: Some(new),
                    }
                }
                _ => help(format!(
                    "divide it by a unit: `{shown} / 1{}`",
                    unit(*dimension)
                )),
            }
        }
        (Type::Quantity(_), Type::Quantity(to)) => help(format!(
            "write it in a unit of {}, such as `1{}`",
            to.type_name(),
            unit(*to)
        )),
        (Type::Int | Type::Number | Type::Bool, Type::String) if is_literal(expr) => {
            let mut taught = fix(format!("\"{shown}\""));
            taught.help = format!("text has quotes: write `\"{shown}\"`");
            taught
        }
        (
            Type::Int | Type::Number | Type::Bool | Type::Quantity(_) | Type::Enum(_),
            Type::String,
        ) => {
            let mut taught = fix(format!("\"${{{shown}}}\""));
            taught.help = format!("nothing is made a string silently: write `\"${{{shown}}}\"`");
            taught
        }
        (Type::String, _) => string(world, want, expr),
        (Type::Int, _) if is_literal(expr) => {
            let word = quoted::word(world, &shown, want);
            word.unwrap_or_else(|| expected(world, want))
        }
        (Type::Kind(kind), _) => kind_for(world, kind, want, &shown),
        (Type::List(_), Type::List(item)) => help(format!(
            "each item must be {}",
            article(&words(world, item))
        )),
        (found, Type::List(item)) if same_sort(found, item) => fix(format!("[{shown}]")),
        (Type::List(item), want) if same_sort(item, want) => {
            help(format!("take one of them: `{shown}.first()`"))
        }
        (Type::Env, Type::String) => fix(format!("{shown}.name")),
        (_, want) => expected(world, want),
    }
}

fn is_literal(expr: Option<&Expr>) -> bool {
    expr.is_some_and(|expr| matches!(expr.kind, ExprKind::Number { .. } | ExprKind::Bool(_)))
}

fn help(help: String) -> Teach {
    Teach { help, fix: None }
}

fn same_sort(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Object(_), Type::Object(_)) => true,
        (Type::Int, Type::Number) | (Type::String, Type::Path) => true,
        (Type::Call(a), Type::Call(b)) => a.name == b.name,
        (a, Type::OneOf(types)) => types.iter().any(|ty| same_sort(a, ty)),
        (a, b) => a == b,
    }
}

fn string(world: &World<'_>, want: &Type, expr: Option<&Expr>) -> Teach {
    if let Some(declared) = expr.and_then(|expr| declared_of(world, expr, want)) {
        return Teach {
            help: format!("name the declaration itself: write `{declared}`"),
            fix: Some(declared),
        };
    }
    let literal = expr.and_then(render::literal);
    let meant = literal.and_then(|text| quoted::meant(world, &text, want));
    meant.unwrap_or_else(|| expected(world, want))
}

/// The declaration of which an attribute was written where it is expected itself: `jobs` for `jobs.arn`.
fn declared_of(world: &World<'_>, expr: &Expr, want: &Type) -> Option<String> {
    let ExprKind::Member { of, .. } = &expr.kind else {
        return None;
    };
    let ExprKind::Name(name) = &of.kind else {
        return None;
    };
    let mut declared = world.items.decls.iter().map(|item| &item.decl);
    let decl = declared.find(|decl| decl.name.text == *name)?;
    let fits = |ty: &Type| matches!(ty, Type::Kind(kind) if **kind == *decl.kind.text);
    match want {
        Type::OneOf(types) if types.iter().any(fits) => Some(name.to_string()),
        Type::List(item) if fits(item) => Some(format!("[{name}]")),
        ty if fits(ty) => Some(name.to_string()),
        _ => None,
    }
}

/// A declaration where something of it is meant.
fn kind_for(world: &World<'_>, kind: &str, want: &Type, shown: &str) -> Teach {
    let Some(spec) = world.vocabulary.kind(kind) else {
        return match want {
            Type::String => help(format!("read a property of it: `{shown}.id`")),
            want => expected(world, want),
        };
    };
    let members: Vec<String> = match want {
        Type::Permission => spec
            .verbs
            .iter()
            .map(|verb| format!("{shown}.{}", verb.name))
            .collect(),
        Type::Event => spec
            .events
            .iter()
            .map(|event| format!("{shown}.{}", event.name))
            .collect(),
        Type::Metric => spec
            .metrics
            .iter()
            .map(|metric| format!("{shown}.{}", metric.name))
            .collect(),
        Type::String => {
            let texts = spec
                .attributes
                .iter()
                .filter(|attribute| attribute.ty == Type::String);
            texts
                .map(|attribute| format!("{shown}.{}", attribute.name))
                .collect()
        }
        Type::List(item) if **item == Type::Kind(kind.into()) => {
            return help(format!("write `[{shown}]`"));
        }
        _ => Vec::new(),
    };
    match members.as_slice() {
        [] => expected(world, want),
        members => help(format!("say what of it: {}", list_words(members, "or"))),
    }
}

/// Declarations that fit a type, by name; at most eight.
pub(super) fn declared(world: &World<'_>, want: &Type) -> Vec<String> {
    let fits = |kind: &str, ty: &Type| matches!(ty, Type::Kind(of) if **of == *kind);
    let decls = world.items.decls.iter().map(|item| &item.decl);
    let fitting = decls.filter(|decl| match want {
        Type::OneOf(types) => types.iter().any(|ty| fits(&decl.kind.text, ty)),
        Type::Optional(ty) | Type::List(ty) => fits(&decl.kind.text, ty),
        ty => fits(&decl.kind.text, ty),
    });
    let names = fitting.map(|decl| decl.name.text.to_string());
    names.take(8).collect()
}

/// Offers declarations.
pub(super) fn one_of(names: &[String]) -> String {
    format!("write the name of one: {}", list_words(names, "or"))
}

/// What a place of this type takes.
fn expected(world: &World<'_>, want: &Type) -> Teach {
    help(match want {
        Type::Enum(of) => {
            let members: Vec<&str> = of.members.iter().map(|member| &**member).take(24).collect();
            format!("write {}", list_words(&members, "or"))
        }
        Type::Kind(kind) => match declared(world, want) {
            names if names.is_empty() => {
                format!("declare one: `{kind} NAME {{ … }}`, and write its name")
            }
            names => one_of(&names),
        },
        Type::OneOf(types) => {
            let each: Vec<String> = types.iter().map(example).collect();
            format!("what fits: {}", each.join(", "))
        }
        want => format!(
            "write {}, such as `{}`",
            article(&words(world, want)),
            example(want)
        ),
    })
}

/// A number as a quantity; a part of one is so many percent.
fn with_unit(number: &str, dimension: Dimension) -> String {
    let part = number.parse::<Decimal>().ok().filter(|part| {
        dimension == Dimension::Percent && *part > Decimal::ZERO && *part < Decimal::ONE
    });
    match part {
        Some(part) => format!("{}%", (part * Decimal::ONE_HUNDRED).normalize()),
        None => format!("{number}{}", unit(dimension)),
    }
}

/// A unit of a dimension that examples use.
pub(crate) fn unit(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Size => "MB",
        Dimension::Duration => "s",
        Dimension::Percent => "%",
        Dimension::Rate => "rps",
    }
}

/// A value of a type as it could be written.
pub(crate) fn example(ty: &Type) -> String {
    match ty {
        Type::String | Type::Any | Type::Raw(_) | Type::Error => "\"…\"".to_owned(),
        Type::Path => "\"./code\"".to_owned(),
        Type::Bool => "true".to_owned(),
        Type::Number | Type::Int => "1".to_owned(),
        Type::Quantity(dimension) => match dimension {
            Dimension::Size => "512MB".to_owned(),
            Dimension::Duration => "30s".to_owned(),
            Dimension::Percent => "60%".to_owned(),
            Dimension::Rate => "100rps".to_owned(),
        },
        Type::Enum(words) => words
            .members
            .first()
            .map_or("word".to_owned(), |word| word.to_string()),
        Type::Call(call) => format!("{}(…)", call.name),
        Type::List(item) => format!("[{}]", example(item)),
        Type::Map(item) => format!("{{ key = {} }}", example(item)),
        Type::Object(object) => {
            let fields = object.fields.iter().filter(|field| field.required);
            let fields: Vec<String> = fields
                .map(|field| format!("{} = {}", field.name, example(&field.ty)))
                .collect();
            if fields.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", fields.join(", "))
            }
        }
        Type::Optional(inner) => example(inner),
        Type::Kind(kind) => format!("my_{}", kind.replace("::", "_").to_lowercase()),
        Type::Permission => "uploads.read".to_owned(),
        Type::Event => "every(5min)".to_owned(),
        Type::Metric => "web.errors".to_owned(),
        Type::OneOf(types) => types.first().map_or(String::new(), example),
        Type::Env => "env".to_owned(),
    }
}
