//! What the files of a stack hold, taken out of their trees and put in tables by what it is.

use crate::errors;
use crate::neighbours::Outline;
use crate::program::SourceFile;
use crate::walk::Names;
use formwork_diag::{Diagnostics, SourceId, Span};
use formwork_schema::Allow;
use formwork_syntax::ast::{
    self, Block, Expr, Name, Statement, StatementKind, Text, TypeExpr, UseNames,
};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a name of the stack stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    Let(usize),
    Param(usize),
    Enum(usize),
    Decl(usize),
    /// Another stack, by its `use`.
    Stack(usize),
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
    pub pattern: Option<Text>,
    pub body: Block,
}

#[derive(Clone)]
pub(crate) struct LetItem {
    pub name: Name,
    pub ty: Option<TypeExpr>,
    pub value: Expr,
    /// Whether it belongs to the file around a component, and is used by one.
    pub outer: bool,
}

pub(crate) struct ParamItem {
    pub doc: Option<Text>,
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

#[derive(Clone)]
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
    pub decl: Box<ast::Decl>,
}

/// A component as written.
pub(crate) struct ComponentItem {
    pub name: Name,
    pub body: Vec<Statement>,
}

/// `use { a, b } from "…"`.
pub(crate) struct UseItem {
    pub names: Vec<Name>,
    pub path: Text,
}

/// `use net from "../network"`.
pub(crate) struct StackUse {
    pub name: Name,
    pub path: Text,
    /// Where it lies beneath the root.
    pub place: Arc<str>,
    /// What it is; `None` if it cannot be used, and an error was reported.
    pub outline: Option<Rc<Outline>>,
}

/// `forget bucket.scratch`.
pub(crate) struct ForgetItem {
    pub address: ast::AddressExpr,
}

/// `test NAME { … }`.
pub(crate) struct TestStatement {
    pub name: Name,
    pub items: Vec<ast::TestItem>,
}

/// A statement of a later version: only the names in it count as used.
pub(crate) struct LaterItem {
    pub statement: StatementKind,
}

/// A kind that a `component` or a `use` brings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brought {
    pub span: Span,
    /// Whether a `use` brings it.
    pub used: bool,
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
    pub components: Vec<ComponentItem>,
    pub uses: Vec<UseItem>,
    pub stack_uses: Vec<StackUse>,
    pub forgets: Vec<ForgetItem>,
    pub tests: Vec<TestStatement>,
    pub later: Vec<LaterItem>,
    pub names: FxHashMap<Arc<str>, Entry>,
    /// The kinds that components are, by name; in a component only those it names.
    pub kinds: FxHashMap<Arc<str>, Brought>,
    /// All components that can be named here, for "did you mean".
    pub known_kinds: Arc<[Arc<str>]>,
    /// Root-relative path of each source.
    pub paths: Arc<FxHashMap<SourceId, Arc<str>>>,
}

impl Items {
    /// The path of the file a place lies in.
    pub(crate) fn path_of(&self, span: Span) -> &str {
        self.paths.get(&span.source).map_or("", |path| path)
    }
}

/// Where statements stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Stack,
    /// A file that is only used for its components.
    Library,
    Component,
}

/// Takes the statements of all files, in the order of the files' paths.
pub(crate) fn collect(files: Vec<SourceFile>) -> (Items, Diagnostics) {
    let mut collector = Collector::new(Place::Stack);
    let mut paths = FxHashMap::default();
    for file in files {
        paths.insert(file.id, file.path);
        for statement in file.tree.statements {
            collector.statement(statement);
        }
    }
    collector.items.paths = Arc::new(paths);
    (collector.items, collector.diagnostics)
}

/// Takes the statements of a file that is used for its components.
pub(crate) fn collect_library(tree: ast::File) -> (Items, Diagnostics) {
    let mut collector = Collector::new(Place::Library);
    for statement in tree.statements {
        collector.statement(statement);
    }
    (collector.items, collector.diagnostics)
}

/// Takes the statements of a component, and from the file around it the enums and lets that it needs.
pub(crate) fn collect_component(
    body: Vec<Statement>,
    outer_enums: &[EnumItem],
    outer_lets: &[LetItem],
) -> (Items, Diagnostics) {
    let mut collector = Collector::new(Place::Component);
    for item in outer_enums {
        let at = collector.items.enums.len();
        collector.define(&item.name, Global::Enum(at));
        collector.items.enums.push(item.clone());
    }
    for statement in body {
        collector.statement(statement);
    }
    collector.needed(outer_lets);
    (collector.items, collector.diagnostics)
}

struct Collector {
    place: Place,
    items: Items,
    diagnostics: Diagnostics,
    outputs: FxHashMap<Arc<str>, Span>,
    tests: FxHashMap<Arc<str>, Span>,
    envs: FxHashMap<Arc<str>, Span>,
}

impl Collector {
    fn new(place: Place) -> Self {
        Collector {
            place,
            items: Items::default(),
            diagnostics: Diagnostics::new(),
            outputs: FxHashMap::default(),
            tests: FxHashMap::default(),
            envs: FxHashMap::default(),
        }
    }

