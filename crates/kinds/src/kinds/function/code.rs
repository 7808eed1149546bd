//! The code of a function: a folder with a handler and runtime, or an image.

use super::errors;
use crate::access::Statement;
use crate::images::{self, Image, Reference};
use crate::kinds::image::repository;
use crate::lowering::{Lowering, Mode};
use crate::nodes::{self, Props};
use crate::triggers::Contribution;
use crate::values::Read;
use formwork_catalog::{Runtime, runtime};
use formwork_diag::Span;
use formwork_schema::{Decl, Node, Prop, Val};

/// Fields that only make sense with a code folder.
const ZIP_ONLY: &[&str] = &["handler", "runtime", "layers"];

/// First round: lets Lambda pull the function's image from a repository of the stack.
pub(super) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    let (Some(image), Some(span)) = (decl.fields.resource("image"), decl.fields.span("image"))
    else {
        return;
    };
    let Some(repository) = out.decl(&image.address).and_then(repository) else {
        return;
    };
    let arn = nodes::attribute(&decl.address, "Arn", span);
    let actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    let statement = Statement::allow(actions, [], span)
        .service("lambda.amazonaws.com")
        .for_source(arn, out.account(span));
    out.contribute(&repository, Contribution::Policy(statement));
}

/// Sets code, handler, runtime and package type.
pub(super) fn lower(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> Props {
    let fields = &decl.fields;
    match (fields.get("code"), fields.get("image")) {
        (Some(code), Some(image)) => {
            out.report(errors::code_and_image(code.span, image.span));
            props
        }
        (None, Some(image)) => from_image(decl, image, props, out),
        (code, None) => from_folder(decl, code, props, out),
    }
}

fn from_folder(decl: &Decl, code: Option<&Val>, props: Props, out: &mut Lowering<'_>) -> Props {
    let fields = &decl.fields;
    let chosen = chosen_runtime(decl, out);
    let custom = chosen.is_some_and(|runtime| runtime.name.starts_with("provided"));
    let mut missing = Vec::new();
    for name in ["code", "runtime", "handler"] {
        let given = fields.get(name).is_some() || (name == "handler" && custom);
        if !given {
            missing.push(name);
        }
    }
    if !missing.is_empty() {
        out.report(errors::package(decl.name_span, &missing));
    }
    if let Some(config) = fields.name_span("image_config") {
        out.report(errors::image_config(config));
    }
    let mut props = props;
    if let (Some(val), Some((path, _))) = (code, fields.text("code")) {
        let artifact = out.artifact(path, val.span);
        props = props.put("Code", Node::new(Prop::Artifact(artifact), val.span));
        if let Some(runtime) = chosen {
            check_handler(decl, path, runtime, out);
        }
    }
    let handler = fields
        .node("handler")
        .or_else(|| custom.then(|| nodes::text("bootstrap", decl.name_span)));
    let span = fields.span("runtime").unwrap_or(decl.name_span);
    props
        .maybe("Handler", handler)
        .maybe(
            "Runtime",
            chosen.map(|runtime| nodes::text(&runtime.name, span)),
        )
        .maybe("Layers", layers(decl))
}

fn chosen_runtime(decl: &Decl, out: &mut Lowering<'_>) -> Option<&'static Runtime> {
    let chosen = decl.fields.word("runtime").and_then(runtime)?;
    let span = decl.fields.span("runtime").unwrap_or(decl.name_span);
    check_runtime(decl, chosen, span, out);
    Some(chosen)
}

/// Refuses a runtime that AWS has retired.
pub(crate) fn check_runtime(decl: &Decl, chosen: &Runtime, span: Span, out: &mut Lowering<'_>) {
    if chosen.retired {
        let next = chosen.successor.as_deref().and_then(runtime);
        out.lint(decl, errors::retired_runtime(chosen, next, span));
    }
}

fn layers(decl: &Decl) -> Option<Node> {
    let list = decl.fields.get("layers")?;
    let items = decl
        .fields
        .items("layers")
        .iter()
        .filter_map(|val| match crate::values::resource(val) {
            Some(layer) => Some(nodes::attribute(
                &layer.address,
                "LayerVersionArn",
                val.span,
            )),
            None => nodes::node(val),
        });
    Some(Node::list(items, list.span))
}

/// Looks for the file that a handler names.
fn check_handler(decl: &Decl, path: &str, runtime: &Runtime, out: &mut Lowering<'_>) {
    let is_archive = path.ends_with(".zip") || path.ends_with(".jar");
    if is_archive || !out.files.exists(path) {
        return;
    }
    if runtime.name.starts_with("provided") {
        if !out.files.exists(&format!("{path}/bootstrap")) {
            let span = decl.fields.span("code").unwrap_or(decl.name_span);
            let missing = errors::no_bootstrap(path, runtime, span);
            out.report(weigh(out.mode, missing));
        }
        return;
    }
    let Some((handler, val)) = decl.fields.text("handler") else {
        return;
    };
    let Some(base) = module(&runtime.language, handler) else {
        return;
    };
    let base = base.filter(|_| !is_file(&runtime.language, handler));
    let Some(base) = base else {
        out.report(errors::handler_form(handler, &runtime.language, val.span));
        return;
    };
    if out.files.artifact(path).is_err() {
        // That the folder cannot be packed is an error of its own.
        return;
    }
    let candidates = files_of(&runtime.language, &base);
    let exists = |name: &String| out.files.exists(&format!("{path}/{name}"));
    if candidates.iter().any(exists) {
        return;
    }
    let near = nearest_handler(path, handler, &runtime.language, out);
    out.report(errors::handler_file(
        path,
        &candidates,
        near.as_deref(),
        val.span,
    ));
}

fn weigh(mode: Mode, diagnostic: crate::errors::Weighted) -> formwork_diag::Diagnostic {
    match mode {
        Mode::Check => diagnostic.into_warning(),
        Mode::Plan => diagnostic.into_error(),
    }
}

/// The file (without its ending) that a handler names; `None` for languages whose handlers name no file,
/// `Some(None)` for a handler that is not of the language's form.
fn module(language: &str, handler: &str) -> Option<Option<String>> {
    match language {
        "node" => Some(handler.rsplit_once('.').map(|(file, _)| file.to_owned())),
        "python" => {
            let module = handler.rsplit_once('.').map(|(module, _)| module);
            Some(module.map(|module| module.replace('.', "/")))
        }
        "ruby" => Some(handler.split_once('.').map(|(file, _)| file.to_owned())),
        _ => None,
    }
}

/// Whether a handler is the name of a file, with no function in it.
fn is_file(language: &str, handler: &str) -> bool {
    let mut endings = endings(language).iter().chain(&[".ts"]);
    endings.any(|ending| handler.ends_with(ending))
}

fn endings(language: &str) -> &'static [&'static str] {
    match language {
        "node" => &[".js", ".mjs", ".cjs"],
        "python" => &[".py", "/__init__.py"],
        _ => &[".rb"],
    }
}

fn files_of(language: &str, base: &str) -> Vec<String> {
    let endings = endings(language).iter();
    endings.map(|ending| format!("{base}{ending}")).collect()
}

/// The handler that names the nearest file there is.
fn nearest_handler(
    path: &str,
    handler: &str,
    language: &str,
    out: &Lowering<'_>,
) -> Option<String> {
    let artifact = out.files.artifact(path).ok()?;
    let modules: Vec<&str> = artifact
        .files
        .iter()
        .filter_map(|file| {
            let mut endings = endings(language).iter();
            endings.find_map(|ending| file.name.strip_suffix(ending))
        })
        .collect();
    let base = module(language, handler)??;
    let function = handler.get(base.len() + 1..)?;
    let only = match modules.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let near = formwork_diag::nearest(&base, modules.iter().copied()).or(only)?;
    Some(format!("{near}.{function}"))
}

fn from_image(decl: &Decl, image: &Val, props: Props, out: &mut Lowering<'_>) -> Props {
    for name in ZIP_ONLY {
        if let Some(span) = decl.fields.name_span(name) {
            out.report(errors::image_field(name, span));
        }
    }
    let uri = match crate::values::resource(image) {
        Some(_) => {
            let declared = images::image(decl, image, out);
            if let Some(declared) = &declared {
                check_declared(decl, declared, image.span, out);
            }
            declared.map(|declared| declared.uri)
        }
        None => {
            if let Some((reference, val)) = decl.fields.text("image") {
                check_image(decl, reference, val, out);
            }
            nodes::node(image)
        }
    };
    let config = decl.fields.object("image_config").map(|config| {
        Props::new(decl.fields.span("image_config").unwrap_or(image.span))
            .maybe("Command", config.node("command"))
            .maybe("EntryPoint", config.node("entry_point"))
            .maybe("WorkingDirectory", config.node("working_directory"))
            .node()
    });
    let code = Props::new(image.span).maybe("ImageUri", uri);
    props
        .set("PackageType", "Image")
        .put("Code", code.node())
        .maybe("ImageConfig", config)
}

/// Lambda takes images only from a private ECR repository of its own region.
fn check_image(decl: &Decl, text: &str, val: &Val, out: &mut Lowering<'_>) {
    let span = val.span;
    let reference = Reference::read(text);
    let Some(ecr) = reference.ecr() else {
        out.report(errors::image_host(text, reference.host, span));
        return;
    };
    let here = out.region(decl);
    if ecr.region != &*here {
        out.report(errors::image_region(ecr.region, &here, span));
    }
    images::check(decl, text, span, out);
}

/// An image of the stack: in ECR, and for the processor that the function runs on.
fn check_declared(decl: &Decl, image: &Image, span: Span, out: &mut Lowering<'_>) {
    if let Some(host) = &image.outside {
        out.report(errors::image_host("", host, span));
    }
    let arch = decl.fields.word("arch").unwrap_or("x86_64");
    images::check_platform(image, arch, span, decl.fields.span("arch"), out);
}
