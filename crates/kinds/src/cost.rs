//! What a stack costs a month: each kind says what its objects are charged for, and the price list says how much.
//!
//! The same function serves what a stack would be and what the state says is there, so that a plan can tell both. A
//! charge is fixed, or by use; use comes from the `usage { … }` block of a declaration, and without one the charge is
//! only a rate. Free units and tiers are an account's: they are taken once for all of a stack.

use crate::registry;
use crate::shown::shown_node;
use crate::values::Read;
use formwork_catalog::{Price, prices};
use formwork_schema::{Address, Fields, Properties, Val, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The hours AWS counts a month for: pricing pages, "730 hours in a month".
pub(crate) const HOURS: i64 = 730;

/// An object whose price is asked.
#[derive(Debug, Clone, Copy)]
pub struct Thing<'a> {
    /// Its address.
    pub address: &'a Address,
    /// Its CloudFormation type.
    pub type_name: &'a str,
    /// Whether it is a slice of another object; those cost nothing by themselves.
    pub is_slice: bool,
    /// Its properties.
    pub properties: Look<'a>,
}

/// Properties as a plan or a state holds them.
#[derive(Debug, Clone, Copy)]
pub enum Look<'a> {
    /// Lowered, perhaps not known yet.
    Nodes(&'a Properties),
    /// As authored last.
    Json(&'a Map<String, Json>),
}

impl<'a> Look<'a> {
    /// The value at a path of property names; what is not known yet is a text.
    fn at(self, path: &str) -> Option<Cow<'a, Json>> {
        let mut names = path.split('/');
        let root = names.next()?;
        let mut value = match self {
            Look::Nodes(properties) => Cow::Owned(shown_node(properties.get(root)?)),
            Look::Json(map) => Cow::Borrowed(map.get(root)?),
        };
        for name in names {
            value = match value {
                Cow::Borrowed(json) => Cow::Borrowed(json.get(name)?),
                Cow::Owned(json) => Cow::Owned(json.get(name)?.clone()),
            };
        }
        Some(value)
    }
}

impl Thing<'_> {
    /// A text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        Some(self.properties.at(path)?.as_str()?.to_owned())
    }

    /// A number.
    pub(crate) fn number(&self, path: &str) -> Option<Decimal> {
        number(self.properties.at(path)?.as_ref())
    }

    /// Whether it is on.
    pub(crate) fn flag(&self, path: &str) -> bool {
        self.properties.at(path).is_some_and(|json| *json == true)
    }

    /// The items of a list.
    pub(crate) fn items(&self, path: &str) -> Vec<Json> {
        match self.properties.at(path).as_deref() {
            Some(Json::Array(items)) => items.clone(),
            _ => Vec::new(),
        }
    }
}

/// A number as a decimal.
pub(crate) fn number(json: &Json) -> Option<Decimal> {
    let number = json.as_number()?;
    match number.as_i64() {
        Some(whole) => Some(Decimal::from(whole)),
        None => Decimal::from_f64(number.as_f64()?),
    }
}

/// The objects of a declaration, and how it is said to be used.
pub(crate) struct Costed<'a> {
    things: &'a [Thing<'a>],
    usage: Option<&'a Fields>,
}

impl<'a> Costed<'a> {
    /// Its main object.
    pub(crate) fn main(&self) -> Option<&Thing<'a>> {
        let main = |thing: &&Thing<'_>| thing.address.part.is_none();
        self.things.iter().find(main)
    }

    /// Its objects of a type, without slices.
    pub(crate) fn of_type(&self, name: &str) -> impl Iterator<Item = &Thing<'a>> {
        let of = move |thing: &&Thing<'_>| thing.type_name == name && !thing.is_slice;
        self.things.iter().filter(of)
    }

    /// Whether it has a part.
    pub(crate) fn has(&self, part: &str) -> bool {
        let named = |thing: &Thing<'_>| thing.address.part.as_deref() == Some(part);
        self.things.iter().any(named)
    }

    /// A number of its usage.
    pub(crate) fn used(&self, name: &str) -> Option<Decimal> {
        match self.usage?.get(name)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A quantity of its usage, in a unit.
    pub(crate) fn used_in(&self, name: &str, unit: &str) -> Option<Decimal> {
        Some(self.usage?.quantity(name)?.in_unit(unit))
    }
}

/// Something that is charged for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charge {
    what: String,
    price: String,
    units: Option<Decimal>,
    fixed: bool,
}

impl Charge {
    /// So many units a month, whatever is done with it.
    pub(crate) fn fixed(
        what: impl Into<String>,
        price: impl Into<String>,
        units: impl Into<Decimal>,
    ) -> Self {
        Charge {
            what: what.into(),
            price: price.into(),
            units: Some(units.into()),
            fixed: true,
        }
    }

    /// By use: so many units a month, if that is said.
    pub(crate) fn used(
        what: impl Into<String>,
        price: impl Into<String>,
        units: Option<Decimal>,
    ) -> Self {
        Charge {
            what: what.into(),
            price: price.into(),
            units,
            fixed: false,
        }
    }
}

/// Dollars a month, not rounded: one amount, or from a low to a high one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Money {
    /// The least.
    pub low: Decimal,
    /// The most.
    pub high: Decimal,
}

