//! The `stack` and `env` blocks: what is read from them before anything is evaluated.

use crate::errors;
use crate::items::{EnvItem, Global, Items, StackItem, allowed};
use crate::meant::Meant;
use crate::render;
use formwork_diag::{Diagnostics, Span};
use formwork_schema::Vocabulary;
use formwork_syntax::ast::{BlockItem, Expr, ExprKind, Field};
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The names an environment block gives meaning to besides params.
pub(crate) const ENV_SETTINGS: &[&str] = &["account", "role", "region", "tags", "state"];
const STACK_FIELDS: &[&str] = &["region", "default_env", "tags", "state"];

/// The stack and its environments.
pub(crate) struct Settings {
    pub name: Arc<str>,
    pub name_span: Span,
    pub default_env: Option<Arc<str>>,
    pub tags: Option<Expr>,
    pub envs: Vec<Environment>,
}

/// An environment as written.
pub(crate) struct Environment {
    pub name: Arc<str>,
    /// Which names it stands for: `pr-*`.
    pub pattern: Option<Arc<str>>,
    pub span: Span,
    pub account: Option<Arc<str>>,
    pub role: Option<Arc<str>>,
    /// By its AWS name; empty if neither stack nor environment says it (an error was reported).
    pub region: Arc<str>,
    pub tags: Option<Expr>,
    pub values: IndexMap<Arc<str>, Expr>,
}

/// Reads the blocks, which it takes out of the items.
pub(crate) fn read(
    items: &mut Items,
    vocabulary: &dyn Vocabulary,
) -> (Option<Settings>, Diagnostics) {
    let mut reader = Reader {
        vocabulary,
        diagnostics: Diagnostics::new(),
    };
    let settings = reader.settings(items);
    (settings, reader.diagnostics)
}

struct Reader<'v> {
    vocabulary: &'v dyn Vocabulary,
    diagnostics: Diagnostics,
}

#[derive(Default)]
struct StackFields {
    region: Option<Arc<str>>,
    default_env: Option<(Arc<str>, Span)>,
    tags: Option<Expr>,
}

