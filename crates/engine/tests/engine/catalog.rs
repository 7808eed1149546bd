//! A catalog of a few made-up types, one for each way in which the engine treats them.

use formwork_schema::{
    ApiFamily, Catalog, Identity, Overlay, Path, ResourceType, TagField, TagShape,
};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Milliseconds for which a create of any of the types may not be seen.
pub(crate) const WINDOW: u32 = 5_000;

pub(crate) struct TestCatalog;

pub(crate) fn catalog() -> Arc<dyn Catalog> {
    Arc::new(TestCatalog)
}

impl Catalog for TestCatalog {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        let (identity, taggable) = match name {
            "T::Name" | "T::Slow" | "T::Overwrites" => (Identity::Name, true),
            "T::Marker" => (Identity::Marker, true),
            "T::Token" => (Identity::Token(3_600), true),
            "T::Child" => (Identity::Name, false),
            "T::Upsert" => (Identity::Upsert, false),
            _ => return None,
        };
        let mut ty = plain(name, identity);
        ty.overlay.create_overwrites = name == "T::Overwrites";
        ty.overlay.parent = (name == "T::Child").then(|| Path("Parent".into()));
        ty.tags = taggable.then(|| TagField {
            property: "Tags".into(),
            shape: TagShape::List,
            updatable: true,
        });
        Some(Arc::new(ty))
    }

    fn resource_type_names(&self) -> Vec<&str> {
        vec![
            "T::Child",
            "T::Marker",
            "T::Name",
            "T::Overwrites",
            "T::Slow",
            "T::Token",
            "T::Upsert",
        ]
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        let (burst, per_second) = match name {
            "fast" => (1_000.0, 1_000.0),
            "slow" => (2.0, 2.0),
            _ => return None,
        };
        Some(ApiFamily {
            name: name.into(),
            burst,
            per_second,
        })
    }
}

fn plain(name: &str, identity: Identity) -> ResourceType {
    ResourceType {
        name: name.into(),
        properties: IndexMap::new(),
        definitions: BTreeMap::new(),
        required: Vec::new(),
        create_only: Vec::new(),
        conditional_create_only: Vec::new(),
        read_only: Vec::new(),
        write_only: Vec::new(),
        deprecated: Vec::new(),
        primary_identifier: vec![Path("Id".into())],
        mutable: true,
        tags: None,
        checks: Vec::new(),
        overlay: Overlay {
            written: true,
            identity,
            name: None,
            name_length: 64,
            name_alphabet: "a-z".into(),
            name_scope: "account-region".into(),
            parent: None,
            attributes: BTreeMap::new(),
            references: Vec::new(),
            resets: BTreeMap::new(),
            defaults: BTreeMap::new(),
            unordered: Vec::new(),
            json: Vec::new(),
            merge: Vec::new(),
            replace: BTreeMap::new(),
            create_first: false,
            parts: BTreeMap::new(),
            times: (1_000, 1_000, 1_000),
            window: WINDOW,
            family: "fast".into(),
            create_overwrites: false,
            data: false,
            delete_blocked_by_content: false,
        },
    }
}
