//! Statements and what stands in their braces, step by step.

use super::ops::Op;
use super::printer::Printer;
use crate::ast::{
    Block, BlockItem, Decl, Expr, Field, File, Statement, StatementKind, TestItem, TypeExpr,
    TypeKind, UseNames,
};
use crate::token::Kind;

impl Printer<'_> {
    pub(super) fn file(&mut self, file: &File) {
        self.statements(&file.statements);
        if !file.statements.is_empty() {
            let blank = self.blank_here() && self.comments_ahead();
            self.put(Op::Hard { blank });
        }
    }

    fn statements(&mut self, statements: &[Statement]) {
        let runs = self.new_run(3);
        for (at, statement) in statements.iter().enumerate() {
            if at > 0 {
                let blank = self.blank_here();
                self.put(Op::Hard { blank });
            }
            self.statement(&statement.kind, runs);
        }
    }

    fn statement(&mut self, kind: &StatementKind, runs: u32) {
        match kind {
            StatementKind::Stack { body, .. } => {
                self.words(2);
                self.block(body);
            }
            StatementKind::Env { pattern, body, .. } => {
                self.words(2);
                if pattern.is_some() {
                    self.string();
                    self.space();
                }
                self.block(body);
            }
            StatementKind::Use { names, .. } => self.use_names(names),
            StatementKind::Param { ty, default, .. } => {
                self.typed_value(runs, Some(ty), default.as_ref());
            }
            StatementKind::Let { ty, value, .. } => {
                self.typed_value(runs + 1, ty.as_ref(), Some(value));
            }
            StatementKind::Output { ty, value, .. } => {
                self.typed_value(runs + 2, ty.as_ref(), Some(value));
            }
            StatementKind::Enum { members, .. } => {
                self.words(2);
                self.names(members.len());
            }
            StatementKind::Component { body, .. } => {
                self.words(2);
                self.component_body(body);
            }
            StatementKind::Assert { condition, message } => self.check(condition, message),
            StatementKind::Test { items, .. } => {
                self.words(2);
                self.test_items(items);
            }
            StatementKind::Allow(_) => self.allow(),
            StatementKind::Forget { address } => {
                self.words(1);
                self.address(address.key.is_some());
            }
            StatementKind::Decl(decl) => self.decl(decl),
            StatementKind::Bad => self.token(Kind::End),
        }
    }

    /// So many tokens with a blank behind each.
    fn words(&mut self, count: usize) {
        for _ in 0..count {
            self.any_token();
            self.space();
        }
    }

    fn use_names(&mut self, names: &UseNames) {
        self.words(1);
        match names {
            UseNames::Stack(_) => self.any_token(),
            UseNames::Components(names) => self.names(names.len()),
        }
        self.space();
        self.words(1);
        self.string();
    }

    /// `{ a, b }`.
    fn names(&mut self, count: usize) {
        if count == 0 {
            return self.empty_braces();
        }
        self.open_braces();
        for at in 0..count {
            self.any_token();
            self.drop_comma();
            if at + 1 < count {
                self.comma();
                let blank = self.blank_here();
                self.put(Op::Line { blank });
            } else {
                self.put(Op::IfBroken(","));
            }
        }
        self.close_braces();
    }

    /// `{}`, with comments if there are any.
    fn empty_braces(&mut self) {
        self.open(false);
        self.token(Kind::BraceOpen);
        if self.comments_ahead() {
            self.put(Op::Indent);
            self.put(Op::Soft);
            self.comments_before_next(false);
            self.put(Op::Dedent);
        }
        self.put(Op::Soft);
        self.token(Kind::BraceClose);
        self.close();
    }

    /// `{`, and a line end behind it if one stands there.
    pub(super) fn open_braces(&mut self) {
        self.open(false);
        self.token(Kind::BraceOpen);
        if self.line_ends_here() {
            self.break_groups();
        }
        self.put(Op::Indent);
        self.put(Op::Line { blank: false });
    }

    pub(super) fn close_braces(&mut self) {
        if self.comments_ahead() {
            let blank = self.blank_here();
            self.put(Op::Line { blank });
            self.comments_before_next(false);
        }
        self.put(Op::Dedent);
        self.put(Op::Line { blank: false });
        self.token(Kind::BraceClose);
        self.close();
    }

    /// Between two items of a block: a comma on one line, none on many.
    fn between_items(&mut self) {
        self.put(Op::IfFlat(","));
        let blank = self.blank_here();
        self.put(Op::Line { blank });
    }

    /// `word name: type = value`.
    fn typed_value(&mut self, run: u32, ty: Option<&TypeExpr>, value: Option<&Expr>) {
        self.words(1);
        self.any_token();
        if let Some(ty) = ty {
            self.token(Kind::Colon);
            self.space();
            self.type_expr(ty);
        }
        if let Some(value) = value {
            self.assigned(run, value);
        }
    }

    /// ` = value`.
    fn assigned(&mut self, run: u32, value: &Expr) {
        self.put(Op::Mark(run));
        self.space();
        self.token(Kind::Assign);
        self.space();
        self.expr(value);
        self.put(Op::MarkEnd);
    }

    pub(super) fn type_expr(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Named { path, argument } => {
                self.path(path.len());
                if let Some(argument) = argument {
                    self.token(Kind::ParenOpen);
                    self.type_expr(argument);
                    self.token(Kind::ParenClose);
                }
            }
            TypeKind::Object(fields) if fields.is_empty() => self.empty_braces(),
            TypeKind::Object(fields) => {
                self.open_braces();
                for (at, (_, ty)) in fields.iter().enumerate() {
                    self.any_token();
                    self.token(Kind::Colon);
                    self.space();
                    self.type_expr(ty);
                    self.drop_comma();
                    if at + 1 < fields.len() {
                        self.between_items();
                    }
                }
                self.close_braces();
            }
            TypeKind::Bad => self.token(Kind::End),
        }
        if ty.optional.is_some() {
            self.token(Kind::Question);
        }
    }

    /// Names with dots between them.
    fn path(&mut self, length: usize) {
        self.any_token();
        for _ in 1..length {
            self.token(Kind::Dot);
            self.any_token();
        }
    }

    fn address(&mut self, has_key: bool) {
        self.any_token();
        while self.peek() == Kind::Dot {
            self.any_token();
            self.any_token();
        }
        if has_key {
            self.token(Kind::BracketOpen);
            self.string();
            self.token(Kind::BracketClose);
        }
    }

    fn component_body(&mut self, body: &[Statement]) {
        if body.is_empty() {
            return self.empty_braces();
        }
        self.open(true);
        self.token(Kind::BraceOpen);
        self.put(Op::Indent);
        self.put(Op::Line { blank: false });
        self.statements(body);
        self.close_braces();
    }

    /// `word condition, message`.
    fn check(&mut self, condition: &Expr, message: &Expr) {
        self.open(false);
        self.words(1);
        self.expr(condition);
        self.drop_comma();
        self.comma();
        self.put(Op::Indent);
        self.put(Op::Line { blank: false });
        self.expr(message);
        self.put(Op::Dedent);
        self.close();
    }

    fn test_items(&mut self, items: &[TestItem]) {
        if items.is_empty() {
            return self.empty_braces();
        }
        self.open_braces();
        let run = self.new_run(1);
        for (at, item) in items.iter().enumerate() {
            match item {
                TestItem::Field(field) => self.field(field, run),
                TestItem::Expect {
                    condition, message, ..
                } => {
                    self.break_groups();
                    self.check(condition, message);
                }
            }
            self.drop_comma();
            if at + 1 < items.len() {
                self.between_items();
            }
        }
        self.close_braces();
    }

    /// `allow code, "reason"`.
    fn allow(&mut self) {
        self.words(1);
        self.any_token();
        while self.peek() == Kind::ColonColon {
            self.any_token();
            self.any_token();
        }
        self.drop_comma();
        self.comma();
        self.space();
        self.string();
    }

    fn decl(&mut self, decl: &Decl) {
        self.words(if decl.existing.is_some() { 2 } else { 1 });
        self.any_token();
        if let Some(path) = &decl.resource_type {
            self.token(Kind::Colon);
            self.space();
            self.path(path.path.len());
        }
        self.clauses(decl);
        if let Some(body) = &decl.body {
            self.space();
            self.block(body);
        }
    }

    /// The clauses in the order in which they stand.
    fn clauses(&mut self, decl: &Decl) {
        loop {
            match (self.peek(), self.peek_text()) {
                (Kind::For, _) => {
                    let Some(binder) = &decl.for_each else { return };
                    self.space();
                    self.words(1);
                    self.binder(binder);
                }
                (Kind::Name, "when") => self.clause_value(decl.when.as_deref()),
                (Kind::Name, "adopt") => self.clause_value(decl.adopt.as_deref()),
                (Kind::Name, "was") => {
                    let Some(address) = &decl.was else { return };
                    self.space();
                    self.words(1);
                    self.address(address.key.is_some());
                }
                _ => return,
            }
            if decl.body.is_none() && !matches!(self.peek(), Kind::For | Kind::Name) {
                return;
            }
        }
    }

    fn clause_value(&mut self, value: Option<&Expr>) {
        self.space();
        self.words(1);
        if let Some(value) = value {
            self.expr(value);
        }
    }

    pub(super) fn block(&mut self, block: &Block) {
        if block.items.is_empty() {
            return self.empty_braces();
        }
        self.open_braces();
        let run = self.new_run(1);
        for (at, item) in block.items.iter().enumerate() {
            match item {
                BlockItem::Field(field) => self.field(field, run),
                BlockItem::Allow(_) => self.allow(),
                BlockItem::Spread { value, .. } => {
                    self.token(Kind::Spread);
                    self.expr(value);
                }
            }
            self.drop_comma();
            if at + 1 < block.items.len() {
                self.between_items();
            }
        }
        self.close_braces();
    }

    fn field(&mut self, field: &Field, run: u32) {
        match field.quoted {
            true => self.string(),
            false => self.token(Kind::Name),
        }
        if self.peek() == Kind::Assign {
            return self.assigned(run, &field.value);
        }
        self.space();
        self.expr(&field.value);
    }
}
