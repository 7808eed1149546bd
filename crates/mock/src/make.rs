//! Makes what AWS makes: names, ids, ARNs and URLs, from the catalog's templates; the same in every run.

use crate::paths::{self, Properties};
use formwork_schema::{Attribute, Overlay, ResourceType, ShapeKind, partition};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// How many attributes may be made out of each other.
const DEEPEST: usize = 8;

/// What the values of one object are made from.
pub(crate) struct Origin {
    /// The account.
    pub(crate) account: Arc<str>,
    /// The region.
    pub(crate) region: Arc<str>,
    /// Tells this object from every other one ever made.
    pub(crate) seed: String,
    /// Counts the objects of this type within its name or parent, from 1: a version or revision.
    pub(crate) serial: u64,
}

/// Which attributes are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The object is created: all.
    Creation,
    /// The object was changed: those that follow from its properties.
    Change,
    /// The object was changed and has a new version or revision: those too.
    Revision,
}

/// Writes the attributes of an object into its properties.
pub(crate) fn attributes(
    resource: &ResourceType,
    properties: &mut Properties,
    origin: &Origin,
    moment: Moment,
) {
    let mut made = BTreeMap::new();
    for (property, attribute) in &resource.overlay.attributes {
        let wanted = match attribute {
            Attribute::Template(_) => true,
            Attribute::Made(_) => {
                moment == Moment::Creation || (moment == Moment::Revision && attribute.moves())
            }
        };
        if wanted && settled(resource, properties, property) {
            let value = attribute_value(&resource.overlay, properties, property, origin, DEEPEST);
            made.extend(value.map(|value| (property.replace('.', "/"), value)));
        }
    }
    for (property, value) in made {
        paths::set(properties, &property, Json::String(value));
    }
    if moment == Moment::Creation {
        fall_back(resource, properties, origin);
    }
}

/// Whether a property is for AWS to make: it is read-only, or it was not given.
fn settled(resource: &ResourceType, properties: &Properties, property: &str) -> bool {
    ResourceType::covers(&resource.read_only, &property.replace('.', "/"))
        || !properties.contains_key(property)
}

fn attribute_value(
    overlay: &Overlay,
    properties: &Properties,
    property: &str,
    origin: &Origin,
    depth: usize,
) -> Option<String> {
    let (Attribute::Template(template) | Attribute::Made(template)) =
        overlay.attributes.get(property)?;
    let below = depth.checked_sub(1)?;
    expand(template, property, origin, &mut |name| {
        if name != property && overlay.attributes.contains_key(name) {
            let earlier = attribute_value(overlay, properties, name, origin, below);
            return earlier.or_else(|| text_at(properties, name));
        }
        text_at(properties, name)
    })
}

fn text_at(properties: &Properties, path: &str) -> Option<String> {
    let path = path.replace('.', "/");
    let values = paths::values(properties, &path);
    Some(paths::text(values.first()?)?.into_owned())
}

/// Replaces `{…}` in a template; `None` if a property it names is not there.
fn expand(
    template: &str,
    property: &str,
    origin: &Origin,
    lookup: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut letters = Letters::new(format!("{}\u{1f}{property}", origin.seed));
    Attribute::fill(template, &mut |name| match name.split_once(':') {
        Some((sort, count)) => letters.take(sort, count.parse().ok()?),
        None => match name {
            "account" => Some(origin.account.to_string()),
            "region" => Some(origin.region.to_string()),
            "partition" => Some(partition(&origin.region).0.to_owned()),
            "suffix" => Some(partition(&origin.region).1.to_owned()),
            "uuid" => letters.uuid(),
            "serial" => Some(origin.serial.to_string()),
            _ => lookup(name),
        },
    })
}

/// A name for an object that was given none.
pub(crate) fn name(resource: &ResourceType, origin: &Origin) -> String {
    let short = resource.name.rsplit("::").next().unwrap_or("object");
    let mut letters = Letters::new(format!("{}\u{1f}name", origin.seed));
    let made = letters.take("alnum", 12).unwrap_or_default();
    let name = format!("{}-{made}", short.to_lowercase());
    match resource.overlay.name_length {
        0 => name,
        length => name
            .chars()
            .rev()
            .take(length)
            .collect::<Vec<char>>()
            .into_iter()
            .rev()
            .collect(),
    }
}

