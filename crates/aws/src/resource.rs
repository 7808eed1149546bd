//! What a type of AWS object has to offer: one file a type implements [`Resource`].

use crate::clients::Clients;
use crate::shape::{Misfit, Object, Shape};
use async_trait::async_trait;
use formwork_provider::{
    Failure, FailureClass, Listing, Live, OwnerTags, Page, Reply, TAG_ADDRESS, TAG_ENV,
    TAG_GENERATION, TAG_STACK, Target,
};
use formwork_schema::{ResourceType, TagShape, partition};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Milliseconds between two looks at an object on which AWS works.
pub(crate) const POLL: u64 = 2_000;

/// The object a call is about, and what it takes to make the call.
pub(crate) struct At<'a> {
    /// The clients of its region.
    pub(crate) clients: &'a Clients,
    /// The account, 12 digits.
    pub(crate) account: &'a str,
    /// Its type.
    pub(crate) resource: &'a ResourceType,
    /// The object.
    pub(crate) target: &'a Target,
    /// The code that is uploaded.
    pub(crate) packages: &'a dyn Packages,
}

/// Packs code folders for upload.
pub trait Packages: Send + Sync {
    /// The zip of the code that a property names, the same bytes each time.
    ///
    /// # Errors
    /// It cannot be read, or is not what the plan was made from; in words.
    fn zip(&self, artifact: &Json) -> Result<Vec<u8>, String>;
}

impl At<'_> {
    /// The id, or the name that was chosen.
    ///
    /// # Errors
    /// Neither is known, which the planner rules out.
    pub(crate) fn id(&self) -> Result<&str, Failure> {
        let known = self.target.id.as_deref().or(self.target.name.as_deref());
        known.ok_or_else(|| {
            let message = format!("neither id nor name of {} is known", self.target.address);
            Failure::new(FailureClass::Bug, "NoIdentity", message)
        })
    }

    /// The parts of an id that is joined of several.
    ///
    /// # Errors
    /// It has not so many parts.
    pub(crate) fn ids<const N: usize>(&self) -> Result<[&str; N], Failure> {
        let id = self.id()?;
        let parts: Vec<&str> = id.splitn(N, '|').collect();
        parts.try_into().map_err(|_| {
            let message = format!("`{id}` is no id of {}", self.resource.name);
            Failure::new(FailureClass::Bug, "BadIdentity", message)
        })
    }

    /// An object as AWS showed it, with its tags among its properties in the form of its type.
    pub(crate) fn live(
        &self,
        id: impl Into<Arc<str>>,
        mut properties: Map<String, Json>,
        tags: BTreeMap<String, String>,
    ) -> Live {
        if let Some(field) = &self.resource.tags
            && !tags.is_empty()
        {
            let shown = match field.shape {
                TagShape::Map => tags
                    .iter()
                    .map(|(k, v)| (k.clone(), Json::from(v.clone())))
                    .collect(),
                TagShape::List => Json::Array(tags.iter().map(pair).collect()),
            };
            properties.insert(field.property.to_string(), shown);
        }
        Live {
            id: id.into(),
            properties,
            tags,
            ..Live::default()
        }
    }

    /// An object as AWS showed it, whose tags are among its properties already.
    pub(crate) fn seen(&self, id: impl Into<Arc<str>>, properties: Map<String, Json>) -> Live {
        let tags = self.tags(&properties);
        self.live(id, properties, tags)
    }

    /// The tags among properties.
    pub(crate) fn tags(&self, properties: &Map<String, Json>) -> BTreeMap<String, String> {
        let field = self.resource.tags.as_ref();
        let value = field.and_then(|field| properties.get(&*field.property));
        let text = |value: &Json| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        match value {
            Some(Json::Object(map)) => map.iter().map(|(k, v)| (k.clone(), text(v))).collect(),
            Some(Json::Array(items)) => {
                let each = items.iter().filter_map(|item| {
                    Some((
                        text(item.get("Key")?),
                        item.get("Value").map_or_else(String::new, text),
                    ))
                });
                each.collect()
            }
            _ => BTreeMap::new(),
        }
    }

    /// The zip of a property that is a code folder; `None` if it is something else, such as a place in S3.
    ///
    /// # Errors
    /// The folder cannot be read, or is not what the plan was made from.
    pub(crate) fn package(&self, code: &Json) -> Result<Option<Vec<u8>>, Misfit> {
        if code.get("$artifact").is_none() {
            return Ok(None);
        }
        self.packages.zip(code).map(Some).map_err(Misfit::new)
    }

    /// The partition of its region: `aws`.
    pub(crate) fn partition(&self) -> &'static str {
        partition(self.clients.region()).0
    }

    /// The property that holds the tags.
    pub(crate) fn tag_property(&self) -> &str {
        self.resource
            .tags
            .as_ref()
            .map_or("", |field| &*field.property)
    }

    /// The answer for an object on which AWS still works.
    pub(crate) fn pending(&self, id: impl Into<Arc<str>>, waiting: impl Into<String>) -> Reply {
        Reply::Pending {
            id: id.into(),
            poll_after: POLL,
            waiting: waiting.into(),
        }
    }

    /// Whether an object carries our tags for this address and generation.
    pub(crate) fn is_ours(&self, live: &Live, owner: &OwnerTags) -> bool {
        let tag = |name: &str| live.tags.get(name).map(String::as_str);
        tag(TAG_STACK) == Some(&*owner.stack)
            && tag(TAG_ENV) == Some(&*owner.env)
            && self.is_of_address(live)
    }

    /// Whether an object carries the tags of this address and generation, of whatever stack.
    pub(crate) fn is_of_address(&self, live: &Live) -> bool {
        let tag = |name: &str| live.tags.get(name).map(String::as_str);
        tag(TAG_ADDRESS) == Some(&*self.target.address.tag())
            && tag(TAG_GENERATION) == Some(&*self.target.generation.to_string())
    }
}

