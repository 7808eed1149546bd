//! Physical names and client tokens: allocated once, from the stack, the environment and the address.

use formwork_schema::{Address, Identity, Overlay, Path, ResourceType};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a name is made from.
pub(crate) struct Naming<'a> {
    pub(crate) stack: &'a str,
    pub(crate) env: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) address: &'a Address,
    pub(crate) generation: u32,
}

/// Whether objects of a type may share a name.
pub(crate) fn repeats(overlay: &Overlay) -> bool {
    &*overlay.name_scope == "none"
}

/// A name where no other object of the type may have it: type, region, value of the parent property, name.
pub(crate) type Taken = (Arc<str>, Option<Arc<str>>, Option<String>, Arc<str>);

/// The place that a name takes; `None` where names repeat, or within a parent that is not known (`within` gives the
/// value of a property).
pub(crate) fn taken(
    ty: &ResourceType,
    region: &Arc<str>,
    name: &Arc<str>,
    within: impl Fn(&str) -> Option<Json>,
) -> Option<Taken> {
    let scope = &*ty.overlay.name_scope;
    let region = (scope == "account-region").then(|| region.clone());
    let parent = match scope {
        "account-region" | "account" | "global" => None,
        property => Some(within(property.split('/').next()?)?.to_string()),
    };
    Some((ty.name.clone(), region, parent, name.clone()))
}

/// Whether an object keeps living under another name: AWS knows it by an id, and its name is a property like others.
pub(crate) fn changes(ty: &ResourceType) -> bool {
    let named = |path: &Path| ty.overlay.name.as_ref() == Some(path);
    let mut fixed = ty.create_only.iter().chain(&ty.primary_identifier);
    ty.mutable && ty.overlay.identity == Identity::Marker && !fixed.any(named)
}

/// How many characters of a hash a name carries.
const HASH: usize = 6;

impl Naming<'_> {
    /// The name without regard to alphabet, length and hash: `<stack>-<env>-<path>[-<part>]`.
    pub(crate) fn natural(&self) -> String {
        // The keys of components stand in the label: `web["a"].slow`.
        let label = self
            .address
            .label
            .replace(['.', '['], "-")
            .replace([']', '"'], "");
        let mut out = format!("{}-{}-{label}", self.stack, self.env);
        for more in [&self.address.key, &self.address.part]
            .into_iter()
            .flatten()
        {
            out.push('-');
            out.push_str(more);
        }
        out
    }

    /// The name for a type, which ends in `end`. The hash is added for a key, a later generation, a global namespace,
    /// when the caller knows of a clash, and when mapping or cutting lost anything. Where names repeat, as those of
    /// revisions do, each generation has the same one.
    pub(crate) fn allocate(&self, overlay: &Overlay, end: &str, clashes: Clash) -> String {
        if repeats(overlay) && self.generation > 0 {
            let first = Naming {
                generation: 0,
                ..*self
            };
            return first.allocate(overlay, end, clashes);
        }
        let alphabet = Alphabet::parse(&overlay.name_alphabet);
        let global = &*overlay.name_scope == "global";
        let (mapped, lost) = alphabet.map(&self.natural());
        let length = overlay.name_length.saturating_sub(end.len()).max(1);
        let plain = clashes == Clash::None
            && !global
            && !lost
            && self.address.key.is_none()
            && !self.address.label.contains('[')
            && self.generation == 0
            && mapped.chars().count() <= length;
        if plain {
            return mapped + end;
        }
        let hash = self.hash(global);
        let separator = alphabet.separator();
        let room = length.saturating_sub(HASH + separator.len());
        let cut: String = mapped.chars().take(room).collect();
        match cut.trim_end_matches(['-', '_', '.']) {
            "" => hash.chars().take(length).chain(end.chars()).collect(),
            cut => format!("{cut}{separator}{hash}{end}"),
        }
    }

    fn hash(&self, global: bool) -> String {
        let address = self.address.to_string();
        let generation = self.generation.to_string();
        let mut parts = vec![self.stack, self.env, &address, &generation];
        if global {
            parts.extend([self.account, self.region]);
        }
        let digits = b"0123456789abcdefghijklmnopqrstuv";
        let digit = |byte: u8| digits.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        digest(&parts)
            .into_iter()
            .take(HASH)
            .map(|byte| char::from(digit(byte)))
            .collect()
    }

    /// The client token of a create: the same whenever this object is planned again.
    pub(crate) fn token(&self) -> String {
        let address = self.address.to_string();
        let generation = self.generation.to_string();
        token(&[
            "create",
            self.account,
            self.stack,
            self.env,
            &address,
            &generation,
        ])
    }

    /// The client token of an update made from the state of this serial.
    pub(crate) fn update_token(&self, serial: u64) -> String {
        let address = self.address.to_string();
        let generation = self.generation.to_string();
        let serial = serial.to_string();
        token(&[
            "update",
            self.account,
            self.stack,
            self.env,
            &address,
            &generation,
            &serial,
        ])
    }
}

