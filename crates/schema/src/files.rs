//! How pure stages reach files: through a jail that the caller provides.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a stage may ask of the file system; every path is relative to the stack's root, with `/`.
pub trait Files {
    /// Resolves `path`, written in the file `from` (root-relative), to a root-relative path without `.` and `..`.
    ///
    /// # Errors
    /// The path is absolute or leaves the root.
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, FilesError>;

    /// The text of a file, at most 1 MiB.
    ///
    /// # Errors
    /// The file is missing, leaves the root by a link, is too large or is not UTF-8.
    fn read_text(&self, path: &str) -> Result<Arc<str>, FilesError>;

    /// The stack files directly in a folder, by path, sorted; the file itself if it is one.
    ///
    /// # Errors
    /// Nothing is there, or it leaves the root by a link.
    fn stack_files(&self, path: &str) -> Result<Vec<Arc<str>>, FilesError>;

    /// The content digest of a code folder (or single file), after its ignore rules.
    ///
    /// # Errors
    /// The folder is missing, leaves the root by a link, is too large, or holds nothing.
    fn artifact(&self, path: &str) -> Result<Arc<Artifact>, FilesError>;

    /// Whether a file or folder is there, beneath the root.
    fn exists(&self, path: &str) -> bool;
}

/// Why a file cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// Absolute, or `..` out of the root.
    #[error("the path leaves the stack's root")]
    OutsideRoot,
    /// A symbolic link leads out of the root.
    #[error("a symbolic link leads out of the stack's root")]
    LinkOutsideRoot,
    /// Nothing is there.
    #[error("no such file or folder")]
    Missing,
    /// A folder without a file in it, after the ignore rules.
    #[error("the folder holds no file")]
    Empty,
    /// Larger than allowed; the limit in bytes.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// More files than allowed.
    #[error("more than {limit} files")]
    TooManyFiles {
        /// The limit.
        limit: u64,
    },
    /// Not UTF-8 text.
    #[error("not a text file (UTF-8)")]
    NotText,
    /// The operating system said no.
    #[error("{message}")]
    Io {
        /// What it said.
        message: String,
    },
}

/// Code known by its content: what is zipped, and the digest by which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Root-relative path of the folder or file.
    pub path: Arc<str>,
    /// SHA-256 over the sorted tree of names, modes and contents, in hex.
    pub digest: Arc<str>,
    /// Bytes before compression.
    pub bytes: u64,
    /// The files, sorted by name.
    pub files: Vec<ArtifactFile>,
}

/// A file of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactFile {
    /// Path within the folder, with `/`.
    pub name: Arc<str>,
    /// SHA-256 of its executable bit (`x` or `-`) and its content, first 16 hex digits.
    pub digest: Arc<str>,
}
