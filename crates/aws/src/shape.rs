//! Values of CloudFormation's JSON form, made into the SDKs' types and back.
//!
//! A type of the SDK gets its mapping by [`shape!`] (structures), [`words!`] (enumerations) or by hand; [`fill!`] and
//! [`show!`] do the same for the inputs and outputs of operations, and [`fields!`] names a list of fields that several
//! operations share. A field `memory_size` is the property `MemorySize`; where they differ the property is given:
//! `ssekms_key_id = "KMSMasterKeyID"`.

use aws_smithy_types::date_time::{DateTime, Format};
use formwork_provider::{Failure, FailureClass};
use serde_json::{Map, Number, Value as Json};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A property that does not fit what the operation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    path: String,
    message: String,
}

impl Misfit {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Misfit {
            path: String::new(),
            message: message.into(),
        }
    }

    /// The same, seen from what holds the value under `name`.
    pub(crate) fn within(mut self, name: &str) -> Self {
        self.path = match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{name}/{}", self.path),
        };
        self
    }

    fn expected(what: &str, found: &Json) -> Self {
        Misfit::new(format!("{found} is no {what}"))
    }
}

impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        let message = match misfit.path.is_empty() {
            true => misfit.message,
            false => format!("{}: {}", misfit.path, misfit.message),
        };
        let path = Some(misfit.path).filter(|path| !path.is_empty());
        Failure::new(FailureClass::InvalidInput(path), "NotSent", message)
    }
}

/// What can be made of JSON and shown as JSON.
pub(crate) trait Shape: Sized {
    /// The value.
    fn take(json: &Json) -> Result<Self, Misfit>;

    /// The JSON; `None` for what is not there.
    fn show(&self) -> Option<Json>;
}

impl Shape for String {
    /// Numbers and booleans have a text, as in CloudFormation.
    fn take(json: &Json) -> Result<Self, Misfit> {
        match json {
            Json::String(text) => Ok(text.clone()),
            Json::Number(number) => Ok(number.to_string()),
            Json::Bool(flag) => Ok(flag.to_string()),
            other => Err(Misfit::expected("text", other)),
        }
    }

    fn show(&self) -> Option<Json> {
        Some(Json::String(self.clone()))
    }
}

impl Shape for bool {
    fn take(json: &Json) -> Result<Self, Misfit> {
        match json {
            Json::Bool(flag) => Ok(*flag),
            Json::String(text) if text == "true" => Ok(true),
            Json::String(text) if text == "false" => Ok(false),
            other => Err(Misfit::expected("boolean", other)),
        }
    }

    fn show(&self) -> Option<Json> {
        Some(Json::Bool(*self))
    }
}

macro_rules! whole {
    ($($ty:ty),*) => { $(
        impl Shape for $ty {
            fn take(json: &Json) -> Result<Self, Misfit> {
                let number = match json {
                    Json::Number(number) => number.as_i64(),
                    Json::String(text) => text.parse().ok(),
                    _ => None,
                };
                number
                    .and_then(|number| <$ty>::try_from(number).ok())
                    .ok_or_else(|| Misfit::expected("whole number", json))
            }

            fn show(&self) -> Option<Json> {
                Some(Json::from(*self))
            }
        }
    )* };
}
whole!(i32, i64);

impl Shape for f64 {
    fn take(json: &Json) -> Result<Self, Misfit> {
        let number = match json {
            Json::Number(number) => number.as_f64(),
            Json::String(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Misfit::expected("number", json))
    }

    /// A whole number is shown as one.
    fn show(&self) -> Option<Json> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "compared with what it was made of"
        )]
        let whole = *self as i64;
        #[expect(clippy::cast_precision_loss, reason = "only to compare")]
        let exact = whole as f64 == *self;
        match exact {
            true => Some(Json::from(whole)),
            false => Number::from_f64(*self).map(Json::Number),
        }
    }
}

impl Shape for f32 {
    fn take(json: &Json) -> Result<Self, Misfit> {
        #[expect(clippy::cast_possible_truncation, reason = "the SDK takes no more")]
        f64::take(json).map(|number| number as f32)
    }

    /// By its shortest decimal form: 0.1, not 0.10000000149.
    fn show(&self) -> Option<Json> {
        self.to_string().parse::<f64>().ok()?.show()
    }
}

impl Shape for DateTime {
    fn take(json: &Json) -> Result<Self, Misfit> {
        let text = String::take(json)?;
        DateTime::from_str(&text, Format::DateTimeWithOffset)
            .map_err(|_| Misfit::expected("date and time", json))
    }

