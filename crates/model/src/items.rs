//! What the files of a stack hold, taken out of their trees and put in tables by what it is.

use crate::errors;
use crate::program::SourceFile;
use formwork_diag::{Diagnostics, SourceId, Span};
use formwork_schema::Allow;
use formwork_syntax::ast::{
    self, Block, Expr, Name, Statement, StatementKind, Text, TypeExpr, UseNames,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a name of the stack stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    Let(usize),
    Param(usize),
    Enum(usize),
    Decl(usize),
    /// Something this version reads and does not evaluate; references to it are silent.
    Later,
}

/// A name with what it stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub global: Global,
    pub span: Span,
}

pub(crate) struct StackItem {
    pub name: Name,
    pub body: Block,
}

pub(crate) struct EnvItem {
    pub name: Name,
    pub body: Block,
}

pub(crate) struct LetItem {
    pub name: Name,
    pub ty: Option<TypeExpr>,
    pub value: Expr,
}

pub(crate) struct ParamItem {
    pub name: Name,
    pub ty: TypeExpr,
    pub default: Option<Expr>,
}

pub(crate) struct OutputItem {
    pub doc: Option<Text>,
    pub name: Name,
    pub ty: Option<TypeExpr>,
    pub value: Expr,
}

pub(crate) struct EnumItem {
    pub name: Name,
    pub members: Vec<Name>,
}

pub(crate) struct AssertItem {
    pub condition: Expr,
    pub message: Expr,
}

pub(crate) struct DeclItem {
    pub doc: Option<Text>,
    pub decl: ast::Decl,
}

/// A statement of a later version: only the names in it count as used.
pub(crate) struct LaterItem {
    pub statement: StatementKind,
}

/// The tables.
#[derive(Default)]
pub(crate) struct Items {
    pub stacks: Vec<StackItem>,
    pub envs: Vec<EnvItem>,
    pub lets: Vec<LetItem>,
    pub params: Vec<ParamItem>,
    pub outputs: Vec<OutputItem>,
    pub enums: Vec<EnumItem>,
    pub asserts: Vec<AssertItem>,
    pub decls: Vec<DeclItem>,
    pub allows: Vec<Allow>,
    pub later: Vec<LaterItem>,
    pub names: FxHashMap<Arc<str>, Entry>,
    /// Kinds that a `use` or `component` would bring.
    pub later_kinds: FxHashMap<Arc<str>, Span>,
    /// Root-relative path of each source.
    pub paths: FxHashMap<SourceId, Arc<str>>,
}

impl Items {
    /// The path of the file a place lies in.
    pub(crate) fn path_of(&self, span: Span) -> &str {
        self.paths.get(&span.source).map_or("", |path| path)
    }
}

/// Takes the statements of all files, in the order of the files' paths.
pub(crate) fn collect(files: Vec<SourceFile>) -> (Items, Diagnostics) {
    let mut collector = Collector::default();
    for file in files {
        collector.items.paths.insert(file.id, file.path);
        for statement in file.tree.statements {
            collector.statement(statement);
        }
    }
    (collector.items, collector.diagnostics)
}

#[derive(Default)]
struct Collector {
    items: Items,
    diagnostics: Diagnostics,
    outputs: FxHashMap<Arc<str>, Span>,
    envs: FxHashMap<Arc<str>, Span>,
}

impl Collector {
    fn statement(&mut self, statement: Statement) {
        let Statement { doc, kind, span } = statement;
        match kind {
            StatementKind::Stack { name, body } => self.items.stacks.push(StackItem { name, body }),
            StatementKind::Env {
                name,
                pattern,
                body,
            } => self.env(name, pattern, body),
            StatementKind::Let { name, ty, value } => {
                self.define(&name, Global::Let(self.items.lets.len()));
                self.items.lets.push(LetItem { name, ty, value });
            }
            StatementKind::Param { name, ty, default } => {
                self.define(&name, Global::Param(self.items.params.len()));
                self.items.params.push(ParamItem { name, ty, default });
            }
            StatementKind::Output { name, ty, value } => {
                once(&mut self.outputs, &name, "output", &mut self.diagnostics);
                self.items.outputs.push(OutputItem {
                    doc,
                    name,
                    ty,
                    value,
                });
            }
            StatementKind::Enum { name, members } => {
                let mut seen = FxHashMap::default();
                for member in &members {
                    once(&mut seen, member, "word", &mut self.diagnostics);
                }
                self.define(&name, Global::Enum(self.items.enums.len()));
                self.items.enums.push(EnumItem { name, members });
            }
            StatementKind::Assert { condition, message } => {
                self.items.asserts.push(AssertItem { condition, message });
            }
            StatementKind::Allow(allow) => self.items.allows.push(allowed(&allow)),
            StatementKind::Decl(decl) => self.decl(doc, *decl, span),
            StatementKind::Bad => {}
            later => self.later(later, span),
        }
    }

