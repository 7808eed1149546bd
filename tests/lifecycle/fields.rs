//! Every field of a kind, nested ones too, and how to write a value there.

use crate::tree::{Fields, Tree};
use crate::values::Values;
use formwork_schema::{CallType, FieldSpec, KindSpec, ObjectType, Type};
use std::sync::Arc;

/// A field by the way to it.
#[derive(Debug, Clone)]
pub(crate) struct FieldPath {
    /// The names on the way: `cors.max_age`, `capacity.spot.max_price`.
    pub(crate) text: String,
    pub(crate) spec: FieldSpec,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    /// A field of an object.
    Field(Arc<ObjectType>, Arc<str>),
    /// A parameter of a choice with details.
    Parameter(Arc<CallType>, Arc<str>),
    /// An item of a list.
    Item,
    /// An entry of a map.
    Entry,
}

/// The fields of a kind in the order of their declaration, and the tags that every kind has.
pub(crate) fn of(spec: &KindSpec) -> Vec<FieldPath> {
    let tags = FieldSpec::new("tags", Type::String.map(), "Tags.");
    let fields = spec.fields.iter().cloned().chain([tags]).collect();
    let top = Arc::new(ObjectType {
        name: spec.name.into(),
        fields,
    });
    let mut out = Vec::new();
    object(&top, "", &[], &mut out);
    out
}

fn object(of: &Arc<ObjectType>, prefix: &str, steps: &[Step], out: &mut Vec<FieldPath>) {
    for field in &of.fields {
        let step = Step::Field(of.clone(), field.name.clone());
        add(field, prefix, steps, step, out);
    }
}

fn add(field: &FieldSpec, prefix: &str, steps: &[Step], step: Step, out: &mut Vec<FieldPath>) {
    let text = joined(prefix, &field.name);
    let mut steps = steps.to_vec();
    steps.push(step);
    out.push(FieldPath {
        text: text.clone(),
        spec: field.clone(),
        steps: steps.clone(),
    });
    within(&field.ty, &text, &steps, out);
}

fn within(ty: &Type, prefix: &str, steps: &[Step], out: &mut Vec<FieldPath>) {
    let below = |step| [steps, &[step]].concat();
    match ty {
        Type::Object(of) => object(of, prefix, steps, out),
        Type::Call(of) => {
            for parameter in &of.parameters {
                let step = Step::Parameter(of.clone(), parameter.name.clone());
                add(parameter, &joined(prefix, &of.name), steps, step, out);
            }
        }
        Type::List(item) => within(item, prefix, &below(Step::Item), out),
        Type::Map(item) => within(item, prefix, &below(Step::Entry), out),
        Type::Optional(inner) => within(inner, prefix, steps, out),
        Type::OneOf(all) => all.iter().for_each(|ty| within(ty, prefix, steps, out)),
        _ => {}
    }
}

pub(crate) fn joined(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix => format!("{prefix}.{name}"),
    }
}

impl FieldPath {
    /// Writes a value at this path, making what lies on the way; `None` makes the way and takes the field out.
    pub(crate) fn set(&self, fields: &mut Fields, value: Option<&Tree>, values: &Values<'_>) {
        let mut top = Tree::Object(std::mem::take(fields));
        self.put(&mut top, 0, String::new(), value, values);
        let Tree::Object(new) = top else {
            unreachable!("a block stays one");
        };
        *fields = new;
    }

    fn put(
        &self,
        tree: &mut Tree,
        at: usize,
        prefix: String,
        value: Option<&Tree>,
        values: &Values<'_>,
    ) {
        let Some(step) = self.steps.get(at) else {
            if let Some(value) = value {
                *tree = value.clone();
            }
            return;
        };
        let last = at + 1 == self.steps.len();
        let empty = Tree::Leaf(String::new());
        match step {
            Step::Field(of, name) => {
                let path = joined(&prefix, name);
                if !matches!(tree, Tree::Object(_)) {
                    *tree = Tree::Object(values.object(of, &prefix));
                }
                let Tree::Object(fields) = tree else { return };
                if last && value.is_none() {
                    return fields.remove(name);
                }
                if fields.get(name).is_none() {
                    fields.set(name, empty);
                }
                let below = fields.get(name).unwrap();
                self.put(below, at + 1, path, value, values);
            }
            Step::Parameter(of, name) => {
                let prefix = joined(&prefix, &of.name);
                let path = joined(&prefix, name);
                if !matches!(tree, Tree::Call(word, _) if **word == *of.name) {
                    *tree = Tree::Call(of.name.to_string(), values.arguments(of, &prefix));
                }
                let Tree::Call(_, arguments) = tree else {
                    return;
                };
                let order = of.parameters.iter().position(|p| p.name == *name).unwrap();
                let found = arguments.iter().enumerate().position(|(at, (known, _))| {
                    known
                        .as_deref()
                        .map_or(at == order, |known| known == &**name)
                });
                if last && value.is_none() {
                    found.map(|at| arguments.remove(at));
                    return;
                }
                let found = found.unwrap_or_else(|| {
                    arguments.push((Some(name.to_string()), empty));
                    arguments.len() - 1
                });
                self.put(&mut arguments[found].1, at + 1, path, value, values);
            }
            Step::Item => {
                if !matches!(tree, Tree::List(_)) {
                    *tree = Tree::List(Vec::new());
                }
                let Tree::List(items) = tree else { return };
                let found = items.iter().position(|item| self.leads_into(at + 1, item));
                let found = found.unwrap_or_else(|| {
                    items.push(empty);
                    items.len() - 1
                });
                self.put(&mut items[found], at + 1, prefix, value, values);
            }
            Step::Entry => {
                if !matches!(tree, Tree::Object(_)) {
                    *tree = Tree::Object(Fields::default());
                }
                let Tree::Object(fields) = tree else { return };
                let mut entries = fields.entries.iter();
                let found = entries.find(|(_, item)| self.leads_into(at + 1, item));
                let key = found.map_or_else(|| values.key(&prefix), |(key, _)| key.clone());
                if fields.get(&key).is_none() {
                    fields.set(&key, empty);
                }
                let below = fields.get(&key).unwrap();
                self.put(below, at + 1, prefix, value, values);
            }
        }
    }

    /// Whether the way goes on into this item of a list or map.
    fn leads_into(&self, at: usize, item: &Tree) -> bool {
        match (self.steps.get(at), item) {
            (Some(Step::Field(..) | Step::Entry), Tree::Object(_)) => true,
            (Some(Step::Parameter(of, _)), Tree::Call(word, _)) => **word == *of.name,
            (Some(Step::Item), Tree::List(_)) => true,
            _ => false,
        }
    }
}
