//! The registry of kinds: what each kind's file must give, and how the model asks for it.

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::existing::{self, Lookup};
use crate::foreign;
use crate::images::Image;
use crate::kinds::KINDS;
use crate::lowering::Lowering;
use crate::nodes::{MetricSource, Props};
use crate::rules;
use crate::triggers::{Admission, Caller, Start, Starter, Trigger};
use formwork_catalog::{aws, regions};
use formwork_diag::Span;
use formwork_schema::{
    Address, Catalog, Decl, Foreign, KindSpec, Member, Node, Resource, ResourceType, Vocabulary,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A kind: its words for the model, and its lowering. One value per file of `kinds/`, listed in [`KINDS`].
///
/// Lowering runs in two rounds over all declarations: in [`Kind::wire`] each says what it needs of others
/// (contributions), in [`Kind::lower`] each makes its resources, knowing what others need of it.
pub(crate) trait Kind: Sync {
    /// What users can write and say of it.
    fn spec(&self) -> KindSpec;

    /// First round: contributes to other declarations, or to itself what others decide (statements of its role).
    fn wire(&self, _decl: &Decl, _out: &mut Lowering<'_>) {}

    /// Second round: emits the resources of a declaration.
    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>);

    /// How one is found that is not the stack's; `None` if none can be.
    fn lookup(&self) -> Option<Lookup> {
        None
    }

    /// Emits what is read of one that is not the stack's.
    fn look(&self, decl: &Decl, out: &mut Lowering<'_>) {
        if let Some(lookup) = self.lookup() {
            existing::look(decl, &lookup, out);
        }
    }

    /// After the overrides: what depends on the resources as they finally are, such as a digest of them.
    fn seal(&self, _decl: &Decl, _out: &mut Lowering<'_>) {}

    /// The fields that are main-resource properties under another name, for `ignore_changes`: field and path.
    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The IAM statements of one of its verbs.
    fn statements(&self, _verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        Vec::new()
    }

    /// The verb that lets a role put something into it (`invoke`, `send`, `publish`), if things can be sent to it.
    fn inlet(&self) -> Option<&'static str> {
        None
    }

    /// The ARN at which things are put into it; `None` if nothing can be.
    fn target(&self, _decl: &Decl, _span: Span) -> Option<Node> {
        None
    }

    /// How a service that takes on a role starts it; `None` if it cannot be started so.
    fn start(
        &self,
        decl: &Decl,
        starter: Starter<'_>,
        span: Span,
        out: &mut Lowering<'_>,
    ) -> Option<Start> {
        let props = match starter {
            Starter::Rule(values) => rules::told(Props::new(span), values, span),
            Starter::Scheduler => Props::new(span),
        };
        Some(Start {
            arn: self.target(decl, span)?,
            props,
            statements: out.inlet(&decl.address, span),
        })
    }

    /// Wires one of its events to what it starts.
    fn connect(&self, _trigger: &Trigger<'_>, _out: &mut Lowering<'_>) {}

    /// Lets an AWS service send into a declaration of this kind; `None` if it cannot be a target.
    fn admit(&self, _decl: &Decl, _caller: &Caller, _out: &mut Lowering<'_>) -> Option<Admission> {
        None
    }

    /// First round: takes note that some code was granted `verb`.
    fn granted(&self, _verb: &Member, _out: &mut Lowering<'_>) {}

    /// Whether a resource it made has no such attribute, as a table without a stream has no stream's ARN.
    fn lacks(&self, _resource: &Resource, _property: &str) -> bool {
        false
    }

    /// The container image that a declaration of this kind is; `None` if it is none.
    fn image(&self, _decl: &Decl, _span: Span, _out: &mut Lowering<'_>) -> Option<Image> {
        None
    }

    /// An attribute that is put together of several resources, as the ids of all subnets of a network.
    fn composed(&self, _decl: &Decl, _property: &str, _out: &Lowering<'_>) -> Option<Node> {
        None
    }

    /// Whether the use of `verb` can fire `event`, both of the same declaration.
    fn fires(&self, _verb: &Member, _event: &Member) -> bool {
        false
    }

    /// Whether `event` is the end of what its declaration itself does, and so follows without anybody's permission.
    fn ends(&self, _event: &Member) -> bool {
        false
    }

    /// What its objects are charged for; none if they cost nothing, `None` if nothing is known of that.
    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        None
    }

    /// Where CloudWatch has one of its metrics, for the words at `span`.
    fn metric(
        &self,
        _name: &str,
        _of: &Address,
        _span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        None
    }
}

/// The kind of a name.
pub(crate) fn kind(name: &str) -> Option<&'static dyn Kind> {
    let found = KINDS.binary_search_by_key(&name, |(known, _)| known);
    KINDS.get(found.ok()?).map(|(_, kind)| *kind)
}

/// The vocabulary of this build: its kinds over a catalog of resource types.
pub struct Kinds {
    catalog: &'static dyn Catalog,
    specs: BTreeMap<&'static str, KindSpec>,
    existing: BTreeMap<&'static str, KindSpec>,
    regions: Vec<&'static str>,
}

impl Kinds {
    /// All kinds, over the given resource types; `regions` are the words for regions (`eu_west_1`), sorted.
    pub fn new(catalog: &'static dyn Catalog, regions: Vec<&'static str>) -> Self {
        let specs = KINDS
            .iter()
            .map(|(name, kind)| (*name, kind.spec()))
            .collect();
        let existing = KINDS
            .iter()
            .filter_map(|(name, kind)| Some((*name, existing::spec(*kind)?)));
        Kinds {
            catalog,
            specs,
            existing: existing.collect(),
            regions,
        }
    }

    /// All kinds over the resource types and regions of AWS.
    pub fn aws() -> Self {
        let mut words: Vec<&'static str> = regions().iter().map(|r| r.word.as_str()).collect();
        words.sort_unstable();
        Kinds::new(aws(), words)
    }

    /// All kinds, sorted by name.
    pub fn specs(&self) -> impl Iterator<Item = &KindSpec> {
        self.specs.values()
    }
}

impl Vocabulary for Kinds {
    fn kind(&self, name: &str) -> Option<&KindSpec> {
        self.specs.get(name)
    }

    fn existing(&self, kind: &str) -> Option<&KindSpec> {
        self.existing.get(kind)
    }

    fn kind_names(&self) -> Vec<&str> {
        self.specs.keys().copied().collect()
    }

    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        self.catalog.resource_type(name)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        self.catalog.resource_type_names()
    }

    fn regions(&self) -> Vec<&str> {
        self.regions.clone()
    }

    fn foreign_field(&self, owner: &str, name: &str, known: &[&str]) -> Option<Foreign> {
        foreign::field(owner, name, |field| known.contains(&field))
    }

    fn foreign_word<'m>(&self, word: &str, members: &[&'m str]) -> Option<&'m str> {
        foreign::word(word, members)
    }

    fn foreign_truth(&self, word: &str) -> Option<bool> {
        foreign::truth(word)
    }

    fn foreign_kind(&self, name: &str) -> Option<Foreign> {
        foreign::kind(name, |kind| self.specs.contains_key(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, kind};

    #[test]
    fn every_kind_is_found_by_its_name() {
        for (name, _) in KINDS {
            assert!(kind(name).is_some(), "{name} is not in its place in KINDS");
        }
        assert!(kind("resource").is_none());
    }
}