    fn show(&self) -> Option<Json> {
        self.fmt(Format::DateTime).ok().map(Json::String)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn take(json: &Json) -> Result<Self, Misfit> {
        let Json::Array(items) = json else {
            return Err(Misfit::expected("list", json));
        };
        let each = items.iter().enumerate();
        each.map(|(at, item)| T::take(item).map_err(|misfit| misfit.within(&at.to_string())))
            .collect()
    }

    fn show(&self) -> Option<Json> {
        Some(Json::Array(self.iter().filter_map(Shape::show).collect()))
    }
}

impl<K: for<'a> From<&'a str> + AsRef<str> + Hash + Eq, T: Shape> Shape for HashMap<K, T> {
    fn take(json: &Json) -> Result<Self, Misfit> {
        let Json::Object(map) = json else {
            return Err(Misfit::expected("map", json));
        };
        let each = map.iter().map(|(name, value)| {
            let value = T::take(value).map_err(|misfit| misfit.within(name))?;
            Ok((K::from(name.as_str()), value))
        });
        each.collect()
    }

    fn show(&self) -> Option<Json> {
        let mut names: Vec<_> = self.iter().collect();
        names.sort_by(|one, other| one.0.as_ref().cmp(other.0.as_ref()));
        let each = names
            .into_iter()
            .filter_map(|(name, value)| Some((name.as_ref().to_owned(), value.show()?)));
        Some(Json::Object(each.collect()))
    }
}

impl<T: Shape> Shape for Option<T> {
    fn take(json: &Json) -> Result<Self, Misfit> {
        match json {
            Json::Null => Ok(None),
            other => T::take(other).map(Some),
        }
    }

    fn show(&self) -> Option<Json> {
        self.as_ref().and_then(Shape::show)
    }
}

/// What a builder's `build` gives: the value, or why it cannot be.
pub(crate) trait Built<T> {
    fn built(self) -> Result<T, Misfit>;
}

impl<T: Shape> Built<T> for T {
    fn built(self) -> Result<T, Misfit> {
        Ok(self)
    }
}

impl<T> Built<T> for Result<T, aws_smithy_types::error::operation::BuildError> {
    fn built(self) -> Result<T, Misfit> {
        self.map_err(|error| Misfit::new(error.to_string()))
    }
}

/// An object of properties from which each that is used is taken; what is left over is not lost but refused.
pub(crate) struct Object<'j> {
    map: &'j Map<String, Json>,
    taken: Mutex<BTreeSet<String>>,
}

impl<'j> Object<'j> {
    pub(crate) fn new(map: &'j Map<String, Json>) -> Self {
        Object {
            map,
            taken: Mutex::default(),
        }
    }

    /// The object that a value is.
    pub(crate) fn of(json: &'j Json) -> Result<Self, Misfit> {
        match json {
            Json::Object(map) => Ok(Object::new(map)),
            other => Err(Misfit::expected("object", other)),
        }
    }

    fn taken(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A property as it is.
    pub(crate) fn json(&self, name: &str) -> Option<&'j Json> {
        self.taken().insert(name.to_owned());
        self.map.get(name)
    }

    /// A property, made into what the operation takes.
    pub(crate) fn get<T: Shape>(&self, name: &str) -> Result<Option<T>, Misfit> {
        match self.json(name) {
            None | Some(Json::Null) => Ok(None),
            Some(json) => T::take(json)
                .map(Some)
                .map_err(|misfit| misfit.within(name)),
        }
    }

