//! Expressions as one line of text, for messages that quote a condition or a value.

use formwork_syntax::ast::{BinaryOp, Expr, ExprKind, StringPart, UnaryOp};

/// The expression as it could be written, cut short where it is long; `…` for what is left out.
pub(crate) fn expression(expr: &Expr) -> String {
    let mut out = String::new();
    write(expr, &mut out, 6);
    out
}

fn write(expr: &Expr, out: &mut String, depth: usize) {
    if depth == 0 || out.len() > 80 {
        out.push('…');
        return;
    }
    let depth = depth - 1;
    match &expr.kind {
        ExprKind::None => out.push_str("none"),
        ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Number { digits, unit } => {
            out.push_str(digits);
            out.push_str(unit.as_ref().map_or("", |unit| &unit.text));
        }
        ExprKind::String(parts) => string(parts, out, depth),
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::List(_) | ExprKind::ListFor { .. } => out.push_str("[…]"),
        ExprKind::Object(_) | ExprKind::ObjectFor { .. } => out.push_str("{ … }"),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            out.push_str("if ");
            write(condition, out, depth);
            out.push_str(" then ");
            write(then, out, depth);
            out.push_str(" else ");
            write(otherwise, out, depth);
        }
        ExprKind::Paren(inner) => {
            out.push('(');
            write(inner, out, depth);
            out.push(')');
        }
        ExprKind::Unary { op, operand, .. } => {
            out.push(if *op == UnaryOp::Not { '!' } else { '-' });
            write(operand, out, depth);
        }
        ExprKind::Binary {
            op, left, right, ..
        } => {
            write(left, out, depth);
            out.push_str(&format!(" {} ", sign(*op)));
            write(right, out, depth);
        }
        ExprKind::Member { of, name } => {
            write(of, out, depth);
            out.push_str(&format!(".{}", name.text));
        }
        ExprKind::OptionalMember { of, name } => {
            write(of, out, depth);
            out.push_str(&format!("?.{}", name.text));
        }
        ExprKind::Index { of, index } => {
            write(of, out, depth);
            out.push('[');
            write(index, out, depth);
            out.push(']');
        }
        ExprKind::Call { callee, .. } => {
            write(callee, out, depth);
            out.push_str("(…)");
        }
        ExprKind::Bad => out.push('…'),
    }
}

fn string(parts: &[StringPart], out: &mut String, depth: usize) {
    out.push('"');
    for part in parts {
        match part {
            StringPart::Text(text) => out.push_str(&text.text.escape_default().to_string()),
            StringPart::Value(value) => {
                out.push_str("${");
                write(value, out, depth);
                out.push('}');
            }
        }
    }
    out.push('"');
}

/// The text of a string without `${}`.
pub(crate) fn literal(expr: &Expr) -> Option<String> {
    let ExprKind::String(parts) = &expr.kind else {
        return None;
    };
    let texts = parts.iter().map(|part| match part {
        StringPart::Text(text) => Some(&*text.text),
        StringPart::Value(_) => None,
    });
    texts.collect()
}

/// The sign of an operator.
pub(crate) fn sign(op: BinaryOp) -> &'static str {
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

/// Whether two expressions are written alike, wherever they stand.
pub(crate) fn same(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Paren(a), _) => same(a, b),
        (_, ExprKind::Paren(b)) => same(a, b),
        (ExprKind::None, ExprKind::None) => true,
        (ExprKind::Bool(a), ExprKind::Bool(b)) => a == b,
        (ExprKind::Name(a), ExprKind::Name(b)) => a == b,
        (
            ExprKind::Number { digits, unit },
            ExprKind::Number {
                digits: other,
                unit: with,
            },
        ) => {
            let name =
                |unit: &Option<formwork_syntax::ast::Name>| unit.as_ref().map(|u| u.text.clone());
            digits == other && name(unit) == name(with)
        }
        (ExprKind::String(_), ExprKind::String(_)) => {
            literal(a).is_some_and(|text| literal(b).is_some_and(|other| other == text))
        }
        (
            ExprKind::Unary { op, operand, .. },
            ExprKind::Unary {
                op: other,
                operand: with,
                ..
            },
        ) => op == other && same(operand, with),
        (
            ExprKind::Binary {
                op, left, right, ..
            },
            ExprKind::Binary {
                op: other,
                left: l,
                right: r,
                ..
            },
        ) => op == other && same(left, l) && same(right, r),
        (
            ExprKind::Member { of, name },
            ExprKind::Member {
                of: other,
                name: with,
            },
        ) => name.text == with.text && same(of, other),
        (
            ExprKind::Index { of, index },
            ExprKind::Index {
                of: other,
                index: with,
            },
        ) => same(of, other) && same(index, with),
        _ => false,
    }
}
