//! `init`: a new folder with one of the examples in it.

use crate::cli::InitArgs;
use crate::embedded::BLUEPRINTS;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;
use formwork_diag::{Code, nearest};
use std::collections::BTreeSet;
use std::path::Path;

/// Writes the files of a blueprint; without one, lists them.
pub(crate) fn run(arguments: &InitArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let Some(blueprint) = &arguments.blueprint else {
        terminal.line("Blueprints (`formwork init FOLDER --blueprint NAME`):");
        for name in names() {
            terminal.line(&format!("  {name:18}  {}", about(name)));
        }
        return Ok(Exit::Done);
    };
    let files = files(blueprint);
    if files.is_empty() {
        return Err(unknown(blueprint));
    }
    refuse_existing(&arguments.path, &files)?;
    for (name, content) in &files {
        write(&arguments.path.join(name), content)?;
    }
    let marker = arguments.path.join("formwork.root");
    if !marker.exists() {
        write(&marker, b"")?;
    }
    let folder = arguments.path.display();
    terminal.line(&format!("Made {} files in {folder}. Next:", files.len()));
    let stack = match first_stack(&files) {
        "" => folder.to_string(),
        below => format!("{folder}/{below}"),
    };
    terminal.line(&format!("  formwork plan {stack} --provider mock"));
    Ok(Exit::Done)
}

fn names() -> BTreeSet<&'static str> {
    BLUEPRINTS
        .iter()
        .filter_map(|(file, _)| file.split_once('/'))
        .map(|(name, _)| name)
        .collect()
}

/// The documentation of the blueprint's first stack.
fn about(name: &str) -> &'static str {
    let files = files(name);
    let main = Path::new(first_stack(&files)).join("main.stack");
    let main = files.iter().find(|(file, _)| Path::new(file) == main);
    let text = main.map_or("", |(_, content)| {
        std::str::from_utf8(content).unwrap_or("")
    });
    let documented = text.lines().find_map(|line| line.strip_prefix("/// "));
    documented.unwrap_or("")
}

/// The folder of the stack that is applied first: the one that uses no other.
fn first_stack(files: &[(&'static str, &'static [u8])]) -> &'static str {
    let uses = |content: &[u8]| {
        let text = std::str::from_utf8(content).unwrap_or("");
        text.lines()
            .any(|line| line.starts_with("use ") && !line.starts_with("use {"))
    };
    let mains = files.iter().filter_map(|(file, content)| {
        let folder = file.strip_suffix("main.stack")?;
        Some((uses(content), folder.trim_end_matches('/')))
    });
    mains.min().map_or("", |(_, folder)| folder)
}

fn files(blueprint: &str) -> Vec<(&'static str, &'static [u8])> {
    let below = |(file, content): &(&'static str, &'static [u8])| {
        let (name, rest) = file.split_once('/')?;
        (name == blueprint).then_some((rest, *content))
    };
    BLUEPRINTS.iter().filter_map(below).collect()
}

/// Nothing that is there is ever overwritten.
fn refuse_existing(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), Failure> {
    let there = files
        .iter()
        .map(|(name, _)| folder.join(name))
        .find(|path| path.exists());
    match there {
        Some(path) => Err(Failure::new(
            Exit::Refused,
            Code("init::exists"),
            format!(
                "{} is there already, and nothing was written",
                path.display()
            ),
        )
        .help("name another folder: `formwork init FOLDER --blueprint NAME`")),
        None => Ok(()),
    }
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    std::fs::write(path, content).map_err(|error| Failure::file(path, &error))
}

fn unknown(blueprint: &str) -> Failure {
    let message = format!("there is no blueprint `{blueprint}`");
    let failure = Failure::new(Exit::Usage, Code("usage::blueprint"), message);
    let all = names().into_iter().collect::<Vec<_>>().join(", ");
    match nearest(blueprint, names()) {
        Some(near) => failure.help(format!("did you mean `{near}`? There are: {all}")),
        None => failure.help(format!("there are: {all}")),
    }
}
