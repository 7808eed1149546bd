//! What lists show of the objects of a state: those that are certainly as they were need no read of their own.

use formwork_provider::{Listed, Listing, Provider};
use formwork_schema::Catalog;
use formwork_state::{Object, ObjectKey, ObjectStatus, State};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The objects that lists show with the version they had when they were last made or changed.
///
/// Whatever else a list says is no proof: what it does not show, shows in another version, or shows at work is read.
/// A list is left when it costs as many calls as reading would.
pub(crate) async fn unchanged(
    state: &State,
    catalog: &dyn Catalog,
    provider: &dyn Provider,
) -> BTreeSet<ObjectKey> {
    let mut unlisted: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut found = BTreeSet::new();
    for (listing, members) in groups(state, catalog) {
        if members.len() < 2 || unlisted.contains(&listing.type_name) {
            continue;
        }
        let type_name = listing.type_name.clone();
        match shown(listing, members.len(), provider).await {
            None => _ = unlisted.insert(type_name),
            Some(shown) => {
                let same = |(_, object): &(&ObjectKey, &Object)| {
                    let listed = shown.get(&object.id);
                    listed.is_some_and(|l: &Listed| !l.pending && l.stamp == object.stamp)
                };
                let same = members.into_iter().filter(same);
                found.extend(same.map(|(key, _)| key.clone()));
            }
        }
    }
    found
}

/// The objects of which a version is known, by the list that would show them.
fn groups<'s>(
    state: &'s State,
    catalog: &dyn Catalog,
) -> BTreeMap<Listing, Vec<(&'s ObjectKey, &'s Object)>> {
    let mut groups: BTreeMap<Listing, Vec<_>> = BTreeMap::new();
    let open: BTreeSet<_> = state.open.values().map(|intent| &intent.address).collect();
    for (key, object) in &state.objects {
        let settled = object.status == ObjectStatus::Ready
            && object.stamp.is_some()
            && object.uncertain.is_empty()
            && !open.contains(&key.address);
        let Some(ty) = catalog.resource_type(&object.type_name).filter(|_| settled) else {
            continue;
        };
        let parent = ty
            .overlay
            .parent
            .as_ref()
            .filter(|_| object.slice.is_none());
        let within = match parent.map(|path| object.authored.get(path.root())) {
            None => None,
            Some(Some(serde_json::Value::String(parent))) => Some(Arc::from(parent.as_str())),
            Some(_) => continue,
        };
        let listing = Listing {
            type_name: object.type_name.clone(),
            region: object.region.clone(),
            within,
            page: None,
        };
        groups.entry(listing).or_default().push((key, object));
    }
    groups
}

/// What the pages of a list show, at most `most` of them; `None` if there is no such list.
async fn shown(
    mut listing: Listing,
    most: usize,
    provider: &dyn Provider,
) -> Option<BTreeMap<Arc<str>, Listed>> {
    let mut shown = BTreeMap::new();
    for _ in 0..most {
        // A list that fails shows nothing: its objects are read, and reads say what is wrong.
        let Ok(page) = provider.list(listing.clone()).await else {
            break;
        };
        let page = page?;
        shown.extend(
            page.objects
                .into_iter()
                .map(|listed| (listed.id.clone(), listed)),
        );
        listing.page = page.next;
        if listing.page.is_none() {
            break;
        }
    }
    Some(shown)
}