    fn statement(&mut self, statement: Statement) {
        let Statement { doc, kind, span } = statement;
        if self.place != Place::Stack && self.outside(&kind, span) {
            return;
        }
        match kind {
            StatementKind::Stack { name, body } => self.items.stacks.push(StackItem { name, body }),
            StatementKind::Env {
                name,
                pattern,
                body,
            } => self.env(name, pattern, body),
            StatementKind::Let { name, ty, value } => {
                self.define(&name, Global::Let(self.items.lets.len()));
                self.items.lets.push(LetItem {
                    name,
                    ty,
                    value,
                    outer: false,
                });
            }
            StatementKind::Param { name, ty, default } => {
                self.define(&name, Global::Param(self.items.params.len()));
                self.items.params.push(ParamItem {
                    doc,
                    name,
                    ty,
                    default,
                });
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
            StatementKind::Decl(decl) => self.decl(doc, decl),
            StatementKind::Component { name, body } => {
                self.kind(&name, false);
                self.items.components.push(ComponentItem { name, body });
            }
            StatementKind::Use { names, path } => self.uses(names, path),
            StatementKind::Forget { address } => self.items.forgets.push(ForgetItem { address }),
            StatementKind::Test { name, items } => {
                once(&mut self.tests, &name, "test", &mut self.diagnostics);
                self.items.tests.push(TestStatement { name, items });
            }
            StatementKind::Bad => {}
        }
    }

    /// What a `use` brings; of one without a path the parser has reported it.
    fn uses(&mut self, names: UseNames, path: Option<Text>) {
        match (names, path) {
            (UseNames::Components(names), Some(path)) => {
                for name in &names {
                    self.kind(name, true);
                }
                self.items.uses.push(UseItem { names, path });
            }
            (UseNames::Components(_), None) => {}
            (UseNames::Stack(name), Some(path)) => {
                self.define(&name, Global::Stack(self.items.stack_uses.len()));
                self.items.stack_uses.push(StackUse {
                    name,
                    path,
                    place: "".into(),
                    outline: None,
                });
            }
            (UseNames::Stack(name), None) => self.define(&name, Global::Later),
        }
    }

    /// Reports a statement that does not stand where it may; those of a component the parser has reported.
    fn outside(&mut self, kind: &StatementKind, span: Span) -> bool {
        let word = match kind {
            StatementKind::Stack { .. } => "stack",
            StatementKind::Env { .. } => "env",
            StatementKind::Use { names, .. } if self.place == Place::Library => match names {
                UseNames::Stack(_) => "use",
                UseNames::Components(_) => return false,
            },
            StatementKind::Use { .. } => "use",
            StatementKind::Test { .. } => "test",
            StatementKind::Forget { .. } => "forget",
            StatementKind::Component { .. } if self.place == Place::Component => "component",
            _ if self.place == Place::Component => return false,
            StatementKind::Param { .. } => "param",
            StatementKind::Output { .. } => "output",
            StatementKind::Assert { .. } => "assert",
            StatementKind::Allow(_) => "allow",
            StatementKind::Decl(decl) => {
                let error = errors::component::declaration(&decl.kind.text, decl.kind.span);
                self.diagnostics.push(error);
                return true;
            }
            _ => return false,
        };
        if self.place == Place::Library {
            let at = Span::new(span.source, span.start, span.start + word.len() as u32);
            self.diagnostics.push(errors::component::outside(word, at));
        }
        true
    }

    /// Adds the lets of the file around a component that its values, or those lets, name.
    fn needed(&mut self, outer: &[LetItem]) {
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut visit = |name: &Arc<str>, _: Span| names.push(name.clone());
        let mut walk = Names::new(&mut visit);
        let items = &self.items;
        items.lets.iter().for_each(|item| walk.expr(&item.value));
        let defaults = items.params.iter().filter_map(|item| item.default.as_ref());
        defaults.for_each(|value| walk.expr(value));
        items.outputs.iter().for_each(|item| walk.expr(&item.value));
        for item in &items.asserts {
            walk.expr(&item.condition);
            walk.expr(&item.message);
        }
        items.decls.iter().for_each(|item| walk.decl(&item.decl));
        while let Some(name) = names.pop() {
            let wanted = outer.iter().find(|item| item.name.text == name);
            let Some(item) = wanted.filter(|_| !self.items.names.contains_key(&name)) else {
                continue;
            };
            self.define(&item.name, Global::Let(self.items.lets.len()));
            let mut visit = |name: &Arc<str>, _: Span| names.push(name.clone());
            Names::new(&mut visit).expr(&item.value);
            self.items.lets.push(LetItem {
                outer: true,
                ..item.clone()
            });
        }
    }

    fn kind(&mut self, name: &Name, used: bool) {
        if name.text.is_empty() {
            return;
        }
        match self.items.kinds.get(&name.text).copied() {
            Some(first) if first.used != used => {
                let (at, written) = match used {
                    true => (name.span, first.span),
                    false => (first.span, name.span),
                };
                let error = errors::component::own(&name.text, at, written);
                self.diagnostics.push(error);
            }
            Some(first) => {
                let error = errors::name::duplicate("component", &name.text, name.span, first.span);
                self.diagnostics.push(error);
            }
            None => {
                let span = name.span;
                let brought = Brought { span, used };
                self.items.kinds.insert(name.text.clone(), brought);
            }
        }
    }

    fn env(&mut self, name: Name, pattern: Option<Text>, body: Block) {
        if once(&mut self.envs, &name, "env", &mut self.diagnostics) && !name.text.is_empty() {
            self.items.envs.push(EnvItem {
                name,
                pattern,
                body,
            });
        }
    }

    fn decl(&mut self, doc: Option<Text>, decl: Box<ast::Decl>) {
        self.define(&decl.name, Global::Decl(self.items.decls.len()));
        self.items.decls.push(DeclItem { doc, decl });
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
