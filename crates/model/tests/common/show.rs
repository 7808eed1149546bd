//! Diagnostics and stacks as text.

use formwork_diag::{Diagnostics, Severity, Sources};
use formwork_schema::{Deferred, Fields, Node, Piece, Prop, Stack, Val, Value};
use std::fmt::Write;

/// Each diagnostic: weight, code, place, the words underlined, message, help, fix.
pub fn diagnostics(sources: &Sources, diagnostics: &Diagnostics) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let weight = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        };
        writeln!(out, "{weight} {}: {}", diagnostic.code, diagnostic.message).unwrap();
        for (at, label) in diagnostic.labels.iter().enumerate() {
            let words = sources.slice(label.span).replace('\n', "⏎");
            let sign = if at == 0 { "-->" } else { "and" };
            writeln!(
                out,
                "  {sign} {} `{words}` {}",
                sources.location(label.span),
                label.message
            )
            .unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}").unwrap();
        }
        if let Some(fix) = &diagnostic.fix {
            for edit in &fix.edits {
                let old = sources.slice(edit.span);
                writeln!(out, "  fix: {}: `{old}` -> `{}`", fix.title, edit.text).unwrap();
            }
        }
    }
    out
}

/// A stack of one environment.
pub fn stack(stack: &Stack) -> String {
    let mut out = String::new();
    let account = stack.account.as_deref().unwrap_or("?");
    writeln!(
        out,
        "env {} {account} {}{}",
        stack.env,
        stack.region,
        tags(&stack.tags)
    )
    .unwrap();
    for forget in &stack.forgets {
        let all = if forget.component {
            " and all in it"
        } else {
            ""
        };
        writeln!(out, "forget {}{all}", forget.address).unwrap();
    }
    for decl in &stack.decls {
        write!(out, "{}", decl.address).unwrap();
        if let Some(ty) = &decl.resource_type {
            write!(out, ": {ty}").unwrap();
        }
        writeln!(out, " {}", fields(&decl.fields)).unwrap();
        if !decl.was.is_empty() {
            let was: Vec<String> = decl.was.iter().map(ToString::to_string).collect();
            writeln!(out, "  was {}", was.join(", ")).unwrap();
        }
        let meta = &decl.meta;
        if meta.protect {
            writeln!(out, "  protect").unwrap();
        }
        if meta.retain {
            writeln!(out, "  retain").unwrap();
        }
        if meta.tags.len() != stack.tags.len() {
            writeln!(out, "  tags{}", tags(&meta.tags)).unwrap();
        }
        if !meta.depends_on.is_empty() {
            let names: Vec<String> = meta.depends_on.iter().map(ToString::to_string).collect();
            writeln!(out, "  depends_on {}", names.join(", ")).unwrap();
        }
        if let Some(region) = &meta.region {
            writeln!(out, "  region {region}").unwrap();
        }
        for (path, _) in &meta.ignore_changes {
            writeln!(out, "  ignore {path}").unwrap();
        }
        if let Some(overrides) = &meta.overrides {
            writeln!(out, "  override {}", value(overrides)).unwrap();
        }
        if let Some(usage) = &meta.usage {
            writeln!(out, "  usage {}", value(usage)).unwrap();
        }
        for allow in &decl.allows {
            writeln!(out, "  allow {} {:?}", allow.code, allow.reason).unwrap();
        }
    }
    for output in &stack.outputs {
        writeln!(out, "output {} = {}", output.name, value(&output.value)).unwrap();
    }
    out
}

fn tags(tags: &[(std::sync::Arc<str>, Val)]) -> String {
    let shown = tags
        .iter()
        .map(|(name, val)| format!(" {name}={}", value(val)));
    shown.collect()
}

fn fields(fields: &Fields) -> String {
    let shown: Vec<String> = fields
        .all()
        .map(|(name, _, val)| format!("{name} = {}", value(val)))
        .collect();
    match shown.as_slice() {
        [] => "{}".to_owned(),
        shown => format!("{{ {} }}", shown.join(", ")),
    }
}

/// A value, nearly as it would be written; `<…>` for what is not known yet.
pub fn value(val: &Val) -> String {
    match &val.value {
        Value::None => "none".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Quantity(quantity) => quantity.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Word(word) => word.to_string(),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(value).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(object) => fields(object),
        Value::Call(call) => format!("{}({})", call.name, fields(&call.arguments)),
        Value::Resource(of) => of.address.to_string(),
        Value::Member(member) => {
            let arguments = if member.arguments.is_empty() {
                String::new()
            } else {
                fields(&member.arguments)
            };
            format!(
                "{:?} {}.{}{arguments}",
                member.kind, member.of.address, member.name
            )
        }
        Value::Env => "env".to_owned(),
        Value::Path(path) => format!("path {path}"),
        Value::Deferred(unknown) => format!("<{}>", deferred(unknown)),
        Value::Error => "ERROR".to_owned(),
    }
}

fn deferred(of: &Deferred) -> String {
    match of {
        Deferred::Attribute { of, property } => format!("{of} {property}"),
        Deferred::Output { stack, output } => format!("output {output} of {stack}"),
        Deferred::Account => "account".to_owned(),
        Deferred::Concat(pieces) => {
            let shown = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Value(value) => format!("<{}>", deferred(value)),
            });
            shown.collect::<Vec<_>>().join("+")
        }
        Deferred::Apply { op, on, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(node).collect();
            format!("{}.{}({})", node(on), op.name(), arguments.join(", "))
        }
        Deferred::Json(inner) => format!("json {}", node(inner)),
    }
}

fn node(of: &Node) -> String {
    match &of.prop {
        Prop::Bool(value) => value.to_string(),
        Prop::Number(number) => number.to_string(),
        Prop::String(text) => format!("{text:?}"),
        Prop::List(items) => format!(
            "[{}]",
            items.iter().map(node).collect::<Vec<_>>().join(", ")
        ),
        Prop::Map(map) => {
            let items: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{name}: {}", node(value)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        Prop::Artifact(artifact) => format!("artifact {}", artifact.path),
        Prop::Deferred(of) => format!("<{}>", deferred(of)),
    }
}
