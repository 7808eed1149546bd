//! What a test expects: conditions about the declarations as they are written and about what the plan says of them.

use super::{Evaluator, Request};
use crate::errors;
use crate::errors::tests::Side;
use crate::expectations::{Planned, Setup, default_value};
use crate::names::World;
use formwork_diag::{Diagnostic, Diagnostics, Span};
use formwork_schema::{Address, Decl, Deferred, Fields, Resolver, ResourceRef, Stack, Val, Value};
use formwork_syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most characters of a value in a message.
const WIDTH: usize = 80;

/// What a test gives besides params.
pub(super) struct Given {
    pub test: Arc<str>,
    /// Outputs of other stacks, by the names that they have here.
    pub outputs: BTreeMap<Arc<str>, Fields>,
}

/// The declarations of a stack, and what its plan knows of them.
pub(super) struct Expecting<'w> {
    decls: BTreeMap<Address, Decl>,
    region: Arc<str>,
    planned: &'w Planned,
    reads: BTreeSet<(Address, Arc<str>)>,
}

/// What a test came to.
pub(crate) struct Tried {
    pub stack: Stack,
    /// Of the stack as the test wants it.
    pub diagnostics: Diagnostics,
    /// Of what is expected: an error each that does not hold.
    pub expectations: Diagnostics,
    /// The properties that expectations read.
    pub reads: BTreeSet<(Address, Arc<str>)>,
}

/// Evaluates a stack as a test wants it, then what the test expects.
pub(crate) fn tried<'w>(
    world: &'w World<'w>,
    request: &Request<'_>,
    test: &Arc<str>,
    setup: &Setup<'w>,
    planned: &'w Planned,
) -> Option<Tried> {
    let env = world.settings.envs.get(request.env)?;
    let mut evaluator = Evaluator::new(world, env, request);
    let mut diagnostics = Diagnostics::new();
    evaluator.by_test = Some(Given {
        test: test.clone(),
        outputs: outputs(world, setup, &mut diagnostics),
    });
    let stack = evaluator.stack(request);
    diagnostics.0.append(&mut evaluator.diagnostics);
    let decls = stack.decls.iter();
    evaluator.expecting = Some(Expecting {
        decls: decls
            .map(|decl| (decl.address.clone(), decl.clone()))
            .collect(),
        region: stack.region.clone(),
        planned,
        reads: BTreeSet::new(),
    });
    let expectations = evaluator.expectations(test, setup);
    let expecting = evaluator.expecting.take();
    diagnostics.extend(evaluator.finish());
    Some(Tried {
        stack,
        diagnostics,
        expectations,
        reads: expecting
            .map(|expecting| expecting.reads)
            .unwrap_or_default(),
    })
}

/// What a test says other stacks give.
fn outputs(
    world: &World<'_>,
    setup: &Setup<'_>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<Arc<str>, Fields> {
    let mut out = BTreeMap::new();
    for (at, block, _) in &setup.given {
        let Some(item) = world.items.stack_uses.get(*at) else {
            continue;
        };
        let mut fields = Fields::default();
        for field in &block.items {
            let formwork_syntax::ast::BlockItem::Field(field) = field else {
                continue;
            };
            let name = &field.name.text;
            let outline = item.outline.as_ref();
            let Some(ty) = outline.and_then(|outline| outline.output(name)) else {
                continue;
            };
            let (val, found) = super::alone(world, &field.value, ty);
            diagnostics.extend(found);
            fields.insert(name.clone(), field.name.span, val);
        }
        out.insert(item.name.text.clone(), fields);
    }
    out
}

impl<'w> Evaluator<'w> {
    fn expectations(&mut self, test: &str, setup: &Setup<'w>) -> Diagnostics {
        let mut found = Diagnostics::new();
        for expect in &setup.expects {
            let (val, reported) = self.apart(expect.condition);
            let message = match self.apart(expect.message).0.value {
                Value::String(text) => text.to_string(),
                _ => crate::render::expression(expect.condition),
            };
            let later = reported.iter().find(|one| one.code.0 == "value::not_known");
            match (&val.value, later) {
                (Value::Deferred(deferred), _) => {
                    let (span, why) = (expect.condition.span, self.why(deferred));
                    found.push(errors::tests::not_known(test, &message, span, &why));
                }
                (_, Some(later)) => {
                    let span = later.span().unwrap_or(expect.condition.span);
                    let why = later.labels.first().map_or("", |label| &label.message);
                    found.push(errors::tests::not_known(test, &message, span, why));
                }
                (Value::Bool(false), None) => {
                    let mut sides = Vec::new();
                    self.sides(expect.condition, &mut sides);
                    found.push(errors::tests::failed(test, &message, &sides));
                }
                _ => found.0.extend(reported),
            }
        }
        found
    }

    /// A value with what its evaluation reported.
    fn apart(&mut self, expr: &'w Expr) -> (Val, Vec<Diagnostic>) {
        let before = self.diagnostics.len();
        let val = self.eval(expr);
        let reported = self.diagnostics.split_off(before);
        (val, reported)
    }

