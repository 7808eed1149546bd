//! What a service is charged for: its tasks on Fargate, its load balancer, and its logs.

use crate::cost::{Charge, Costed, HOURS, Thing};
use crate::kinds::balancer;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Disk space that costs nothing, in gigabytes: Fargate pricing.
const DISK: i64 = 20;

/// The charges of a service; `None` if it runs on instances, whose prices are not known here.
pub(super) fn charges(of: &Costed<'_>) -> Option<Vec<Charge>> {
    let service = of.main()?;
    let task = of.of_type("AWS::ECS::TaskDefinition").next()?;
    let shares = shares(service)?;
    let least = service.number("DesiredCount").unwrap_or(Decimal::ONE);
    let used = of.used("task_hours_per_month");
    let mut charges = Vec::new();
    for (spot, hours) in shared(&shares, least, used) {
        add(task, spot, hours, used.is_none(), &mut charges);
    }
    charges.extend(balancer::charges(of));
    if of.has("log_group") {
        let logs = of.used_in("logs", "GB");
        charges.push(Charge::used("logs taken in", "logs.ingest", logs));
    }
    Some(charges)
}

/// A part of the capacity: whether it is spare, its weight and its base.
struct Share {
    spot: bool,
    weight: Decimal,
    base: Decimal,
}

/// The parts of the capacity; `None` if one is not Fargate.
fn shares(service: &Thing<'_>) -> Option<Vec<Share>> {
    let number = |json: &Json, name: &str| {
        let whole = json.get(name).and_then(Json::as_i64).unwrap_or(0);
        Decimal::from(whole)
    };
    let read = |json: &Json| {
        let spot = match json.get("CapacityProvider").and_then(Json::as_str)? {
            "FARGATE" => false,
            "FARGATE_SPOT" => true,
            _ => return None,
        };
        Some(Share {
            spot,
            weight: number(json, "Weight"),
            base: number(json, "Base"),
        })
    };
    service
        .items("CapacityProviderStrategy")
        .iter()
        .map(read)
        .collect()
}

/// The hours a month of tasks on each part of the capacity: its base, then its share of the rest.
fn shared(shares: &[Share], count: Decimal, used: Option<Decimal>) -> Vec<(bool, Decimal)> {
    let month = Decimal::from(HOURS);
    let based: Decimal = shares.iter().map(|share| share.base.min(count)).sum();
    let rest = (count - based).max(Decimal::ZERO);
    let weights: Decimal = shares.iter().map(|share| share.weight).sum();
    let tasks = |share: &Share| match weights.is_zero() {
        true => share.base.min(count),
        false => share.base.min(count) + rest * share.weight / weights,
    };
    shares
        .iter()
        .map(|share| {
            let hours = match (used, count.is_zero()) {
                (None, _) => tasks(share) * month,
                (Some(used), false) => used * tasks(share) / count,
                (Some(used), true) if weights.is_zero() => used,
                (Some(used), true) => used * share.weight / weights,
            };
            (share.spot, hours)
        })
        .filter(|(_, hours)| !hours.is_zero())
        .collect()
}

/// Adds what so many hours of a task on Fargate are charged for; `fixed` if they are spent whatever is done with it.
pub(crate) fn add(
    task: &Thing<'_>,
    spot: bool,
    hours: Decimal,
    fixed: bool,
    charges: &mut Vec<Charge>,
) {
    let parsed = |name: &str| {
        task.text(name)
            .and_then(|text| text.parse::<Decimal>().ok())
    };
    let (Some(units), Some(memory)) = (parsed("Cpu"), parsed("Memory")) else {
        return;
    };
    let arm = task.text("RuntimePlatform/CpuArchitecture").as_deref() == Some("ARM64");
    let (sort, cpu, mem) = match (spot, arm) {
        (true, _) => ("Fargate Spot", "fargate.spot.cpu", "fargate.spot.memory"),
        (false, true) => ("Fargate", "fargate.cpu.arm64", "fargate.memory.arm64"),
        (false, false) => ("Fargate", "fargate.cpu.x86", "fargate.memory.x86"),
    };
    let vcpus = units / Decimal::from(1024);
    let gigabytes = memory / Decimal::from(1024);
    let mut charge = |what: String, price: &str, amount: Decimal| {
        charges.push(match fixed {
            true => Charge::fixed(what, price, amount),
            false => Charge::used(what, price, Some(amount)),
        });
    };
    charge(
        format!("{sort}, {} vCPU a task", vcpus.normalize()),
        cpu,
        vcpus * hours,
    );
    charge(
        format!("{sort}, {} GB a task", gigabytes.normalize()),
        mem,
        gigabytes * hours,
    );
    let disk = task
        .number("EphemeralStorage/SizeInGiB")
        .unwrap_or_default();
    let above = disk - Decimal::from(DISK);
    if above > Decimal::ZERO {
        charge(
            format!("{above} GB of disk a task above {DISK}"),
            "fargate.storage",
            above * hours,
        );
    }
}
