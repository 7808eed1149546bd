//! Addresses: the name the language gives to everything, never derived from attributes.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Kind, label, key and lowered part: `function.place_order/role`, `batch_queue.encode["emea"]`.
///
/// The stack and the environment are not part of it; they belong to the state that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The kind of the declaration; `resource` for a raw one.
    pub kind: Arc<str>,
    /// The declared name; below components their names and a dot, with the key of each that has one: `web["a"].slow`.
    pub label: Arc<str>,
    /// The key of a `for` declaration.
    pub key: Option<Arc<str>>,
    /// The lowered part; `None` is the declaration's main resource (and the declaration itself).
    pub part: Option<Arc<str>>,
}

impl Address {
    /// The address of a declaration, and of its main resource.
    pub fn new(kind: impl Into<Arc<str>>, label: impl Into<Arc<str>>) -> Self {
        Address {
            kind: kind.into(),
            label: label.into(),
            key: None,
            part: None,
        }
    }

    /// The same with a `for` key.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<Arc<str>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The address of a lowered part of this declaration.
    #[must_use]
    pub fn part(&self, part: impl Into<Arc<str>>) -> Self {
        Address {
            part: Some(part.into()),
            ..self.clone()
        }
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
        Address {
            part: None,
            ..self.clone()
        }
    }
}

/// By kind, label, key and part. Addresses of one stack share their texts, and the same text need not be read.
impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        let text = |one: &Arc<str>, other: &Arc<str>| match Arc::ptr_eq(one, other) {
            true => Ordering::Equal,
            false => one.cmp(other),
        };
        text(&self.kind, &other.kind)
            .then_with(|| text(&self.label, &other.label))
            .then_with(|| self.key.cmp(&other.key))
            .then_with(|| self.part.cmp(&other.part))
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
    named.then(|| Address {
        kind: kind.into(),
        label: label.into(),
        key: key.map(Into::into),
        part: part.map(Into::into),
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
