//! What the tests of this crate share: a small vocabulary, files in memory, and how results are written down.
#![allow(dead_code, reason = "each test binary uses a part of it")]

mod show;
mod vocabulary;

pub use show::{diagnostics, stack};
pub use vocabulary::Words;

use formwork_diag::{Diagnostics, Sources};
use formwork_model::{Inputs, Program, SourceFile, check, load};
use formwork_schema::{Artifact, Files, FilesError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files in memory: `dashboard.json`, the folders `api` and `code`, and the given stack files.
#[derive(Default)]
pub struct Memory(BTreeMap<String, Arc<str>>);

impl Memory {
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter();
        Memory(
            files
                .map(|(path, text)| ((*path).to_owned(), (*text).into()))
                .collect(),
        )
    }
}

impl Files for Memory {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, FilesError> {
        if path.starts_with('/') {
            return Err(FilesError::OutsideRoot);
        }
        let mut out: Vec<&str> = from.split('/').collect();
        out.pop();
        for part in path.split('/') {
            match part {
                "." | "" => {}
                ".." => {
                    out.pop().ok_or(FilesError::OutsideRoot)?;
                }
                part => out.push(part),
            }
        }
        Ok(out.join("/").into())
    }

    fn read_text(&self, path: &str) -> Result<Arc<str>, FilesError> {
        match path {
            "dashboard.json" => Ok("{\"widgets\":[]}".into()),
            path => self.0.get(path).cloned().ok_or(FilesError::Missing),
        }
    }

    fn stack_files(&self, path: &str) -> Result<Vec<Arc<str>>, FilesError> {
        let folder = |name: &str| {
            name.rsplit_once('/')
                .map_or("", |(folder, _)| folder)
                .to_owned()
        };
        let found = self
            .0
            .keys()
            .filter(|name| *name == path || folder(name) == path);
        let found: Vec<Arc<str>> = found.map(|name| name.as_str().into()).collect();
        match found.is_empty() {
            true => Err(FilesError::Missing),
            false => Ok(found),
        }
    }

    fn artifact(&self, _: &str) -> Result<Arc<Artifact>, FilesError> {
        Err(FilesError::Missing)
    }

    fn exists(&self, path: &str) -> bool {
        matches!(path, "dashboard.json" | "api" | "code")
    }
}

/// A stack's texts, parsed, checked in every environment; all diagnostics in the order of the files.
pub fn checked(files: &[(&str, &str)]) -> (Sources, Diagnostics, Vec<String>) {
    let words = Words::new();
    let mut sources = Sources::new();
    let (program, mut all) = program(files, &mut sources, &words);
    all.extend(check(&program));
    let stacks = if all.has_errors() {
        Vec::new()
    } else {
        let inputs = Inputs {
            account: Some("000000000000".into()),
            ..Inputs::default()
        };
        let env = |env: &formwork_model::EnvInfo| {
            let (found, diagnostics) = program.evaluate(&env.name, &inputs);
            found.map_or_else(
                || self::diagnostics(&sources, &diagnostics),
                |found| stack(&found),
            )
        };
        program.environments().iter().map(env).collect()
    };
    all.sort();
    (sources, all, stacks)
}

/// The program of some texts and what loading it says, syntax included.
pub fn program<'w>(
    files: &[(&str, &str)],
    sources: &mut Sources,
    words: &'w Words,
) -> (Program<'w>, Diagnostics) {
    let mut all = Diagnostics::new();
    let mut parsed = Vec::new();
    // What lies in a folder is there to be used.
    for (path, text) in files.iter().filter(|(path, _)| !path.contains('/')) {
        let id = sources.add(*path, *text);
        let result = formwork_syntax::parse(id, text);
        all.extend(result.diagnostics);
        parsed.push(SourceFile {
            id,
            path: (*path).into(),
            tree: result.file,
        });
    }
    // The program borrows its files; a test may leave them behind.
    let files: &'static Memory = Box::leak(Box::new(Memory::of(files)));
    let (program, diagnostics) = load(parsed, words, files, sources);
    all.extend(diagnostics);
    (program, all)
}