/// Tags as a list of an SDK's own type, which has a key and a value.
pub(crate) fn tag_list<T: Shape>(tags: &BTreeMap<String, String>) -> Result<Vec<T>, Misfit> {
    Vec::take(&Json::Array(tags.iter().map(pair).collect()))
}

/// The failure of a call that completes what was just created under no name of ours: the object is there, so another
/// create would make a second one.
pub(crate) fn half_made(failure: Failure) -> Failure {
    let class = match failure.class.repeatable() {
        true => FailureClass::Transient,
        false => FailureClass::CreationFailed,
    };
    Failure { class, ..failure }
}

/// The reply of a poll of something that AWS made in vain.
pub(crate) fn failed(reason: Option<&str>) -> Failure {
    let message = reason.unwrap_or("AWS gives no reason");
    Failure::new(FailureClass::CreationFailed, "CreationFailed", message)
}

fn pair((key, value): (&String, &String)) -> Json {
    serde_json::json!({ "Key": key, "Value": value })
}

/// A change of an object in place.
pub(crate) struct Change<'a> {
    /// The properties that change, whole.
    pub(crate) changed: &'a Map<String, Json>,
    /// Properties that are taken out.
    pub(crate) removed: &'a [Arc<str>],
    /// All properties as they should be afterwards.
    pub(crate) wanted: &'a Map<String, Json>,
    /// The client token of this update.
    pub(crate) token: &'a str,
}

impl Change<'_> {
    /// Whether one of these properties changes or goes.
    pub(crate) fn touches(&self, names: &[&str]) -> bool {
        let removed = |name: &&str| self.removed.iter().any(|removed| **removed == **name);
        let changed = |name: &&str| self.changed.contains_key(*name);
        names.iter().any(|name| changed(name) || removed(name))
    }

    /// The properties that change.
    pub(crate) fn object(&self) -> Object<'_> {
        Object::new(self.changed)
    }
}

/// How tags change: those to set, and the keys to take away. AWS's own stay.
pub(crate) struct TagChange {
    /// Keys and values to set.
    pub(crate) set: BTreeMap<String, String>,
    /// Keys to take away.
    pub(crate) remove: Vec<String>,
}

impl TagChange {
    /// What leads from the tags that are there to those that are wanted.
    pub(crate) fn between(
        there: &BTreeMap<String, String>,
        wanted: BTreeMap<String, String>,
    ) -> Self {
        let gone = there
            .keys()
            .filter(|key| !wanted.contains_key(*key) && !key.starts_with("aws:"));
        let remove = gone.cloned().collect();
        let set = wanted
            .into_iter()
            .filter(|(key, value)| there.get(key) != Some(value));
        TagChange {
            set: set.collect(),
            remove,
        }
    }
}

