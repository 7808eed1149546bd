//! What a resource type is: the shape of its properties from AWS's schema, and what our overlay adds.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Gives resource types by name; implemented by the catalog.
pub trait Catalog: Send + Sync {
    /// A type by its CloudFormation name.
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>>;

    /// All names, sorted.
    fn resource_type_names(&self) -> Vec<&str>;

    /// A rate bucket by its name.
    fn api_family(&self, name: &str) -> Option<ApiFamily>;
}

impl<T: Catalog + ?Sized> Catalog for &T {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        (**self).resource_type(name)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        (**self).resource_type_names()
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        (**self).api_family(name)
    }
}

/// A path into properties, without indices: `Code/S3Bucket`, `Rules/*/Prefix`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub Arc<str>);

impl Path {
    /// The names of the path; `*` stands for every item of a list or map.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The property it begins with.
    pub fn root(&self) -> &str {
        self.0.split('/').next().unwrap_or("")
    }
}

/// A type of AWS object.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceType {
    /// Its CloudFormation name.
    pub name: Arc<str>,
    /// The shape of each property.
    pub properties: Shapes,
    /// Named shapes that others refer to.
    pub definitions: BTreeMap<Arc<str>, Arc<Shape>>,
    /// Properties that must be given.
    pub required: Vec<Arc<str>>,
    /// A change of these replaces the object.
    pub create_only: Vec<Path>,
    /// A change of these may replace it, by AWS's own judgement.
    pub conditional_create_only: Vec<Path>,
    /// Made by AWS, never authored.
    pub read_only: Vec<Path>,
    /// Never read back.
    pub write_only: Vec<Path>,
    /// No longer to be used.
    pub deprecated: Vec<Path>,
    /// The properties whose values, joined by `|`, are its identifier.
    pub primary_identifier: Vec<Path>,
    /// Whether anything of it can be updated in place.
    pub mutable: bool,
    /// How its tags are carried; `None` if it has none.
    pub tags: Option<TagField>,
    /// Rules between properties.
    pub checks: Vec<Check>,
    /// What our overlay adds.
    pub overlay: Overlay,
}

impl ResourceType {
    /// Whether a path of property names is one of `paths` or lies below one of them.
    pub fn covers(paths: &[Path], path: &str) -> bool {
        paths.iter().any(|known| path_matches(&known.0, path))
    }

    /// Follows a reference of shapes to the shape itself.
    pub fn resolve<'a>(&'a self, shape: &'a Arc<Shape>) -> &'a Arc<Shape> {
        let mut shape = shape;
        for _ in 0..16 {
            match &shape.kind {
                ShapeKind::Ref(name) => match self.definitions.get(name) {
                    Some(next) => shape = next,
                    None => return shape,
                },
                _ => return shape,
            }
        }
        shape
    }

    /// Whether its name alone tells an object from all others of its region or account: not where names repeat, nor
    /// where they are unique only within a parent.
    pub fn known_by_name(&self) -> bool {
        let scope = &*self.overlay.name_scope;
        self.overlay.identity != Identity::Marker
            && matches!(scope, "" | "account-region" | "account" | "global")
    }

    /// Whether the type can carry our tags.
    pub fn taggable(&self) -> bool {
        self.tags.is_some()
    }
}

fn path_matches(known: &str, path: &str) -> bool {
    let mut names = path.split('/');
    known.split('/').all(|wanted| {
        names
            .next()
            .is_some_and(|name| wanted == "*" || wanted == name)
    })
}

/// How a type carries tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagField {
    /// The property.
    pub property: Arc<str>,
    /// Its form.
    pub shape: TagShape,
    /// Whether tags can be changed later.
    pub updatable: bool,
}

/// The form of a tag property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagShape {
    /// `[{ Key, Value }]`.
    List,
    /// `{ key: value }`.
    Map,
}

/// The shape of a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// What it is.
    pub kind: ShapeKind,
    /// The only values allowed, if there is a fixed set.
    pub allowed: Vec<Json>,
    /// Least and most of a number.
    pub range: (Option<f64>, Option<f64>),
    /// Least and most of characters of a string, items of a list or entries of a map.
    pub length: (Option<u64>, Option<u64>),
    /// A pattern (ECMA) a string must match.
    pub pattern: Option<Arc<str>>,
    /// What AWS's schema calls the format: often the type and property referred to (`AWS::KMS::Key.Arn`).
    pub format: Option<Arc<str>>,
    /// What AWS takes when it is not given.
    pub default: Option<Json>,
    /// A list without order.
    pub unordered: bool,
    /// A list without repetitions.
    pub unique: bool,
    /// Any further JSON-schema rules (`oneOf`, `requiredXor`, `dependencies`, …), as in AWS's schema.
    pub rules: Option<Arc<Json>>,
}

