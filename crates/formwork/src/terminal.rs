//! Where output goes: results to standard output, all else to standard error, coloured where that is wanted.

use crate::cli::{ColorChoice, Global};
use crate::failure::Failure;
use crate::views::paint::Paint;
use formwork_diag::{Diagnostics, Severity, Sources, Style, render};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Instant;

/// The two streams and how they are written.
pub(crate) struct Terminal {
    out: BufWriter<io::Stdout>,
    out_color: bool,
    err_color: bool,
    /// Whether a person sees the output as it comes: standard error is a terminal and no CI runs us.
    pub(crate) interactive: bool,
    /// Whether questions can be asked.
    pub(crate) asks: bool,
    /// Say less.
    pub(crate) quiet: bool,
    /// Say more: hints, and how long each step took.
    verbose: bool,
    /// When the step under way began.
    step: Instant,
}

impl Terminal {
    /// Decides by the flags, `NO_COLOR`, `CLICOLOR_FORCE`, `CI` and what the streams are.
    pub(crate) fn new(global: &Global) -> Self {
        let set = |name: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
        };
        let ci = set("CI");
        let color = |terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto => set("CLICOLOR_FORCE") || terminal,
        };
        Terminal {
            out: BufWriter::new(io::stdout()),
            out_color: color(io::stdout().is_terminal()),
            err_color: color(io::stderr().is_terminal()),
            interactive: io::stderr().is_terminal() && !ci,
            asks: io::stdin().is_terminal() && io::stderr().is_terminal() && !ci,
            quiet: global.quiet,
            verbose: global.verbose,
            step: Instant::now(),
        }
    }

    /// Colours for standard output.
    pub(crate) fn paint(&self) -> Paint {
        Paint {
            color: self.out_color,
        }
    }

    /// Colours for standard error.
    pub(crate) fn paint_error(&self) -> Paint {
        Paint {
            color: self.err_color,
        }
    }

    /// Prints a result. A closed pipe ends the output quietly.
    pub(crate) fn print(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
    }

    /// Prints a result with a line end.
    pub(crate) fn line(&mut self, text: &str) {
        self.print(text);
        self.print("\n");
    }

    /// Says something that is not the result; not with `--quiet`.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            self.flush();
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Says what was done since the last step and how long it took; only with `--verbose`.
    pub(crate) fn phase(&mut self, done: &str) {
        if self.verbose {
            let took = self.step.elapsed().as_secs_f64() * 1e3;
            self.flush();
            let _ = writeln!(io::stderr(), "{took:>8.1} ms  {done}");
            self.step = Instant::now();
        }
    }

    /// Draws diagnostics on standard error; hints only with `--verbose`.
    pub(crate) fn diagnostics(&mut self, sources: &Sources, diagnostics: &Diagnostics) {
        self.flush();
        let shown = diagnostics
            .iter()
            .filter(|found| self.verbose || found.severity != Severity::Advice);
        let shown = Diagnostics(shown.cloned().collect());
        let drawn = render(
            sources,
            &shown,
            Style {
                color: self.err_color,
                width: 100,
            },
        );
        let _ = io::stderr().write_all(drawn.as_bytes());
    }

    /// Draws why a command did not succeed.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        self.diagnostics(&failure.sources, &failure.diagnostics);
    }

    /// Asks a question; only "yes" is a yes.
    pub(crate) fn confirm(&mut self, question: &str) -> bool {
        self.flush();
        let _ = write!(io::stderr(), "{question} Only `yes` is a yes: ");
        let _ = io::stderr().flush();
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).is_ok() && answer.trim() == "yes"
    }

    /// Writes what is held back.
    pub(crate) fn flush(&mut self) {
        let _ = self.out.flush();
    }
}
