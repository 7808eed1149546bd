//! The value of a secret on its way to the store: it is sent once, cannot be shown or copied, and is wiped when dropped.

use std::fmt;
use zeroize::Zeroizing;

/// A value that nobody but the store may see.
pub struct SecretValue(Zeroizing<String>);

impl SecretValue {
    /// Takes a value; whoever had it gives it away.
    pub fn new(value: String) -> Self {
        SecretValue(Zeroizing::new(value))
    }

    /// The value, for the one call that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::SecretValue;

    #[test]
    fn a_value_is_not_shown() {
        let value = SecretValue::new("hunter2".to_owned());
        assert_eq!(format!("{value:?}"), "SecretValue(…)");
        assert_eq!((value.reveal(), value.len()), ("hunter2", 7));
    }
}
