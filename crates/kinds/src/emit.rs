//! A resource to emit: what a kind says of it, in short words.

use formwork_schema::{Address, Claim, Properties};

/// A resource to emit: what a kind says of it; the rest comes from its declaration.
#[derive(Debug, Clone)]
pub(crate) struct Emit {
    pub(crate) part: Option<String>,
    pub(crate) type_name: &'static str,
    pub(crate) properties: Properties,
    pub(crate) after: Vec<Address>,
    pub(crate) slice: Option<(&'static str, Address)>,
    pub(crate) name_end: Option<&'static str>,
    pub(crate) force: bool,
    pub(crate) title: Option<String>,
    pub(crate) region: Option<&'static str>,
    pub(crate) stays: bool,
    pub(crate) claim: Claim,
    pub(crate) ignored: &'static [&'static str],
}

impl Emit {
    /// The main resource of a declaration.
    pub(crate) fn main(type_name: &'static str, properties: Properties) -> Self {
        Emit {
            part: None,
            type_name,
            properties,
            after: Vec::new(),
            slice: None,
            name_end: None,
            force: false,
            title: None,
            region: None,
            stays: false,
            claim: Claim::Own,
            ignored: &[],
        }
    }

    /// A part of a declaration.
    pub(crate) fn part(
        part: impl Into<String>,
        type_name: &'static str,
        properties: Properties,
    ) -> Self {
        Emit {
            part: Some(part.into()),
            ..Emit::main(type_name, properties)
        }
    }

    /// Says that it is the slice `slice` of `parent`, with a life of its own.
    #[must_use]
    pub(crate) fn slice(mut self, slice: &'static str, parent: Address) -> Self {
        self.slice = Some((slice, parent));
        self
    }

    /// Says what the name must end in that the plan chooses for it.
    #[must_use]
    pub(crate) fn name_end(mut self, end: Option<&'static str>) -> Self {
        self.name_end = end;
        self
    }

    /// Orders it after other resources.
    #[must_use]
    pub(crate) fn after(mut self, addresses: impl IntoIterator<Item = Address>) -> Self {
        self.after.extend(addresses);
        self
    }

    /// Gives it a tag `Name`, which AWS's console shows for what has no name, unless its declaration has one.
    #[must_use]
    pub(crate) fn title(mut self, title: String) -> Self {
        self.title = Some(title);
        self
    }

    /// Puts it into a region whatever its declaration says: where AWS has it there only.
    #[must_use]
    pub(crate) fn region(mut self, region: &'static str) -> Self {
        self.region = Some(region);
        self
    }

    /// Says that it is there already and is only read, found by these properties and the tags of its declaration.
    #[must_use]
    pub(crate) fn looks(mut self) -> Self {
        self.claim = Claim::Look;
        self
    }

    /// Says that all are read that are there and have these properties.
    #[must_use]
    pub(crate) fn looks_for_all(mut self) -> Self {
        self.claim = Claim::LookAll;
        self
    }

    /// Leaves it in the account when it is no longer wanted, whatever the declaration says: others may use it.
    #[must_use]
    pub(crate) fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Leaves differences of these properties alone.
    #[must_use]
    pub(crate) fn ignoring(mut self, properties: &'static [&'static str]) -> Self {
        self.ignored = properties;
        self
    }

    /// Empties it before it is deleted.
    #[must_use]
    pub(crate) fn force(mut self, force: Option<bool>) -> Self {
        self.force = force.unwrap_or(false);
        self
    }
}
