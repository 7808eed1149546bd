//! What a stack costs, for people and as JSON; and the one line of a plan.

use crate::costs::CostChange;
use crate::views::paint::Paint;
use formwork_catalog::{Confidence, Price, prices};
use formwork_diag::safe;
use formwork_kinds::{CostLine, Estimate, Money};
use formwork_schema::Address;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use std::fmt::Write;

/// The version of the JSON form.
const FORMAT: u32 = 1;

/// What each declaration costs, what is charged by use, and the sum.
pub(crate) fn text(title: &str, estimate: &Estimate, paint: Paint) -> String {
    let list = prices();
    let of = format!("prices of {}, list of {}", list.region, list.date);
    let mut out = format!("{}   {}\n\n", paint.bold(&safe(title)), paint.dim(&of));
    let rows: Vec<Row> = rows(estimate);
    let width = |pick: fn(&Row) -> &str| {
        let all = rows.iter().map(|row| pick(row).chars().count());
        all.max().unwrap_or(0)
    };
    let (name, what, sum) = (
        width(|row| &row.name),
        width(|row| &row.what),
        width(|row| &row.sum),
    );
    for row in &rows {
        let line = format!(
            "  {:name$}  {:what$}  {:>sum$}  {}",
            row.name, row.what, row.sum, row.why
        );
        let _ = writeln!(out, "{}", safe(line.trim_end()));
    }
    if rows.is_empty() {
        out.push_str("  Nothing here has a price.\n");
    }
    out.push('\n');
    let sum = format!("{} a month{}.", money(estimate.monthly()), beyond(estimate));
    let _ = writeln!(out, "{}", paint.bold(&sum));
    notes(estimate, paint, &mut out);
    out
}

struct Row {
    name: String,
    what: String,
    sum: String,
    why: String,
}

fn rows(estimate: &Estimate) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last: Option<&Address> = None;
    for line in &estimate.lines {
        let again = last == Some(&line.address);
        last = Some(&line.address);
        rows.push(Row {
            name: match again {
                true => String::new(),
                false => title_of(&line.address),
            },
            what: line.what.clone(),
            sum: line.amount.map_or_else(|| "by use".to_owned(), money),
            why: why(line),
        });
    }
    rows
}

fn title_of(address: &Address) -> String {
    match &address.key {
        Some(key) => format!("{} {}[{key:?}]", address.kind, address.label),
        None => format!("{} {}", address.kind, address.label),
    }
}

/// Units and rate where there are several units, and a mark where the price is not sure.
fn why(line: &CostLine) -> String {
    let alone = line.units == Some(Decimal::ONE);
    let mut why = match line.units {
        _ if alone => String::new(),
        Some(units) => format!("{} × {}", quantity(units), rate(line.price)),
        None => rate(line.price),
    };
    if !line.price.free.is_zero() {
        let _ = write!(why, ", the first {} free", quantity(line.price.free));
    }
    if line.price.confidence != Confidence::High {
        why.push_str(if why.is_empty() { "~" } else { "  ~" });
    }
    why
}

/// `$0.20 per 1,000,000 requests`.
fn rate(price: &Price) -> String {
    let dollars = match price.least {
        Some(least) => format!("${least} to ${}", price.usd),
        None => format!("${}", dollars_of(price.usd)),
    };
    match price.per == Decimal::ONE {
        true => format!("{dollars} per {}", price.unit),
        false => format!(
            "{dollars} per {} {}",
            quantity(price.per),
            plural(&price.unit)
        ),
    }
}

fn plural(unit: &str) -> String {
    match unit.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{unit}s"),
    }
}

/// A price with at least its cents.
fn dollars_of(usd: Decimal) -> String {
    match usd.scale() < 2 {
        true => format!("{usd:.2}"),
        false => usd.to_string(),
    }
}

/// A number with its thousands apart, and at most three digits after the point.
fn quantity(number: Decimal) -> String {
    apart(&number.round_dp(3).normalize().to_string())
}

/// The digits of a number with its thousands apart.
fn apart(digits: &str) -> String {
    let (whole, rest) = match digits.split_once('.') {
        Some((whole, rest)) => (whole, format!(".{rest}")),
        None => (digits, String::new()),
    };
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + &rest
}

/// `$12.00`, `$12.10 to $20.20`.
fn money(money: Money) -> String {
    let (low, high) = (cents(money.low), cents(money.high));
    match low == high {
        true => high,
        false => format!("{low} to {high}"),
    }
}

