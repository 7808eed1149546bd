//! Quantities: numbers with a unit, exact, computed with within one dimension.

use rust_decimal::Decimal;
use std::fmt;

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Bytes, in steps of 1024 as AWS counts.
    Size,
    /// Time; base unit a millisecond.
    Duration,
    /// Hundredths; base unit one percent.
    Percent,
    /// Requests over time; base unit one per minute, so that `1rpm` is exact.
    Rate,
}

impl Dimension {
    /// The name of its type in the language.
    pub const fn type_name(self) -> &'static str {
        match self {
            Dimension::Size => "size",
            Dimension::Duration => "duration",
            Dimension::Percent => "percent",
            Dimension::Rate => "rate",
        }
    }
}

/// A unit of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// As written: `MB`.
    pub name: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    /// How many base units it is.
    pub factor: i64,
    /// Whether quantities are printed in it (`MiB` is read and printed as `MB`).
    pub printed: bool,
}

const fn unit(name: &'static str, dimension: Dimension, factor: i64, printed: bool) -> Unit {
    Unit {
        name,
        dimension,
        factor,
        printed,
    }
}

/// All units, within a dimension from small to large.
pub const UNITS: &[Unit] = &[
    unit("B", Dimension::Size, 1, true),
    unit("KB", Dimension::Size, 1 << 10, true),
    unit("MB", Dimension::Size, 1 << 20, true),
    unit("GB", Dimension::Size, 1 << 30, true),
    unit("TB", Dimension::Size, 1 << 40, true),
    unit("KiB", Dimension::Size, 1 << 10, false),
    unit("MiB", Dimension::Size, 1 << 20, false),
    unit("GiB", Dimension::Size, 1 << 30, false),
    unit("TiB", Dimension::Size, 1 << 40, false),
    unit("ms", Dimension::Duration, 1, true),
    unit("s", Dimension::Duration, 1_000, true),
    unit("min", Dimension::Duration, 60_000, true),
    unit("h", Dimension::Duration, 3_600_000, true),
    unit("d", Dimension::Duration, 86_400_000, true),
    unit("%", Dimension::Percent, 1, true),
    unit("rpm", Dimension::Rate, 1, true),
    unit("rps", Dimension::Rate, 60, true),
];

/// A number of base units of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// What it measures.
    pub dimension: Dimension,
    /// How many base units: bytes, milliseconds, percent, requests a minute.
    pub amount: Decimal,
}

/// Why an amount cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No such unit.
    #[error("not a unit")]
    UnknownUnit,
    /// The number is too large to hold exactly.
    #[error("the number is too large")]
    TooLarge,
}

impl Quantity {
    /// Makes a quantity of `number` units named `unit`.
    ///
    /// # Errors
    /// No such unit, or a number over 28 digits.
    pub fn new(number: Decimal, unit: &str) -> Result<Self, QuantityError> {
        let unit = UNITS
            .iter()
            .find(|known| known.name == unit)
            .ok_or(QuantityError::UnknownUnit)?;
        let amount = number
            .checked_mul(Decimal::from(unit.factor))
            .ok_or(QuantityError::TooLarge)?;
        Ok(Quantity {
            dimension: unit.dimension,
            amount,
        })
    }

    /// The amount in the unit named `unit`, which must be one of its dimension; otherwise in base units.
    pub fn in_unit(&self, unit: &str) -> Decimal {
        let known = UNITS
            .iter()
            .find(|known| known.name == unit && known.dimension == self.dimension);
        known.map_or(self.amount, |unit| self.amount / Decimal::from(unit.factor))
    }

    /// The amount in whole `unit`s, if it is whole and fits.
    pub fn whole(&self, unit: &str) -> Option<i64> {
        let amount = self.in_unit(unit).normalize();
        if amount.scale() == 0 {
            i64::try_from(amount.mantissa()).ok()
        } else {
            None
        }
    }
}

impl fmt::Display for Quantity {
    /// The largest unit of which it is a whole number (`2GB`, `90s`); else in its base unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = UNITS
            .iter()
            .filter(|unit| unit.dimension == self.dimension && unit.printed);
        let whole = |unit: &&Unit| {
            !self.amount.is_zero() && self.in_unit(unit.name).normalize().scale() == 0
        };
        let Some(unit) = units
            .clone()
            .rev()
            .find(whole)
            .or_else(|| units.clone().next())
        else {
            return write!(f, "{}", self.amount);
        };
        write!(f, "{}{}", self.in_unit(unit.name).normalize(), unit.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: &str, unit: &str) -> String {
        Quantity::new(number.parse().unwrap(), unit)
            .unwrap()
            .to_string()
    }

    #[test]
    fn the_shortest_exact_form_is_shown() {
        assert_eq!(shown("512", "MiB"), "512MB");
        assert_eq!(shown("2048", "MB"), "2GB");
        assert_eq!(shown("90", "s"), "90s");
        assert_eq!(shown("60", "s"), "1min");
        assert_eq!(shown("1.5", "h"), "90min");
        assert_eq!(shown("0.5", "%"), "0.5%");
        assert_eq!(shown("100", "rps"), "100rps");
        assert_eq!(shown("0", "s"), "0ms");
        assert_eq!(
            Quantity::new(Decimal::ONE, "m"),
            Err(QuantityError::UnknownUnit)
        );
    }

    #[test]
    fn whole_amounts_in_a_unit() {
        let half = Quantity::new("1.5".parse().unwrap(), "GB").unwrap();
        assert_eq!(half.whole("MB"), Some(1536));
        assert_eq!(half.whole("GB"), None);
    }
}
