//! What AWS asks: prices by id, in US dollars, each with its date, its source and how sure it is.

use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The price of a unit of something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Its id: `lambda.requests`.
    pub id: String,
    /// US dollars for [`Price::per`] units.
    pub usd: Decimal,
    /// The low end of a price that moves, as those of spare capacity do.
    pub least: Option<Decimal>,
    /// How many units it is for.
    #[serde(default = "one")]
    pub per: Decimal,
    /// The unit: `request`, `GB-month`.
    pub unit: String,
    /// Units a month that cost nothing, in an account.
    #[serde(default)]
    pub free: Decimal,
    /// Prices that share one id here share their free units.
    pub pool: Option<String>,
    /// Prices of further units, from few to many; empty if all cost the same.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// When its source had it: `2026-04`; `-` if that is not known.
    pub date: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it was found.
    pub source: String,
}

/// A price that holds up to a number of units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The last unit it holds for; `None` holds for all further ones.
    pub upto: Option<Decimal>,
    /// US dollars for [`Price::per`] units.
    pub usd: Decimal,
}

/// How sure a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Not confirmed.
    Uncertain,
    /// Old, or from one source.
    Medium,
    /// From AWS's own list, or several sources that agree.
    High,
}

impl Confidence {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Uncertain => "uncertain",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl Price {
    /// What units cost that are beyond the free ones, in US dollars, not rounded.
    pub fn of(&self, units: Decimal) -> Decimal {
        let mut left = units.max(Decimal::ZERO);
        let mut reached = Decimal::ZERO;
        let mut dollars = Decimal::ZERO;
        for tier in &self.tiers {
            let room = tier.upto.map_or(left, |upto| upto - reached);
            let taken = left.min(room);
            dollars += taken * tier.usd;
            left -= taken;
            reached += taken;
        }
        (dollars + left * self.usd) / self.per
    }

    /// The low end of an amount at this price.
    pub fn low(&self, amount: Decimal) -> Decimal {
        match self.least {
            Some(least) if !self.usd.is_zero() => amount * least / self.usd,
            _ => amount,
        }
    }

    /// Whose free units it takes.
    pub fn pool(&self) -> &str {
        self.pool.as_deref().unwrap_or(&self.id)
    }
}

/// A list of prices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    region: String,
    date: String,
    price: Vec<Price>,
}

/// All prices, with the day they were put together and the region they are of.
#[derive(Debug)]
pub struct PriceList {
    /// The region by its AWS name.
    pub region: String,
    /// The day: `YYYY-MM-DD`.
    pub date: String,
    by_id: BTreeMap<String, Price>,
}

impl PriceList {
    /// A price by its id.
    pub fn get(&self, id: &str) -> Option<&Price> {
        self.by_id.get(id)
    }

    /// All prices, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Price> {
        self.by_id.values()
    }
}

/// The list of this build.
pub fn prices() -> &'static PriceList {
    static PRICES: OnceLock<PriceList> = OnceLock::new();
    PRICES.get_or_init(|| {
        let file = toml::from_str::<File>(include_str!("../data/prices.toml"));
        let file = file.unwrap_or_else(|_| File {
            region: String::new(),
            date: String::new(),
            price: Vec::new(),
        });
        PriceList {
            region: file.region,
            date: file.date,
            by_id: file
                .price
                .into_iter()
                .map(|price| (price.id.clone(), price))
                .collect(),
        }
    })
}

fn one() -> Decimal {
    Decimal::ONE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Addresses, Platform, server_sizes};

    fn price(id: &str) -> &'static Price {
        prices()
            .get(id)
            .unwrap_or_else(|| panic!("no price of {id}"))
    }

    fn cents(amount: Decimal) -> String {
        format!("{:.2}", amount.round_dp(2))
    }

    #[test]
    fn the_list_can_be_read_and_every_line_says_where_it_is_from() {
        let file: File = toml::from_str(include_str!("../data/prices.toml")).unwrap();
        assert_eq!(file.price.len(), prices().iter().count(), "an id twice");
        assert_eq!(prices().date.len(), 10);
        for price in prices().iter() {
            assert!(
                !price.source.is_empty() && !price.date.is_empty(),
                "{}",
                price.id
            );
            assert!(price.per > Decimal::ZERO, "{}", price.id);
            assert!(
                price.least.is_none_or(|least| least <= price.usd),
                "{}",
                price.id
            );
            let bounds: Vec<Decimal> = price.tiers.iter().filter_map(|tier| tier.upto).collect();
            assert!(bounds.is_sorted(), "{}", price.id);
            let first = price.tiers.first();
            assert!(
                first.is_none_or(|tier| tier.usd == price.usd),
                "{}",
                price.id
            );
        }
    }

    #[test]
    fn six_hundred_thousand_gigabyte_seconds_cost_ten_dollars() {
        let duration = price("lambda.duration.x86");
        assert_eq!(duration.usd.to_string(), "0.0000166667");
        assert_eq!(duration.free, Decimal::from(400_000));
        assert_eq!(cents(duration.of(Decimal::from(600_000))), "10.00");
    }

    #[test]
    fn two_million_requests_cost_forty_cents() {
        let requests = price("lambda.requests");
        assert_eq!(requests.free, Decimal::from(1_000_000));
        assert_eq!(cents(requests.of(Decimal::from(2_000_000))), "0.40");
    }

    #[test]
    fn sixty_terabytes_of_logs_are_billed_in_tiers() {
        // 10 TB at 0.50, 20 at 0.25, 20 at 0.10, 10 at 0.05.
        let logs = price("logs.ingest.lambda");
        let dollars = 1024 * 10 / 2 + 1024 * 20 / 4 + 1024 * 20 / 10 + 1024 * 10 / 20;
        assert_eq!(logs.of(Decimal::from(60 * 1024)), Decimal::from(dollars));
    }

    #[test]
    fn every_size_of_a_server_has_an_exact_price() {
        for size in server_sizes() {
            for addresses in [Addresses::Dual, Addresses::Ipv6] {
                let bundle = size.bundle(Platform::Linux, addresses);
                assert!(price(&format!("lightsail.server.{bundle}")).usd > Decimal::ZERO);
            }
        }
        assert_eq!(price("lightsail.server.small_3_0").usd, Decimal::from(12));
        assert_eq!(
            price("lightsail.database.micro_ha_2_0").usd,
            Decimal::from(30)
        );
    }

    #[test]
    fn a_price_that_moves_is_a_range() {
        let cpu = price("fargate.spot.cpu");
        let high = cpu.of(Decimal::from(1000));
        assert_eq!(
            (cents(cpu.low(high)), cents(high)),
            ("12.10".into(), "20.20".into())
        );
        assert_eq!(price("kms.key").low(Decimal::ONE), Decimal::ONE);
    }
}