fn cents(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    match rounded.is_zero() && amount > Decimal::ZERO {
        true => "< $0.01".to_owned(),
        false => format!("${}", apart(&format!("{rounded:.2}"))),
    }
}

/// What is not in the sum.
fn beyond(estimate: &Estimate) -> &'static str {
    match estimate.rates().next() {
        Some(_) => ", and what is used",
        None => "",
    }
}

fn notes(estimate: &Estimate, paint: Paint, out: &mut String) {
    let free = estimate.lines.iter().any(|line| !line.price.free.is_zero());
    if free {
        let note = "Free units are an account's; here they are taken once for the stack.";
        let _ = writeln!(out, "{}", paint.dim(note));
    }
    if estimate.rates().next().is_some() {
        let note = "Say how much is used with `usage { … }` in a declaration.";
        let _ = writeln!(out, "{}", paint.dim(note));
    }
    let unsure = |line: &CostLine| line.price.confidence != Confidence::High;
    if estimate.lines.iter().any(unsure) {
        let note = "~ an old price, or one that could not be confirmed";
        let _ = writeln!(out, "{}", paint.dim(note));
    }
    if !estimate.unpriced.is_empty() {
        let names: Vec<String> = estimate.unpriced.iter().map(title_of).collect();
        let _ = writeln!(out, "Without a price here: {}.", safe(&names.join(", ")));
    }
}

/// The estimate as JSON; amounts are decimals in strings, not rounded.
pub(crate) fn json(estimate: &Estimate) -> String {
    serde_json::to_string_pretty(&value(estimate)).unwrap_or_default()
}

fn value(estimate: &Estimate) -> Value {
    let list = prices();
    let lines: Vec<Value> = estimate.lines.iter().map(line).collect();
    let unpriced: Vec<String> = estimate.unpriced.iter().map(ToString::to_string).collect();
    json!({
        "format": FORMAT,
        "currency": "USD",
        "region": list.region,
        "date": list.date,
        "monthly": amount(estimate.monthly()),
        "lines": lines,
        "unpriced": unpriced,
    })
}

fn line(line: &CostLine) -> Value {
    let price = line.price;
    json!({
        "address": line.address.to_string(),
        "what": line.what,
        "fixed": line.fixed,
        "units": line.units.map(|units| units.normalize().to_string()),
        "monthly": line.amount.map(amount),
        "price": {
            "id": price.id,
            "usd": price.usd.to_string(),
            "least": price.least.map(|least| least.to_string()),
            "per": price.per.to_string(),
            "unit": price.unit,
            "free": price.free.to_string(),
            "date": price.date,
            "confidence": price.confidence.word(),
            "source": price.source,
        },
    })
}

fn amount(money: Money) -> Value {
    json!({ "low": money.low.normalize().to_string(), "high": money.high.normalize().to_string() })
}

/// The line of a plan: what it costs before and after; `None` if nothing in it has a price.
pub(crate) fn plan_line(change: &CostChange) -> Option<String> {
    let (before, after) = (&change.before, &change.after);
    if before.lines.is_empty() && after.lines.is_empty() {
        return None;
    }
    let (was, will) = (money(before.monthly()), money(after.monthly()));
    let sum = match was == will {
        true => will,
        false => format!("{was} -> {will}"),
    };
    let list = prices();
    Some(format!(
        "It costs {sum} a month{}; prices of {}, {}.",
        beyond(after),
        list.region,
        list.date
    ))
}

/// What a plan changes of the cost, as JSON.
pub(crate) fn plan_json(change: &CostChange) -> Value {
    let list = prices();
    json!({
        "currency": "USD",
        "region": list.region,
        "date": list.date,
        "before": amount(change.before.monthly()),
        "after": amount(change.after.monthly()),
        "by_use": change.after.rates().count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_easily() {
        let of = |text: &str| quantity(text.parse().unwrap());
        assert_eq!(of("1000000"), "1,000,000");
        assert_eq!(of("999"), "999");
        assert_eq!(of("1234.5678"), "1,234.568");
        assert_eq!(of("0.5"), "0.5");
        assert_eq!(cents("0.004".parse().unwrap()), "< $0.01");
        assert_eq!(cents("12.345".parse().unwrap()), "$12.35");
        assert_eq!(cents(Decimal::ZERO), "$0.00");
        assert_eq!(cents(Decimal::from(12_500)), "$12,500.00");
        let range = Money {
            low: "12.1".parse().unwrap(),
            high: "20.2".parse().unwrap(),
        };
        assert_eq!(money(range), "$12.10 to $20.20");
    }
}