/// What one declaration is charged for.
#[derive(Debug, Clone, PartialEq)]
pub struct CostLine {
    /// The declaration.
    pub address: Address,
    /// What it is, in words: `requests`.
    pub what: String,
    /// The price.
    pub price: &'static Price,
    /// Units a month, if they are known.
    pub units: Option<Decimal>,
    /// Whether it costs that whatever is done with it.
    pub fixed: bool,
    /// What it costs a month, if the units are known; free units are shared out among those that use them.
    pub amount: Option<Money>,
}

/// What a stack costs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimate {
    /// By declaration, in order of address.
    pub lines: Vec<CostLine>,
    /// Declarations whose price is not known here, or only in part.
    pub unpriced: Vec<Address>,
}

impl Estimate {
    /// All that is known, a month.
    pub fn monthly(&self) -> Money {
        let known = self.lines.iter().filter_map(|line| line.amount);
        known.fold(Money::default(), |sum, one| Money {
            low: sum.low + one.low,
            high: sum.high + one.high,
        })
    }

    /// What is charged by use that nobody said.
    pub fn rates(&self) -> impl Iterator<Item = &CostLine> {
        self.lines.iter().filter(|line| line.amount.is_none())
    }
}

/// The cost of objects, which are sorted by address; `usage` has the usage blocks by declaration.
pub fn estimate<'a>(
    things: impl IntoIterator<Item = Thing<'a>>,
    usage: &BTreeMap<Address, Val>,
) -> Estimate {
    let mut by_owner: BTreeMap<Address, Vec<Thing<'a>>> = BTreeMap::new();
    for thing in things {
        by_owner
            .entry(thing.address.owner())
            .or_default()
            .push(thing);
    }
    let mut out = Estimate::default();
    for (owner, things) in by_owner {
        let said = usage.get(&owner).and_then(|val| match &val.value {
            Value::Object(fields) => Some(fields),
            _ => None,
        });
        let of = Costed {
            things: &things,
            usage: said,
        };
        let charges = registry::kind(&owner.kind).and_then(|kind| kind.cost(&of));
        add(owner, charges, &mut out);
    }
    share(&mut out.lines);
    out
}

fn add(owner: Address, charges: Option<Vec<Charge>>, out: &mut Estimate) {
    let mut whole = charges.is_some();
    for charge in charges.into_iter().flatten() {
        let Some(price) = prices().get(&charge.price) else {
            whole = false;
            continue;
        };
        out.lines.push(CostLine {
            address: owner.clone(),
            what: charge.what,
            price,
            units: charge.units,
            fixed: charge.fixed,
            amount: None,
        });
    }
    if !whole {
        out.unpriced.push(owner);
    }
}

/// Gives every line with known units its amount: free units and tiers hold for all units of a price together, and
/// each line bears its share.
fn share(lines: &mut [CostLine]) {
    let mut totals: BTreeMap<&'static str, (&'static Price, Decimal)> = BTreeMap::new();
    for line in lines.iter() {
        if let Some(units) = line.units {
            let total = totals
                .entry(line.price.id.as_str())
                .or_insert((line.price, Decimal::ZERO));
            total.1 += units;
        }
    }
    let mut free: BTreeMap<&'static str, Decimal> = BTreeMap::new();
    let mut amounts: BTreeMap<&'static str, (Decimal, Decimal)> = BTreeMap::new();
    for (id, (price, units)) in totals {
        let left = free.entry(price.pool()).or_insert(price.free);
        let taken = units.min(*left);
        *left -= taken;
        amounts.insert(id, (price.of(units - taken), units));
    }
    for line in lines {
        let Some((units, (amount, total))) =
            line.units.zip(amounts.get(line.price.id.as_str()).copied())
        else {
            continue;
        };
        let plain = line.price.tiers.is_empty() && line.price.free.is_zero();
        let high = match plain {
            true => line.price.of(units),
            false if total.is_zero() => Decimal::ZERO,
            false => amount * units / total,
        };
        let low = line.price.low(high);
        line.amount = Some(Money { low, high });
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]
mod tests {
    use super::*;

    fn estimated(charges: Vec<Charge>) -> Estimate {
        let mut out = Estimate::default();
        add(Address::new("task", "t"), Some(charges), &mut out);
        share(&mut out.lines);
        out
    }

    #[test]
    fn spare_capacity_costs_from_a_low_to_a_high_amount() {
        let hours = HOURS * 2;
        let spot = estimated(vec![
            Charge::fixed("2 vCPUs", "fargate.spot.cpu", hours),
            Charge::fixed("key", "kms.key", 1),
        ]);
        let sum = spot.monthly();
        let rounded = |amount: Decimal| format!("{:.2}", amount.round_dp(2));
        assert_eq!(rounded(sum.low), "18.67");
        assert_eq!(rounded(sum.high), "30.49");
        assert_eq!(spot.lines[1].amount.unwrap().low, Decimal::ONE);
    }

    #[test]
    fn nothing_used_costs_nothing_and_an_unknown_price_is_named() {
        let none = estimated(vec![
            Charge::used("requests", "lambda.requests", Some(Decimal::ZERO)),
            Charge::used("requests", "no.such.price", None),
        ]);
        assert_eq!(none.monthly(), Money::default());
        assert_eq!(none.lines.len(), 1);
        assert_eq!(none.unpriced.len(), 1);
    }
}
