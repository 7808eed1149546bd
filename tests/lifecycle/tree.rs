//! The fields of a declaration as a tree that can be changed at a path and printed again.

use formwork_diag::SourceId;
use formwork_syntax::ast::{Block, BlockItem, Expr, ExprKind, StatementKind};

/// A value as written: structures that a path can lead into, and the text of all else.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Leaf(String),
    Object(Fields),
    List(Vec<Tree>),
    /// A word that is called, and its arguments.
    Call(String, Vec<(Option<String>, Tree)>),
}

/// What stands in a block: its fields, and the permits as they are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields {
    pub(crate) entries: Vec<(String, Tree)>,
    pub(crate) allows: Vec<String>,
}

impl Fields {
    pub(crate) fn of(block: &Block, text: &str) -> Self {
        let mut out = Fields::default();
        for item in &block.items {
            match item {
                BlockItem::Field(field) => {
                    out.set(&field.name.text, Tree::of(&field.value, text));
                }
                BlockItem::Allow(allow) => out.allows.push(slice(text, allow.span)),
                BlockItem::Spread { .. } => panic!("a spread in a block that is changed"),
            }
        }
        out
    }

    pub(crate) fn get(&mut self, name: &str) -> Option<&mut Tree> {
        let found = self.entries.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, name: &str, value: Tree) {
        match self.get(name) {
            Some(old) => *old = value,
            None => self.entries.push((name.to_owned(), value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.entries.retain(|(known, _)| known != name);
    }

    /// As it is written, with its braces.
    pub(crate) fn print(&self) -> String {
        let fields = self.entries.iter().map(|(name, value)| {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            match plain {
                true => format!("{name} = {}", value.print()),
                false => format!("{name:?} = {}", value.print()),
            }
        });
        let all: Vec<String> = self.allows.iter().cloned().chain(fields).collect();
        format!("{{ {} }}", all.join(", "))
    }
}

impl Tree {
    pub(crate) fn of(expr: &Expr, text: &str) -> Self {
        match &expr.kind {
            ExprKind::Object(block) => Tree::Object(Fields::of(block, text)),
            ExprKind::List(items) => {
                Tree::List(items.iter().map(|item| Tree::of(item, text)).collect())
            }
            ExprKind::Call {
                callee, arguments, ..
            } => match &callee.kind {
                ExprKind::Name(word) => {
                    let arguments = arguments.iter().map(|argument| {
                        let name = argument.name.as_ref().map(|name| name.text.to_string());
                        (name, Tree::of(&argument.value, text))
                    });
                    Tree::Call(word.to_string(), arguments.collect())
                }
                _ => Tree::Leaf(slice(text, expr.span)),
            },
            _ => Tree::Leaf(slice(text, expr.span)),
        }
    }

    /// A value from its text, if it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let file = format!("let value = {text}\n");
        let parsed = formwork_syntax::parse(SourceId(0), &file);
        let statement = parsed.file.statements.first();
        match statement.map(|statement| &statement.kind) {
            Some(StatementKind::Let { value, .. }) if !parsed.diagnostics.has_errors() => {
                Some(Tree::of(value, &file))
            }
            _ => None,
        }
    }

    pub(crate) fn print(&self) -> String {
        match self {
            Tree::Leaf(text) => text.clone(),
            Tree::Object(fields) => fields.print(),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(Tree::print).collect();
                format!("[{}]", items.join(", "))
            }
            Tree::Call(word, arguments) => {
                let arguments = arguments.iter().map(|(name, value)| match name {
                    Some(name) => format!("{name} = {}", value.print()),
                    None => value.print(),
                });
                format!("{word}({})", arguments.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

pub(crate) fn slice(text: &str, span: formwork_diag::Span) -> String {
    text[span.start as usize..span.end as usize].to_owned()
}
