//! Takes a stack from text to lowered resources, with the files of a folder.

#![allow(dead_code, reason = "not every test uses all of it")]

use formwork_diag::{Diagnostic, Diagnostics, Severity, Sources};
use formwork_kinds::{Kinds, Lowered, Mode, lower};
use formwork_model::{Inputs, SourceFile, load};
use formwork_schema::{
    Address, Artifact, ArtifactFile, Attribute, Claim, Files, FilesError, Resolver, Resource,
    ResourceType, Val,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Files by root-relative path.
#[derive(Default)]
pub(crate) struct Folder(pub(crate) BTreeMap<String, String>);

impl Folder {
    /// Every file beneath a folder on disk.
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(root, root, &mut files);
        Folder(files)
    }
}

fn collect(root: &Path, at: &Path, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

impl Files for Folder {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, FilesError> {
        if path.starts_with('/') {
            return Err(FilesError::OutsideRoot);
        }
        let mut names: Vec<&str> = from.split('/').collect();
        names.pop();
        for name in path.split('/') {
            match name {
                "." | "" => {}
                ".." => _ = names.pop().ok_or(FilesError::OutsideRoot)?,
                name => names.push(name),
            }
        }
        Ok(names.join("/").into())
    }

    fn stack_files(&self, path: &str) -> Result<Vec<Arc<str>>, FilesError> {
        let here = |name: &&String| match name.strip_prefix(path) {
            Some("") => true,
            Some(rest) => rest.trim_start_matches('/').find('/').is_none(),
            None => false,
        };
        let files = self.0.keys().filter(|name| name.ends_with(".stack"));
        Ok(files
            .filter(here)
            .map(|name| name.as_str().into())
            .collect())
    }

    fn read_text(&self, path: &str) -> Result<Arc<str>, FilesError> {
        let text = self.0.get(path).ok_or(FilesError::Missing)?;
        Ok(text.as_str().into())
    }

    fn artifact(&self, path: &str) -> Result<Arc<Artifact>, FilesError> {
        let inside = format!("{path}/");
        let found = self.0.iter().filter_map(|(name, text)| {
            let name = name.strip_prefix(&inside)?;
            let digest = format!("{:x}", text.len());
            Some(ArtifactFile {
                name: name.into(),
                digest: digest.into(),
            })
        });
        let files: Vec<ArtifactFile> = found.collect();
        if files.is_empty() {
            return Err(FilesError::Missing);
        }
        let digest = files
            .iter()
            .map(|f| format!("{}{}", f.name, f.digest))
            .collect::<String>();
        Ok(Arc::new(Artifact {
            path: path.into(),
            digest: digest.into(),
            bytes: 1,
            files,
        }))
    }

    fn exists(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.0
            .keys()
            .any(|name| name == path || name.starts_with(&inside))
    }
}

/// What a stack gave.
pub(crate) struct Outcome {
    pub(crate) lowered: Lowered,
    /// The usage blocks of its declarations.
    pub(crate) usage: BTreeMap<Address, Val>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) sources: Sources,
}

/// Lowers a stack text for an environment (the default one without a name).
pub(crate) fn outcome(text: &str, folder: &Folder, env: Option<&str>, mode: Mode) -> Outcome {
    let kinds = Kinds::aws();
    let mut sources = Sources::new();
    let id = sources.add("main.stack", text);
    let parsed = formwork_syntax::parse(id, text);
    let mut diagnostics = parsed.diagnostics;
    let file = SourceFile {
        id,
        path: "main.stack".into(),
        tree: parsed.file,
    };
    let (program, found) = load(vec![file], &kinds, folder, &mut sources);
    diagnostics.extend(found);
    let env = program.choose_env(env).unwrap();
    let (stack, found) = match mode {
        Mode::Check => program.check_env(&env, &Inputs::default()),
        Mode::Plan => program.evaluate(&env, &Inputs::default()),
    };
    diagnostics.extend(found);
    let mut lowered = Lowered::default();
    let decls = stack.iter().flat_map(|stack| &stack.decls);
    let usage = decls
        .filter_map(|decl| Some((decl.address.clone(), decl.meta.usage.clone()?)))
        .collect();
    if let Some(stack) = stack {
        let (made, found) = lower(&stack, formwork_catalog::aws(), folder, mode);
        diagnostics.extend(found);
        lowered = made;
    }
    Outcome {
        lowered,
        usage,
        diagnostics,
        sources,
    }
}

