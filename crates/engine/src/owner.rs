//! Whose an object is: by its tags or, where its type has none, by its parent.

use formwork_provider::{Live, OwnerTags, TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK, Target};
use formwork_schema::ResourceType;
use formwork_state::{Intent, Object, ObjectKey, State};
use serde_json::Value as Json;

/// Whose an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It carries our tags of this very address and generation.
    Ours,
    /// It is not: whose it is, as a clause.
    Foreign(String),
    /// It cannot say: its type has no tags.
    Untagged,
}

/// Whose a live object is that has the name or place of `target`.
pub(crate) fn owner(
    live: &Live,
    target: &Target,
    owner: &OwnerTags,
    former: Option<&ObjectKey>,
    ty: Option<&ResourceType>,
) -> Owner {
    let tag = |name: &str| live.tags.get(name).map(String::as_str);
    let (Some(stack), Some(env)) = (tag(TAG_STACK), tag(TAG_ENV)) else {
        // A part is as much ours as what it is a part of.
        let taggable = target.slice.is_none() && ty.is_some_and(ResourceType::taggable);
        return match taggable {
            true => Owner::Foreign("was not made by formwork".to_owned()),
            false => Owner::Untagged,
        };
    };
    let address = tag(TAG_ADDRESS).unwrap_or("");
    if stack != &*owner.stack || env != &*owner.env {
        return Owner::Foreign(format!(
            "belongs to stack `{stack}`, environment `{env}` ({address})"
        ));
    }
    // The tags of a renamed object may still say what it was.
    if former.is_some_and(|former| {
        let generation = former.generation.to_string();
        address == former.address.tag() && tag(TAG_GENERATION) == Some(&generation)
    }) {
        return Owner::Ours;
    }
    if address != target.address.tag() {
        return Owner::Foreign(format!("is {address} of this stack"));
    }
    match tag(TAG_GENERATION) {
        Some(generation) if generation == target.generation.to_string() => Owner::Ours,
        _ => Owner::Foreign(format!("is another generation of {address}")),
    }
}

/// Whether the object that holds this one is ours: the parent of a part, or the object of the state that the type's
/// parent property names.
pub(crate) fn parent_is_ours(intent: &Intent, state: &State, ty: Option<&ResourceType>) -> bool {
    if let Some(parent) = &intent.metadata.parent {
        return state.newest(parent).is_some();
    }
    let path = ty.and_then(|ty| ty.overlay.parent.as_ref());
    let Some(path) = path else {
        return false;
    };
    let mut names = path.segments();
    let first = names.next().and_then(|name| intent.properties.get(name));
    let value = first.and_then(|first| names.try_fold(first, |json, name| json.get(name)));
    let Some(Json::String(value)) = value else {
        return false;
    };
    state.objects.values().any(|object| is_named(object, value))
}

fn is_named(object: &Object, value: &str) -> bool {
    let attributes = &mut object.attributes.values();
    *object.id == *value
        || object.name.as_deref() == Some(value)
        || attributes.any(|attribute| attribute.as_str() == Some(value))
}
