//! Colours of the terminal, never the only carrier of a meaning.

/// Whether and how text is coloured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    /// Whether ANSI colours are written.
    pub(crate) color: bool,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// What is added.
    pub(crate) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What changes.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// What is lost.
    pub(crate) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// What stands back.
    pub(crate) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// What stands out.
    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }
}
