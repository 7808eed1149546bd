//! The reference page of a kind, made from its spec.

use formwork_schema::{Constraint, FieldSpec, KindSpec, Type};
use std::fmt::Write;

/// The reference of a kind as Markdown: fields, attributes, permissions, events, metrics.
pub fn reference(spec: &KindSpec) -> String {
    let mut out = format!("# {}\n\n{}\n", spec.name, spec.doc);
    let mut nested = Vec::new();
    heading(&mut out, "Fields", &spec.fields);
    fields(&mut out, &spec.fields, "", &mut nested);
    nested.reverse();
    while let Some((name, inner)) = nested.pop() {
        let mut deeper = Vec::new();
        heading(&mut out, &format!("Fields of `{name}`"), &inner);
        fields(&mut out, &inner, &name, &mut deeper);
        nested.extend(deeper.into_iter().rev());
    }
    section(
        &mut out,
        "Attributes",
        &["attribute", "type", "is"],
        spec.attributes
            .iter()
            .map(|a| vec![code(a.name), cell(&a.ty.to_string()), cell(a.doc)]),
    );
    section(
        &mut out,
        "Permissions",
        &["verb", "lets code"],
        spec.verbs
            .iter()
            .map(|v| vec![signature(v.name, &v.parameters, &v.nested), cell(v.doc)]),
    );
    section(
        &mut out,
        "Events",
        &["event", "when"],
        spec.events
            .iter()
            .map(|e| vec![signature(e.name, &e.parameters, &[]), cell(e.doc)]),
    );
    section(
        &mut out,
        "Metrics",
        &["metric", "limit", "is"],
        spec.metrics
            .iter()
            .map(|m| vec![code(m.name), cell(&m.limit.to_string()), cell(m.doc)]),
    );
    if let Some(Type::Object(usage)) = &spec.usage {
        section(
            &mut out,
            "Fields of `usage`, for `formwork cost`",
            &["field", "type", "is"],
            usage
                .fields
                .iter()
                .map(|f| vec![code(&f.name), cell(&f.ty.to_string()), cell(&f.doc)]),
        );
    }
    out
}

fn heading(out: &mut String, title: &str, fields: &[FieldSpec]) {
    if !fields.is_empty() {
        _ = write!(
            out,
            "\n## {title}\n\n| field | type | default | |\n| --- | --- | --- | --- |\n"
        );
    }
}

fn fields(
    out: &mut String,
    fields: &[FieldSpec],
    path: &str,
    nested: &mut Vec<(String, Vec<FieldSpec>)>,
) {
    for field in fields {
        let default = match (&field.default, field.required) {
            (Some(default), _) => code(default),
            (None, true) => "required".to_owned(),
            (None, false) => String::new(),
        };
        let mut doc = field.doc.to_string();
        if let Some(constraint) = &field.constraint {
            _ = write!(doc, " {}.", allowed(constraint));
        }
        _ = writeln!(
            out,
            "| {} | {} | {default} | {} |",
            code(&field.name),
            cell(&shown(&field.ty)),
            cell(&doc)
        );
        let name = match path {
            "" => field.name.to_string(),
            _ => format!("{path}.{}", field.name),
        };
        inner(&field.ty, &name, nested);
    }
}

/// Objects and calls within a type, each a table of its own.
fn inner(ty: &Type, name: &str, nested: &mut Vec<(String, Vec<FieldSpec>)>) {
    match ty {
        Type::Object(object) => nested.push((name.to_owned(), object.fields.clone())),
        Type::Call(call) if !call.parameters.is_empty() => {
            nested.push((format!("{name}: {}", call.name), call.parameters.clone()));
        }
        Type::List(item) | Type::Map(item) | Type::Optional(item) => inner(item, name, nested),
        Type::OneOf(types) => {
            for ty in types.iter() {
                inner(ty, name, nested);
                merge_last(nested);
            }
        }
        _ => {}
    }
}

/// Gives calls of one field that take the same a single table.
fn merge_last(nested: &mut Vec<(String, Vec<FieldSpec>)>) {
    let [.., (before, same), (last, fields)] = nested.as_mut_slice() else {
        return;
    };
    let (Some((of, _)), Some((other, call))) = (before.split_once(": "), last.split_once(": "))
    else {
        return;
    };
    if of == other && same == fields {
        *before = format!("{before}, {call}");
        nested.pop();
    }
}

/// A type with the words of its enums.
fn shown(ty: &Type) -> String {
    match ty {
        Type::Enum(words) => {
            let words: Vec<String> = words.members.iter().map(|word| code(word)).collect();
            words.join(", ")
        }
        Type::List(item) => format!("list({})", shown(item)),
        Type::Map(item) => format!("map({})", shown(item)),
        Type::Optional(item) => format!("{}?", shown(item)),
        Type::OneOf(types) => {
            let types: Vec<String> = types.iter().map(shown).collect();
            types.join(" or ")
        }
        other => other.to_string(),
    }
}

fn allowed(constraint: &Constraint) -> String {
    match constraint {
        Constraint::QuantityRange { min, max, step } => match step {
            Some(step) => format!("From {min} to {max} in steps of {step}"),
            None => format!("From {min} to {max}"),
        },
        Constraint::NumberRange { min, max } => format!("From {min} to {max}"),
        Constraint::Length { min, max } => format!("{min} to {max} characters"),
        Constraint::Items { min, max } => format!("{min} to {max} items"),
        Constraint::Pattern { words, .. } => {
            let mut words = words.to_string();
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

fn section(
    out: &mut String,
    title: &str,
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let rule = vec!["---"; columns.len()].join(" | ");
    _ = write!(
        out,
        "\n## {title}\n\n| {} |\n| {rule} |\n",
        columns.join(" | ")
    );
    for row in rows {
        _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

fn signature(name: &str, parameters: &[FieldSpec], nested: &[&str]) -> String {
    let names: Vec<&str> = parameters.iter().map(|p| &*p.name).collect();
    let call = match names.as_slice() {
        [] => name.to_owned(),
        _ => format!("{name}({})", names.join(", ")),
    };
    match nested {
        [] => code(&call),
        _ => {
            let through: Vec<String> = nested
                .iter()
                .map(|n| code(&format!("{call}.{n}")))
                .collect();
            through.join(", ")
        }
    }
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
