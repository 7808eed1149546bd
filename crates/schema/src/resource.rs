//! Resources: what declarations are lowered to, with CloudFormation properties that may not be known yet.

use crate::{Address, Artifact, Deferred, Op, Piece};
use formwork_diag::Span;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde_json::{Map, Number, Value as Json};
use std::sync::Arc;

/// Properties by CloudFormation name.
pub type Properties = IndexMap<Arc<str>, Node, FxBuildHasher>;

/// One object of AWS to be, or a part (a slice of a type) with a life of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its address; the part names it below its declaration.
    pub address: Address,
    /// Its CloudFormation type: `AWS::Lambda::Function`.
    pub type_name: Arc<str>,
    /// The slice of the type, if it is a part such as `notifications`; its properties are only those of the slice,
    /// and `parent` is the object it is a slice of.
    pub slice: Option<Arc<str>>,
    /// The resource this one is a slice of.
    pub parent: Option<Address>,
    /// The addresses it may have had before, newest first: an object there is taken over, not deleted.
    pub was: Vec<Address>,
    /// What the name that the plan chooses for it must end in: `.fifo`.
    pub name_end: Option<Arc<str>>,
    /// Its region by its AWS name.
    pub region: Arc<str>,
    /// What was authored, by property name.
    pub properties: Properties,
    /// Resources that must be done before it although no value is read from them. Never makes a value unknown.
    pub after: Vec<Address>,
    /// Tags to carry, besides the `formwork:` ones that the plan adds.
    pub tags: Vec<(Arc<str>, Node)>,
    /// Refuses replacement and deletion.
    pub protect: bool,
    /// Leaves the object in the account when it is taken out of the file.
    pub retain: bool,
    /// Property paths whose drift is left alone, from the property name down: `Code.ZipFile`.
    pub ignore_changes: Vec<Arc<str>>,
    /// Empties the object before it is deleted, where the type can hold data.
    pub force: bool,
    /// What the stack has to do with the object.
    pub claim: Claim,
    /// Where its declaration's name stands.
    pub span: Span,
}

/// What a stack has to do with an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Claim {
    /// The stack makes, changes and deletes it.
    #[default]
    Own,
    /// It is there already, and becomes the stack's.
    Adopt {
        /// Its identifier or its name, as written.
        id: Arc<str>,
        /// Where that is written.
        span: Span,
    },
    /// It is there, is found by its properties and tags, and is only read.
    Look,
    /// All that are there with such properties and tags; an attribute of them is a list.
    LookAll,
}

impl Claim {
    /// Whether the object is only read.
    pub fn looks(&self) -> bool {
        matches!(self, Claim::Look | Claim::LookAll)
    }
}

/// A property value and where it was written (for what the lowering added: the declaration's name).
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub prop: Prop,
    /// Where it was written.
    pub span: Span,
}

/// What a property value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Prop {
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// An object or map.
    Map(Properties),
    /// Code, known by its digest; as JSON `{"$artifact": {…}}`.
    Artifact(Arc<Artifact>),
    /// Not known yet.
    Deferred(Arc<Deferred>),
}

impl From<&str> for Prop {
    fn from(text: &str) -> Self {
        Prop::String(text.into())
    }
}

impl From<i64> for Prop {
    fn from(number: i64) -> Self {
        Prop::Number(number.into())
    }
}

impl From<bool> for Prop {
    fn from(value: bool) -> Self {
        Prop::Bool(value)
    }
}

/// Gives the values that are not known to the language.
pub trait Resolver {
    /// The value of a property of a lowered resource; `None` while it is not known.
    fn attribute(&self, of: &Address, property: &str) -> Option<Json>;

    /// The account, 12 digits; `None` while it is not known.
    fn account(&self) -> Option<Arc<str>>;
}

/// Why a value has no JSON form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Something it needs is not known yet: the resource and its property (`None`: the account).
    #[error("not known yet")]
    Unknown(Option<(Address, Arc<str>)>),
    /// A member of the language was used on a value it does not fit.
    #[error("{0}")]
    Member(#[from] crate::MemberError),
}

impl Node {
    /// A node written at `span`.
    pub fn new(prop: impl Into<Prop>, span: Span) -> Self {
        Node {
            prop: prop.into(),
            span,
        }
    }

    /// A reference to a property of a lowered resource.
    pub fn attribute(of: Address, property: &str, span: Span) -> Self {
        let deferred = Deferred::Attribute {
            of,
            property: property.into(),
        };
        Node {
            prop: Prop::Deferred(Arc::new(deferred)),
            span,
        }
    }

