//! Values of params from outside the files (`--set memory=1GB`), and expressions evaluated on their own.

use crate::check::check_expression;
use crate::environments;
use crate::errors;
use crate::eval::{self, Mode, Request};
use crate::names::World;
use crate::program::{Inputs, Program};
use crate::walk::Names;
use formwork_diag::{Code, Diagnostic, Diagnostics, Sources, Span};
use formwork_schema::{Type, Val};
use formwork_syntax::ast::{Expr, Field, StatementKind};
use std::sync::Arc;

/// A value given to a param from outside the files.
#[derive(Debug, Clone)]
pub struct SetValue {
    /// The param.
    pub name: Arc<str>,
    /// Where the name stands, in a source of its own.
    pub name_span: Span,
    expr: Expr,
}

const PARAM: Code = Code("env::param");

/// Reads `NAME=VALUE`, where the value is an expression of the language such as `1GB` or `"a text"`.
///
/// Adds a source named `--set` that the spans point into.
///
/// # Errors
/// The text has another form, or the value cannot be read; the diagnostics say where.
pub fn parse_set(sources: &mut Sources, argument: &str) -> Result<SetValue, Diagnostics> {
    let text = format!("let {argument}");
    let source = sources.add("--set", text.as_str());
    let whole = Span::new(source, 4, text.len() as u32);
    let form = || {
        let error = Diagnostic::error(PARAM, "this is not NAME=VALUE", whole, "cannot be read");
        Diagnostics(vec![error.help(
            "write --set memory=1GB, or --set 'domain=\"example.com\"' for a text",
        )])
    };
    let parsed = formwork_syntax::parse(source, &text);
    let mut statements = parsed.file.statements.into_iter();
    match (
        statements.next().map(|statement| statement.kind),
        statements.next(),
    ) {
        (
            Some(StatementKind::Let {
                name,
                ty: None,
                value,
            }),
            None,
        ) if !name.text.is_empty() => {
            if parsed.diagnostics.has_errors() {
                return Err(parsed.diagnostics);
            }
            Ok(SetValue {
                name: name.text,
                name_span: name.span,
                expr: value,
            })
        }
        _ => Err(form()),
    }
}

impl SetValue {
    /// The value that a field of a test gives.
    pub(crate) fn of(field: &Field) -> Self {
        SetValue {
            name: field.name.text.clone(),
            name_span: field.name.span,
            expr: field.value.clone(),
        }
    }

    /// The value, of the param's type; it can use no name of the stack.
    pub(crate) fn value(&self, world: &World<'_>, ty: &Type) -> Result<Val, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let mut visit = |name: &Arc<str>, span: Span| {
            if world.entry(name).is_some() || &**name == "env" {
                errors.push(errors::name::unknown(name, span, None));
            }
        };
        Names::new(&mut visit).expr(&self.expr);
        if !errors.is_empty() {
            return Err(errors);
        }
        let diagnostics = check_expression(world, &self.expr, Some(ty));
        if diagnostics.has_errors() {
            return Err(diagnostics.0);
        }
        let (val, diagnostics) = eval::alone(world, &self.expr, ty);
        if diagnostics.has_errors() {
            Err(diagnostics.0)
        } else {
            Ok(val)
        }
    }
}

/// Evaluates an expression in an environment, with every name of the stack in scope.
///
/// No value if the expression, or the stack, is in error.
pub fn eval_expression(
    program: &Program<'_>,
    env: &str,
    inputs: &Inputs,
    expr: &Expr,
) -> (Option<Val>, Diagnostics) {
    let world = &program.world;
    let checked = check_expression(world, expr, None);
    let Some((at, name)) = environments::find(&world.settings, env) else {
        return (None, checked);
    };
    if checked.has_errors() || program.broken {
        return (None, checked);
    }
    let request = Request {
        env: at,
        name,
        mode: Mode::Plan,
        account: inputs.account.clone(),
        set: &inputs.set,
        stacks: &inputs.stacks,
        checked: false,
        limited: false,
        keep: true,
    };
    let (val, diagnostics) = eval::expression(world, &request, expr);
    let ok = !diagnostics.has_errors();
    (val.filter(|_| ok), program.sorted(diagnostics))
}
