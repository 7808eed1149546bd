//! What renamed declarations were called: the former addresses of every resource they are lowered to, and of parts
//! that others name after them.

use crate::resources::Resources;
use formwork_schema::{Address, Decl};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Gives each resource the addresses it may have had before.
pub(crate) fn note(decls: &[Decl], resources: &mut Resources) {
    let renamed: BTreeMap<&Address, &Decl> = decls
        .iter()
        .filter(|decl| !decl.was.is_empty())
        .map(|decl| (&decl.address, decl))
        .collect();
    if renamed.is_empty() {
        return;
    }
    for resource in resources.iter_mut() {
        let address = &resource.address;
        let owner = renamed.get(&address.owner());
        let mut was: Vec<Address> = match owner {
            Some(decl) => decl.was.iter().map(|old| with_part(old, address)).collect(),
            None => Vec::new(),
        };
        // `function.resize/permission_uploads` is named after the bucket `uploads`.
        if let Some(part) = &address.part {
            let parts = renamed.values().flat_map(|decl| other_parts(part, decl));
            let parts: Vec<Arc<str>> = parts.collect();
            let owners = was.iter().chain(std::iter::once(address));
            let more: Vec<Address> = owners
                .flat_map(|owner| parts.iter().map(|part| owner.part(part.clone())))
                .collect();
            was.extend(more);
        }
        was.retain(|old| old != address);
        was.dedup();
        resource.was = was;
    }
}

fn with_part(old: &Address, address: &Address) -> Address {
    match &address.part {
        Some(part) => old.part(part.clone()),
        None => old.owner(),
    }
}

/// A part's names before a declaration that it is named after was renamed.
fn other_parts<'d>(part: &'d str, decl: &'d Decl) -> impl Iterator<Item = Arc<str>> + 'd {
    let new = crate::triggers::label(&decl.address);
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let at = part.find(&new).filter(|at| {
        let before = part.get(..*at).unwrap_or_default();
        let after = part.get(at + new.len()..).unwrap_or_default();
        // Parts are made of words and `_`; a longer name with this one in it is another.
        !before.ends_with(|c: char| word(c) && c != '_')
            && !after.starts_with(|c: char| word(c) && c != '_')
    });
    let old = decl.was.iter().map(crate::triggers::label);
    old.filter_map(move |old| {
        Some(part.get(..at?)?.to_owned() + &old + part.get(at? + new.len()..)?)
    })
    .map(Into::into)
}