    /// A map node of the given properties.
    pub fn map<'a>(items: impl IntoIterator<Item = (&'a str, Node)>, span: Span) -> Self {
        let map = items
            .into_iter()
            .map(|(name, node)| (Arc::from(name), node))
            .collect();
        Node {
            prop: Prop::Map(map),
            span,
        }
    }

    /// A list node.
    pub fn list(items: impl IntoIterator<Item = Node>, span: Span) -> Self {
        Node {
            prop: Prop::List(items.into_iter().collect()),
            span,
        }
    }

    /// Makes a node tree of known JSON, all at one place.
    pub fn from_json(json: &Json, span: Span) -> Option<Self> {
        let prop = match json {
            Json::Null => return None,
            Json::Bool(value) => Prop::Bool(*value),
            Json::Number(number) => Prop::Number(number.clone()),
            Json::String(text) => Prop::String(text.as_str().into()),
            Json::Array(items) => Prop::List(
                items
                    .iter()
                    .filter_map(|item| Node::from_json(item, span))
                    .collect(),
            ),
            Json::Object(map) => Prop::Map(
                map.iter()
                    .filter_map(|(name, value)| {
                        Some((name.as_str().into(), Node::from_json(value, span)?))
                    })
                    .collect(),
            ),
        };
        Some(Node { prop, span })
    }

    /// Calls `visit` with every resource property this value needs.
    pub fn attributes(&self, visit: &mut dyn FnMut(&Address, &Arc<str>)) {
        match &self.prop {
            Prop::Bool(_) | Prop::Number(_) | Prop::String(_) | Prop::Artifact(_) => {}
            Prop::List(items) => items.iter().for_each(|item| item.attributes(visit)),
            Prop::Map(map) => map.values().for_each(|value| value.attributes(visit)),
            Prop::Deferred(deferred) => deferred.attributes(visit),
        }
    }

    /// The value as JSON, with everything known filled in.
    ///
    /// # Errors
    /// Something it needs is not known yet, or a member does not fit the value it got.
    pub fn to_json(&self, resolver: &dyn Resolver) -> Result<Json, ResolveError> {
        Ok(match &self.prop {
            Prop::Bool(value) => Json::Bool(*value),
            Prop::Number(number) => Json::Number(number.clone()),
            Prop::String(text) => Json::String(text.to_string()),
            Prop::List(items) => Json::Array(
                items
                    .iter()
                    .map(|item| item.to_json(resolver))
                    .collect::<Result<_, _>>()?,
            ),
            Prop::Map(map) => {
                let mut out = Map::new();
                for (name, node) in map {
                    out.insert(name.to_string(), node.to_json(resolver)?);
                }
                Json::Object(out)
            }
            Prop::Artifact(artifact) => artifact_json(artifact),
            Prop::Deferred(deferred) => deferred.to_json(resolver)?,
        })
    }
}

/// An artifact as properties carry it: `{"$artifact": {path, digest, bytes, files}}`.
fn artifact_json(artifact: &Artifact) -> Json {
    let files = artifact.files.iter().map(|file| {
        let mut map = Map::new();
        map.insert("name".into(), Json::String(file.name.to_string()));
        map.insert("digest".into(), Json::String(file.digest.to_string()));
        Json::Object(map)
    });
    let mut inner = Map::new();
    inner.insert("path".into(), Json::String(artifact.path.to_string()));
    inner.insert("digest".into(), Json::String(artifact.digest.to_string()));
    inner.insert("bytes".into(), Json::Number(artifact.bytes.into()));
    inner.insert("files".into(), Json::Array(files.collect()));
    let mut outer = Map::new();
    outer.insert("$artifact".into(), Json::Object(inner));
    Json::Object(outer)
}

impl Deferred {
    /// The value as JSON.
    ///
    /// # Errors
    /// Something it needs is not known yet, or a member does not fit the value it got.
    pub fn to_json(&self, resolver: &dyn Resolver) -> Result<Json, ResolveError> {
        match self {
            Deferred::Attribute { of, property } => resolver
                .attribute(of, property)
                .ok_or_else(|| ResolveError::Unknown(Some((of.clone(), property.clone())))),
            Deferred::Account => {
                let account = resolver.account().ok_or(ResolveError::Unknown(None))?;
                Ok(Json::String(account.to_string()))
            }
            Deferred::Output { .. } => Err(ResolveError::Unknown(None)),
            Deferred::Concat(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Value(value) => out.push_str(&shown(&value.to_json(resolver)?)),
                    }
                }
                Ok(Json::String(out))
            }
            Deferred::Apply {
                op: Op::Otherwise,
                on,
                ..
            } => on.to_json(resolver),
            Deferred::Apply { op, on, arguments } => {
                let on = on.to_json(resolver)?;
                let arguments: Vec<Json> = arguments
                    .iter()
                    .map(|a| a.to_json(resolver))
                    .collect::<Result<_, _>>()?;
                Ok(op.apply(&on, &arguments)?)
            }
            Deferred::Json(node) => Ok(Json::String(node.to_json(resolver)?.to_string())),
        }
    }
}

/// A JSON scalar as it stands in a string.
fn shown(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
