//! Addresses: the name the language gives to everything, never derived from attributes.

use rustc_hash::FxBuildHasher;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

/// Kind, label, key and lowered part: `function.place_order/role`, `batch_queue.encode["emea"]`.
///
/// The stack and the environment are not part of it; they belong to the state that holds it. A copy is the same
/// allocation: addresses stand in every table of a stack, and are looked up more often than made.
#[derive(Clone)]
pub struct Address(Arc<AddressParts>);

/// The parts of an [`Address`], which gives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressParts {
    /// The kind of the declaration; `resource` for a raw one.
    pub kind: Arc<str>,
    /// The declared name; below components their names and a dot, with the key of each that has one: `web["a"].slow`.
    pub label: Arc<str>,
    /// The key of a `for` declaration.
    pub key: Option<Arc<str>>,
    /// The lowered part; `None` is the declaration's main resource (and the declaration itself).
    pub part: Option<Arc<str>>,
    /// The hash of the above, so that a look-up need not read them.
    hash: u64,
}

impl Deref for Address {
    type Target = AddressParts;

    fn deref(&self) -> &AddressParts {
        &self.0
    }
}

impl Address {
    fn of(kind: Arc<str>, label: Arc<str>, key: Option<Arc<str>>, part: Option<Arc<str>>) -> Self {
        let hash = FxBuildHasher.hash_one((&kind, &label, &key, &part));
        Address(Arc::new(AddressParts {
            kind,
            label,
            key,
            part,
            hash,
        }))
    }

    /// Whether the two are one allocation.
    fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The address of a declaration, and of its main resource.
    pub fn new(kind: impl Into<Arc<str>>, label: impl Into<Arc<str>>) -> Self {
        Address::of(kind.into(), label.into(), None, None)
    }

    /// The same with a `for` key.
    #[must_use]
    pub fn keyed(&self, key: impl Into<Arc<str>>) -> Self {
        let (kind, label) = (self.kind.clone(), self.label.clone());
        Address::of(kind, label, Some(key.into()), self.part.clone())
    }

    /// The address of a lowered part of this declaration.
    #[must_use]
    pub fn part(&self, part: impl Into<Arc<str>>) -> Self {
        let (kind, label) = (self.kind.clone(), self.label.clone());
        Address::of(kind, label, self.key.clone(), Some(part.into()))
    }

    /// The label of what is named `name` within the component declared at this address.
    pub fn label_of(&self, name: &str) -> String {
        match &self.key {
            Some(key) => format!("{}[{}].{name}", self.label, quoted(key)),
            None => format!("{}.{name}", self.label),
        }
    }

    /// The declaration that owns this resource: the address without its part.
    #[must_use]
    pub fn owner(&self) -> Self {
        match &self.part {
            Some(_) => {
                let (kind, label) = (self.kind.clone(), self.label.clone());
                Address::of(kind, label, self.key.clone(), None)
            }
            None => self.clone(),
        }
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || (self.hash == other.hash && *self.0 == *other.0)
    }
}

impl Eq for Address {}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// By kind, label, key and part.
impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.same(other) {
            true => Ordering::Equal,
            false => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The most characters of a tag's value: AWS tagging guide, "Tag naming limits and requirements".
const TAG_LENGTH: usize = 256;

impl Address {
    /// The address as the value of a tag, which takes letters, digits, spaces and `_ . : / = + - @` only:
    /// `queue.q["a"]/policy` is `queue.q:a/policy`, and any other character of a key or part is `=` and its bytes in
    /// hexadecimal. Different addresses give different texts; what is too long ends in a hash of the whole.
    pub fn tag(&self) -> String {
        let mut out = format!("{}.", self.kind);
        encode_label(&self.label, &mut out);
        if let Some(key) = &self.key {
            out.push(':');
            encode(key, &[], &mut out);
        }
        if let Some(part) = &self.part {
            out.push('/');
            encode(part, &[], &mut out);
        }
        if out.chars().count() <= TAG_LENGTH {
            return out;
        }
        let hash = out.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let kept: String = out.chars().take(TAG_LENGTH - 17).collect();
        format!("{kept}={hash:016x}")
    }
}

/// A label, with the key of a component as `::key`; there a dot would look like the one before the next name.
fn encode_label(label: &str, out: &mut String) {
    let mut rest = label;
    while let Some((name, quoted)) = rest.split_once('[') {
        out.push_str(name);
        let Some((key, after)) = read_key(quoted) else {
            break;
        };
        out.push_str("::");
        encode(&key, &['.'], out);
        rest = after;
    }
    out.push_str(rest);
}

fn encode(text: &str, but: &[char], out: &mut String) {
    for c in text.chars() {
        let plain = c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '+' | '-' | '@');
        if plain && !but.contains(&c) {
            out.push(c);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            out.push_str(&format!("={byte:02X}"));
        }
    }
}

