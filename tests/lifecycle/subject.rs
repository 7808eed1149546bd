//! The stack in which a kind lives: what stands beside it, and its declaration, which is called `subject`.

use crate::fields::{self, FieldPath};
use crate::table::{Beside, Table};
use crate::tree::{Fields, slice};
use crate::values::Values;
use formwork_schema::KindSpec;
use formwork_syntax::ast::StatementKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the declaration that is changed.
const SUBJECT: &str = "subject";

/// A kind, its stack and its table.
pub(crate) struct Subject {
    pub(crate) kind: String,
    pub(crate) fields: Vec<FieldPath>,
    pub(crate) table: Table,
    declared: BTreeMap<String, Vec<String>>,
    /// The other statements: the name that each declares, and its text.
    others: Vec<(Option<String>, String)>,
    /// What every form of the declaration has.
    pub(crate) base: Fields,
}

/// Where the stacks and tables of kinds lie.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lifecycle/kinds")
}

impl Subject {
    pub(crate) fn of(spec: &KindSpec) -> Self {
        let path = folder().join(format!("{}.stack", spec.name));
        let written = fs::read_to_string(path);
        let plain = format!(
            "stack s {{ region = eu_west_1 }}\n{} {SUBJECT} {{}}\n",
            spec.name
        );
        let text = written.unwrap_or(plain);
        let parsed = formwork_syntax::parse(formwork_diag::SourceId(0), &text);
        assert!(
            !parsed.diagnostics.has_errors(),
            "{}: {:?}",
            spec.name,
            parsed.diagnostics
        );
        let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut others = Vec::new();
        let mut body = None;
        for statement in &parsed.file.statements {
            let StatementKind::Decl(decl) = &statement.kind else {
                others.push((None, slice(&text, statement.span)));
                continue;
            };
            let name = decl.name.text.to_string();
            if name == SUBJECT {
                body = decl.body.as_ref();
                continue;
            }
            declared
                .entry(decl.kind.text.to_string())
                .or_default()
                .push(name.clone());
            others.push((Some(name), slice(&text, statement.span)));
        }
        let body = body.unwrap_or_else(|| panic!("{}: no `{SUBJECT}`", spec.name));
        let mut subject = Subject {
            kind: spec.name.to_owned(),
            fields: fields::of(spec),
            table: Table::read(&folder().join(format!("{}.values", spec.name))),
            declared,
            others,
            base: Fields::of(body, &text),
        };
        subject.complete(spec);
        subject
    }

    /// Adds what must be given and is not.
    fn complete(&mut self, spec: &KindSpec) {
        let mut base = std::mem::take(&mut self.base);
        for field in spec.fields.iter().filter(|field| field.required) {
            if base.get(&field.name).is_none() {
                let value = self.values().of(&field.name, field);
                let value = value.unwrap_or_else(|why| panic!("{}: {why}", self.kind));
                base.set(&field.name, value[0].clone());
            }
        }
        self.base = base;
    }

    pub(crate) fn values(&self) -> Values<'_> {
        Values {
            table: &self.table,
            declared: &self.declared,
        }
    }

    pub(crate) fn field(&self, path: &str) -> &FieldPath {
        let found = self.fields.iter().find(|field| field.text == path);
        found.unwrap_or_else(|| panic!("{} has no `{path}`", self.kind))
    }

    /// The declaration without a field, with all that must stand beside it.
    pub(crate) fn around(&self, field: &FieldPath) -> Fields {
        let mut fields = self.base.clone();
        for beside in self.table.beside(&field.text) {
            match beside {
                Beside::Field(path, value) => {
                    self.field(path)
                        .set(&mut fields, Some(value), &self.values());
                }
                Beside::Allow(allow) => fields.allows.push(allow.clone()),
            }
        }
        if !field.spec.required {
            field.set(&mut fields, None, &self.values());
        }
        fields
    }

    /// The stacks of some forms of the declaration, in each of them whatever one of them needs.
    pub(crate) fn texts(&self, forms: &[Fields]) -> Vec<String> {
        let forms: Vec<String> = forms.iter().map(Fields::print).collect();
        let others = self.needed(&forms.join(" ")).join("\n");
        let each = forms.iter();
        each.map(|form| format!("{others}\n{} {SUBJECT} {form}\n", self.kind))
            .collect()
    }

    /// The stack with another name for the declaration.
    pub(crate) fn renamed(&self) -> String {
        let form = self.base.print();
        let others = self.needed(&form).join("\n");
        format!("{others}\n{} anew was {SUBJECT} {form}\n", self.kind)
    }

    /// The other statements that a text names, and those that these name.
    fn needed(&self, text: &str) -> Vec<&str> {
        let mut known: BTreeSet<String> = words(text);
        loop {
            let before = known.len();
            for (name, text) in &self.others {
                if name.as_ref().is_none_or(|name| known.contains(name)) {
                    known.extend(words(text));
                }
            }
            if known.len() == before {
                break;
            }
        }
        let needed = |name: &Option<String>| name.as_ref().is_none_or(|name| known.contains(name));
        let each = self.others.iter().filter(|(name, _)| needed(name));
        each.map(|(_, text)| text.as_str()).collect()
    }
}

/// The bare names in a text.
fn words(text: &str) -> BTreeSet<String> {
    let tokens = formwork_syntax::tokens(text);
    let names = tokens
        .iter()
        .filter(|token| token.kind == formwork_syntax::Kind::Name);
    names
        .map(|token| text[token.start as usize..token.end as usize].to_owned())
        .collect()
}