/// Whether another object has, or would get, the same natural name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clash {
    /// No other.
    None,
    /// Another one.
    Some,
}

/// 32 hex digits: within the shortest limit of AWS for tokens, 36 characters (ECS).
fn token(parts: &[&str]) -> String {
    let digest = digest(parts);
    hex(digest.get(..16).unwrap_or_default())
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    let digit = |at: u8| char::from(digits.get(usize::from(at)).copied().unwrap_or(b'0'));
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

/// The characters a name may hold.
struct Alphabet {
    ranges: Vec<(char, char)>,
}

impl Alphabet {
    /// Reads the body of a regex class: `a-zA-Z0-9_-`, with `\w`, `\d` and escaped characters.
    fn parse(class: &str) -> Self {
        let mut ranges = Vec::new();
        let mut chars = class.chars().peekable();
        while let Some(char) = chars.next() {
            let first = match char {
                '\\' => match chars.next() {
                    Some('w') => {
                        ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]);
                        continue;
                    }
                    Some('d') => {
                        ranges.push(('0', '9'));
                        continue;
                    }
                    Some(escaped) => escaped,
                    None => break,
                },
                plain => plain,
            };
            let mut ahead = chars.clone();
            match (ahead.next(), ahead.next()) {
                (Some('-'), Some(last)) if last != '\\' => {
                    ranges.push((first, last));
                    chars = ahead;
                }
                _ => ranges.push((first, first)),
            }
        }
        Alphabet { ranges }
    }

    fn holds(&self, char: char) -> bool {
        let within = |(first, last): &(char, char)| (*first..=*last).contains(&char);
        self.ranges.iter().any(within)
    }

    fn separator(&self) -> &'static str {
        let known = [('-', "-"), ('_', "_"), ('.', ".")];
        known
            .into_iter()
            .find(|(char, _)| self.holds(*char))
            .map_or("", |(_, text)| text)
    }

    /// The text in this alphabet, and whether anything was lost.
    fn map(&self, text: &str) -> (String, bool) {
        let mut lost = false;
        let separator = self.separator();
        let mut out = String::with_capacity(text.len());
        for char in text.chars() {
            if self.holds(char) {
                out.push(char);
                continue;
            }
            lost = true;
            let lower = char.to_ascii_lowercase();
            match self.holds(lower) {
                true => out.push(lower),
                false => out.push_str(separator),
            }
        }
        (out, lost)
    }
}

#[cfg(test)]
mod tests {
    use super::Alphabet;

    #[test]
    fn alphabets_are_regex_classes() {
        let alphabet = Alphabet::parse("a-z0-9.-");
        assert_eq!(alphabet.map("Ab_c.1"), ("ab-c.1".to_owned(), true));
        assert_eq!(alphabet.map("a-b"), ("a-b".to_owned(), false));
        let escaped = Alphabet::parse(r"\w+=,.@\-");
        assert!(escaped.holds('_') && escaped.holds('-') && escaped.holds('+'));
        assert!(!escaped.holds('\\') && !escaped.holds('/'));
        assert_eq!(Alphabet::parse("a-z").map("a-b"), ("ab".to_owned(), true));
    }
}
