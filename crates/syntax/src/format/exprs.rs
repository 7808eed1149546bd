//! Expressions, step by step.

use super::ops::Op;
use super::printer::Printer;
use crate::ast::{Argument, Binder, Expr, ExprKind};
use crate::token::Kind;

impl Printer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Number { .. } | ExprKind::Name(_) => {
                self.any_token();
            }
            ExprKind::String(_) => self.string(),
            ExprKind::List(elements) => self.list(elements),
            ExprKind::Object(block) => self.block(block),
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => {
                self.list_for(binder, condition.as_deref(), value);
            }
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => {
                self.object_for(binder, condition.as_deref(), key, value);
            }
            ExprKind::If { .. } => {
                self.open(false);
                self.choice(expr);
                self.close();
            }
            ExprKind::Paren(inner) => {
                self.token(Kind::ParenOpen);
                self.expr(inner);
                self.token(Kind::ParenClose);
            }
            ExprKind::Unary { operand, .. } => {
                self.any_token();
                self.expr(operand);
            }
            ExprKind::Binary { .. } => {
                self.open(false);
                self.operands(expr);
                self.close();
            }
            ExprKind::Member { of, .. } | ExprKind::OptionalMember { of, .. } => {
                self.expr(of);
                self.any_token();
                self.any_token();
            }
            ExprKind::Index { of, index } => {
                self.expr(of);
                self.token(Kind::BracketOpen);
                self.expr(index);
                self.token(Kind::BracketClose);
            }
            ExprKind::Call {
                callee, arguments, ..
            } => {
                self.expr(callee);
                self.arguments(arguments);
            }
            ExprKind::Bad => self.token(Kind::End),
        }
    }

    /// Operands with their operators; a long chain has a line for each.
    fn operands(&mut self, expr: &Expr) {
        let ExprKind::Binary { left, right, .. } = &expr.kind else {
            return self.expr(expr);
        };
        self.operands(left);
        self.put(Op::Indent);
        self.put(Op::Line { blank: false });
        self.any_token();
        self.space();
        self.expr(right);
        self.put(Op::Dedent);
    }

    /// `if c then a else b`; a long one has a line for each `else`.
    fn choice(&mut self, expr: &Expr) {
        let mut expr = expr;
        let mut indented = false;
        while let ExprKind::If {
            condition,
            then,
            otherwise,
        } = &expr.kind
        {
            self.token(Kind::If);
            self.space();
            self.expr(condition);
            self.space();
            self.token(Kind::Then);
            self.space();
            self.expr(then);
            if is_bracketed(then) {
                self.space();
            } else {
                if !indented {
                    self.put(Op::Indent);
                    indented = true;
                }
                self.put(Op::Line { blank: false });
            }
            self.token(Kind::Else);
            self.space();
            expr = otherwise;
        }
        self.expr(expr);
        if indented {
            self.put(Op::Dedent);
        }
    }

    fn list(&mut self, elements: &[Expr]) {
        let hugs = matches!(elements, [only] if is_bracketed(only));
        self.separated(Kind::BracketOpen, hugs, elements, |printer, element| {
            printer.expr(element)
        });
        self.token(Kind::BracketClose);
        self.close();
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        let hugs = matches!(arguments, [only] if only.name.is_none() && is_bracketed(&only.value));
        self.separated(Kind::ParenOpen, hugs, arguments, |printer, argument| {
            if argument.name.is_some() {
                printer.any_token();
                printer.space();
                printer.token(Kind::Assign);
                printer.space();
            }
            printer.expr(&argument.value);
        });
        self.token(Kind::ParenClose);
        self.close();
    }

    /// An opening bracket and the items behind it with commas between them; the group stays open. An only item that
    /// has brackets itself stays within (`hugs`) the outer ones.
    fn separated<T>(
        &mut self,
        opener: Kind,
        hugs: bool,
        items: &[T],
        each: impl Fn(&mut Self, &T),
    ) {
        self.open(false);
        self.token(opener);
        let hugs = hugs && !self.comments_ahead();
        if self.line_ends_here() && !hugs && !items.is_empty() {
            self.break_groups();
        }
        if !hugs {
            self.put(Op::Indent);
            self.put(Op::Soft);
        }
        for (at, item) in items.iter().enumerate() {
            each(self, item);
            self.drop_comma();
            if at + 1 < items.len() {
                self.comma();
                let blank = self.blank_here();
                self.put(Op::Line { blank });
            } else if !hugs {
                self.put(Op::IfBroken(","));
            }
        }
        if hugs {
            return;
        }
        if self.comments_ahead() {
            let blank = self.blank_here() && !items.is_empty();
            self.put(Op::Line { blank });
            self.comments_before_next(false);
        }
        self.put(Op::Dedent);
        self.put(Op::Soft);
    }

    fn list_for(&mut self, binder: &Binder, condition: Option<&Expr>, value: &Expr) {
        self.open(false);
        self.token(Kind::BracketOpen);
        let hugs = is_bracketed(value);
        if self.line_ends_here() && !hugs {
            self.break_groups();
        }
        self.put(Op::Indent);
        if !hugs {
            self.put(Op::Soft);
        }
        self.for_head(binder, condition);
        match hugs {
            true => {
                self.put(Op::Dedent);
                self.space();
                self.expr(value);
            }
            false => {
                self.put(Op::Line { blank: false });
                self.expr(value);
                self.put(Op::Dedent);
                self.put(Op::Soft);
            }
        }
        self.token(Kind::BracketClose);
        self.close();
    }

    fn object_for(&mut self, binder: &Binder, condition: Option<&Expr>, key: &Expr, value: &Expr) {
        self.open_braces();
        self.for_head(binder, condition);
        self.put(Op::Line { blank: false });
        self.expr(key);
        self.space();
        self.token(Kind::Assign);
        self.space();
        self.expr(value);
        self.close_braces();
    }

    fn for_head(&mut self, binder: &Binder, condition: Option<&Expr>) {
        self.token(Kind::For);
        self.space();
        self.binder(binder);
        if let Some(condition) = condition {
            self.space();
            self.token(Kind::If);
            self.space();
            self.expr(condition);
        }
        self.token(Kind::Colon);
    }

    pub(super) fn binder(&mut self, binder: &Binder) {
        self.any_token();
        if binder.second.is_some() {
            self.token(Kind::Comma);
            self.space();
            self.any_token();
        }
        self.space();
        self.token(Kind::In);
        self.space();
        self.expr(&binder.over);
    }
}

/// Whether a value begins and ends with brackets, so that its lines end within them.
fn is_bracketed(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Object(block) => !block.items.is_empty(),
        ExprKind::List(elements) => !elements.is_empty(),
        ExprKind::ObjectFor { .. } | ExprKind::ListFor { .. } => true,
        _ => false,
    }
}