    /// The parts of a condition that does not hold, with what they came to.
    fn sides(&mut self, condition: &'w Expr, out: &mut Vec<Side>) {
        match &condition.kind {
            ExprKind::Paren(inner) => self.sides(inner, out),
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
                ..
            } => self.sides(operand, out),
            ExprKind::Binary {
                op, left, right, ..
            } => match op {
                BinaryOp::And if self.apart(left).0.value == Value::Bool(true) => {
                    self.sides(right, out);
                }
                BinaryOp::And => self.sides(left, out),
                BinaryOp::Or => {
                    self.sides(left, out);
                    self.sides(right, out);
                }
                _ => {
                    self.side(left, out);
                    self.side(right, out);
                }
            },
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Member { of, .. } => self.side(of, out),
                _ => self.side(condition, out),
            },
            _ => self.side(condition, out),
        }
    }

    fn side(&mut self, expr: &'w Expr, out: &mut Vec<Side>) {
        let val = self.apart(expr).0;
        let mut value = self.text(&val.value);
        if let Some((at, _)) = value.char_indices().nth(WIDTH) {
            value.truncate(at);
            value.push('…');
        }
        out.push(Side {
            span: expr.span,
            value,
        });
    }

    /// A value as it could be written.
    fn text(&self, value: &Value) -> String {
        match value {
            Value::None => "none".to_owned(),
            Value::String(text) | Value::Path(text) => format!("{text:?}"),
            Value::List(items) => {
                let items = items.iter().map(|item| self.text(&item.value));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields =
                    fields.map(|(name, val)| format!("{name} = {}", self.text(&val.value)));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Value::Resource(of) => shown(&of.address),
            Value::Member(member) => format!("{}.{}", shown(&member.of.address), member.name),
            Value::Call(call) => format!("{}(…)", call.name),
            Value::Env => self.env_name.to_string(),
            Value::Deferred(_) => "known after apply".to_owned(),
            Value::Error => "not known".to_owned(),
            other => {
                super::expressions::shown(other).map_or(String::new(), |text| text.to_string())
            }
        }
    }

    /// A field of a declaration as it is written, else what holds then; `None` if the name is no field.
    pub(super) fn written(&self, of: &ResourceRef, name: &str) -> Option<Value> {
        let expecting = self.expecting.as_ref()?;
        let decl = expecting.decls.get(&of.address)?;
        if of.resource_type.is_some() {
            return decl.fields.given(name).map(|val| val.value.clone());
        }
        let kind = self.world.vocabulary.kind(&of.address.kind)?;
        Some(match name {
            "protect" => Value::Bool(decl.meta.protect),
            "retain" => Value::Bool(decl.meta.retain),
            "region" => {
                let region = decl.meta.region.as_ref();
                Value::String(region.unwrap_or(&expecting.region).clone())
            }
            "tags" => {
                let mut fields = Fields::default();
                for (name, val) in &decl.meta.tags {
                    fields.insert(name.clone(), val.span, val.clone());
                }
                Value::Object(fields)
            }
            name => {
                let field = kind.fields.iter().find(|field| &*field.name == name)?;
                let attribute = kind.attributes.iter().find(|known| known.name == name);
                match decl.fields.get(name) {
                    Some(_) if attribute.is_some_and(|known| known.ty != field.ty) => return None,
                    Some(val) => val.value.clone(),
                    None if attribute.is_some() => return None,
                    None => {
                        let default = field.default.as_deref();
                        let stands = default.and_then(|text| default_value(text, &field.ty));
                        stands.unwrap_or(Value::None)
                    }
                }
            }
        })
    }

    /// A value with all that the plan knows of it.
    pub(super) fn settled(&mut self, val: Val) -> Val {
        let value = match val.value {
            Value::Deferred(deferred) => self.planned(&deferred, val.span),
            Value::List(items) => {
                let items = items.into_iter().map(|item| self.settled(item));
                Value::List(items.collect())
            }
            Value::Object(mut fields) => {
                for val in fields.vals_mut() {
                    let taken = std::mem::replace(val, Val::new(Value::Error, val.span));
                    *val = self.settled(taken);
                }
                Value::Object(fields)
            }
            other => other,
        };
        Val { value, ..val }
    }

    fn planned(&mut self, deferred: &Arc<Deferred>, span: Span) -> Value {
        let later = Value::Deferred(deferred.clone());
        let Some(expecting) = &mut self.expecting else {
            return later;
        };
        deferred.attributes(&mut |of, property| {
            expecting.reads.insert((of.clone(), property.clone()));
        });
        if let Deferred::Attribute { of, property } = &**deferred
            && let Some(None) = expecting.planned.get(&(of.clone(), property.clone()))
        {
            return Value::None;
        }
        let known = deferred.to_json(&Known(expecting.planned));
        let known = known
            .ok()
            .and_then(|json| super::stacks::loose(&json, span));
        known.unwrap_or(later)
    }
}

/// What a plan knows.
struct Known<'p>(&'p Planned);

impl Resolver for Known<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        self.0.get(&(of.clone(), property.into()))?.clone()
    }

    fn account(&self) -> Option<Arc<str>> {
        None
    }
}

/// A declaration as it is named in the stack.
fn shown(address: &Address) -> String {
    match &address.key {
        Some(key) => format!("{}[{key:?}]", address.label),
        None => address.label.to_string(),
    }
}
