//! `image`: a container image: built from a folder and pushed, or one that is there.

mod errors;
mod spec;

use crate::cost::{Charge, Costed};
use crate::images::{self, Image, Reference};
use crate::kinds::registry as repositories;
use crate::lowering::{Emit, Lowering, Mode};
use crate::nodes::{self, Props};
use crate::registry::Kind;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Artifact, Decl, Fields, KindSpec, Node, Prop, Val};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The kind `image`.
pub(crate) struct ContainerImage;

/// The type of an image that formwork builds and pushes.
const TYPE: &str = "Formwork::ECR::Image";

/// The part of the repository that an image makes for itself.
const OWN: &str = "registry";

/// What is built without being named.
const DOCKERFILE: &str = "Dockerfile";

/// What an image is built for when nothing is said.
const PLATFORM: &str = "x86_64";

impl Kind for ContainerImage {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(Vec::new())
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        check(decl, out);
        let Some((path, val)) = decl.fields.text("context") else {
            return;
        };
        let artifact = out.artifact(path, val.span);
        check_dockerfile(decl, path, val, out);
        let repository = emit_repository(decl, out);
        let tag = tag(&artifact, &decl.fields);
        let built = Props::of(decl)
            .put(
                "RepositoryName",
                nodes::attribute(&repository, "RepositoryName", decl.name_span),
            )
            .put("ImageTag", nodes::text(&tag, val.span))
            .put("Source", Node::new(Prop::Artifact(artifact), val.span))
            .put("Platform", platform_node(decl))
            .maybe("Dockerfile", chosen(&decl.fields, "dockerfile"))
            .maybe("Target", decl.fields.node("target"))
            .maybe("BuildArgs", decl.fields.node("args"));
        out.emit(decl, Emit::main(TYPE, built.finish()));
    }

    fn image(&self, decl: &Decl, span: Span, out: &mut Lowering<'_>) -> Option<Image> {
        let platform = match decl.fields.word("platform") {
            Some("arm64") => "arm64",
            _ => PLATFORM,
        };
        let platform_span = decl.fields.span("platform").unwrap_or(decl.name_span);
        if decl.fields.get("context").is_some() {
            let repository = repository_of(decl);
            let arn = nodes::attribute(&repository, "Arn", span);
            return Some(Image {
                uri: nodes::attribute(&decl.address, "ImageUri", span),
                pull: repositories::pull_statements(arn),
                platform: Some((platform, platform_span)),
                outside: None,
            });
        }
        let mut image = referred(decl, span, out)?;
        image.platform = decl
            .fields
            .get("platform")
            .map(|_| (platform, platform_span));
        Some(image)
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        if decl.fields.get("context").is_some() {
            return None;
        }
        let span = decl.name_span;
        match property {
            "ImageUri" => reference(decl, span, out),
            "ImageDigest" => {
                let (text, val) = decl.fields.text("from")?;
                let digest = Reference::read(text).digest?;
                Some(nodes::text(digest, val.span))
            }
            _ => None,
        }
    }
}

/// The image of a declaration that builds none.
fn referred(decl: &Decl, span: Span, out: &Lowering<'_>) -> Option<Image> {
    if let Some(registry) = decl.fields.resource("registry") {
        let arn = nodes::attribute(&registry.address, "Arn", span);
        return Some(Image {
            uri: reference(decl, span, out)?,
            pull: repositories::pull_statements(arn),
            platform: None,
            outside: None,
        });
    }
    let (text, _) = decl.fields.text("from")?;
    Some(images::referred(decl, text, span, out))
}

/// The reference of an image that is there.
fn reference(decl: &Decl, span: Span, out: &Lowering<'_>) -> Option<Node> {
    let Some(registry) = decl.fields.resource("registry") else {
        return decl.fields.node("from");
    };
    let url = nodes::attribute(&registry.address, "RepositoryUri", span);
    let cached = out
        .decl(&registry.address)
        .is_some_and(|registry| registry.fields.get("cache").is_some());
    let rest = match (cached, decl.fields.node("from"), decl.fields.node("tag")) {
        (true, Some(name), _) => [nodes::text("/", span), name],
        (_, _, Some(tag)) => [nodes::text(":", span), tag],
        _ => return None,
    };
    Some(nodes::concat([url].into_iter().chain(rest), span))
}

/// The declaration whose lowering makes the repository that an image of the stack lies in.
pub(crate) fn repository(decl: &Decl) -> Option<Address> {
    match decl.fields.resource("registry") {
        Some(registry) => Some(registry.address.clone()),
        None => decl.fields.get("context").map(|_| decl.address.clone()),
    }
}

/// The repository a built image is pushed to.
fn repository_of(decl: &Decl) -> Address {
    match decl.fields.resource("registry") {
        Some(registry) => registry.address.clone(),
        None => decl.address.part(OWN),
    }
}

