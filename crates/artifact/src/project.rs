//! Finding a stack: the files of a path a user gave, and the root they may reach.

use crate::Jail;
use crate::jail::failed;
use formwork_schema::FilesError;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest stack file that is read: 16 MiB.
const FILE_LIMIT: u64 = 16 << 20;

/// What a stack file's name ends in.
const EXTENSION: &str = "stack";

/// The files that make a folder a root, whatever else is in it.
const MARKS: [&str; 2] = ["formwork.root", ".git"];

/// A stack's files and the folders it may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The root, absolute and without links; state lies in its `.formwork`.
    pub root: PathBuf,
    /// The stack's own folder, relative to the root, with `/`; empty if it is the root.
    pub dir: Arc<str>,
    /// The files, sorted by name; at least one.
    pub files: Vec<StackFile>,
}

/// A stack file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackFile {
    /// What people see: the path as it was given, joined with the file's name.
    pub name: Arc<str>,
    /// Its path relative to the root, with `/`.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// Why no stack could be read from a path. Each has a diagnostic: [`ProjectError::diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// Nothing is there.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path as given.
        path: String,
        /// The stack files and folders with stack files that lie where it should.
        near: Vec<String>,
    },
    /// A folder without stack files directly in it.
    #[error("no stack files in `{path}`")]
    NoStackFiles {
        /// The folder as given.
        path: String,
        /// The folders in it that have some.
        below: Vec<String>,
    },
    /// A file that is not named like a stack file.
    #[error("`{path}` is not a stack file")]
    NotAStackFile {
        /// The path as given.
        path: String,
    },
    /// A file that is not UTF-8 text.
    #[error("`{path}` is not a text file")]
    NotText {
        /// The file.
        path: String,
        /// The bytes as text, every wrong one replaced.
        lossy: Arc<str>,
        /// Where in `lossy` the first wrong one stands.
        offset: u32,
    },
    /// A file larger than allowed.
    #[error("`{path}` is larger than {limit} bytes")]
    TooLarge {
        /// The file.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A link that leads out of the root.
    #[error("`{path}` leads out of the stack's root")]
    OutsideRoot {
        /// The link.
        path: String,
        /// The root.
        root: String,
    },
    /// The operating system said no.
    #[error("`{path}` cannot be read: {message}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What it said.
        message: String,
    },
}

/// The root of a path: the nearest folder, from its own upwards, with `formwork.root` or `.git` in it; else its own.
///
/// # Errors
/// Nothing is there, or it cannot be read.
pub fn find_root(path: &Path) -> Result<PathBuf, ProjectError> {
    let own = own_folder(path)?;
    let marked = |folder: &&Path| MARKS.iter().any(|mark| folder.join(mark).exists());
    Ok(own.ancestors().find(marked).unwrap_or(&own).to_owned())
}

/// Reads the stack at a path: one file, or all stack files directly in a folder.
///
/// # Errors
/// See [`ProjectError`].
pub fn load_stack(path: &Path) -> Result<Project, ProjectError> {
    let own = own_folder(path)?;
    let root = find_root(path)?;
    let unreadable = |error: FilesError| unreadable(&shown(path), &error.to_string());
    let jail = Jail::new(&root).map_err(unreadable)?;
    let dir = relative(&root, &own).ok_or_else(|| not_utf8(path))?;
    let names = if path.is_dir() {
        names_in(path)?
    } else {
        vec![file_name(path)?]
    };
    let files = names.iter().map(|name| {
        let shown = if path.is_dir() {
            joined(path, name)
        } else {
            shown(path)
        };
        let place = if dir.is_empty() {
            name.clone()
        } else {
            format!("{dir}/{name}")
        };
        let text = read(&jail, &place, &shown)?;
        Ok(StackFile {
            name: shown.into(),
            path: place.into(),
            text,
        })
    });
    let files = files.collect::<Result<_, _>>()?;
    Ok(Project {
        root,
        dir: dir.into(),
        files,
    })
}

/// The folder a path is or lies in, absolute and without links; the file itself may be a link.
fn own_folder(path: &Path) -> Result<PathBuf, ProjectError> {
    let found = path.metadata().map_err(|error| not_found(path, &error))?;
    let folder = if found.is_dir() { path } else { parent(path) };
    folder
        .canonicalize()
        .map_err(|error| not_found(path, &error))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn not_found(path: &Path, error: &std::io::Error) -> ProjectError {
    match failed(error) {
        FilesError::Missing => ProjectError::Missing {
            path: shown(path),
            near: near(parent(path)),
        },
        _ => unreadable(&shown(path), &error.to_string()),
    }
}

/// Stack files, and folders with stack files in them.
fn near(folder: &Path) -> Vec<String> {
    let mut near: Vec<_> = stack_files(folder)
        .unwrap_or_default()
        .iter()
        .map(|name| joined(folder, name))
        .collect();
    near.extend(stack_folders(folder));
    near
}

fn stack_folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries
        .map(|entry| entry.file_name())
        .filter(|name| stack_files(&folder.join(name)).is_ok_and(|files| !files.is_empty()));
    let mut found: Vec<_> = folders
        .map(|name| joined(folder, &name.to_string_lossy()))
        .collect();
    found.sort();
    found
}

