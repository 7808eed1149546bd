//! What of a network cannot be: blocks of addresses that are wrong, overlap or lie outside, zones that are not there.

use super::errors;
use super::layout::{Layout, Nat};
use crate::cidr::{Cidr, NoCidr};
use crate::lowering::Lowering;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Val, Value};

/// The largest and smallest blocks of a VPC and of a subnet: Amazon VPC guide, "VPC CIDR blocks".
const LARGEST: u8 = 16;
const SMALLEST: u8 = 28;

/// The most zones that a network takes.
const MOST_ZONES: i64 = 6;

/// The smallest network that can be cut into subnets by itself.
const SMALLEST_CUT: u8 = 24;

/// Reports what cannot be.
pub(super) fn check(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    let whole = decl.fields.get("cidr");
    let network_is_right = whole.is_none_or(|val| block(val, out).is_some());
    zones(decl, out);
    if network_is_right {
        match decl.fields.object("subnets") {
            Some(_) => subnets(decl, layout, out),
            None if layout.cidr.prefix() > SMALLEST_CUT => {
                let span = whole.map_or(decl.name_span, |val| val.span);
                out.report(errors::too_small_to_cut(layout.cidr, span));
            }
            None => {}
        }
    }
    nat(decl, layout, out);
}

/// A block as written, if it is right and of a size that AWS takes.
fn block(val: &Val, out: &mut Lowering<'_>) -> Option<Cidr> {
    let Value::String(text) = &val.value else {
        return None;
    };
    match Cidr::read(text) {
        Ok(cidr) if (LARGEST..=SMALLEST).contains(&cidr.prefix()) => Some(cidr),
        Ok(cidr) => {
            out.report(errors::cidr_size(cidr, val.span));
            None
        }
        Err(NoCidr::NotFirst(block)) => {
            out.report(errors::not_first(text, block, val.span));
            None
        }
        Err(NoCidr::Form) => {
            out.report(errors::no_cidr(text, val.span));
            None
        }
    }
}

fn zones(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(val) = decl.fields.get("zones") else {
        return;
    };
    let region = out.region(decl);
    if let Some(count) = decl.fields.int("zones")
        && let Some(known) = formwork_catalog::region(&region)
    {
        let most = known.zones.len() as i64;
        // More than any region has is out of range already.
        if count > most && count <= MOST_ZONES {
            out.report(errors::too_many_zones(&region, most, val.span));
        }
    }
    let mut seen: Vec<(String, Span)> = Vec::new();
    for item in decl.fields.items("zones") {
        let Value::String(text) = &item.value else {
            continue;
        };
        let rest = text.strip_prefix(&*region).unwrap_or(text);
        let letter = rest.len() == 1 && rest.starts_with(|c: char| c.is_ascii_lowercase());
        let local = rest.starts_with('-') && rest.ends_with(|c: char| c.is_ascii_lowercase());
        if !letter && !local {
            out.report(errors::no_zone(text, &region, item.span));
        } else if let Some((_, first)) = seen.iter().find(|(known, _)| known == rest) {
            out.report(errors::zone_twice(text, *first, item.span));
        } else {
            seen.push((rest.to_owned(), item.span));
        }
    }
}

/// Subnets as written: one a zone, within the network, apart from each other.
fn subnets(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    let Some(given) = decl.fields.object("subnets") else {
        return;
    };
    let zones = layout.zones.len();
    let mut seen: Vec<(Cidr, Span)> = Vec::new();
    for tier in ["public", "private"] {
        let Some(list) = given.get(tier) else {
            continue;
        };
        let blocks = given.items(tier);
        if blocks.len() != zones && !blocks.is_empty() {
            out.report(errors::subnet_count(tier, blocks.len(), zones, list.span));
        }
        for val in blocks {
            let Some(cidr) = block(val, out) else {
                continue;
            };
            if !layout.cidr.contains(cidr) {
                let network = decl.fields.span("cidr");
                out.report(errors::outside(cidr, layout.cidr, val.span, network));
            } else if let Some((other, first)) = seen.iter().find(|(other, _)| other.overlaps(cidr))
            {
                out.report(errors::overlap(cidr, *other, val.span, *first));
            }
            seen.push((cidr, val.span));
        }
    }
    if layout
        .zones
        .iter()
        .all(|zone| zone.public.is_none() && zone.private.is_none())
    {
        let span = decl.fields.span("subnets").unwrap_or(decl.name_span);
        out.report(errors::no_subnets(span));
    }
}

fn nat(decl: &Decl, layout: &Layout, out: &mut Lowering<'_>) {
    let Some(span) = decl.fields.span("nat").filter(|_| layout.nat != Nat::Off) else {
        return;
    };
    if layout.private().next().is_none() {
        out.report(errors::nat_for_nobody(span));
    } else if layout.public().next().is_none() {
        out.report(errors::nat_nowhere(span));
    }
}