    /// A property that is a document, such as a policy, as the text that APIs take; text stays as it is.
    pub(crate) fn document(&self, name: &str) -> Option<String> {
        match self.json(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// An object within.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Object<'j>>, Misfit> {
        match self.json(name) {
            None | Some(Json::Null) => Ok(None),
            Some(json) => Object::of(json)
                .map(Some)
                .map_err(|misfit| misfit.within(name)),
        }
    }

    /// Takes note that a property is sent by another call, or says nothing that is sent.
    pub(crate) fn elsewhere(&self, names: &[&str]) {
        self.taken()
            .extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// Refuses what no call has sent.
    pub(crate) fn finish(&self) -> Result<(), Misfit> {
        let taken = self.taken();
        match self.map.keys().find(|name| !taken.contains(*name)) {
            Some(name) => Err(Misfit::new("it cannot be sent to AWS by this version").within(name)),
            None => Ok(()),
        }
    }
}

/// The property of a field of the SDK: `memory_size` is `MemorySize`.
pub(crate) fn property(field: &str) -> String {
    let words = field.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// Adds a value to shown properties.
pub(crate) fn put(map: &mut Map<String, Json>, name: impl Into<String>, value: &impl Shape) {
    if let Some(json) = value.show() {
        map.insert(name.into(), json);
    }
}

/// The property of a field: the one that is given, or that of its name.
macro_rules! property_of {
    ($field:ident) => {
        $crate::shape::property(stringify!($field).trim_start_matches("r#"))
    };
    ($field:ident, $name:literal) => {
        String::from($name)
    };
}

/// Sets fields of an operation's input, or of a builder, from the properties of an [`Object`].
macro_rules! fill {
    ($builder:expr, $from:expr, { $($field:ident $(= $name:literal)?),* $(,)? }) => {{
        let builder = $builder;
        let from = &$from;
        $( let builder = pastey::paste! {
            builder.[<set_ $field>](from.get(&$crate::shape::property_of!($field $(, $name)?))?)
        }; )*
        builder
    }};
}

/// Shows fields of an operation's output, or of a structure, as properties.
macro_rules! show {
    ($map:expr, $of:expr, { $($field:ident $(= $name:literal)?),* $(,)? }) => {{
        let of = &$of;
        $( $crate::shape::put(&mut $map, $crate::shape::property_of!($field $(, $name)?), &of.$field); )*
    }};
}

/// A structure of the SDK, both ways.
macro_rules! shape {
    ($ty:ty { $($fields:tt)* }) => {
        impl $crate::shape::Shape for $ty {
            fn take(json: &serde_json::Value) -> Result<Self, $crate::shape::Misfit> {
                let object = $crate::shape::Object::of(json)?;
                let builder = $crate::shape::fill!(<$ty>::builder(), object, { $($fields)* });
                object.finish()?;
                $crate::shape::Built::<$ty>::built(builder.build())
            }

            fn show(&self) -> Option<serde_json::Value> {
                let mut map = serde_json::Map::new();
                $crate::shape::show!(map, *self, { $($fields)* });
                Some(serde_json::Value::Object(map))
            }
        }
    };
}

/// Enumerations of the SDK, both ways.
macro_rules! words {
    ($($ty:ty),* $(,)?) => { $(
        impl $crate::shape::Shape for $ty {
            fn take(json: &serde_json::Value) -> Result<Self, $crate::shape::Misfit> {
                <String as $crate::shape::Shape>::take(json).map(|word| <$ty>::from(word.as_str()))
            }

            fn show(&self) -> Option<serde_json::Value> {
                Some(serde_json::Value::String(self.as_str().to_owned()))
            }
        }
    )* };
}

/// Names a list of fields that several operations share: `fields!(settings { memory_size, timeout })` makes
/// `settings!(fill builder, object)` and `settings!(show map, output)`.
macro_rules! fields {
    ($list:ident { $($fields:tt)* }) => {
        $crate::shape::fields!(@with ($) $list { $($fields)* });
    };
    (@with ($d:tt) $list:ident { $($fields:tt)* }) => {
        macro_rules! $list {
            (fill $d builder:expr, $d from:expr) => {
                $crate::shape::fill!($d builder, $d from, { $($fields)* })
            };
            (show $d map:expr, $d of:expr) => {
                $crate::shape::show!($d map, $d of, { $($fields)* })
            };
        }
    };
}

pub(crate) use {fields, fill, property_of, shape, show, words};

#[cfg(test)]
mod tests {
    use super::{Object, Shape, property};
    use serde_json::json;
    use std::collections::HashMap;

    #[test]
    fn fields_are_properties() {
        assert_eq!(property("memory_size"), "MemorySize");
        assert_eq!(property("arn"), "Arn");
    }

    #[test]
    fn values_are_the_same_on_the_way_back() {
        assert_eq!(
            i32::take(&json!("12")).map(|n| n.show()),
            Ok(Some(json!(12)))
        );
        assert_eq!(f64::take(&json!(2.0)).map(|n| n.show()), Ok(Some(json!(2))));
        assert_eq!(
            f32::take(&json!(0.1)).map(|n| n.show()),
            Ok(Some(json!(0.1)))
        );
        let map = json!({"b": "2", "a": "1"});
        let taken = HashMap::<String, String>::take(&map);
        assert_eq!(taken.map(|map| map.show()), Ok(Some(map)));
        assert!(bool::take(&json!("yes")).is_err());
    }

    #[test]
    fn a_property_that_no_call_sends_is_refused_by_its_path() {
        let json = json!({"A": 1, "B": {"C": true}});
        let outer = Object::of(&json).unwrap_or_else(|_| unreachable!());
        assert_eq!(outer.get::<i32>("A"), Ok(Some(1)));
        let misfit = outer.finish().err().map(|misfit| misfit.path);
        assert_eq!(misfit.as_deref(), Some("B"));
        let inner = outer.object("B").ok().flatten().map(|inner| inner.finish());
        let path = inner
            .and_then(|result| result.err())
            .map(|misfit| misfit.within("B").path);
        assert_eq!(path.as_deref(), Some("B/C"));
        assert_eq!(outer.finish(), Ok(()));
    }
}
