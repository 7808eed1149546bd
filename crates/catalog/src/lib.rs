//! Facts of AWS as data: resource types, what AWS's schemas lack, rate buckets, runtimes and regions.
//!
//! In: nothing but the data files beside this crate, parsed when first asked for. Out: [`Aws`], which gives
//! resource types by name; [`raw`], which checks a raw `resource` against its type.
//! Pure: reads no file, clock or environment.

mod aws;
pub mod example;
mod families;
mod handlers;
mod lightsail;
mod overlay;
mod prices;
pub mod raw;
mod read;
mod regions;
mod runtimes;
mod services;

pub use aws::{Aws, aws};
pub use example::minimal_properties;
pub use handlers::{Handler, handlers};
pub use lightsail::{
    Addresses, Platform, ServerSize, ServerTemplate, server_sizes, server_templates,
};
pub use prices::{Confidence, Price, PriceList, Tier, prices};
pub use regions::{Region, region, regions};
pub use runtimes::{Runtime, runtime, runtimes};
pub use services::{SCHEMA_DATE, SOURCE};
