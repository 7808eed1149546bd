//! The life of every kind on the simulated cloud, field by field, generated from the kinds themselves: a field that is
//! new is lived too, or fails by its name until somebody writes values for it.
//!
//! `FIELD=cors.max_age cargo nextest run -p formwork --test lifecycle bucket` lives one field alone; `UPDATE=1` rewrites
//! what fields do (`kinds/KIND.expect`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

mod fields;
mod life;
mod looks;
mod orders;
mod picture;
mod raw;
mod shown;
mod subject;
mod table;
mod tree;
mod values;
mod world;

use crate::subject::{Subject, folder};
use formwork_schema::KindSpec;
use libtest_mimic::{Arguments, Trial};
use std::collections::BTreeSet;
use std::fs;

fn main() {
    let kinds = world::kinds().specs();
    let trials = kinds.map(|spec| {
        let spec: &'static KindSpec = spec;
        Trial::test(spec.name, move || lives(spec).map_err(Into::into))
    });
    let looks = Trial::test("refresh_changed", || looks::changed().map_err(Into::into));
    let orders = orders::all().into_iter();
    let orders = orders
        .map(|(name, path)| Trial::test(name, move || orders::holds(&path).map_err(Into::into)));
    let raw = Trial::test("resource_types", || raw::lives().map_err(Into::into));
    let trials = trials.chain([looks, raw]).chain(orders);
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn lives(spec: &'static KindSpec) -> Result<(), String> {
    let only = std::env::var("FIELD").ok();
    let subject = Subject::of(spec);
    let lived = life::live(&subject, only.as_deref());
    let mut wrong = lived.wrong;
    println!(
        "{}: {} fields, {} applies",
        spec.name, lived.fields, lived.applies
    );
    if only.is_some() {
        println!("{}", lived.story);
    } else {
        let names: BTreeSet<&str> = subject
            .fields
            .iter()
            .map(|field| field.text.as_str())
            .collect();
        wrong.extend(subject.table.needless(&names));
        wrong.extend(expected(spec.name, &lived.story).err());
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n\n")),
    }
}

/// What the fields of a kind do is what is written of them.
fn expected(kind: &str, story: &str) -> Result<(), String> {
    let path = folder().join(format!("{kind}.expect"));
    if std::env::var_os("UPDATE").is_some() {
        return fs::write(path, story).map_err(|error| error.to_string());
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let new: Vec<&str> = story
        .lines()
        .filter(|line| !expected.contains(line))
        .collect();
    match expected == story {
        true => Ok(()),
        false => Err(format!(
            "{kind}.expect says otherwise (UPDATE=1 rewrites it): {}",
            new.join("\n")
        )),
    }
}