impl Reader<'_> {
    fn settings(&mut self, items: &mut Items) -> Option<Settings> {
        let mut stacks = std::mem::take(&mut items.stacks).into_iter();
        let envs = std::mem::take(&mut items.envs);
        let stack = stacks.next();
        for other in stacks {
            let first = stack
                .as_ref()
                .map_or(other.name.span, |stack| stack.name.span);
            self.diagnostics.push(errors::stack::several(
                &other.name.text,
                other.name.span,
                first,
            ));
        }
        let Some(stack) = stack else {
            let first = items
                .paths
                .iter()
                .map(|(id, path)| (path.clone(), *id))
                .min()
                .map(|(_, id)| id);
            let place = first.map(|id| Span::new(id, 0, 0));
            self.diagnostics.push(errors::stack::missing(place));
            return None;
        };
        let (name, name_span) = (stack.name.text.clone(), stack.name.span);
        let fields = self.stack(stack, items);
        let mut envs: Vec<Environment> = envs
            .into_iter()
            .map(|env| self.env(env, items, &fields))
            .collect();
        if envs.is_empty() {
            envs.push(Environment {
                name: "default".into(),
                pattern: None,
                span: name_span,
                account: None,
                role: None,
                region: fields.region.clone().unwrap_or_default(),
                tags: None,
                values: IndexMap::new(),
            });
        }
        for env in envs.iter().filter(|env| env.region.is_empty()) {
            self.diagnostics
                .push(errors::env::region(&env.name, env.span));
        }
        let plain = envs.iter().filter(|env| env.pattern.is_none());
        let known: Vec<&str> = plain.map(|env| &*env.name).collect();
        let default_env = fields.default_env.and_then(|(name, span)| {
            let there = known.contains(&&*name);
            let pattern = envs.iter().find(|env| env.name == name);
            if let Some(pattern) = pattern.and_then(|env| env.pattern.as_ref()) {
                let error = errors::env::default_pattern(&name, pattern, span, &known);
                self.diagnostics.push(error);
            } else if !there {
                self.diagnostics
                    .push(errors::env::unknown(&name, span, &known));
            }
            there.then_some(name)
        });
        Some(Settings {
            name,
            name_span,
            default_env,
            tags: fields.tags,
            envs,
        })
    }

    fn stack(&mut self, stack: StackItem, items: &mut Items) -> StackFields {
        let mut out = StackFields::default();
        let mut seen = FxHashMap::default();
        for item in stack.body.items {
            let field = match item {
                BlockItem::Field(field) => field,
                BlockItem::Allow(allow) => {
                    items.allows.push(allowed(&allow));
                    continue;
                }
                BlockItem::Spread { span, .. } => {
                    self.diagnostics.push(errors::stack::spread(span));
                    continue;
                }
            };
            if !self.first(&mut seen, &field) {
                continue;
            }
            match &*field.name.text {
                "region" => out.region = self.region(&field.value, items),
                "default_env" => match &field.value.kind {
                    ExprKind::Name(name) => {
                        out.default_env = Some((name.clone(), field.value.span))
                    }
                    ExprKind::Bad => {}
                    _ => self.diagnostics.push(errors::stack::literal(
                        "default_env",
                        field.value.span,
                        "dev",
                    )),
                },
                "tags" => out.tags = Some(field.value),
                "state" => self.diagnostics.push(errors::language::later(
                    "a state elsewhere",
                    field.name.span,
                )),
                name => {
                    let error = errors::stack::field(name, field.name.span, STACK_FIELDS);
                    self.diagnostics.push(error);
                }
            }
        }
        out
    }

    fn env(&mut self, env: EnvItem, items: &Items, stack: &StackFields) -> Environment {
        let mut out = Environment {
            name: env.name.text,
            pattern: env.pattern.and_then(|pattern| self.pattern(&pattern)),
            span: env.name.span,
            account: None,
            role: None,
            region: stack.region.clone().unwrap_or_default(),
            tags: None,
            values: IndexMap::new(),
        };
        let mut seen = FxHashMap::default();
        for item in env.body.items {
            let field = match item {
                BlockItem::Field(field) => field,
                BlockItem::Allow(_) => continue,
                BlockItem::Spread { span, .. } => {
                    self.diagnostics.push(errors::env::spread(span));
                    continue;
                }
            };
            if !self.first(&mut seen, &field) {
                continue;
            }
            match &*field.name.text {
                "account" => out.account = self.account(&field.value),
                "role" => match render::literal(&field.value) {
                    Some(text) => out.role = Some(text.into()),
                    None => self.literal(
                        "role",
                        &field.value,
                        "\"arn:aws:iam::123456789012:role/deploy\"",
                    ),
                },
                "region" => out.region = self.region(&field.value, items).unwrap_or_default(),
                "tags" => out.tags = Some(field.value),
                "state" => self.diagnostics.push(errors::language::later(
                    "a state elsewhere",
                    field.name.span,
                )),
                _ => self.value(field, items, &mut out),
            }
        }
        out
    }

    /// A pattern with a star in it, of characters that names may have.
    fn pattern(&mut self, pattern: &formwork_syntax::ast::Text) -> Option<Arc<str>> {
        let text = &pattern.text;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*');
        let formed = text.contains('*') && !text.contains("**") && text.chars().all(plain);
        if !formed {
            self.diagnostics
                .push(errors::env::pattern(text, pattern.span));
        }
        formed.then(|| text.clone())
    }

    fn value(&mut self, field: Field, items: &Items, env: &mut Environment) {
        let entry = items.names.get(&field.name.text);
        if entry.is_some_and(|entry| matches!(entry.global, Global::Param(_))) {
            env.values.insert(field.name.text, field.value);
            return;
        }
        let params = items.params.iter().map(|param| &*param.name.text);
        let names: Vec<&str> = params.chain(ENV_SETTINGS.iter().copied()).collect();
        self.diagnostics.push(errors::env::field(
            &field.name.text,
            field.name.span,
            &names,
        ));
    }

    fn first(&mut self, seen: &mut FxHashMap<Arc<str>, Span>, field: &Field) -> bool {
        if let Some(first) = seen.get(&field.name.text) {
            let error = errors::types::duplicate_field(&field.name.text, field.name.span, *first);
            self.diagnostics.push(error);
            return false;
        }
        seen.insert(field.name.text.clone(), field.name.span);
        !field.name.text.is_empty()
    }

    fn account(&mut self, value: &Expr) -> Option<Arc<str>> {
        let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        match render::literal(value) {
            Some(text) if digits(&text) => Some(text.into()),
            Some(_) => {
                self.diagnostics.push(errors::env::account(value.span));
                None
            }
            None if matches!(value.kind, ExprKind::Number { .. }) => {
                self.diagnostics.push(errors::env::account(value.span));
                None
            }
            None => {
                self.literal("account", value, "\"123456789012\"");
                None
            }
        }
    }

    fn literal(&mut self, what: &str, value: &Expr, example: &str) {
        if !matches!(value.kind, ExprKind::Bad) {
            self.diagnostics
                .push(errors::stack::literal(what, value.span, example));
        }
    }

    /// A region by its AWS name; a placeholder that silences what would follow if it is wrong.
    fn region(&mut self, value: &Expr, items: &Items) -> Option<Arc<str>> {
        if let Some(text) = render::literal(value) {
            let formed = text.contains('-')
                && text
                    .bytes()
                    .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
            if !formed {
                let regions = self.vocabulary.regions();
                let meant = Meant::word(self.vocabulary, &text, &regions);
                self.diagnostics.push(errors::types::word(
                    &text, "region", value.span, &regions, None, meant,
                ));
            }
            return Some(text.into());
        }
        let ExprKind::Name(word) = &value.kind else {
            self.literal("region", value, "eu_west_1");
            return Some("us-east-1".into());
        };
        let regions = self.vocabulary.regions();
        if !regions.contains(&&**word) && items.names.contains_key(word) {
            self.literal("region", value, "eu_west_1");
        } else if !regions.contains(&&**word) {
            let meant = Meant::word(self.vocabulary, word, &regions);
            let error = errors::types::word(word, "region", value.span, &regions, None, meant);
            self.diagnostics.push(error);
        }
        Some(region_name(word))
    }
}

/// The AWS name of a region word: `eu_west_1` is `eu-west-1`.
pub(crate) fn region_name(word: &str) -> Arc<str> {
    word.replace('_', "-").into()
}
