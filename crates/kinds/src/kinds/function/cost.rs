//! What a function is charged for: runs, and how long they take with how much memory.

use crate::cost::{Charge, Costed};
use rust_decimal::Decimal;

/// The memory of a function that says nothing, in megabytes: Lambda API, CreateFunction.
const MEMORY: i64 = 128;

/// The temporary storage that costs nothing, in megabytes: Lambda pricing.
const STORAGE: i64 = 512;

/// The seconds of a month of 730 hours.
const SECONDS: i64 = crate::cost::HOURS * 3600;

/// The charges of a function.
pub(super) fn charges(of: &Costed<'_>) -> Option<Vec<Charge>> {
    let function = of.main()?;
    let memory = function
        .number("MemorySize")
        .unwrap_or(Decimal::from(MEMORY));
    let arch = match function.items("Architectures").first() {
        Some(arch) if arch == "arm64" => "arm64",
        _ => "x86",
    };
    let runs = of.used("requests_per_month");
    let seconds = runs
        .zip(of.used_in("duration", "ms"))
        .map(|(runs, duration)| runs * billed(duration));
    let gigabytes = |megabytes: Decimal| megabytes / Decimal::from(1024);
    let weighted = |megabytes: Decimal| seconds.map(|seconds| seconds * gigabytes(megabytes));
    let mut charges = vec![
        Charge::used("requests", "lambda.requests", runs),
        Charge::used(
            format!("duration at {memory} MB, {arch}"),
            format!("lambda.duration.{arch}"),
            weighted(memory),
        ),
    ];
    let storage = function.number("EphemeralStorage/Size").unwrap_or_default();
    let above = storage - Decimal::from(STORAGE);
    if above > Decimal::ZERO {
        let what = format!("{above} MB of temporary storage above {STORAGE}");
        charges.push(Charge::used(what, "lambda.storage", weighted(above)));
    }
    let warm = "ProvisionedConcurrencyConfig/ProvisionedConcurrentExecutions";
    for alias in of.of_type("AWS::Lambda::Alias") {
        if let Some(count) = alias.number(warm) {
            let units = count * gigabytes(memory) * Decimal::from(SECONDS);
            charges.push(Charge::fixed(
                format!("{count} kept warm at {memory} MB"),
                format!("lambda.provisioned.{arch}"),
                units,
            ));
        }
    }
    if of.has("log_group") {
        let logs = of.used_in("logs", "GB");
        charges.push(Charge::used("logs taken in", "logs.ingest.lambda", logs));
    }
    Some(charges)
}

/// The seconds billed of a run of so many milliseconds: steps of one, rounded up.
fn billed(milliseconds: Decimal) -> Decimal {
    milliseconds.ceil() / Decimal::from(1000)
}

#[cfg(test)]
mod tests {
    use super::billed;
    use rust_decimal::Decimal;

    #[test]
    fn a_millisecond_begun_is_a_millisecond_billed() {
        let seconds = |text: &str| billed(text.parse().unwrap()).normalize().to_string();
        assert_eq!(seconds("120"), "0.12");
        assert_eq!(seconds("120.01"), "0.121");
        assert_eq!(seconds("0.4"), "0.001");
        assert_eq!(billed(Decimal::ZERO), Decimal::ZERO);
    }
}