/// The repository a built image is pushed to; made for it if none is named. All that is in it is built from here.
fn emit_repository(decl: &Decl, out: &mut Lowering<'_>) -> Address {
    let address = repository_of(decl);
    if decl.fields.get("registry").is_none() {
        let props = repositories::settings(&Fields::default(), decl.name_span)
            .maybe("RepositoryPolicyText", repositories::readers(decl, out));
        let own = Emit::part(OWN, "AWS::ECR::Repository", props.finish());
        out.emit(decl, own.force(Some(true)));
    }
    address
}

fn platform_node(decl: &Decl) -> Node {
    let platform = match decl.fields.word("platform") {
        Some("arm64") => "linux/arm64",
        _ => "linux/amd64",
    };
    nodes::text(
        platform,
        decl.fields.span("platform").unwrap_or(decl.name_span),
    )
}

/// A field that says something else than what holds without it.
fn chosen(fields: &Fields, name: &str) -> Option<Node> {
    let default = match name {
        "dockerfile" => "Dockerfile",
        "platform" => "x86_64",
        _ => "",
    };
    fields.node(name).filter(nodes::other_than(default))
}

/// The tag of a built image: a hash of its content tree, and of all else that it is built from.
fn tag(artifact: &Artifact, fields: &Fields) -> String {
    if artifact.digest.is_empty() {
        return "unknown".to_owned();
    }
    let mut whole = artifact.digest.to_string();
    for name in ["dockerfile", "target", "platform"] {
        let said = chosen(fields, name).map(|node| nodes::meaning(&node));
        _ = write!(whole, "\n{name}={}", said.unwrap_or_default());
    }
    if let Some(args) = fields.object("args") {
        let mut args: Vec<(&str, String)> = args
            .iter()
            .filter_map(|(name, val)| Some((&**name, nodes::meaning(&nodes::node(val)?))))
            .collect();
        args.sort();
        for (name, value) in args {
            _ = write!(whole, "\narg {name}={value}");
        }
    }
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(whole.as_bytes()) {
        _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Fields that only make sense with a folder.
const OF_BUILT: [&str; 3] = ["dockerfile", "target", "args"];

fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let named = |name: &str| {
        let span = fields.name_span(name)?;
        fields.get(name).map(|_| span)
    };
    let cached = fields
        .resource("registry")
        .and_then(|registry| out.decl(&registry.address))
        .is_some_and(|registry| registry.fields.get("cache").is_some());
    match (
        named("context"),
        named("from"),
        named("registry"),
        named("tag"),
    ) {
        (Some(context), Some(from), _, _) => out.report(errors::two_sources(context, from)),
        (Some(context), None, _, Some(tag)) => out.report(errors::built_tag(tag, context)),
        (Some(_), None, Some(at), None) if cached => out.report(errors::pushed_to_cache(at)),
        (Some(_), None, _, None) => {}
        (None, Some(_), None, None) => check_reference(decl, out),
        (None, Some(_), Some(_), None) if cached => check_reference(decl, out),
        (None, None, Some(_), Some(_)) if !cached => lint_tag(decl, out),
        (None, None, Some(at), _) if cached => out.report(errors::cached_name(at)),
        (None, None, Some(at), None) => out.report(errors::no_tag(at)),
        (None, Some(from), Some(_), _) => out.report(errors::from_and_registry(from)),
        (None, Some(from), None, Some(tag)) => out.report(errors::tag_of_reference(tag, from)),
        (None, None, ..) => out.report(errors::no_source(decl.name_span)),
    }
    if fields.get("context").is_none() {
        for name in OF_BUILT {
            if let Some(span) = named(name) {
                out.report(errors::only_built(name, span));
            }
        }
    }
}

fn check_reference(decl: &Decl, out: &mut Lowering<'_>) {
    if let Some((text, val)) = decl.fields.text("from") {
        images::check(decl, text, val.span, out);
    }
}

fn lint_tag(decl: &Decl, out: &mut Lowering<'_>) {
    if let Some((tag, val)) = decl.fields.text("tag")
        && &**tag == "latest"
    {
        out.lint(decl, images::mutable_tag("the tag `latest`", val.span));
    }
}

fn check_dockerfile(decl: &Decl, path: &str, context: &Val, out: &mut Lowering<'_>) {
    let (file, span) = match decl.fields.text("dockerfile") {
        Some((file, val)) => (&**file, val.span),
        None => (DOCKERFILE, context.span),
    };
    if out.files.exists(path) && !out.files.exists(&format!("{path}/{file}")) {
        let missing = errors::no_dockerfile(path, file, span);
        out.report(match out.mode {
            Mode::Check => missing.into_warning(),
            Mode::Plan => missing.into_error(),
        });
    }
}
