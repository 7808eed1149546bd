//! What a test may switch: the forms in which reads differ from what was written, replication lag, throttling.

use std::collections::BTreeSet;

/// How a simulated cloud behaves. The default is what users get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The ways in which reads differ from what was written.
    pub read_forms: BTreeSet<ReadForm>,
    /// Whether reads and lists lag behind creates by the type's consistency window.
    pub lag: Lag,
    /// What a call does that finds its rate bucket empty.
    pub throttling: Throttling,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            read_forms: ReadForm::ALL.into_iter().collect(),
            lag: Lag::Off,
            throttling: Throttling::Wait,
        }
    }
}

impl Settings {
    /// The same without one form of reads, so that a test can show that something depends on it.
    #[must_use]
    pub fn without(mut self, form: ReadForm) -> Self {
        self.read_forms.remove(&form);
        self
    }

    /// The same with replication lag.
    #[must_use]
    pub fn lagging(mut self) -> Self {
        self.lag = Lag::On;
        self
    }

    /// The same, refusing calls above the published rates instead of letting them wait.
    #[must_use]
    pub fn refusing(mut self) -> Self {
        self.throttling = Throttling::Refuse;
        self
    }
}

/// A way in which a read differs from what was written, as AWS's reads do.
///
/// Write-only properties are not among them: they are never stored, so no switch can bring them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadForm {
    /// Properties that were not given are shown with AWS's default.
    Defaults,
    /// Lists without order come back in another order.
    Order,
    /// Strings that hold JSON come back with other spaces and another order of keys.
    Json,
    /// Policy documents show lists of one entry as that entry, everyone as `{"AWS": "*"}` and an account as its root.
    Policy,
    /// What AWS makes (ARNs, ids, dates) is shown.
    ReadOnly,
    /// Numbers that may have a fraction come back with one: `100` as `100.0`.
    Numbers,
    /// Optional lists and objects without entries are left out.
    Empty,
    /// A word that has two spellings comes back in the other one: `FARGATE` for `fargate`.
    Case,
}

impl ReadForm {
    /// Every form.
    pub const ALL: [ReadForm; 8] = [
        ReadForm::Defaults,
        ReadForm::Order,
        ReadForm::Json,
        ReadForm::Policy,
        ReadForm::ReadOnly,
        ReadForm::Numbers,
        ReadForm::Empty,
        ReadForm::Case,
    ];
}

/// Whether reads, lists and references see an object only after its type's consistency window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// A create is seen at once.
    Off,
    /// A create is seen after the window.
    On,
}

/// What a call does that finds its rate bucket empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttling {
    /// It moves the virtual clock until there is room.
    Wait,
    /// It is refused, with the time after which there is room.
    Refuse,
}
