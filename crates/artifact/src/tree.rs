//! Code known by its content: which files of a folder belong to it, and the digest of them all.
//!
//! The digest covers names, executable bits and contents, and nothing else: not times, owners, other permissions, the
//! order of the file system, or the bytes of an archive, which change with the version of a compressor.

use crate::Jail;
use crate::jail::{failed, follow, io_error};
use formwork_schema::{Artifact, ArtifactFile, FilesError};
use ignore::{DirEntry, WalkBuilder};
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What AWS Lambda takes unzipped, layers included: 250 MiB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(crate) const BYTES_LIMIT: u64 = 250 << 20;

/// More files than any package of 250 MiB sensibly has; keeps a link to a huge tree from being walked to its end.
const FILES_LIMIT: u64 = 100_000;

/// The file of further rules, in the form of a `.gitignore`.
const RULES: &str = ".formworkignore";

/// Names that never belong to code: traces of tools, and the rules themselves.
const LEFT_OUT: [&str; 12] = [
    ".DS_Store",
    ".formwork",
    ".git",
    ".hg",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".venv",
    "__pycache__",
    "Thumbs.db",
    RULES,
];

/// A file of a tree.
pub(crate) struct Leaf {
    /// Its path within the tree, with `/`.
    name: String,
    path: PathBuf,
}

/// Reads the artifact at a root-relative path.
pub(crate) fn artifact(jail: &Jail, path: &str) -> Result<Artifact, FilesError> {
    let top = jail.locate(path)?;
    let leaves = if top.is_dir() {
        leaves(jail, &top)?
    } else {
        vec![single(path, top)]
    };
    if leaves.is_empty() {
        return Err(FilesError::Empty);
    }
    let mut digest = TreeDigest::new();
    let mut bytes = 0;
    let mut files = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let content = digest_file(&leaf.path, BYTES_LIMIT - bytes)?;
        bytes += content.bytes;
        digest.add(&leaf.name, &content.digest);
        files.push(ArtifactFile {
            name: leaf.name.into(),
            digest: content.short().into(),
        });
    }
    Ok(Artifact {
        path: path.into(),
        digest: digest.finish().into(),
        bytes,
        files,
    })
}

/// The one file of an artifact that is no folder, under its own name.
fn single(path: &str, top: PathBuf) -> Leaf {
    let name = path.rsplit('/').next().unwrap_or(path);
    Leaf {
        name: name.to_owned(),
        path: top,
    }
}

/// The files of a folder after its rules, sorted by name.
fn leaves(jail: &Jail, top: &Path) -> Result<Vec<Leaf>, FilesError> {
    plain_rules(top)?;
    let root = jail.root().to_owned();
    let refused = Arc::new(Mutex::new(None));
    let refusing = Arc::clone(&refused);
    let mut walk = WalkBuilder::new(top);
    walk.standard_filters(false)
        .add_custom_ignore_filename(RULES)
        .follow_links(true)
        // Asked of a folder before anything in it is read, its rules included.
        .filter_entry(move |entry| {
            admit(&root, entry).unwrap_or_else(|error| {
                let mut refusing = refusing.lock().unwrap_or_else(PoisonError::into_inner);
                refusing.get_or_insert(error);
                false
            })
        });
    let mut leaves = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| walk_failed(&error))?;
        if let Some(error) = entry.error() {
            return Err(io_error(&format!("{RULES}: {error}")));
        }
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir()) {
            continue;
        }
        let name = name_within(top, entry.path())?;
        if !kind.is_some_and(|kind| kind.is_file()) {
            return Err(io_error(&format!("{name}: not a regular file")));
        }
        if leaves.len() as u64 >= FILES_LIMIT {
            return Err(FilesError::TooManyFiles { limit: FILES_LIMIT });
        }
        leaves.push(Leaf {
            name,
            path: entry.into_path(),
        });
    }
    let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = refused.take() {
        return Err(error);
    }
    leaves.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(leaves)
}

