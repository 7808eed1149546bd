//! Values for fields: written ones from the table of the kind, else made from the field's type and constraints.

use crate::fields::joined;
use crate::table::Table;
use crate::tree::{Fields, Tree};
use formwork_schema::{CallType, Constraint, FieldSpec, ObjectType, Quantity, Type};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Where values come from.
pub(crate) struct Values<'a> {
    pub(crate) table: &'a Table,
    /// The names declared beside the subject, by kind.
    pub(crate) declared: &'a BTreeMap<String, Vec<String>>,
}

/// Strings that patterns are tried with.
const STRINGS: &[&str] = &[
    "one",
    "two-b",
    "two",
    "One",
    "12",
    "34",
    "/one",
    "/two",
    "one.example.com",
    "two.example.com",
    "https://one.example.com",
    "https://two.example.com",
    "one@example.com",
    "two@example.com",
    "10.0.0.0/16",
    "10.1.0.0/16",
    "123456789012",
    "210987654321",
    "+4712345678",
    "+4787654321",
];

impl Values<'_> {
    /// At least two values for a field, what holds without it last; or why there are none.
    pub(crate) fn of(&self, path: &str, field: &FieldSpec) -> Result<Vec<Tree>, String> {
        let mut all = match self.table.values(path) {
            [] => self.made(path, &field.ty, field.constraint.as_ref()),
            written => written.to_vec(),
        };
        let default = Values::default(field);
        if let Some(default) = &default {
            all.retain(|value| value != default);
        }
        all.extend(default);
        all.dedup();
        match all.len() {
            0 | 1 => Err(format!(
                "no values for `{path}`: {} — write two into the table of the kind",
                field.ty
            )),
            _ => Ok(all),
        }
    }

    /// What holds without a field, as documented.
    pub(crate) fn default(field: &FieldSpec) -> Option<Tree> {
        let text = field.default.as_deref()?;
        let at = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, unit) = text.split_at(at.unwrap_or(text.len()));
        let quantity = number
            .parse()
            .ok()
            .map(|number| Quantity::new(number, unit));
        match quantity {
            // In the form in which values are made.
            Some(Ok(quantity)) => Some(Tree::Leaf(quantity.to_string())),
            _ => Tree::parse(text),
        }
    }

    /// The fields an object must have.
    pub(crate) fn object(&self, of: &ObjectType, prefix: &str) -> Fields {
        let mut fields = Fields::default();
        for field in of.fields.iter().filter(|field| field.required) {
            if let Some(value) = self.first(&joined(prefix, &field.name), field) {
                fields.set(&field.name, value);
            }
        }
        fields
    }

    /// The arguments a choice must have.
    pub(crate) fn arguments(&self, of: &CallType, prefix: &str) -> Vec<(Option<String>, Tree)> {
        let required = of.parameters.iter().filter(|field| field.required);
        let all = required.filter_map(|field| {
            let value = self.first(&joined(prefix, &field.name), field)?;
            Some((Some(field.name.to_string()), value))
        });
        all.collect()
    }

    /// A key of a map.
    pub(crate) fn key(&self, prefix: &str) -> String {
        self.table.key(prefix).unwrap_or("one").to_owned()
    }

    /// What must be given, in two forms that differ in the first field; of fields that all may be left out, the first.
    fn forms<'f>(&self, fields: &'f [FieldSpec], prefix: &str) -> Vec<Vec<(&'f str, Tree)>> {
        let value = |field: &FieldSpec| self.of(&joined(prefix, &field.name), field).ok();
        let mut given: Vec<(&FieldSpec, Vec<Tree>)> = Vec::new();
        for field in fields.iter().filter(|field| field.required) {
            match value(field) {
                Some(values) => given.push((field, values)),
                None => return Vec::new(),
            }
        }
        if given.is_empty() {
            let mut optional = fields.iter();
            given.extend(optional.find_map(|field| Some((field, value(field)?))));
        }
        let form = |which: usize| {
            let each = given.iter().enumerate().map(|(at, (field, values))| {
                let which = if at == 0 { which } else { 0 };
                (&*field.name, values[which].clone())
            });
            each.collect()
        };
        match given.is_empty() {
            true => vec![Vec::new()],
            false => vec![form(0), form(1)],
        }
    }

    fn first(&self, path: &str, field: &FieldSpec) -> Option<Tree> {
        self.of(path, field).ok()?.into_iter().next()
    }

    fn made(&self, path: &str, ty: &Type, constraint: Option<&Constraint>) -> Vec<Tree> {
        let leaf = |text: String| Tree::Leaf(text);
        match ty {
            Type::Bool => ["true", "false"].map(|b| leaf(b.to_owned())).to_vec(),
            Type::Int | Type::Number => numbers(constraint),
            Type::Quantity(dimension) => quantities(constraint, dimension.type_name()),
            Type::String => strings(constraint),
            Type::Enum(words) => words.members.iter().map(|m| leaf(m.to_string())).collect(),
            Type::Optional(inner) => self.made(path, inner, constraint),
            Type::OneOf(all) => {
                let each = all.iter().flat_map(|ty| self.made(path, ty, constraint));
                each.collect()
            }
            Type::Kind(kind) => {
                let declared = self.declared.get(&**kind).into_iter().flatten();
                declared.map(|name| leaf(name.clone())).collect()
            }
            Type::Object(of) => {
                let forms = self.forms(&of.fields, path).into_iter();
                let each = forms.map(|fields| {
                    let named = fields.into_iter();
                    let named = named.map(|(name, value)| (name.to_owned(), value));
                    Tree::Object(Fields {
                        entries: named.collect(),
                        allows: Vec::new(),
                    })
                });
                each.collect()
            }
            Type::Call(of) => {
                let forms = self.forms(&of.parameters, &joined(path, &of.name));
                let each = forms.into_iter().map(|arguments| {
                    let named = arguments.into_iter();
                    let named = named.map(|(name, value)| (Some(name.to_owned()), value));
                    Tree::Call(of.name.to_string(), named.collect())
                });
                each.collect()
            }
            Type::List(item) => several(self.made(path, item, None), constraint)
                .into_iter()
                .map(Tree::List)
                .collect(),
            Type::Map(item) => several(self.made(path, item, None), constraint)
                .into_iter()
                .map(|items| {
                    let first = self.key(path);
                    let keys = [first, "two".to_owned()].into_iter();
                    Tree::Object(Fields {
                        entries: keys.zip(items).collect(),
                        allows: Vec::new(),
                    })
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Lists of one item and of two, as far as there may be so many.
fn several(items: Vec<Tree>, constraint: Option<&Constraint>) -> Vec<Vec<Tree>> {
    let most = match constraint {
        Some(Constraint::Items { max, .. }) => *max,
        _ => 2,
    };
    match items.as_slice() {
        [] => Vec::new(),
        [one] => vec![vec![one.clone()]],
        [one, two, ..] if most < 2 => vec![vec![one.clone()], vec![two.clone()]],
        [one, two, ..] => vec![vec![one.clone()], vec![one.clone(), two.clone()]],
    }
}

fn numbers(constraint: Option<&Constraint>) -> Vec<Tree> {
    let (least, most) = match constraint {
        Some(Constraint::NumberRange { min, max }) => (*min, *max),
        _ => (Decimal::ONE, Decimal::from(10)),
    };
    let all = [least + Decimal::ONE, least + Decimal::TWO, least];
    let within = all.into_iter().filter(|number| *number <= most);
    within
        .map(|number| Tree::Leaf(number.to_string()))
        .collect()
}

fn quantities(constraint: Option<&Constraint>, dimension: &str) -> Vec<Tree> {
    let Some(Constraint::QuantityRange { min, max, step }) = constraint else {
        let two: &[&str] = match dimension {
            "size" => &["2GB", "3GB"],
            "duration" => &["2h", "3h"],
            "percent" => &["20%", "30%"],
            _ => &["2rps", "3rps"],
        };
        return two
            .iter()
            .map(|text| Tree::Leaf((*text).to_owned()))
            .collect();
    };
    let step = step.as_ref().map_or(Decimal::ONE, |step| step.amount);
    let all = [min.amount + step, min.amount + step + step, min.amount];
    let within = all.into_iter().filter(|amount| *amount <= max.amount);
    within
        .map(|amount| {
            let quantity = Quantity {
                dimension: min.dimension,
                amount,
            };
            Tree::Leaf(quantity.to_string())
        })
        .collect()
}

fn strings(constraint: Option<&Constraint>) -> Vec<Tree> {
    let fits = |text: &&&str| match constraint {
        Some(Constraint::Pattern { pattern, .. }) => {
            let pattern = fancy_regex::Regex::new(pattern).unwrap();
            pattern.is_match(text).unwrap()
        }
        Some(Constraint::Length { min, max }) => text.len() >= *min && text.len() <= *max,
        _ => true,
    };
    let found = STRINGS.iter().filter(fits).take(2);
    found.map(|text| Tree::Leaf(format!("{text:?}"))).collect()
}