/// Leads from the tags that are there to those that are wanted: by one call that sets and one that takes away, each only
/// if there is something to do. `retag!(there, wanted, |set| call, |keys| call)`.
macro_rules! retag {
    ($there:expr, $wanted:expr, |$set:ident| $tag:expr, |$keys:ident| $untag:expr $(,)?) => {{
        let change = $crate::resource::TagChange::between(&$there, $wanted);
        if !change.set.is_empty() {
            let $set = change.set;
            $tag.send().await.map_err($crate::failure::failure)?;
        }
        if !change.remove.is_empty() {
            let $keys = change.remove;
            $untag.send().await.map_err($crate::failure::failure)?;
        }
    }};
}
pub(crate) use retag;

/// Makes the list of an SDK's tags: `listed_tags!(Tag, tags)`, of a structure with [`Shape`](crate::shape::Shape).
macro_rules! listed_tags {
    ($ty:ty, $tags:expr) => {{
        let made = $tags.into_iter().map(|(key, value)| {
            let tag = <$ty>::builder().key(key).value(value).build();
            $crate::shape::Built::<$ty>::built(tag)
        });
        made.collect::<Result<Vec<$ty>, _>>()?
    }};
}
pub(crate) use listed_tags;

/// A type of AWS object, by the calls of its service.
///
/// A reply that takes time is `Pending` with the id; [`Resource::poll`] is asked then until it is not.
#[async_trait]
pub(crate) trait Resource: Send + Sync {
    /// The object, as CloudFormation would show it; `None` if it is certainly not there.
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure>;

    /// Creates it, with everything that other calls have to add.
    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure>;

    /// Changes it in place.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure>;

    /// Deletes it; `force` empties it first. `Deleted` also when it was not there.
    async fn delete(&self, at: &At<'_>, force: bool) -> Result<Reply, Failure>;

    /// The objects that may be the one an unfinished create made, oldest first. By default the one of its name.
    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        match at.target.name {
            Some(_) => Ok(self.read(at).await?.into_iter().collect()),
            None => Ok(Vec::new()),
        }
    }

    /// How far AWS is with what takes time.
    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        Ok(match self.read(at).await? {
            Some(live) if live.pending || deleting => at.pending(
                live.id,
                if deleting {
                    "deleting"
                } else {
                    "not ready yet"
                },
            ),
            Some(live) => Reply::Done(live),
            None if deleting => Reply::Deleted,
            None => Reply::Absent,
        })
    }

    /// Reads many of a region, one answer each in order; by default one by one, several at once.
    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        use futures_util::stream::{self, StreamExt};
        let reads: Vec<_> = all.iter().map(|at| self.read(at)).collect();
        stream::iter(reads).buffered(READS_AT_ONCE).collect().await
    }

    /// A page of the objects of a region; `None` if there is no such list.
    async fn list(&self, _clients: &Clients, _listing: &Listing) -> Result<Option<Page>, Failure> {
        Ok(None)
    }
}

/// How many objects of a type are read at once, where each takes a call of its own.
const READS_AT_ONCE: usize = 16;

/// The object of an id that is not (yet) the target's.
pub(crate) async fn read_id(
    resource: &dyn Resource,
    at: &At<'_>,
    id: &str,
) -> Result<Option<Live>, Failure> {
    let target = Target {
        id: Some(id.into()),
        ..at.target.clone()
    };
    let at = At {
        target: &target,
        ..*at
    };
    resource.read(&at).await
}

/// Whether an object has what is wanted of these properties: how an object without tags is known as the one that a
/// create made.
pub(crate) fn alike(live: &Live, wanted: &Map<String, Json>, properties: &[&str]) -> bool {
    let same = |name: &&str| live.properties.get(*name) == wanted.get(*name);
    properties.iter().all(same)
}

/// The reply for an object that was just made or changed: read back, or its bare id while reads do not show it.
pub(crate) async fn settled(
    resource: &dyn Resource,
    at: &At<'_>,
    id: &str,
) -> Result<Reply, Failure> {
    Ok(match read_id(resource, at, id).await? {
        Some(live) if live.pending => at.pending(live.id, "not ready yet"),
        Some(live) => Reply::Done(live),
        None => at.pending(id, "not yet seen by reads"),
    })
}

impl From<&'static str> for Misfit {
    fn from(message: &'static str) -> Self {
        Misfit::new(message)
    }
}