/// A key in quotes, with its escapes.
fn quoted(key: &str) -> String {
    serde_json::Value::from(key).to_string()
}

/// The key at the start of `"key"]…`, and what follows the bracket.
fn read_key(text: &str) -> Option<(String, &str)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let key = stream.next()?.ok()?;
    let rest = text.get(stream.byte_offset()..)?.strip_prefix(']')?;
    Some((key, rest))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.label)?;
        if let Some(key) = &self.key {
            write!(f, "[{}]", quoted(key))?;
        }
        match &self.part {
            Some(part) => write!(f, "/{part}"),
            None => Ok(()),
        }
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an address; write kind.name, kind.name[\"key\"] or kind.name/part")]
pub struct AddressError {
    /// The text.
    pub text: String,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        parse(text).ok_or_else(|| AddressError {
            text: text.to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<Address> {
    let (kind, whole) = text.split_once('.')?;
    let mut rest = whole;
    let (label, key, rest) = loop {
        let at = whole.len() - rest.len();
        match rest.find(['[', '/']).map(|found| at + found) {
            Some(at) if whole.get(at..)?.starts_with('[') => {
                let (key, after) = read_key(whole.get(at + 1..)?)?;
                // The key of a component, if a name within it follows.
                match after.starts_with('.') {
                    true => rest = after,
                    false => break (whole.get(..at)?, Some(key), after),
                }
            }
            Some(at) => break (whole.get(..at)?, None, whole.get(at..)?),
            None => break (whole, None, ""),
        }
    };
    let part = match rest {
        "" => None,
        _ => Some(rest.strip_prefix('/').filter(|part| !part.is_empty())?),
    };
    let named = !kind.is_empty() && !label.is_empty();
    named.then(|| {
        let (key, part) = (key.map(Into::into), part.map(Into::into));
        Address::of(kind.into(), label.into(), key, part)
    })
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AddressText)
    }
}

/// Reads an address from text without copying it first: states hold many.
struct AddressText;

impl Visitor<'_> for AddressText {
    type Value = Address;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Address, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn tags_take_every_address_and_tell_them_apart() {
        let plain = Address::new("queue", "q");
        let keyed = plain.clone().keyed("a");
        assert_eq!(plain.part("policy").tag(), "queue.q/policy");
        assert_eq!(keyed.tag(), "queue.q:a");
        assert_eq!(keyed.part("x[\"a\"]").tag(), "queue.q:a/x=5B=22a=22=5D");
        assert_ne!(plain.clone().keyed("a/b").tag(), keyed.part("b").tag());
        assert_ne!(
            plain.clone().keyed("=5B").tag(),
            plain.clone().keyed("[").tag()
        );
        let web = Address::new("alarms", "web");
        let inner = |key: &str| Address::new("queue", web.clone().keyed(key).label_of("q"));
        assert_eq!(inner("x y").tag(), "queue.web::x y.q");
        let dotted = Address::new("queue", web.clone().keyed("x").label_of("y.q"));
        assert_ne!(inner("x.y").tag(), dotted.tag());
        assert_ne!(
            inner("x").tag(),
            Address::new("queue", "web").keyed("x.q").tag()
        );
        let long = |end: &str| {
            plain
                .clone()
                .keyed(format!("{}{end}", "x".repeat(300)))
                .tag()
        };
        assert_eq!(long("a").chars().count(), 256);
        assert_ne!(long("a"), long("b"));
    }

    #[test]
    fn addresses_survive_text() {
        let plain = Address::new("function", "resize");
        let component = Address::new("alarms", "web");
        let inner = Address::new("function", component.label_of("slow"));
        let keyed = component.keyed("a\"].b/\u{1}");
        let below = Address::new("function", keyed.label_of("slow"));
        assert_eq!(below.label_of("x"), "web[\"a\\\"].b/\\u0001\"].slow.x");
        for address in [
            inner.part("role"),
            below.clone(),
            below.clone().keyed("x").part("p"),
            plain.clone(),
            plain.part("role"),
            plain.clone().keyed("a\"]/b"),
            plain.keyed("x").part("p"),
        ] {
            assert_eq!(address.to_string().parse(), Ok(address));
        }
        assert!("function".parse::<Address>().is_err());
        assert!("a.b/".parse::<Address>().is_err());
        assert!("a.b[x]".parse::<Address>().is_err());
    }
}
