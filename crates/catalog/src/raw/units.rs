//! Which unit a property of AWS counts in, told by its name, so that a quantity can be turned into its number.

use formwork_schema::{Dimension, Quantity};
use rust_decimal::Decimal;

/// Endings of property names and the unit they count in.
const ENDINGS: &[(Dimension, &str, &str)] = &[
    (Dimension::Duration, "Millis", "ms"),
    (Dimension::Duration, "Milliseconds", "ms"),
    (Dimension::Duration, "Seconds", "s"),
    (Dimension::Duration, "Timeout", "s"),
    (Dimension::Duration, "Period", "s"),
    (Dimension::Duration, "Duration", "s"),
    (Dimension::Duration, "Age", "s"),
    (Dimension::Duration, "MaxAge", "s"),
    (Dimension::Duration, "TTL", "s"),
    (Dimension::Duration, "Ttl", "s"),
    (Dimension::Duration, "Minutes", "min"),
    (Dimension::Duration, "Hours", "h"),
    (Dimension::Duration, "Days", "d"),
    (Dimension::Size, "MemorySize", "MB"),
    (Dimension::Size, "EphemeralStorage/Size", "MB"),
    (Dimension::Size, "Memory", "MB"),
    (Dimension::Size, "MemoryReservation", "MB"),
    (Dimension::Size, "InMBs", "MB"),
    (Dimension::Size, "MiB", "MB"),
    (Dimension::Size, "GiB", "GB"),
    (Dimension::Size, "InGb", "GB"),
    (Dimension::Size, "InGB", "GB"),
    (Dimension::Size, "VolumeSize", "GB"),
    (Dimension::Size, "AllocatedStorage", "GB"),
    (Dimension::Size, "MessageSize", "B"),
    (Dimension::Percent, "", "%"),
    (Dimension::Rate, "", "rps"),
];

/// The number that stands for a quantity at a property path, if the path tells its unit.
pub(super) fn number_for(quantity: &Quantity, path: &str) -> Option<Decimal> {
    Some(
        quantity
            .in_unit(unit(quantity.dimension, path)?)
            .normalize(),
    )
}

/// The unit in which a property counts a dimension, if its path tells: `MB` for the size at `MemorySize`.
pub fn unit(dimension: Dimension, path: &str) -> Option<&'static str> {
    let mut endings = ENDINGS.iter();
    let found = endings.find(|(of, ending, _)| *of == dimension && path.ends_with(ending));
    found.map(|(_, _, unit)| *unit)
}

/// What a quantity is in the units AWS counts in, as a sentence part: `30 in seconds, 0.5 in minutes`.
pub(super) fn in_words(quantity: &Quantity) -> String {
    let units: &[(&str, &str)] = match quantity.dimension {
        Dimension::Size => &[("B", "bytes"), ("MB", "MB"), ("GB", "GB")],
        Dimension::Duration => &[
            ("ms", "milliseconds"),
            ("s", "seconds"),
            ("min", "minutes"),
            ("h", "hours"),
            ("d", "days"),
        ],
        Dimension::Percent => &[("%", "percent")],
        Dimension::Rate => &[("rps", "requests a second"), ("rpm", "requests a minute")],
    };
    let short = |number: &Decimal| number.scale() <= 3;
    let amounts = units
        .iter()
        .map(|(unit, words)| (quantity.in_unit(unit).normalize(), words));
    let parts: Vec<String> = amounts
        .filter(|(number, _)| short(number))
        .map(|(number, words)| format!("{number} in {words}"))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_units() {
        let quantity = |number: &str, unit| Quantity::new(number.parse().unwrap(), unit).unwrap();
        let number = |q: &Quantity, path| number_for(q, path).map(|n| n.to_string());
        assert_eq!(
            number(&quantity("0.5", "min"), "Timeout").as_deref(),
            Some("30")
        );
        assert_eq!(
            number(&quantity("1", "GB"), "MemorySize").as_deref(),
            Some("1024")
        );
        assert_eq!(number(&quantity("1", "GB"), "Other"), None);
        assert_eq!(
            in_words(&quantity("30", "s")),
            "30000 in milliseconds, 30 in seconds, 0.5 in minutes"
        );
    }
}
