//! `fmt`: stack files in their canonical form.

use crate::cli::FmtArgs;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;
use formwork_diag::{Diagnostics, Sources};
use std::path::{Path, PathBuf};

/// Formats files in place, or says which are not in form.
pub(crate) fn run(arguments: &FmtArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let mut unformatted = 0;
    for path in stack_files(&arguments.paths)? {
        let text = match formwork_artifact::read_text(&path) {
            Ok(text) => text,
            Err(error) => {
                diagnostics.push(error.diagnostic(&mut sources));
                continue;
            }
        };
        let id = sources.add(path.display().to_string(), text.clone());
        let formatted = match formwork_syntax::format(id, &text) {
            Ok(formatted) => formatted,
            Err(found) => {
                diagnostics.extend(found);
                continue;
            }
        };
        if *formatted == *text {
            continue;
        }
        unformatted += 1;
        if arguments.diff {
            let difference = similar::TextDiff::from_lines(&*text, formatted.as_str());
            let name = path.display().to_string();
            terminal.print(&difference.unified_diff().header(&name, &name).to_string());
        } else {
            terminal.line(&path.display().to_string());
        }
        if !arguments.check {
            write(&path, &formatted)?;
        }
    }
    if diagnostics.has_errors() {
        return Err(Failure::invalid(sources, diagnostics));
    }
    Ok(if arguments.check && unformatted > 0 {
        Exit::Failed
    } else {
        Exit::Done
    })
}

/// The stack files named, and those directly in the folders named.
fn stack_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| Failure::file(path, &error))?;
        let inside = entries.flatten().map(|entry| entry.path());
        files.extend(
            inside.filter(|file| {
                file.is_file() && file.extension().is_some_and(|end| end == "stack")
            }),
        );
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Replaces a file in one step, so that an interruption leaves the old text or the new one.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let beside = path.with_extension("stack.new");
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Failure::file(path, &error)
    })
}