/// Whether a file or folder may belong to code; an error if it may not even be looked at.
fn admit(root: &Path, entry: &DirEntry) -> Result<bool, FilesError> {
    if entry.depth() == 0 {
        return Ok(true);
    }
    if !belongs(entry) {
        return Ok(false);
    }
    if entry.path_is_symlink() {
        follow(root, entry.path())?;
    }
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        plain_rules(entry.path())?;
    }
    Ok(true)
}

/// Refuses a folder whose rules are a link or something else that is no file: they are read before the walk could tell.
fn plain_rules(folder: &Path) -> Result<(), FilesError> {
    match folder.join(RULES).symlink_metadata() {
        Ok(rules) if !rules.is_file() => Err(io_error(&format!("{RULES}: not a regular file"))),
        _ => Ok(()),
    }
}

/// Whether a name may belong to code at all.
fn belongs(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let extension = Path::new(name).extension();
    let compiled = extension.is_some_and(|extension| extension == "pyc" || extension == "pyo");
    let parent = entry.path().parent();
    let cache = name == ".cache" && parent.is_some_and(|parent| parent.ends_with("node_modules"));
    !(compiled || cache || LEFT_OUT.iter().any(|left_out| name == *left_out))
}

fn name_within(top: &Path, path: &Path) -> Result<String, FilesError> {
    let mut name = String::new();
    for part in path.strip_prefix(top).unwrap_or(path).components() {
        let Some(part) = part.as_os_str().to_str() else {
            let shown = path.to_string_lossy();
            return Err(io_error(&format!("{shown}: the name is not UTF-8")));
        };
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(part);
    }
    Ok(name)
}

fn walk_failed(error: &ignore::Error) -> FilesError {
    match error.io_error() {
        // A link to nothing; a file removed in this moment is the same to us.
        Some(io) if io.kind() == ErrorKind::NotFound => io_error(&format!("{error}")),
        Some(io) => match failed(io) {
            FilesError::Io { .. } => io_error(&error.to_string()),
            other => other,
        },
        None => io_error(&error.to_string()),
    }
}

/// What is known of a file's content.
pub(crate) struct Content {
    pub(crate) bytes: u64,
    digest: [u8; 32],
}

impl Content {
    /// The first 16 hex digits of the digest, as lists of files show it.
    pub(crate) fn short(&self) -> String {
        let mut text = hex(&self.digest);
        text.truncate(16);
        text
    }

    pub(crate) fn of(executable: Executable, bytes: &[u8]) -> Self {
        let mut hasher = executable.hasher();
        hasher.update(bytes);
        Content {
            bytes: bytes.len() as u64,
            digest: hasher.finalize().into(),
        }
    }
}

/// Whether a file's owner may execute it: all that is kept of its permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Executable {
    Yes,
    No,
}

impl Executable {
    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o100 == 0 {
            Executable::No
        } else {
            Executable::Yes
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_metadata: &Metadata) -> Self {
        Executable::No
    }

    fn hasher(self) -> Sha256 {
        let mut hasher = Sha256::new();
        hasher.update(match self {
            Executable::Yes => b"x",
            Executable::No => b"-",
        });
        hasher
    }
}

fn digest_file(path: &Path, limit: u64) -> Result<Content, FilesError> {
    let too_large = || FilesError::TooLarge { limit: BYTES_LIMIT };
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    let metadata = file.metadata().map_err(|error| failed(&error))?;
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut hasher = Executable::of(&metadata).hasher();
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut buffer).map_err(|error| failed(&error))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        bytes += count as u64;
        if bytes > limit {
            return Err(too_large());
        }
        hasher.update(read);
    }
    Ok(Content {
        bytes,
        digest: hasher.finalize().into(),
    })
}

/// The digest of a tree, from its files in order of their names.
pub(crate) struct TreeDigest(Sha256);

impl TreeDigest {
    pub(crate) fn new() -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"formwork tree 1\n");
        TreeDigest(hasher)
    }

    pub(crate) fn add(&mut self, name: &str, content: &[u8; 32]) {
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update(content);
    }

    pub(crate) fn add_content(&mut self, name: &str, content: &Content) {
        self.add(name, &content.digest);
    }

    /// The digest in hex.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

#[cfg(test)]
mod tests;
