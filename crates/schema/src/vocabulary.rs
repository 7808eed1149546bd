//! What the model asks about kinds: their fields, attributes, permissions, events and metrics.

use crate::{FieldSpec, ResourceType, Type};
use std::sync::Arc;

/// The kinds and resource types of a build, as the model sees them.
pub trait Vocabulary {
    /// A kind by its name.
    fn kind(&self, name: &str) -> Option<&KindSpec>;

    /// What can be written and said of an object of a kind that is only looked up: its fields say which it is. `None`
    /// if the kind is made of several objects that cannot be found again.
    fn existing(&self, _kind: &str) -> Option<&KindSpec> {
        None
    }

    /// All kind names, sorted, for "did you mean" and completion.
    fn kind_names(&self) -> Vec<&str>;

    /// A resource type by its CloudFormation name (`AWS::S3::Bucket`).
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>>;

    /// All resource type names, sorted.
    fn resource_type_names(&self) -> Vec<&str>;

    /// All region words (`eu_west_1`), sorted.
    fn regions(&self) -> Vec<&str>;

    /// What a field or argument of another tool is here; `known` are the names that `owner` has.
    fn foreign_field(&self, _owner: &str, _name: &str, _known: &[&str]) -> Option<Foreign> {
        None
    }

    /// The one of `members` that a word or call of another tool stands for.
    fn foreign_word<'m>(&self, _word: &str, _members: &[&'m str]) -> Option<&'m str> {
        None
    }

    /// What another tool's word says of yes and no.
    fn foreign_truth(&self, _word: &str) -> Option<bool> {
        None
    }

    /// What a kind or statement of another tool is here.
    fn foreign_kind(&self, _name: &str) -> Option<Foreign> {
        None
    }
}

/// What another tool's name is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It has this name here.
    Name(&'static str),
    /// It has none; this is what to do instead.
    Advice(&'static str),
}

/// A kind: what users can write in its block and say of it elsewhere.
#[derive(Debug, Clone)]
pub struct KindSpec {
    /// Its word.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its own fields; those that every kind has (`protect`, `tags`, …) are added by the model.
    pub fields: Vec<FieldSpec>,
    /// What can be read of it: `uploads.arn`.
    pub attributes: Vec<AttributeSpec>,
    /// What code may be allowed to do with it.
    pub verbs: Vec<VerbSpec>,
    /// What it can start.
    pub events: Vec<EventSpec>,
    /// What an alarm can watch of it.
    pub metrics: Vec<MetricSpec>,
    /// Whether it has a price, and so a `usage` block.
    pub usage: Option<Type>,
}

/// An attribute of a kind.
#[derive(Debug, Clone)]
pub struct AttributeSpec {
    /// Its name in the language.
    pub name: &'static str,
    /// Its type; optional if the lowered part may not be there.
    pub ty: Type,
    /// The lowered part it is read from; `None` is the main resource.
    pub part: Option<&'static str>,
    /// The CloudFormation property it is, or `id`.
    pub property: &'static str,
    /// One sentence.
    pub doc: &'static str,
}

/// A permission of a kind.
#[derive(Debug, Clone)]
pub struct VerbSpec {
    /// Its name.
    pub name: &'static str,
    /// Its parameters; the first is positional (`index("by_status")`), the rest named.
    pub parameters: Vec<FieldSpec>,
    /// Verbs reached through it: `index("…").read`.
    pub nested: Vec<&'static str>,
    /// One sentence.
    pub doc: &'static str,
}

/// An event of a kind.
#[derive(Debug, Clone)]
pub struct EventSpec {
    /// Its name.
    pub name: &'static str,
    /// Its named parameters.
    pub parameters: Vec<FieldSpec>,
    /// One sentence.
    pub doc: &'static str,
}

/// A metric of a kind.
#[derive(Debug, Clone)]
pub struct MetricSpec {
    /// Its name.
    pub name: &'static str,
    /// The type of a limit for it (`1%`, `500ms`, a number).
    pub limit: Type,
    /// One sentence.
    pub doc: &'static str,
}
