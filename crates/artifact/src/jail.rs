//! The jail: files beneath a root, whatever their names and links say.

use crate::tree;
use formwork_schema::{Artifact, Files, FilesError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest text that `file(…)` reads: 1 MiB.
const TEXT_LIMIT: u64 = 1 << 20;

/// The files beneath a root; content is read once and remembered for the life of the jail.
#[derive(Debug)]
pub struct Jail {
    root: PathBuf,
    texts: Remembered<str>,
    artifacts: Remembered<Artifact>,
}

type Remembered<T> = Mutex<BTreeMap<String, Result<Arc<T>, FilesError>>>;

impl Jail {
    /// A jail at `root`.
    ///
    /// # Errors
    /// The root is not there or is no folder.
    pub fn new(root: &Path) -> Result<Self, FilesError> {
        let root = root.canonicalize().map_err(|error| failed(&error))?;
        if !root.is_dir() {
            return Err(io_error("not a folder"));
        }
        Ok(Jail {
            root,
            texts: Mutex::default(),
            artifacts: Mutex::default(),
        })
    }

    /// The root, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file, at most `limit`.
    pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FilesError> {
        let (file, length) = self.open(path)?;
        if length > limit {
            return Err(FilesError::TooLarge { limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let reading = file.take(limit + 1).read_to_end(&mut bytes);
        reading.map_err(|error| failed(&error))?;
        if bytes.len() as u64 > limit {
            return Err(FilesError::TooLarge { limit });
        }
        Ok(bytes)
    }

    /// Opens a regular file and gives its length.
    fn open(&self, path: &str) -> Result<(File, u64), FilesError> {
        let found = self.locate(path)?;
        // Asked before it is opened: opening a pipe would wait for its other end.
        regular(&found)?;
        let file = File::open(&found).map_err(|error| failed(&error))?;
        // The path may have been exchanged for a link between the check and the opening.
        let again = found.canonicalize().map_err(|error| failed(&error))?;
        if again != found || !same(&file, &found) {
            return Err(FilesError::LinkOutsideRoot);
        }
        let length = file.metadata().map_err(|error| failed(&error))?.len();
        Ok((file, length))
    }

    /// Where a root-relative path leads, every link on its way followed only within the root.
    pub(crate) fn locate(&self, path: &str) -> Result<PathBuf, FilesError> {
        let path = normal("", path)?;
        let mut at = self.root.clone();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at.push(name);
            let found = at.symlink_metadata().map_err(|error| failed(&error))?;
            if found.file_type().is_symlink() {
                at = follow(&self.root, &at)?;
            }
        }
        Ok(at)
    }
}

/// Where a link leads, if that is beneath the root.
pub(crate) fn follow(root: &Path, link: &Path) -> Result<PathBuf, FilesError> {
    let target = link.canonicalize().map_err(|error| failed(&error))?;
    if target.starts_with(root) {
        Ok(target)
    } else {
        Err(FilesError::LinkOutsideRoot)
    }
}

impl Files for Jail {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, FilesError> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        Ok(normal(folder, path)?.into())
    }

    fn read_text(&self, path: &str) -> Result<Arc<str>, FilesError> {
        remembered(&self.texts, path, || {
            let bytes = self.read(path, TEXT_LIMIT)?;
            let text = String::from_utf8(bytes).map_err(|_| FilesError::NotText)?;
            Ok(text.into())
        })
    }

    fn stack_files(&self, path: &str) -> Result<Vec<Arc<str>>, FilesError> {
        let found = self.locate(path)?;
        if !found.is_dir() {
            return Ok(vec![path.into()]);
        }
        let names = crate::project::stack_files(&found).map_err(|error| failed(&error))?;
        let inside = |name: String| match path {
            "" => name,
            folder => format!("{folder}/{name}"),
        };
        Ok(names.into_iter().map(|name| inside(name).into()).collect())
    }

    fn artifact(&self, path: &str) -> Result<Arc<Artifact>, FilesError> {
        remembered(&self.artifacts, path, || {
            tree::artifact(self, path).map(Arc::new)
        })
    }

    fn exists(&self, path: &str) -> bool {
        self.locate(path).is_ok()
    }
}

fn remembered<T: ?Sized>(
    cache: &Remembered<T>,
    path: &str,
    read: impl FnOnce() -> Result<Arc<T>, FilesError>,
) -> Result<Arc<T>, FilesError> {
    // What is in the cache is whole at every moment, also after a panic elsewhere.
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = cache.get(path) {
        return known.clone();
    }
    let found = read();
    cache.insert(path.to_owned(), found.clone());
    found
}

/// The path without `.` and `..`, from `folder`; the same on every system.
fn normal(folder: &str, path: &str) -> Result<String, FilesError> {
    let drive = path.as_bytes().get(1) == Some(&b':')
        && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.starts_with(['/', '\\']) || drive {
        return Err(FilesError::OutsideRoot);
    }
    if path.contains('\0') {
        return Err(FilesError::Missing);
    }
    let mut names: Vec<&str> = Vec::new();
    for name in folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => {
                names.pop().ok_or(FilesError::OutsideRoot)?;
            }
            name => names.push(name),
        }
    }
    Ok(names.join("/"))
}

/// Refuses what is neither file nor folder, and folders.
fn regular(path: &Path) -> Result<(), FilesError> {
    let found = path.symlink_metadata().map_err(|error| failed(&error))?;
    if found.is_file() {
        Ok(())
    } else if found.is_dir() {
        Err(io_error("a folder, not a file"))
    } else {
        Err(io_error("not a regular file"))
    }
}

#[cfg(unix)]
fn same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same(_file: &File, path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|there| there.is_file())
}

/// What an error of the file system means.
pub(crate) fn failed(error: &io::Error) -> FilesError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => FilesError::Missing,
        _ => io_error(&error.to_string()),
    }
}

pub(crate) fn io_error(message: &str) -> FilesError {
    FilesError::Io {
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