/// The names of the stack files directly in a folder, sorted; those an editor hides with a dot are none.
pub(crate) fn stack_files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name();
        let is_stack = Path::new(&name).extension() == Some(OsStr::new(EXTENSION));
        let Some(text) = name.to_str() else {
            if is_stack {
                let message = format!("the name of {} is not UTF-8", name.to_string_lossy());
                return Err(std::io::Error::new(ErrorKind::InvalidData, message));
            }
            continue;
        };
        if is_stack && !text.starts_with('.') && !folder.join(text).is_dir() {
            names.push(text.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn names_in(folder: &Path) -> Result<Vec<String>, ProjectError> {
    let names =
        stack_files(folder).map_err(|error| unreadable(&shown(folder), &error.to_string()))?;
    if names.is_empty() {
        return Err(ProjectError::NoStackFiles {
            path: shown(folder),
            below: stack_folders(folder),
        });
    }
    Ok(names)
}

fn file_name(path: &Path) -> Result<String, ProjectError> {
    let name = path
        .file_name()
        .and_then(OsStr::to_str)
        .ok_or_else(|| not_utf8(path))?;
    if path.extension() != Some(OsStr::new(EXTENSION)) {
        return Err(ProjectError::NotAStackFile { path: shown(path) });
    }
    Ok(name.to_owned())
}

fn read(jail: &Jail, place: &str, shown: &str) -> Result<Arc<str>, ProjectError> {
    let path = shown.to_owned();
    let bytes = jail.read(place, FILE_LIMIT).map_err(|error| match error {
        FilesError::TooLarge { limit } => ProjectError::TooLarge { path, limit },
        FilesError::LinkOutsideRoot => ProjectError::OutsideRoot {
            path,
            root: jail.root().display().to_string(),
        },
        other => unreadable(shown, &other.to_string()),
    })?;
    text(bytes, shown)
}

/// Reads one text file wherever it lies: for commands that take files, not stacks.
///
/// # Errors
/// It is missing, larger than 16 MiB, not UTF-8 text, or cannot be read.
pub fn read_text(path: &Path) -> Result<Arc<str>, ProjectError> {
    use std::io::Read;
    let refused = |error: std::io::Error| not_found(path, &error);
    let file = std::fs::File::open(path).map_err(refused)?;
    let mut bytes = Vec::new();
    let read = file.take(FILE_LIMIT + 1).read_to_end(&mut bytes);
    let size = read.map_err(refused)?;
    if size as u64 > FILE_LIMIT {
        return Err(ProjectError::TooLarge {
            path: shown(path),
            limit: FILE_LIMIT,
        });
    }
    text(bytes, &shown(path))
}

fn text(bytes: Vec<u8>, shown: &str) -> Result<Arc<str>, ProjectError> {
    match String::from_utf8(bytes) {
        // A zero byte is UTF-8 and yet no text: such a file is binary.
        Ok(text) => match text.find('\0') {
            None => Ok(text.into()),
            Some(at) => Err(not_text(shown, text.into(), at)),
        },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Err(not_text(shown, lossy.into(), at))
        }
    }
}

fn not_text(path: &str, lossy: Arc<str>, at: usize) -> ProjectError {
    ProjectError::NotText {
        path: path.to_owned(),
        lossy,
        // Files are at most 16 MiB.
        offset: u32::try_from(at).unwrap_or(u32::MAX),
    }
}

fn unreadable(path: &str, message: &str) -> ProjectError {
    ProjectError::Unreadable {
        path: path.to_owned(),
        message: message.to_owned(),
    }
}

fn not_utf8(path: &Path) -> ProjectError {
    unreadable(&shown(path), "its path is not UTF-8")
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A folder as it was given joined with a name; `.` adds nothing.
fn joined(folder: &Path, name: &str) -> String {
    if folder == Path::new(".") {
        name.to_owned()
    } else {
        shown(&folder.join(name))
    }
}

/// A path relative to the root, with `/`.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts = parts.map(|part| part.as_os_str().to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

#[cfg(test)]
mod tests;
