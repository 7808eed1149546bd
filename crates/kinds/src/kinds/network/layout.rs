//! How a network is laid out: its zones, and the subnets in each.

use crate::cidr::Cidr;
use crate::lowering::Lowering;
use crate::values::Read;
use formwork_schema::{Address, Decl, Val, Value};

/// The block of addresses of a network that says nothing of it.
pub(super) const DEFAULT_CIDR: &str = "10.0.0.0/16";

/// Zones of a network that says nothing of them.
const DEFAULT_ZONES: usize = 2;

/// A network is cut into 16 pieces: the first half for public subnets, the second for private ones, so that a zone
/// more moves none.
const CUT: u8 = 4;
const PRIVATE_FROM: u32 = 8;

/// How a network is laid out.
pub(crate) struct Layout {
    /// Its block of addresses.
    pub(crate) cidr: Cidr,
    /// Its zones, in order.
    pub(crate) zones: Vec<Zone>,
    /// The ways out of its private subnets.
    pub(crate) nat: Nat,
}

/// A zone of a network.
pub(crate) struct Zone {
    /// What its subnets are called by: `a`.
    pub(crate) slug: String,
    /// Its name: `eu-west-1a`.
    pub(crate) name: String,
    /// Its subnet that the internet can reach.
    pub(crate) public: Option<Subnet>,
    /// Its subnet without a way in.
    pub(crate) private: Option<Subnet>,
}

/// A subnet.
pub(crate) struct Subnet {
    /// Its resource.
    pub(crate) address: Address,
    /// Its block of addresses; `None` where it was written wrong.
    pub(crate) cidr: Option<Cidr>,
    /// The value that names the block, if one does.
    pub(crate) written: Option<Val>,
}

/// The ways out of private subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nat {
    /// None.
    Off,
    /// One NAT gateway for all zones.
    Single,
    /// A NAT gateway in each zone.
    PerZone,
}

impl Layout {
    /// The subnets that the internet can reach, by zone.
    pub(crate) fn public(&self) -> impl Iterator<Item = &Subnet> {
        self.zones.iter().filter_map(|zone| zone.public.as_ref())
    }

    /// The subnets without a way in, by zone.
    pub(crate) fn private(&self) -> impl Iterator<Item = &Subnet> {
        self.zones.iter().filter_map(|zone| zone.private.as_ref())
    }

    /// The zones that have a NAT gateway.
    pub(crate) fn nat_zones(&self) -> impl Iterator<Item = &Zone> {
        let most = match self.nat {
            Nat::Off => 0,
            Nat::Single => 1,
            Nat::PerZone => usize::MAX,
        };
        let with_way_in = self.zones.iter().filter(|zone| zone.public.is_some());
        with_way_in.take(most)
    }

    /// The zone whose NAT gateway the private subnet of `zone` uses.
    pub(super) fn nat_of<'l>(&'l self, zone: &'l Zone) -> Option<&'l Zone> {
        match self.nat {
            Nat::Off => None,
            Nat::Single => self.nat_zones().next(),
            Nat::PerZone => zone.public.is_some().then_some(zone),
        }
    }
}

/// How a network is laid out. What is written wrong is left out, or taken as if it were not written.
pub(crate) fn layout(decl: &Decl, out: &Lowering<'_>) -> Layout {
    let fields = &decl.fields;
    let cidr = known_cidr(fields.get("cidr"))
        .or_else(|| Cidr::read(DEFAULT_CIDR).ok())
        .unwrap_or(Cidr::ANYWHERE);
    let nat = match fields.word("nat") {
        Some("single") => Nat::Single,
        Some("per_zone") => Nat::PerZone,
        _ => Nat::Off,
    };
    let names = zone_names(decl, &out.region(decl));
    let zones = names.into_iter().enumerate().map(|(at, (slug, name))| {
        let subnet = |tier: &str, from: u32| {
            let address = decl.address.part(format!("{tier}_{slug}"));
            subnet(decl, tier, at, address, cidr, from)
        };
        Zone {
            public: subnet("public", 0),
            private: subnet("private", PRIVATE_FROM),
            slug,
            name,
        }
    });
    Layout {
        cidr,
        zones: zones.collect(),
        nat,
    }
}

fn subnet(
    decl: &Decl,
    tier: &str,
    at: usize,
    address: Address,
    network: Cidr,
    from: u32,
) -> Option<Subnet> {
    let Some(subnets) = decl.fields.object("subnets") else {
        let number = from.checked_add(u32::try_from(at).ok()?)?;
        return Some(Subnet {
            address,
            cidr: network.piece(CUT, number),
            written: None,
        });
    };
    let written = subnets.items(tier).get(at)?;
    Some(Subnet {
        address,
        cidr: known_cidr(Some(written)),
        written: Some(written.clone()),
    })
}

/// A block of addresses as written, if it is right.
pub(super) fn known_cidr(val: Option<&Val>) -> Option<Cidr> {
    match &val?.value {
        Value::String(text) => Cidr::read(text).ok(),
        _ => None,
    }
}

/// Slug and name of each zone.
fn zone_names(decl: &Decl, region: &str) -> Vec<(String, String)> {
    let letters = formwork_catalog::region(region).map_or("abc", |region| region.zones.as_str());
    let letters: Vec<char> = letters.chars().collect();
    let lettered = |count: usize| {
        let letters = letters.iter().take(count);
        letters
            .map(|letter| (letter.to_string(), format!("{region}{letter}")))
            .collect()
    };
    match decl.fields.get("zones").map(|val| &val.value) {
        Some(Value::List(items)) => items
            .iter()
            .filter_map(|val| match &val.value {
                Value::String(text) => Some(zone_name(text, region)),
                _ => None,
            })
            .collect(),
        Some(Value::Number(_)) => {
            let count = decl
                .fields
                .int("zones")
                .and_then(|count| usize::try_from(count).ok());
            lettered(count.unwrap_or(DEFAULT_ZONES))
        }
        _ => lettered(DEFAULT_ZONES),
    }
}

/// Slug and name of a zone as written: `a`, `eu-west-1a`, or a local one such as `us-west-2-lax-1a`.
fn zone_name(text: &str, region: &str) -> (String, String) {
    let rest = text.strip_prefix(region).unwrap_or(text);
    let slug = rest.trim_start_matches('-').replace('-', "_");
    (slug, format!("{region}{rest}"))
}