    fn env(&mut self, name: Name, pattern: Option<Text>, body: Block) {
        if let Some(pattern) = pattern {
            self.diagnostics.push(errors::language::later(
                "a pattern of environments",
                pattern.span,
            ));
            self.items.later.push(LaterItem {
                statement: StatementKind::Env {
                    name,
                    pattern: None,
                    body,
                },
            });
            return;
        }
        if once(&mut self.envs, &name, "env", &mut self.diagnostics) && !name.text.is_empty() {
            self.items.envs.push(EnvItem { name, body });
        }
    }

    fn decl(&mut self, doc: Option<Text>, decl: ast::Decl, span: Span) {
        let secret = &*decl.kind.text == "secret" && decl.body.is_none();
        let construct = match decl.existing {
            Some(word) => Some(("`existing`", word)),
            None if secret || &*decl.kind.text == "secret" => Some(("`secret`", decl.kind.span)),
            None => None,
        };
        if let Some((words, at)) = construct {
            self.diagnostics.push(errors::language::later(words, at));
            self.define(&decl.name, Global::Later);
            let statement = StatementKind::Decl(Box::new(decl));
            self.items.later.push(LaterItem { statement });
            return;
        }
        if let Some(was) = &decl.was {
            let word = Span::new(
                was.span.source,
                was.span.start.saturating_sub(4),
                was.span.end,
            );
            let at = if span.start <= word.start {
                word
            } else {
                was.span
            };
            self.diagnostics.push(errors::language::later("`was`", at));
        }
        if let Some(adopt) = &decl.adopt {
            self.diagnostics
                .push(errors::language::later("`adopt`", adopt.span));
        }
        self.define(&decl.name, Global::Decl(self.items.decls.len()));
        self.items.decls.push(DeclItem { doc, decl });
    }

    fn later(&mut self, statement: StatementKind, span: Span) {
        let word = |length: u32| Span::new(span.source, span.start, span.start + length);
        let (words, at) = match &statement {
            StatementKind::Use { names, .. } => {
                match names {
                    UseNames::Stack(name) => self.define(name, Global::Later),
                    UseNames::Components(names) => {
                        for name in names {
                            self.items.later_kinds.insert(name.text.clone(), name.span);
                        }
                    }
                }
                ("`use`", word(3))
            }
            StatementKind::Component { name, .. } => {
                self.items.later_kinds.insert(name.text.clone(), name.span);
                ("`component`", word(9))
            }
            StatementKind::Test { .. } => ("`test`", word(4)),
            StatementKind::Forget { .. } => ("`forget`", word(6)),
            _ => return,
        };
        self.diagnostics.push(errors::language::later(words, at));
        self.items.later.push(LaterItem { statement });
    }

    fn define(&mut self, name: &Name, global: Global) {
        if name.text.is_empty() {
            return;
        }
        if &*name.text == "env" {
            self.diagnostics
                .push(errors::name::reserved(&name.text, name.span));
            return;
        }
        if let Some(first) = self.items.names.get(&name.text) {
            let duplicate = errors::name::duplicate("name", &name.text, name.span, first.span);
            self.diagnostics.push(duplicate);
            return;
        }
        let span = name.span;
        self.items
            .names
            .insert(name.text.clone(), Entry { global, span });
    }
}

/// Records a name of its own small space; an error if it is there already.
fn once(
    seen: &mut FxHashMap<Arc<str>, Span>,
    name: &Name,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> bool {
    if name.text.is_empty() {
        return true;
    }
    match seen.get(&name.text) {
        Some(first) => {
            diagnostics.push(errors::name::duplicate(what, &name.text, name.span, *first));
            false
        }
        None => {
            seen.insert(name.text.clone(), name.span);
            true
        }
    }
}

/// An `allow` as later stages take it.
pub(crate) fn allowed(allow: &ast::Allow) -> Allow {
    Allow {
        code: allow.code.text.clone(),
        reason: allow.reason.text.clone(),
        span: allow.span,
    }
}
