//! How a command ends when it does not succeed: an exit code, and diagnostics that say why.

use formwork_diag::{Code, Diagnostic, Diagnostics, Severity, Sources};

/// The exit codes of the command, as docs/cli.md lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// There are changes (`--detailed-exitcode`).
    Changes = 2,
    /// The stack is not valid.
    Invalid = 3,
    /// Applied in part; the state is saved.
    Partial = 4,
    /// A policy or guard said no.
    Refused = 5,
    /// Another process holds the lock.
    Locked = 6,
    /// The saved plan is stale.
    Stale = 7,
    /// Not signed in, or not allowed, before anything was done.
    NotAllowed = 8,
    /// Bad usage.
    Usage = 64,
    /// Our bug.
    Bug = 101,
    /// Interrupted; the state is saved.
    Interrupted = 130,
}

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// The texts that the diagnostics point into.
    pub(crate) sources: Sources,
    /// What is wrong.
    pub(crate) diagnostics: Diagnostics,
}

impl Failure {
    /// A failure that is about no text.
    pub(crate) fn new(exit: Exit, code: Code, message: impl Into<String>) -> Self {
        let diagnostic = Diagnostic::new(code, Severity::Error, message);
        Failure {
            exit,
            sources: Sources::new(),
            diagnostics: Diagnostics(vec![diagnostic]),
        }
    }

    /// Adds help to the last diagnostic.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(last) = self.diagnostics.0.last_mut() {
            last.help = Some(help.into());
        }
        self
    }

    /// The stack is not valid.
    pub(crate) fn invalid(sources: Sources, diagnostics: Diagnostics) -> Self {
        Failure {
            exit: Exit::Invalid,
            sources,
            diagnostics,
        }
    }

    /// An address on the command line that is none.
    pub(crate) fn address(error: &formwork_schema::AddressError) -> Self {
        Self::new(Exit::Usage, Code("usage::address"), error.to_string())
            .help("`formwork expand` lists the addresses of a stack, `formwork state list` those of its state")
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(
            Exit::Failed,
            Code("file::io"),
            format!("{}: {error}", path.display()),
        )
        .help("check that the folder is there, and that you may read and write in it")
    }
}