/// Shapes by property name, in the order of AWS's schema.
pub type Shapes = IndexMap<Arc<str>, Arc<Shape>, FxBuildHasher>;

/// The sorts of shape.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ShapeKind {
    /// Anything, as a policy document.
    #[default]
    Any,
    /// `true`, `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list of one shape.
    List(Arc<Shape>),
    /// Named properties and those that must be given.
    Object {
        /// The properties.
        properties: Shapes,
        /// Those that must be given.
        required: Vec<Arc<str>>,
    },
    /// Any names, one shape of values; the pattern of the names if there is one.
    Map {
        /// The shape of the values.
        values: Arc<Shape>,
        /// The pattern of the names.
        keys: Option<Arc<str>>,
    },
    /// A shape of [`ResourceType::definitions`].
    Ref(Arc<str>),
    /// One of several shapes.
    OneOf(Vec<Arc<Shape>>),
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ShapeKind::Any => f.write_str("any value"),
            ShapeKind::Bool => f.write_str("bool"),
            ShapeKind::Integer => f.write_str("int"),
            ShapeKind::Number => f.write_str("number"),
            ShapeKind::String => f.write_str("string"),
            ShapeKind::List(item) => write!(f, "list({item})"),
            ShapeKind::Object { .. } => f.write_str("object"),
            ShapeKind::Map { values, .. } => write!(f, "map({values})"),
            ShapeKind::Ref(name) => f.write_str(name),
            ShapeKind::OneOf(shapes) => {
                for (at, shape) in shapes.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{shape}")?;
                }
                Ok(())
            }
        }
    }
}

/// A rule between properties, in JSON-schema form as AWS's linter has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: Arc<str>,
    /// The value it speaks of; `None` is the whole object.
    pub at: Option<Path>,
    /// The rule.
    pub rule: Arc<Json>,
}

/// What AWS's schema lacks: hand-written, a source per line.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// Whether this type has a hand-written overlay; otherwise what follows is derived.
    pub written: bool,
    /// How an unfinished create is resolved.
    pub identity: Identity,
    /// The property that is its physical name, if we choose one.
    pub name: Option<Path>,
    /// The most characters of the name.
    pub name_length: usize,
    /// The characters a name may hold, as a regex class body: `a-zA-Z0-9_-`.
    pub name_alphabet: Arc<str>,
    /// The namespace in which the name is unique: `account-region`, `account`, `global`, or a parent property.
    pub name_scope: Arc<str>,
    /// The property that names its parent, for types that live inside another.
    pub parent: Option<Path>,
    /// Attributes made by AWS or known from the name, by property.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// Properties that refer to other objects; several with one path are alternatives.
    pub references: Vec<Reference>,
    /// What a property is set to when it is no longer authored; a property that is not named here is removed.
    pub resets: BTreeMap<Path, Json>,
    /// What AWS fills in when a property is not given, as its reads show it.
    pub defaults: BTreeMap<Path, Json>,
    /// Lists that AWS returns in any order (besides those the schema says).
    pub unordered: Vec<Path>,
    /// Strings that hold JSON and are compared by structure.
    pub json: Vec<Path>,
    /// Lists or maps of which only our entries are ours.
    pub merge: Vec<Path>,
    /// Properties that replace the object although the schema says nothing, or the reverse (`replace = false`).
    pub replace: BTreeMap<Path, bool>,
    /// Whether a replacement creates the new object first (needs another name).
    pub create_first: bool,
    /// Slices of the type with a life of their own.
    pub parts: BTreeMap<Arc<str>, Part>,
    /// Expected time of a create, an update and a delete until settled, in milliseconds.
    pub times: (u32, u32, u32),
    /// How long a create may not be seen by reads and lists, in milliseconds.
    pub window: u32,
    /// The rate bucket of its mutating calls.
    pub family: Arc<str>,
    /// Whether AWS's create call takes over an object of the same name instead of refusing: read it first.
    pub create_overwrites: bool,
    /// Properties that a create leaves as they are where they are set: of an object that all of the account share.
    pub keeps: Vec<Path>,
    /// Whether it holds data that a delete would lose.
    pub data: bool,
    /// Whether the items of that data can be counted by reads (objects of a bucket, messages of a queue), so that it is
    /// known to be empty. What cannot be counted, a disk or a database, is never taken to be.
    pub counted: bool,
    /// Whether a delete is refused while it holds data (bucket with objects, repository with images).
    pub delete_blocked_by_content: bool,
    /// Properties and the values they must have before AWS takes a delete (a queue that is disabled); set by an update
    /// of the object that goes.
    pub before_delete: BTreeMap<Arc<str>, Json>,
}

