//! The members of values that work alike in the evaluator and, on values not known before, in the engine.

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A member of the language's complete list (`upper`, `join`, …), on JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the language's member of that name")]
pub enum Op {
    Upper,
    Lower,
    Trim,
    Replace,
    Split,
    Contains,
    StartsWith,
    EndsWith,
    Length,
    Join,
    Concat,
    Sort,
    Unique,
    First,
    Last,
    Zip,
    Keys,
    Values,
    Merge,
    /// `x[i]`, `x["key"]`, `x.name`.
    Get,
    /// `x ?? y` where `x` may not be there: the lowering decides; by itself it is `x`.
    Otherwise,
    /// A digest of the value, whatever the order of its names: no member of the language, written by the lowering.
    Digest,
    /// A text in base 64, as AWS takes user data: no member of the language, written by the lowering.
    Base64,
}

/// A member that does not fit its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberError {
    /// A value of another type than the member takes.
    #[error("`{op}` does not fit this value")]
    Type {
        /// The member.
        op: &'static str,
    },
    /// `first` or `last` of an empty list, an index or key that is not there.
    #[error("`{op}`: there is no such item")]
    Missing {
        /// The member.
        op: &'static str,
    },
}

const NAMES: &[(Op, &str)] = &[
    (Op::Upper, "upper"),
    (Op::Lower, "lower"),
    (Op::Trim, "trim"),
    (Op::Replace, "replace"),
    (Op::Split, "split"),
    (Op::Contains, "contains"),
    (Op::StartsWith, "starts_with"),
    (Op::EndsWith, "ends_with"),
    (Op::Length, "length"),
    (Op::Join, "join"),
    (Op::Concat, "concat"),
    (Op::Sort, "sort"),
    (Op::Unique, "unique"),
    (Op::First, "first"),
    (Op::Last, "last"),
    (Op::Zip, "zip"),
    (Op::Keys, "keys"),
    (Op::Values, "values"),
    (Op::Merge, "merge"),
    (Op::Get, "[…]"),
    (Op::Otherwise, "??"),
    (Op::Digest, "#"),
    (Op::Base64, "64"),
];

