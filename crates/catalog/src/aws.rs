//! The catalog: gives each resource type when it is first asked for, and keeps it.

use crate::overlay::{OverlayText, overlays};
use crate::services::{SERVICES, TYPES};
use crate::{families, overlay, read};
use formwork_schema::{ApiFamily, Catalog, ResourceType};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Types of formwork itself, sorted: objects of AWS that CloudFormation has no type for. Only kinds make them.
const OWN: &[&str] = &["Formwork::ECR::Image"];

/// Where the types of formwork itself stand.
const OWN_TYPES: &str = include_str!("../data/types/formwork.json");
const OWN_OVERLAYS: &str = include_str!("../data/overlays/formwork.toml");

/// All resource types of AWS that this build knows.
#[derive(Debug)]
pub struct Aws {
    /// Where each type stands among all, by its name.
    places: FxHashMap<&'static str, usize>,
    types: Vec<OnceLock<Option<Arc<ResourceType>>>>,
    overlays: Vec<OnceLock<BTreeMap<String, OverlayText>>>,
    own: Vec<OnceLock<Option<Arc<ResourceType>>>>,
}

/// The catalog of this process; a type is parsed when it is first asked for, then shared.
pub fn aws() -> &'static Aws {
    static AWS: OnceLock<Aws> = OnceLock::new();
    AWS.get_or_init(Aws::new)
}

impl Aws {
    /// A catalog with nothing parsed yet.
    pub fn new() -> Self {
        let places = TYPES.iter().enumerate();
        Aws {
            places: places.map(|(at, (name, _))| (*name, at)).collect(),
            types: TYPES.iter().map(|_| OnceLock::new()).collect(),
            overlays: SERVICES.iter().map(|_| OnceLock::new()).collect(),
            own: OWN.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// A type by its CloudFormation name, or a type of formwork itself.
    pub fn get(&self, name: &str) -> Option<Arc<ResourceType>> {
        if let Ok(at) = OWN.binary_search(&name) {
            let cell = self.own.get(at)?;
            return cell.get_or_init(|| own(name)).clone();
        }
        let at = *self.places.get(name)?;
        let cell = self.types.get(at)?;
        cell.get_or_init(|| self.load(at)).clone()
    }

    /// All names of types of AWS, sorted; parses nothing.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|(name, _)| *name)
    }

    /// Names of types without a hand-written overlay, sorted.
    pub fn without_overlay(&self) -> Vec<&'static str> {
        let written = |name: &str, service: usize| {
            self.written(service)
                .is_some_and(|written| written.contains_key(short(name)))
        };
        let types = TYPES.iter().filter(|(name, at)| !written(name, *at));
        types.map(|(name, _)| *name).collect()
    }

    fn load(&self, at: usize) -> Option<Arc<ResourceType>> {
        let (name, service) = *TYPES.get(at)?;
        let data = SERVICES.get(service)?;
        let mut ty = read::resource_type(name, data.types)?;
        let written = self.written(service).and_then(|all| all.get(short(name)));
        overlay::complete(&mut ty, written);
        Some(Arc::new(ty))
    }

    fn written(&self, service: usize) -> Option<&BTreeMap<String, OverlayText>> {
        let cell = self.overlays.get(service)?;
        let text = SERVICES.get(service)?.overlays;
        Some(cell.get_or_init(|| overlays(text).unwrap_or_default()))
    }
}

impl Default for Aws {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalog for Aws {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        self.get(name)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        self.names().collect()
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        families::family(name)
    }
}

fn own(name: &str) -> Option<Arc<ResourceType>> {
    let mut ty = read::resource_type(name, OWN_TYPES)?;
    let written = overlays(OWN_OVERLAYS).unwrap_or_default();
    overlay::complete(&mut ty, written.get(short(name)));
    Some(Arc::new(ty))
}

/// `Function` of `AWS::Lambda::Function`.
fn short(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
