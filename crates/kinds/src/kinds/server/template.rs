//! What a server runs and how large it is: templates and sizes by word, or by the id AWS knows.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes;
use crate::specs::{call, characters, field};
use crate::values::Read;
use formwork_catalog::{Addresses, Platform, server_sizes, server_templates};
use formwork_diag::Span;
use formwork_schema::{Decl, FieldSpec, Node, Type, Value};

/// The fields `template`, `bundle` and `ip`.
pub(super) fn fields() -> Vec<FieldSpec> {
    let templates: Vec<&str> = server_templates().iter().map(|t| t.word.as_str()).collect();
    let sizes: Vec<&str> = server_sizes().iter().map(|s| s.word.as_str()).collect();
    let platform = field(
        "platform",
        Type::words("platform", &["linux", "windows"]),
        "What it runs.",
    )
    .default("linux");
    let blueprint = call(
        "blueprint",
        vec![id("The template's id: `\"ubuntu_26_04\"`."), platform],
        1,
    );
    let bundle = call("bundle", vec![id("The size's id: `\"small_3_2\"`.")], 1);
    vec![
        field(
            "template",
            Type::one_of([Type::words("template", &templates), blueprint]),
            "What it runs: an application or an operating system; a change replaces the server.",
        )
        .required()
        .known(),
        field(
            "bundle",
            Type::one_of([Type::words("size", &sizes), bundle]),
            "How large it is; a change replaces the server.",
        )
        .required()
        .known(),
        field(
            "ip",
            Type::words("addresses", &["dual", "ipv6"]),
            "Whether it has a public IPv4 address beside its IPv6 one; without, it costs less.",
        )
        .default("dual")
        .known(),
    ]
}

fn id(doc: &str) -> FieldSpec {
    field("id", Type::String, doc)
        .required()
        .constraint(characters(1, 255))
}

/// A template as AWS knows it.
struct Template {
    word: String,
    id: Node,
    platform: Platform,
    span: Span,
}

/// The ids of template and size.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) -> (Option<Node>, Option<Node>) {
    let template = template(decl);
    let bundle = bundle(decl, template.as_ref(), out);
    (template.map(|template| template.id), bundle)
}

fn template(decl: &Decl) -> Option<Template> {
    let val = decl.fields.get("template")?;
    match &val.value {
        Value::Word(word) => {
            let known = server_templates().iter().find(|t| t.word == **word)?;
            Some(Template {
                word: word.to_string(),
                id: nodes::text(&known.id, val.span),
                platform: known.platform,
                span: val.span,
            })
        }
        Value::Call(call) => {
            let id = call.arguments.node("id")?;
            let known = call.arguments.text("id").and_then(|(id, _)| {
                let known = server_templates().iter().find(|t| t.id == **id)?;
                Some(known.platform)
            });
            let said = match call.arguments.word("platform") {
                Some("windows") => Platform::Windows,
                _ => Platform::Linux,
            };
            Some(Template {
                word: call
                    .arguments
                    .text("id")
                    .map_or_else(|| call.name.to_string(), |(id, _)| id.to_string()),
                id,
                platform: known.unwrap_or(said),
                span: val.span,
            })
        }
        _ => None,
    }
}

fn bundle(decl: &Decl, template: Option<&Template>, out: &mut Lowering<'_>) -> Option<Node> {
    let val = decl.fields.get("bundle")?;
    match &val.value {
        Value::Word(word) => {
            let size = server_sizes().iter().find(|size| size.word == **word)?;
            let platform = template.map(|t| t.platform).unwrap_or_default();
            let addresses = match decl.fields.word("ip") {
                Some("ipv6") => Addresses::Ipv6,
                _ => Addresses::Dual,
            };
            Some(nodes::text(&size.bundle(platform, addresses), val.span))
        }
        Value::Call(call) => {
            if let (Some((id, _)), Some(template)) = (call.arguments.text("id"), template) {
                check_platform(template, id, val.span, out);
            }
            call.arguments.node("id")
        }
        _ => None,
    }
}

/// Sizes for Windows say so in their id, and only they take Windows.
fn check_platform(template: &Template, bundle: &str, span: Span, out: &mut Lowering<'_>) {
    let of = match bundle.contains("_win_") {
        true => Platform::Windows,
        false => Platform::Linux,
    };
    if of != template.platform {
        out.report(errors::platform(
            (&template.word, said(template.platform), template.span),
            (bundle, said(of), span),
        ));
    }
}

fn said(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "Linux",
        Platform::Windows => "Windows",
    }
}
