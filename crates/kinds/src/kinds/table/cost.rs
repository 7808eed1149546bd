//! What a table is charged for: reads and writes by request or by capacity, and what it holds.

use crate::cost::{Charge, Costed, HOURS, number};
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// The charges of a table.
pub(super) fn charges(of: &Costed<'_>) -> Option<Vec<Charge>> {
    let table = of.main()?;
    // The class for what is read seldom has prices of its own.
    if table
        .text("TableClass")
        .is_some_and(|class| class != "STANDARD")
    {
        return None;
    }
    let mut charges = match table.text("BillingMode").as_deref() {
        Some("PAY_PER_REQUEST") => vec![
            Charge::used("writes", "dynamodb.write", of.used("writes_per_month")),
            Charge::used("reads", "dynamodb.read", of.used("reads_per_month")),
        ],
        _ => capacity(of),
    };
    let storage = of.used_in("storage", "GB");
    charges.push(Charge::used("storage", "dynamodb.storage", storage));
    if table.flag("PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled") {
        charges.push(Charge::used(
            "point-in-time recovery",
            "dynamodb.recovery",
            storage,
        ));
    }
    Some(charges)
}

/// Capacity of the table and its indexes, kept all month.
fn capacity(of: &Costed<'_>) -> Vec<Charge> {
    let Some(table) = of.main() else {
        return Vec::new();
    };
    let units = |name: &str| {
        let own = table.number(&format!("ProvisionedThroughput/{name}"));
        let indexes = table.items("GlobalSecondaryIndexes");
        let of_index = |index: &Json| number(index.get("ProvisionedThroughput")?.get(name)?);
        let all = own.into_iter().chain(indexes.iter().filter_map(of_index));
        all.sum::<Decimal>()
    };
    let hours = Decimal::from(HOURS);
    let charge = |name: &str, what: &str, price: &str| {
        let units = units(name);
        Charge::fixed(format!("{units} {what}"), price, units * hours)
    };
    vec![
        charge("WriteCapacityUnits", "write units", "dynamodb.write_unit"),
        charge("ReadCapacityUnits", "read units", "dynamodb.read_unit"),
    ]
}
