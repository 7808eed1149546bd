//! Everything the pure stages see of the file system: a stack's files, its jail, and the content of its code.
//!
//! In: the path a user gave. Out: the texts of the stack, [`Jail`] for whatever they name beneath the root, the
//! [`Artifact`](formwork_schema::Artifact) of a code folder by its content, and the same bytes of a zip for it each
//! time. Nothing above the root is read, by `..`, by an absolute path or by a symbolic link.

mod archive;
mod changes;
mod errors;
mod jail;
mod project;
mod tree;

pub use archive::{ArchiveError, zip};
pub use changes::{ChangedFiles, changed_files};
pub use jail::Jail;
pub use project::{Project, ProjectError, StackFile, find_root, load_stack, read_text};