/// How an unfinished create is resolved; see reliability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// We choose a unique name: read it, check the owner.
    Name,
    /// Part of a parent we own: repeat.
    Upsert,
    /// Repeat with the same token within its lifetime in seconds; later match by tag.
    Token(u32),
    /// List and match our tag or marker.
    Marker,
}

/// Where an attribute's value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// Known at plan: a template of `{account}`, `{region}`, `{partition}`, `{suffix}` (the partition's DNS suffix)
    /// and properties such as `{BucketName}`; see [`Attribute::fill`].
    Template(Arc<str>),
    /// Made by AWS; the template also has `{hex:N}`, `{alnum:N}`, `{upper:N}`, `{digits:N}`, `{uuid}`, `{serial}` for
    /// the simulated cloud to make ids with, and may name other attributes.
    Made(Arc<str>),
}

impl Attribute {
    /// Its template.
    pub fn template(&self) -> &Arc<str> {
        match self {
            Attribute::Template(template) | Attribute::Made(template) => template,
        }
    }

    /// Whether it moves on with every update: a version, a revision.
    pub fn moves(&self) -> bool {
        match self {
            Attribute::Made(template) => {
                &**template == "{serial}" || template.ends_with(":{serial}")
            }
            Attribute::Template(_) => false,
        }
    }

    /// Fills a template: `lookup` gives the text of each `{name}`. `{name|text}` stands for `text` where there is no
    /// such value; `{/name}` begins with exactly one slash, or is nothing. `None` if a value is missing.
    pub fn fill(template: &str, lookup: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, after) = after.split_once('}')?;
            out.push_str(before);
            rest = after;
            let hole = Hole::read(hole);
            let value = lookup(hole.name).or_else(|| hole.default.map(str::to_owned))?;
            if hole.slashed && !value.is_empty() && !value.starts_with('/') {
                out.push('/');
            }
            out.push_str(&value);
        }
        out.push_str(rest);
        Some(out)
    }

    /// What stands between the braces of a template, in order.
    pub fn holes(template: &str) -> impl Iterator<Item = Hole<'_>> {
        let pieces = template.split('{').skip(1);
        pieces.filter_map(|piece| Some(Hole::read(piece.split_once('}')?.0)))
    }
}

/// A place in a template where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole<'t> {
    /// The word or property.
    pub name: &'t str,
    /// What stands there if there is no such value.
    pub default: Option<&'t str>,
    /// Whether the value is to begin with exactly one slash.
    pub slashed: bool,
}

impl<'t> Hole<'t> {
    fn read(text: &'t str) -> Self {
        let (slashed, text) = match text.strip_prefix('/') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (name, default) = match text.split_once('|') {
            Some((name, default)) => (name, Some(default)),
            None => (text, None),
        };
        Hole {
            name,
            default,
            slashed,
        }
    }
}

/// A property that refers to another object.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The property.
    pub path: Path,
    /// The type referred to.
    pub target: Arc<str>,
    /// The property of the target whose value it holds: `Arn`, `RoleName`, or `id`.
    pub property: Arc<str>,
    /// Whether AWS checks, on create and update, that the target exists: the order then matters.
    pub checked: bool,
    /// Whether the target cannot be deleted while this reference stands.
    pub blocks_delete: bool,
    /// Whether only one object at a time can refer to the target in this way: a disk is attached to one server.
    pub exclusive: bool,
}

/// A slice of a type: some of its properties, with an address and life of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The properties of the slice.
    pub properties: Vec<Arc<str>>,
}

/// A rate bucket: a published or assumed limit of an AWS API.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiFamily {
    /// Its name: `lambda`.
    pub name: Arc<str>,
    /// Calls that may be made at once.
    pub burst: f64,
    /// Calls a second over time.
    pub per_second: f64,
}

#[cfg(test)]
mod tests {
    use super::Attribute;

    #[test]
    fn templates_are_filled() {
        let mut lookup = |name: &str| match name {
            "Name" => Some("n".to_owned()),
            "Slashed" => Some("/a/b".to_owned()),
            _ => None,
        };
        let mut fill = |template| Attribute::fill(template, &mut lookup);
        assert_eq!(fill("x:{Path|/}{Name}").as_deref(), Some("x:/n"));
        assert_eq!(fill("p{/Name} p{/Slashed}").as_deref(), Some("p/n p/a/b"));
        assert_eq!(fill("p{/Other|}/{Name}").as_deref(), Some("p/n"));
        assert_eq!(fill("{Other}"), None);
    }
}
