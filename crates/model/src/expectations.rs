//! `test` statements: for which environment and values a stack is planned, and what is expected of it then.

use crate::environments;
use crate::errors;
use crate::items::{Global, TestStatement};
use crate::names::World;
use crate::settings::Settings;
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{Address, Quantity, Type, Value};
use formwork_syntax::ast::{Block, BlockItem, Expr, ExprKind, Field, TestItem};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a plan says of properties that are not written: the value, or nothing where there is no such thing. What is
/// known only after apply is not among them.
pub type Planned = BTreeMap<(Address, Arc<str>), Option<Json>>;

/// A `test` of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub span: Span,
    /// How many expectations it has.
    pub expectations: usize,
}

/// A test, read.
pub(crate) struct Setup<'t> {
    /// The environment, with its place; without it the stack's default.
    pub env: Option<(Arc<str>, Span)>,
    /// Values of params.
    pub set: Vec<&'t Field>,
    /// What other stacks give, by their number.
    pub given: Vec<(usize, &'t Block, Span)>,
    pub expects: Vec<Expect<'t>>,
}

/// `expect CONDITION, MESSAGE`.
pub(crate) struct Expect<'t> {
    pub condition: &'t Expr,
    pub message: &'t Expr,
}

/// Reads what a test says, as far as it can be read without types.
pub(crate) fn setup<'t>(test: &'t TestStatement, world: &World<'_>) -> (Setup<'t>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut out = Setup {
        env: None,
        set: Vec::new(),
        given: Vec::new(),
        expects: Vec::new(),
    };
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for item in &test.items {
        let field = match item {
            TestItem::Field(field) => field,
            TestItem::Expect {
                condition, message, ..
            } => {
                out.expects.push(Expect { condition, message });
                continue;
            }
        };
        let (name, span) = (&*field.name.text, field.name.span);
        if let Some(first) = seen.insert(name, span) {
            diagnostics.push(errors::types::duplicate_field(name, span, first));
            continue;
        }
        let stack = match world.entry(name).map(|entry| entry.global) {
            Some(Global::Stack(at)) => Some(at),
            _ => None,
        };
        match (name, &field.value.kind, stack) {
            ("", ..) | (_, ExprKind::Bad, _) => {}
            ("env", ..) => out.env = environment(&field.value, &world.settings, &mut diagnostics),
            ("set", ExprKind::Object(block), _) => {
                out.set = values(block, "set", &mut diagnostics);
            }
            (_, ExprKind::Object(block), Some(at)) => out.given.push((at, block, span)),
            ("set", ..) | (_, _, Some(_)) => {
                diagnostics.push(errors::tests::block(name, field.value.span));
            }
            _ => {
                let stacks = world.items.stack_uses.iter();
                let stacks = stacks.map(|item| &*item.name.text);
                let known: Vec<&str> = ["env", "set"].into_iter().chain(stacks).collect();
                diagnostics.push(errors::tests::field(name, span, &known));
            }
        }
    }
    if out.expects.is_empty() {
        diagnostics.push(errors::tests::nothing(&test.name.text, test.name.span));
    }
    if out.env.is_none() && !seen.contains_key("env") {
        let chosen = environments::choose(&world.settings, None);
        match chosen {
            Ok(name) => out.env = Some((name, test.name.span)),
            Err(_) => {
                let envs = world.settings.envs.iter();
                let known: Vec<&str> = envs.map(|env| &*env.name).collect();
                let (name, span) = (&test.name.text, test.name.span);
                diagnostics.push(errors::tests::env(name, span, &known));
            }
        }
    }
    (out, diagnostics)
}

fn environment(
    value: &Expr,
    settings: &Settings,
    diagnostics: &mut Diagnostics,
) -> Option<(Arc<str>, Span)> {
    let name: Arc<str> = match &value.kind {
        ExprKind::Name(name) => name.clone(),
        _ => match crate::render::literal(value) {
            Some(text) => text.into(),
            None => {
                diagnostics.push(errors::stack::literal("env", value.span, "dev"));
                return None;
            }
        },
    };
    if environments::find(settings, &name).is_none() {
        let known: Vec<&str> = settings.envs.iter().map(|env| &*env.name).collect();
        diagnostics.push(errors::env::unknown(&name, value.span, &known));
        return None;
    }
    Some((name, value.span))
}

/// The fields of a block that takes no spread, each once.
fn values<'t>(block: &'t Block, of: &str, diagnostics: &mut Diagnostics) -> Vec<&'t Field> {
    let mut out: Vec<&Field> = Vec::new();
    for item in &block.items {
        match item {
            BlockItem::Field(field) => {
                let first = out.iter().find(|other| other.name.text == field.name.text);
                match first {
                    Some(first) => diagnostics.push(errors::types::duplicate_field(
                        &field.name.text,
                        field.name.span,
                        first.name.span,
                    )),
                    None => out.push(field),
                }
            }
            BlockItem::Spread { span, .. } => diagnostics.push(errors::tests::spread(of, *span)),
            BlockItem::Allow(_) => {}
        }
    }
    out
}

/// The value that a field has where it is not given, of what documentation says of it: `128MB`, `true`, `arm64`.
pub(crate) fn default_value(text: &str, ty: &Type) -> Option<Value> {
    let number = || text.parse().ok();
    Some(match ty {
        Type::Optional(inner) => default_value(text, inner)?,
        Type::OneOf(types) => types.iter().find_map(|ty| default_value(text, ty))?,
        Type::Bool => Value::Bool(text.parse().ok()?),
        Type::Int | Type::Number => Value::Number(number()?),
        Type::Quantity(dimension) => {
            let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (number, unit) = text.split_at(at);
            let quantity = Quantity::new(number.parse().ok()?, unit).ok()?;
            (quantity.dimension == *dimension).then_some(Value::Quantity(quantity))?
        }
        Type::Enum(words) => {
            let word = words.members.iter().find(|word| ***word == *text)?;
            Value::Word(word.clone())
        }
        Type::String => {
            let inner = text.strip_prefix('"')?.strip_suffix('"')?;
            Value::String(inner.into())
        }
        _ => return None,
    })
}
