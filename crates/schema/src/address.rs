//! Addresses: the name the language gives to everything, never derived from attributes.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Kind, label, key and lowered part: `function.place_order/role`, `batch_queue.encode["emea"]`.
///
/// The stack and the environment are not part of it; they belong to the state that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The kind of the declaration; `resource` for a raw one.
    pub kind: Arc<str>,
    /// The declared name; through components joined by dots.
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

    /// The declaration that owns this resource: the address without its part.
    #[must_use]
    pub fn owner(&self) -> Self {
        Address {
            part: None,
            ..self.clone()
        }
    }
}

/// The most characters of a tag's value: AWS tagging guide, "Tag naming limits and requirements".
const TAG_LENGTH: usize = 256;

impl Address {
    /// The address as the value of a tag, which takes letters, digits, spaces and `_ . : / = + - @` only:
    /// `queue.q["a"]/policy` is `queue.q:a/policy`, and any other character of a key or part is `=` and its bytes in
    /// hexadecimal. Different addresses give different texts; what is too long ends in a hash of the whole.
    pub fn tag(&self) -> String {
        let mut out = format!("{}.{}", self.kind, self.label);
        if let Some(key) = &self.key {
            out.push(':');
            encode(key, &mut out);
        }
        if let Some(part) = &self.part {
            out.push('/');
            encode(part, &mut out);
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

fn encode(text: &str, out: &mut String) {
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '+' | '-' | '@') {
            out.push(c);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            out.push_str(&format!("={byte:02X}"));
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.label)?;
        if let Some(key) = &self.key {
            write!(f, "[{key:?}]")?;
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
    let (kind, rest) = text.split_once('.')?;
    let (label, key, rest) = match rest.find(['[', '/']) {
        Some(at) if rest.get(at..)?.starts_with('[') => {
            let quoted = rest.get(at + 1..)?;
            let mut stream = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
            let key = stream.next()?.ok()?;
            let rest = quoted.get(stream.byte_offset()..)?.strip_prefix(']')?;
            (text_before(text, kind, at)?, Some(key), rest)
        }
        Some(at) => (rest.get(..at)?, None, rest.get(at..)?),
        None => (rest, None, ""),
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

fn text_before<'a>(text: &'a str, kind: &str, at: usize) -> Option<&'a str> {
    text.get(kind.len() + 1..kind.len() + 1 + at)
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
        for address in [
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