impl Op {
    /// The member of a name.
    pub fn named(name: &str) -> Option<Op> {
        NAMES
            .iter()
            .find(|(op, known)| *known == name && *op != Op::Get)
            .map(|(op, _)| *op)
    }

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(op, _)| *op == self)
            .map_or("", |(_, name)| name)
    }

    /// Applies the member to a value.
    ///
    /// # Errors
    /// The value or an argument has another type, or an item is not there.
    pub fn apply(self, on: &Json, arguments: &[Json]) -> Result<Json, MemberError> {
        if self == Op::Otherwise {
            return Ok(on.clone());
        }
        if self == Op::Digest {
            return Ok(digest(on).into());
        }
        let applied = match on {
            Json::String(text) => self.on_string(text, arguments),
            Json::Array(items) => self.on_list(items, arguments)?,
            Json::Object(map) => self.on_map(map, arguments)?,
            _ => None,
        };
        applied.ok_or(MemberError::Type { op: self.name() })
    }

    fn on_string(self, text: &str, arguments: &[Json]) -> Option<Json> {
        let argument = |at: usize| arguments.get(at).and_then(Json::as_str);
        Some(match self {
            Op::Upper => text.to_uppercase().into(),
            Op::Lower => text.to_lowercase().into(),
            Op::Trim => text.trim().into(),
            Op::Replace => text.replace(argument(0)?, argument(1)?).into(),
            Op::Split => text.split(argument(0)?).collect::<Vec<_>>().into(),
            Op::Contains => text.contains(argument(0)?).into(),
            Op::StartsWith => text.starts_with(argument(0)?).into(),
            Op::EndsWith => text.ends_with(argument(0)?).into(),
            Op::Length => text.chars().count().into(),
            Op::Base64 => base64(text.as_bytes()).into(),
            _ => return None,
        })
    }

    fn on_list(self, items: &[Json], arguments: &[Json]) -> Result<Option<Json>, MemberError> {
        let missing = MemberError::Missing { op: self.name() };
        let list = |at: usize| arguments.get(at).and_then(Json::as_array);
        Ok(Some(match self {
            Op::Length => items.len().into(),
            Op::Join => match arguments.first().and_then(Json::as_str) {
                Some(by) => join(items, by).into(),
                None => return Ok(None),
            },
            Op::Contains => match arguments.first() {
                Some(item) => items.contains(item).into(),
                None => return Ok(None),
            },
            Op::Concat => match list(0) {
                Some(more) => items.iter().chain(more).cloned().collect::<Vec<_>>().into(),
                None => return Ok(None),
            },
            Op::Sort => sorted(items).into(),
            Op::Unique => unique(items).into(),
            Op::First => items.first().cloned().ok_or(missing)?,
            Op::Last => items.last().cloned().ok_or(missing)?,
            Op::Zip => match list(0) {
                Some(more) => zip(items, more).into(),
                None => return Ok(None),
            },
            Op::Get => match arguments.first().and_then(Json::as_u64) {
                Some(at) => items.get(at as usize).cloned().ok_or(missing)?,
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    fn on_map(
        self,
        map: &Map<String, Json>,
        arguments: &[Json],
    ) -> Result<Option<Json>, MemberError> {
        Ok(Some(match self {
            Op::Length => map.len().into(),
            Op::Keys => map.keys().cloned().collect::<Vec<_>>().into(),
            Op::Values => map.values().cloned().collect::<Vec<_>>().into(),
            Op::Merge => match arguments.first().and_then(Json::as_object) {
                Some(more) => {
                    let both = map.iter().chain(more).map(|(k, v)| (k.clone(), v.clone()));
                    Json::Object(both.collect())
                }
                None => return Ok(None),
            },
            Op::Get => match arguments.first().and_then(Json::as_str) {
                Some(key) => map
                    .get(key)
                    .cloned()
                    .ok_or(MemberError::Missing { op: self.name() })?,
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }
}

/// 32 hexadecimal digits of the SHA-256 of a value, its names in order.
fn digest(json: &Json) -> String {
    let mut hash = Sha256::new();
    absorb(json, &mut hash);
    let mut hex = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn absorb(json: &Json, hash: &mut Sha256) {
    match json {
        Json::Array(items) => {
            hash.update("[");
            for item in items {
                absorb(item, hash);
                hash.update(",");
            }
            hash.update("]");
        }
        Json::Object(map) => {
            let mut entries: Vec<(&String, &Json)> = map.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| *name);
            hash.update("{");
            for (name, value) in entries {
                absorb(&Json::from(name.as_str()), hash);
                hash.update(":");
                absorb(value, hash);
                hash.update(",");
            }
            hash.update("}");
        }
        scalar => hash.update(scalar.to_string()),
    }
}

fn join(items: &[Json], by: &str) -> String {
    let texts = items.iter().map(|item| {
        item.as_str()
            .map_or_else(|| item.to_string(), str::to_owned)
    });
    texts.collect::<Vec<_>>().join(by)
}

fn sorted(items: &[Json]) -> Vec<Json> {
    let mut items = items.to_vec();
    items.sort_by(|a, b| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.as_str().cmp(&b.as_str()),
    });
    items
}

fn unique(items: &[Json]) -> Vec<Json> {
    let mut out: Vec<Json> = Vec::new();
    for item in items {
        if !out.contains(item) {
            out.push(item.clone());
        }
    }
    out
}

fn zip(left: &[Json], right: &[Json]) -> Vec<Json> {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(a, b)| {
            Json::Object(
                [("a".to_owned(), a.clone()), ("b".to_owned(), b.clone())]
                    .into_iter()
                    .collect(),
            )
        })
        .collect()
}

/// Base 64 with padding: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for piece in bytes.chunks(3) {
        let byte = |at: usize| u32::from(piece.get(at).copied().unwrap_or(0));
        let whole = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let index = (whole >> (18 - 6 * at) & 63) as usize;
            match LETTERS.get(index) {
                Some(letter) if at <= piece.len() => out.push(char::from(*letter)),
                _ => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_work_on_their_types_only() {
        assert_eq!(
            Op::Join.apply(&json!(["a", 1]), &[json!(",")]),
            Ok(json!("a,1"))
        );
        assert_eq!(
            Op::Zip.apply(&json!([1]), &[json!(["x"])]),
            Ok(json!([{"a": 1, "b": "x"}]))
        );
        assert_eq!(
            Op::First.apply(&json!([]), &[]),
            Err(MemberError::Missing { op: "first" })
        );
        assert_eq!(
            Op::Upper.apply(&json!(1), &[]),
            Err(MemberError::Type { op: "upper" })
        );
        assert_eq!(Op::named("[…]"), None);
    }

    #[test]
    fn a_digest_is_of_the_meaning() {
        let one = json!({"a": 1, "b": ["x", {"c": true, "d": null}]});
        let other = json!({"b": ["x", {"d": null, "c": true}], "a": 1});
        let digest = |json: &Json| Op::Digest.apply(json, &[]).unwrap();
        assert_eq!(digest(&one), digest(&other));
        assert_eq!(digest(&one).as_str().map(str::len), Some(32));
        assert_ne!(digest(&json!(["ab"])), digest(&json!(["a", "b"])));
        assert_ne!(digest(&json!("1")), digest(&json!(1)));
    }

    #[test]
    fn base_64_is_padded() {
        let of = |text: &str| Op::Base64.apply(&json!(text), &[]).unwrap();
        assert_eq!(of(""), json!(""));
        assert_eq!(of("f"), json!("Zg=="));
        assert_eq!(of("fo"), json!("Zm8="));
        assert_eq!(of("foobar"), json!("Zm9vYmFy"));
    }
}
