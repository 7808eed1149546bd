//! Secrets: their values are dropped as they come, and only a version of each is kept.

use crate::cloud::{Call, Cloud};
use crate::effects::Verb;
use crate::failures;
use crate::make;
use crate::object::Object;
use formwork_provider::{Failure, SecretValue, Target};
use std::sync::Arc;

/// The most bytes of a value: Secrets Manager quotas, "Secret value size".
const LIMIT: usize = 65_536;

impl Cloud {
    /// Gives a secret a value, which is dropped here; the version it gets.
    ///
    /// # Errors
    /// There is no such secret, or the value is empty or too long.
    pub fn put_secret(&mut self, target: &Target, value: SecretValue) -> Result<Arc<str>, Failure> {
        let bytes = value.len();
        drop(value);
        if bytes == 0 || bytes > LIMIT {
            let what = format!("a value has 1 to {LIMIT} bytes");
            return Err(failures::invalid("SecretString", &what));
        }
        let mut object = self.secret(target)?;
        let counter = format!("version\u{1f}{}\u{1f}{}", object.type_name, object.head.id);
        let count = self.world.count(counter);
        // It tells one value from the next and nothing of either.
        let seed = format!("{}\u{1f}{}\u{1f}{count}", self.seed, object.head.id);
        let version = version(&make::digest(seed.as_bytes()));
        object.head.version = Some(Arc::clone(&version));
        object.head.content = 1;
        self.keep(target, object);
        Ok(version)
    }

    /// Takes the value of a secret away.
    ///
    /// # Errors
    /// There is no such secret.
    pub fn clear_secret(&mut self, target: &Target) -> Result<(), Failure> {
        let mut object = self.secret(target)?;
        object.head.version = None;
        object.head.content = 0;
        self.keep(target, object);
        Ok(())
    }

    /// The version of a secret's value; `None` if it has none.
    ///
    /// # Errors
    /// There is no such secret.
    pub fn secret_version(&mut self, target: &Target) -> Result<Option<Arc<str>>, Failure> {
        self.prepare(false)?;
        let object = self.find_target(target)?;
        let missing = || failures::missing(&target.type_name, target.id.as_deref().unwrap_or(""));
        Ok(object.ok_or_else(missing)?.head.version.clone())
    }

    fn secret(&mut self, target: &Target) -> Result<Object, Failure> {
        self.prepare(true)?;
        let missing = || failures::missing(&target.type_name, target.id.as_deref().unwrap_or(""));
        self.find_target(target)?.cloned().ok_or_else(missing)
    }

    fn keep(&mut self, target: &Target, object: Object) {
        let version = object.head.version.clone().unwrap_or_default();
        let call = Call {
            target: Some(target),
            token: None,
            sent: &version,
        };
        self.log(Verb::Update, &object, call);
        self.world.put(object);
    }
}

/// A version in the form that AWS gives it.
fn version(hex: &str) -> Arc<str> {
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let parts = [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ];
    parts.join("-").into()
}