/// A finding as cases hold it: what is said, and the words that are underlined.
pub(crate) fn finding(diagnostic: &Diagnostic, sources: &Sources) -> Json {
    let labels: Vec<Json> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "words": sources.slice(label.span), "says": label.message }))
        .collect();
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let mut out = json!({
        "code": diagnostic.code.0,
        "severity": severity,
        "message": diagnostic.message,
        "labels": labels,
    });
    if let Some(help) = &diagnostic.help {
        out["help"] = json!(help);
    }
    if let Some(fix) = &diagnostic.fix {
        let edits: Vec<Json> = fix
            .edits
            .iter()
            .map(|edit| json!({ "words": sources.slice(edit.span), "text": edit.text }))
            .collect();
        out["fix"] = json!(edits);
    }
    out
}

/// Every property of every resource resolved, as a plan and an apply would: names from addresses, attributes from the
/// catalog's templates.
pub(crate) struct Resolved<'a> {
    lowered: &'a Lowered,
}

impl<'a> Resolved<'a> {
    pub(crate) fn new(lowered: &'a Lowered) -> Self {
        Resolved { lowered }
    }

    /// The properties of a resource as JSON, its chosen name too.
    pub(crate) fn properties(&self, resource: &Resource) -> Json {
        let mut out = serde_json::Map::new();
        for (name, node) in &resource.properties {
            let value = node
                .to_json(self)
                .unwrap_or_else(|error| panic!("{} {name}: {error}", resource.address));
            out.insert(name.to_string(), value);
        }
        let ty = formwork_catalog::aws().get(&resource.type_name).unwrap();
        if let (None, Some(name)) = (&resource.slice, &ty.overlay.name) {
            let chosen = self.name(resource, &ty);
            out.entry(name.root()).or_insert(json!(chosen));
        }
        Json::Object(out)
    }

    fn name(&self, resource: &Resource, ty: &ResourceType) -> String {
        let plain = format!("s-{}", resource.address);
        let keep = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        plain
            .chars()
            .map(keep)
            .take(ty.overlay.name_length)
            .chain(resource.name_end.iter().flat_map(|end| end.chars()))
            .collect()
    }

    fn property(&self, resource: &Resource, ty: &ResourceType, name: &str) -> Option<String> {
        if let Some(node) = resource.properties.get(name) {
            return node.to_json(self).ok()?.as_str().map(str::to_owned);
        }
        let named = ty
            .overlay
            .name
            .as_ref()
            .is_some_and(|path| path.root() == name);
        if named {
            return Some(self.name(resource, ty));
        }
        let template = ty.overlay.attributes.get(name)?.template().clone();
        Attribute::fill(&template, &mut |hole| match hole {
            "account" => Some("123456789012".into()),
            "region" => Some(resource.region.to_string()),
            "partition" => Some("aws".into()),
            "suffix" => Some("amazonaws.com".into()),
            "serial" => Some("1".into()),
            "uuid" => Some("01234567-0123-0123-0123-0123456789ab".into()),
            other => match other.split_once(':') {
                Some((_, count)) => Some(digits(&resource.address, count.parse().ok()?)),
                None => self.property(resource, ty, other),
            },
        })
    }
}

/// Digits that tell what AWS makes for one address from what it makes for another.
fn digits(of: &Address, count: usize) -> String {
    let sum = of.to_string().bytes().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let text = format!("{sum:0>20}");
    let from = text.len().saturating_sub(count);
    format!("{:0>count$}", &text[from..])
}

impl Resolver for Resolved<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        let resource = self.lowered.resources.iter().find(|r| r.address == *of)?;
        let ty = formwork_catalog::aws().get(&resource.type_name)?;
        let value = self.property(resource, &ty, property);
        match &resource.claim {
            Claim::Own | Claim::Adopt { .. } => value.map(Json::String),
            // What is found may have any value.
            Claim::Look => Some(json!(value.unwrap_or_else(|| digits(of, 8)))),
            Claim::LookAll => Some(json!([value.unwrap_or_else(|| digits(of, 8))])),
        }
    }

    fn account(&self) -> Option<Arc<str>> {
        Some("123456789012".into())
    }
}
