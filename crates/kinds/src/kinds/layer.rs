//! `layer`: files that functions find under /opt, in versions.

use super::function::{check_runtime, runtime_type};
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::specs::{attribute, characters, field, items, pattern};
use crate::values::Read;
use formwork_catalog::runtime;
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::{Decl, KindSpec, Node, Prop, Type, Val, Value};

/// The kind `layer`.
pub(crate) struct Layer;

impl Kind for Layer {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "layer",
            doc: "Files that functions find under /opt; every change makes a new version.",
            fields: vec![
                field("code", Type::Path, "The folder with the files, zipped so that the same content gives the same bytes.")
                    .required(),
                field(
                    "runtimes",
                    runtime_type().list(),
                    "The runtimes it is for; offered by these in the console.",
                )
                .constraint(items(1, 15)),
                field(
                    "archs",
                    Type::words("arch", &["arm64", "x86_64"]).list(),
                    "The processors it is built for.",
                )
                .constraint(items(1, 2)),
                field(
                    "share_with",
                    Type::String.list(),
                    "Accounts that may use it, 12 digits each; `\"*\"` is anybody.",
                )
                .known(),
                field("license", Type::String, "Its licence: an SPDX name, an address or a text.")
                    .constraint(characters(1, 512)),
                field("description", Type::String, "What people read in the console.")
                    .constraint(characters(1, 256)),
                field("name", Type::String, "Its name in AWS, if the derived one will not do.")
                    .constraint(pattern("^[a-zA-Z0-9_-]{1,64}$", "1 to 64 letters, digits, `-` and `_`")),
            ],
            attributes: vec![
                attribute("arn", "LayerVersionArn", "The ARN of its newest version."),
                attribute("name", "LayerName", "Its name in AWS."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::Lambda::LayerVersion",
            &[("arn", "LayerVersionArn", "The ARN of its version.")],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let content = fields
            .text("code")
            .map(|(path, val)| (path.clone(), val.span));
        let content =
            content.map(|(path, span)| Node::new(Prop::Artifact(out.artifact(&path, span)), span));
        let props = Props::of(decl)
            .maybe("LayerName", fields.node("name"))
            .maybe("Content", content)
            .maybe("CompatibleRuntimes", runtimes(decl, out))
            .maybe("CompatibleArchitectures", fields.node("archs"))
            .maybe("LicenseInfo", fields.node("license"))
            .maybe("Description", fields.node("description"));
        let layer = Emit::main("AWS::Lambda::LayerVersion", props.finish());
        out.emit(decl, layer);
        for val in fields.items("share_with") {
            share(decl, val, out);
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "LayerName"),
            ("code", "Content"),
            ("runtimes", "CompatibleRuntimes"),
            ("archs", "CompatibleArchitectures"),
            ("license", "LicenseInfo"),
            ("description", "Description"),
        ]
    }
}

fn runtimes(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let list = decl.fields.get("runtimes")?;
    let mut names = Vec::new();
    for val in decl.fields.items("runtimes") {
        let Value::Word(word) = &val.value else {
            continue;
        };
        if let Some(known) = runtime(word) {
            check_runtime(decl, known, val.span, out);
            names.push(nodes::text(&known.name, val.span));
        }
    }
    Some(Node::list(names, list.span))
}

fn share(decl: &Decl, val: &Val, out: &mut Lowering<'_>) {
    let Value::String(account) = &val.value else {
        return;
    };
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if &**account == "*" {
        out.lint(decl, public_layer(val.span));
    } else if !digits {
        out.report(account_form(account, val.span));
        return;
    }
    let props = Props::new(val.span)
        .put(
            "LayerVersionArn",
            nodes::attribute(&decl.address, "LayerVersionArn", val.span),
        )
        .set("Action", "lambda:GetLayerVersion")
        .set("Principal", &**account);
    let part = match &**account {
        "*" => "share_anybody".to_owned(),
        account => format!("share_{account}"),
    };
    let permission = Emit::part(part, "AWS::Lambda::LayerVersionPermission", props.finish());
    out.emit(decl, permission);
}

fn public_layer(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::public_layer"),
        "anybody can use, and read, this layer",
        span,
        "any account",
    )
    .help("name the accounts, or say why it is meant: `allow lint::public_layer, \"…\"`")
}

fn account_form(account: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::account"),
        format!("`{}` is no account", formwork_diag::safe(account)),
        span,
        "not 12 digits",
    )
    .help("write the 12 digits of the account, without spaces or dashes")
}
