//! The tree as text without places, for comparing trees and for tests.

use crate::ast::{
    AddressExpr, Allow, Argument, BinaryOp, Binder, Block, BlockItem, Decl, Expr, ExprKind, Field,
    File, Name, Statement, StatementKind, StringPart, TestItem, TypeExpr, TypeKind, UnaryOp,
    UseNames,
};
use std::fmt::Write;

/// The tree as one S-expression a statement, without spans: equal for texts that mean the same.
pub fn dump(file: &File) -> String {
    let mut out = Dump {
        text: String::new(),
        indent: 0,
    };
    for statement in &file.statements {
        out.statement(statement);
        out.text.push('\n');
    }
    out.text
}

struct Dump {
    text: String,
    indent: usize,
}

impl Dump {
    fn put(&mut self, words: &str) {
        self.text.push_str(words);
    }

    fn name(&mut self, name: &Name) {
        self.put(" ");
        self.put(if name.text.is_empty() {
            "_missing_"
        } else {
            &name.text
        });
    }

    fn quoted(&mut self, text: &str) {
        // Writing into a String cannot fail.
        let _ = write!(self.text, " {text:?}");
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.indent));
    }

    fn lines<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.indent += 1;
        for item in items {
            self.line();
            each(self, item);
        }
        self.indent -= 1;
    }

    fn statement(&mut self, statement: &Statement) {
        if let Some(doc) = &statement.doc {
            self.put("(doc");
            self.quoted(&doc.text);
            self.put(")");
            self.line();
        }
        self.put("(");
        self.statement_kind(&statement.kind);
        self.put(")");
    }

    fn statement_kind(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Stack { name, body } => {
                self.put("stack");
                self.name(name);
                self.block(body);
            }
            StatementKind::Env {
                name,
                pattern,
                body,
            } => {
                self.put("env");
                self.name(name);
                if let Some(pattern) = pattern {
                    self.quoted(&pattern.text);
                }
                self.block(body);
            }
            StatementKind::Use { names, path } => {
                self.use_names(names, path.as_ref().map(|p| &*p.text))
            }
            StatementKind::Param { name, ty, default } => {
                self.named("param", name, Some(ty), default.as_ref());
            }
            StatementKind::Let { name, ty, value } => {
                self.named("let", name, ty.as_ref(), Some(value))
            }
            StatementKind::Output { name, ty, value } => {
                self.named("output", name, ty.as_ref(), Some(value));
            }
            StatementKind::Enum { name, members } => {
                self.put("enum");
                self.name(name);
                members.iter().for_each(|member| self.name(member));
            }
            StatementKind::Component { name, body } => {
                self.put("component");
                self.name(name);
                self.lines(body, Self::statement);
            }
            StatementKind::Assert { condition, message } => {
                self.check("assert", condition, message)
            }
            StatementKind::Test { name, items } => {
                self.put("test");
                self.name(name);
                self.lines(items, Self::test_item);
            }
            StatementKind::Allow(allow) => self.allow(allow),
            StatementKind::Forget { address } => {
                self.put("forget");
                self.address(address);
            }
            StatementKind::Decl(decl) => self.decl(decl),
            StatementKind::Bad => self.put("bad"),
        }
    }

    fn use_names(&mut self, names: &UseNames, path: Option<&str>) {
        self.put("use");
        match names {
            UseNames::Stack(name) => self.name(name),
            UseNames::Components(names) => {
                self.put(" {");
                names.iter().for_each(|name| self.name(name));
                self.put(" }");
            }
        }
        match path {
            Some(path) => self.quoted(path),
            None => self.put(" _missing_"),
        }
    }

    fn named(&mut self, word: &str, name: &Name, ty: Option<&TypeExpr>, value: Option<&Expr>) {
        self.put(word);
        self.name(name);
        if let Some(ty) = ty {
            self.put(" :");
            self.type_expr(ty);
        }
        if let Some(value) = value {
            self.put(" =");
            self.expr(value);
        }
    }

    fn check(&mut self, word: &str, condition: &Expr, message: &Expr) {
        self.put(word);
        self.expr(condition);
        self.expr(message);
    }

    fn test_item(&mut self, item: &TestItem) {
        self.put("(");
        match item {
            TestItem::Field(field) => self.field(field),
            TestItem::Expect {
                condition, message, ..
            } => self.check("expect", condition, message),
        }
        self.put(")");
    }

    fn allow(&mut self, allow: &Allow) {
        self.put("allow");
        self.name(&allow.code);
        self.quoted(&allow.reason.text);
    }

    fn address(&mut self, address: &AddressExpr) {
        self.path(&address.path);
        if let Some(key) = &address.key {
            self.put(" [");
            self.quoted(&key.text);
            self.put(" ]");
        }
    }

    fn path(&mut self, path: &[Name]) {
        for (at, name) in path.iter().enumerate() {
            if at > 0 {
                self.put(" .");
            }
            self.name(name);
        }
    }

    fn decl(&mut self, decl: &Decl) {
        self.put(if decl.existing.is_some() {
            "existing"
        } else {
            "decl"
        });
        self.name(&decl.kind);
        self.name(&decl.name);
        if let Some(path) = &decl.resource_type {
            self.put(" :");
            self.path(&path.path);
        }
        if let Some(binder) = &decl.for_each {
            self.binder(binder);
        }
        if let Some(when) = &decl.when {
            self.put(" (when");
            self.expr(when);
            self.put(")");
        }
        if let Some(was) = &decl.was {
            self.put(" (was");
            self.address(was);
            self.put(")");
        }
        if let Some(adopt) = &decl.adopt {
            self.put(" (adopt");
            self.expr(adopt);
            self.put(")");
        }
        if let Some(body) = &decl.body {
            self.block(body);
        }
    }

    fn binder(&mut self, binder: &Binder) {
        self.put(" (for");
        self.name(&binder.first);
        if let Some(second) = &binder.second {
            self.put(" ,");
            self.name(second);
        }
        self.put(" in");
        self.expr(&binder.over);
        self.put(")");
    }

    fn block(&mut self, block: &Block) {
        self.put(" {");
        self.lines(&block.items, |out, item| {
            out.put("(");
            match item {
                BlockItem::Field(field) => out.field(field),
                BlockItem::Allow(allow) => out.allow(allow),
                BlockItem::Spread { value, .. } => {
                    out.put("...");
                    out.expr(value);
                }
            }
            out.put(")");
        });
        self.put("}");
    }

    fn field(&mut self, field: &Field) {
        self.put("field");
        match field.quoted {
            true => self.quoted(&field.name.text),
            false => self.name(&field.name),
        }
        self.expr(&field.value);
    }

    fn type_expr(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Named { path, argument } => {
                self.path(path);
                if let Some(argument) = argument {
                    self.put(" (of");
                    self.type_expr(argument);
                    self.put(")");
                }
            }
            TypeKind::Object(fields) => {
                self.put(" {");
                for (name, ty) in fields {
                    self.name(name);
                    self.put(" :");
                    self.type_expr(ty);
                }
                self.put(" }");
            }
            TypeKind::Bad => self.put(" bad"),
        }
        if ty.optional.is_some() {
            self.put(" ?");
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None => self.put(" none"),
            ExprKind::Bool(value) => self.put(if *value { " true" } else { " false" }),
            ExprKind::Number { digits, unit } => {
                self.put(" ");
                self.put(digits);
                self.put(unit.as_ref().map_or("", |unit| &unit.text));
            }
            ExprKind::Name(name) => {
                self.put(" ");
                self.put(name);
            }
            ExprKind::Bad => self.put(" bad"),
            ExprKind::Object(block) => self.block(block),
            kind => {
                self.put(" (");
                self.compound(kind);
                self.put(")");
            }
        }
    }

    fn compound(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::String(parts) => self.string(parts),
            ExprKind::List(elements) => self.group("list", elements.iter()),
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => {
                self.comprehension("list", binder, condition.as_deref(), [value].into_iter());
            }
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => {
                self.comprehension(
                    "object",
                    binder,
                    condition.as_deref(),
                    [key, value].into_iter(),
                );
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.group("if", [&**condition, &**then, &**otherwise].into_iter());
            }
            ExprKind::Paren(inner) => self.group("paren", [&**inner].into_iter()),
            ExprKind::Unary { op, operand, .. } => {
                self.group(unary_sign(*op), [&**operand].into_iter());
            }
            ExprKind::Binary {
                op, left, right, ..
            } => {
                self.group(binary_sign(*op), [&**left, &**right].into_iter());
            }
            ExprKind::Member { of, name } => self.member(".", of, name),
            ExprKind::OptionalMember { of, name } => self.member("?.", of, name),
            ExprKind::Index { of, index } => self.group("index", [&**of, &**index].into_iter()),
            ExprKind::Call {
                callee, arguments, ..
            } => {
                self.group("call", [&**callee].into_iter());
                arguments
                    .iter()
                    .for_each(|argument| self.argument(argument));
            }
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Number { .. }
            | ExprKind::Name(_)
            | ExprKind::Object(_)
            | ExprKind::Bad => {}
        }
    }

    fn group<'a>(&mut self, word: &str, parts: impl Iterator<Item = &'a Expr>) {
        self.put(word);
        parts.for_each(|part| self.expr(part));
    }

    fn comprehension<'a>(
        &mut self,
        word: &str,
        binder: &Binder,
        condition: Option<&Expr>,
        parts: impl Iterator<Item = &'a Box<Expr>>,
    ) {
        self.put(word);
        self.binder(binder);
        if let Some(condition) = condition {
            self.put(" (if");
            self.expr(condition);
            self.put(")");
        }
        parts.for_each(|part| self.expr(part));
    }

    fn member(&mut self, sign: &str, of: &Expr, name: &Name) {
        self.put(sign);
        self.expr(of);
        self.name(name);
    }

    fn argument(&mut self, argument: &Argument) {
        if let Some(name) = &argument.name {
            self.name(name);
            self.put(" =");
        }
        self.expr(&argument.value);
    }

    fn string(&mut self, parts: &[StringPart]) {
        self.put("string");
        for part in parts {
            match part {
                StringPart::Text(text) => self.quoted(&text.text),
                StringPart::Value(value) => {
                    self.put(" $");
                    self.expr(value);
                }
            }
        }
    }
}

fn unary_sign(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Negate => "-",
    }
}

fn binary_sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::Coalesce => "??",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}