/// Fills in the read-only identifiers that the catalog has no template for.
fn fall_back(resource: &ResourceType, properties: &mut Properties, origin: &Origin) {
    for path in &resource.read_only {
        let name = &*path.0;
        let identifies = resource.primary_identifier.contains(path);
        if name.contains('/') || properties.contains_key(name) {
            continue;
        }
        let Some(shape) = resource.properties.get(name) else {
            continue;
        };
        let shape = resource.resolve(shape);
        let mut letters = Letters::new(format!("{}\u{1f}{name}", origin.seed));
        let value = match &shape.kind {
            _ if !shape.allowed.is_empty() => shape.allowed.first().cloned(),
            ShapeKind::Integer if identifies => Some(Json::from(origin.serial)),
            ShapeKind::String if name.ends_with("Arn") => letters
                .take("hex", 12)
                .map(|hex| arn(resource, origin, &hex))
                .map(Json::String),
            ShapeKind::String if identifies || name.ends_with("Id") => {
                letters.take("hex", 17).map(Json::String)
            }
            _ => None,
        };
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    }
}

fn arn(resource: &ResourceType, origin: &Origin, hex: &str) -> String {
    let mut names = resource.name.split("::").skip(1);
    let service = names.next().unwrap_or("service").to_lowercase();
    let short = names.next().unwrap_or("object").to_lowercase();
    let partition = partition(&origin.region).0;
    let (region, account) = (&origin.region, &origin.account);
    format!("arn:{partition}:{service}:{region}:{account}:{short}/{hex}")
}

/// An endless source of letters that depends on nothing but its seed.
struct Letters {
    seed: String,
    block: u32,
    bytes: Vec<u8>,
}

impl Letters {
    fn new(seed: String) -> Self {
        Letters {
            seed,
            block: 0,
            bytes: Vec::new(),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        if self.bytes.is_empty() {
            let mut hash = Sha256::new();
            hash.update(self.block.to_be_bytes());
            hash.update(self.seed.as_bytes());
            self.block += 1;
            self.bytes = hash.finalize().to_vec();
        }
        self.bytes.pop()
    }

    fn take(&mut self, sort: &str, count: usize) -> Option<String> {
        let alphabet: &[u8] = match sort {
            "hex" => b"0123456789abcdef",
            "alnum" => b"abcdefghijklmnopqrstuvwxyz0123456789",
            "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "digits" => b"0123456789",
            _ => return None,
        };
        (0..count.min(1024))
            .map(|_| {
                let byte = usize::from(self.byte()?);
                alphabet
                    .get(byte % alphabet.len())
                    .map(|byte| char::from(*byte))
            })
            .collect()
    }

    fn uuid(&mut self) -> Option<String> {
        let mut text = String::new();
        for (at, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            let part = self.take("hex", length)?;
            let dash = if at == 0 { "" } else { "-" };
            write!(text, "{dash}{part}").ok()?;
        }
        Some(text)
    }
}

/// SHA-256 of a text, in hex.
pub(crate) fn digest(text: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        let halves = [byte >> 4, byte & 15];
        hex.extend(
            halves
                .iter()
                .filter_map(|half| char::from_digit(u32::from(*half), 16)),
        );
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::{Letters, Origin, digest, expand};

    #[test]
    fn templates_are_filled_and_repeat() {
        let origin = Origin {
            account: "111122223333".into(),
            region: "cn-north-1".into(),
            seed: "x".into(),
            serial: 7,
        };
        let template =
            "arn:{partition}:s:{region}:{account}:{Name}:{serial}.{suffix}/{hex:8}-{digits:2}";
        let mut lookup = |name: &str| (name == "Name").then(|| "n".to_owned());
        let text = expand(template, "Arn", &origin, &mut lookup).unwrap();
        let head = "arn:aws-cn:s:cn-north-1:111122223333:n:7.amazonaws.com.cn/";
        assert_eq!(text.strip_prefix(head).map(str::len), Some(11), "{text}");
        assert_eq!(expand(template, "Arn", &origin, &mut lookup), Some(text));
        assert_eq!(expand("{Other}", "Arn", &origin, &mut lookup), None);
        assert_eq!(
            Letters::new("a".into()).uuid().map(|uuid| uuid.len()),
            Some(36)
        );
    }

    #[test]
    fn a_digest_is_sha_256() {
        assert!(digest(b"").starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
    }
}
