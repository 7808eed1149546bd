//! What is written by hand for a kind: values, what must stand beside them, and what is exempt and why.
//!
//! A line is `PATH [= VALUE | VALUE …] [with FIELD = VALUE, …] [except STEP "reason"]`, in this order; a line that
//! begins with white space goes on with the one before; `//` begins a comment. `*.END` stands for every field whose path
//! ends so. `key PATH = NAME` gives the key of a map's entry.

use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

/// What is left out of a field's life, with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exempt {
    /// It can be left out.
    Without,
    /// It can be written at all: what is refused has a message that says what to write.
    Written,
    /// Its change is seen in a plan.
    Visible,
    /// Its documented default is what holds without it.
    Default,
    /// Its change outside is seen.
    Drift,
    /// What is live without it is what was live before.
    Reset,
}

/// What stands beside a field that needs it.
#[derive(Debug, Clone)]
pub(crate) enum Beside {
    Field(String, Tree),
    /// A permit of a lint.
    Allow(String),
}

/// The table of a kind.
#[derive(Debug, Default)]
pub(crate) struct Table {
    lines: BTreeMap<String, Line>,
    keys: BTreeMap<String, String>,
    /// The exemptions that were needed.
    needed: Mutex<BTreeSet<(String, Exempt)>>,
}

#[derive(Debug, Default)]
struct Line {
    values: Vec<Tree>,
    with: Vec<Beside>,
    except: Vec<Exempt>,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let mut table = Table::default();
        let Ok(text) = fs::read_to_string(path) else {
            return table;
        };
        let mut lines: Vec<String> = Vec::new();
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            match lines.last_mut().filter(|_| line.starts_with(' ')) {
                Some(last) => *last = format!("{last} {}", line.trim()),
                None if line.trim().is_empty() => {}
                None => lines.push(line.to_owned()),
            }
        }
        for line in lines {
            table.add(&line);
        }
        table
    }

    fn add(&mut self, text: &str) {
        if let Some(rest) = text.strip_prefix("key ") {
            let (path, key) = rest.split_once(" = ").unwrap();
            self.keys.insert(
                path.trim().to_owned(),
                key.trim().trim_matches('"').to_owned(),
            );
            return;
        }
        let (head, except) = split_once(text, " except ");
        let (head, with) = split_once(head, " with ");
        let (path, values) = split_once(head, " = ");
        let mut line = Line::default();
        if let Some(values) = values {
            line.values = split(values, " | ").into_iter().map(value).collect();
        }
        let mut beside: Vec<String> = Vec::new();
        for part in split(with.unwrap_or_default(), ",") {
            // The reason of a permit belongs to it.
            match beside.last_mut().filter(|_| part.trim().starts_with('"')) {
                Some(last) => *last = format!("{last}, {}", part.trim()),
                None => beside.push(part.trim().to_owned()),
            }
        }
        line.with = beside
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| match part.starts_with("allow ") {
                true => Beside::Allow(part.clone()),
                false => {
                    let (field, text) = split_once(part, " = ");
                    let text = text.unwrap_or_else(|| panic!("no value: {part}"));
                    Beside::Field(field.to_owned(), value(text))
                }
            })
            .collect();
        if let Some(except) = except {
            let (step, reason) = except
                .split_once(' ')
                .unwrap_or_else(|| panic!("no reason: {text}"));
            assert!(reason.trim().len() > 4, "no reason: {text}");
            line.except = step
                .split('+')
                .map(|step| match step {
                    "refused" => Exempt::Written,
                    "without" => Exempt::Without,
                    "visible" => Exempt::Visible,
                    "default" => Exempt::Default,
                    "drift" => Exempt::Drift,
                    "reset" => Exempt::Reset,
                    other => panic!("no such step: {other}"),
                })
                .collect();
        }
        let path = path.trim().to_owned();
        assert!(self.lines.insert(path, line).is_none(), "twice: {text}");
    }

    pub(crate) fn values(&self, path: &str) -> &[Tree] {
        let lines = self.lines_of(path).map(|(_, line)| line.values.as_slice());
        lines
            .into_iter()
            .find(|values| !values.is_empty())
            .unwrap_or(&[])
    }

    pub(crate) fn key(&self, path: &str) -> Option<&str> {
        self.keys.get(path).map(String::as_str)
    }

    /// What must stand beside a field: for those on the way to it first.
    pub(crate) fn beside(&self, path: &str) -> Vec<&Beside> {
        let lines = ways(path).filter_map(|path| self.lines_of(path).next());
        lines.flat_map(|(_, line)| &line.with).collect()
    }

    /// The lines that are about a field: its own, then those of its ending, the longest first.
    fn lines_of(&self, path: &str) -> impl Iterator<Item = (&str, &Line)> {
        let begins = path.match_indices('.').map(|(at, _)| at);
        let ends = begins.map(|at| format!("*{}", &path[at..]));
        let names = [path.to_owned(), format!("*.{path}")]
            .into_iter()
            .chain(ends);
        names.filter_map(|name| {
            let (name, line) = self.lines.get_key_value(&name)?;
            Some((name.as_str(), line))
        })
    }

    /// Whether a step of a field is exempt; it is then noted that this was needed.
    pub(crate) fn excuses(&self, path: &str, step: Exempt) -> bool {
        let first = self.lines_of(path).next();
        let exempt = first.filter(|(_, line)| line.except.contains(&step));
        if let Some((name, _)) = exempt {
            let mut needed = self.needed.lock().unwrap();
            needed.insert((name.to_owned(), step));
        }
        exempt.is_some()
    }

    /// Whether a field, or something it lies in, cannot be written at all.
    pub(crate) fn refuses(&self, path: &str) -> bool {
        ways(path).any(|path| self.excuses(path, Exempt::Written))
    }

    /// The exemptions that nothing needed, and the lines of fields that are not there.
    pub(crate) fn needless(&self, fields: &BTreeSet<&str>) -> Vec<String> {
        let needed = self.needed.lock().unwrap();
        let mut out = Vec::new();
        for (path, line) in &self.lines {
            if !fields.iter().any(|field| means(path, field)) {
                out.push(format!(
                    "the table has a line for `{path}`, which is no field"
                ));
            }
            for step in &line.except {
                if !needed.contains(&(path.clone(), *step)) {
                    out.push(format!("`{path}` need not be exempt from {step:?}"));
                }
            }
        }
        out
    }
}

fn value(text: &str) -> Tree {
    Tree::parse(text).unwrap_or_else(|| panic!("not a value: {text}"))
}

/// Whether a line of this name is about a field, or about what it lies in.
fn means(name: &str, field: &str) -> bool {
    ways(field).any(|way| match name.strip_prefix("*.") {
        Some(end) => way == end || way.ends_with(&name[1..]),
        None => way == name,
    })
}

/// A path and what is on the way to it, outermost first.
fn ways(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('.').map(|(at, _)| at);
    ends.chain([path.len()]).map(|end| &path[..end])
}

/// The parts of a text between separators that stand outside of brackets and strings.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut begin, mut depth, mut quoted, mut escaped) = (0, 0, false, false);
    for (at, c) in text.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && at >= begin && text[at..].starts_with(separator) {
            parts.push(&text[begin..at]);
            begin = at + separator.len();
        }
    }
    parts.push(&text[begin..]);
    parts
}

fn split_once<'t>(text: &'t str, separator: &str) -> (&'t str, Option<&'t str>) {
    let first = split(text, separator)[0];
    (
        first,
        text.get(first.len() + separator.len()..)
            .filter(|_| first.len() < text.len()),
    )
}
