//! `server_disk`: a block disk of Lightsail, which outlives the server it is attached to.

use super::shared;
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::Props;
use crate::registry::Kind;
use crate::specs::{attribute, between, field, size, usage};
use crate::values::Read;
use formwork_schema::{Decl, Dimension, KindSpec, Quantity};
use rust_decimal::Decimal;

/// The smallest and the largest disk, in gigabytes: Lightsail guide, "Block storage disks".
const LIMITS: (i64, i64) = (8, 16_384);

/// The kind `server_disk`.
pub(crate) struct ServerDisk;

impl Kind for ServerDisk {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_disk",
            doc: "A disk of Lightsail; `disks { … }` of a server attaches it, and it stays when that server is replaced.",
            fields: vec![
                field(
                    "size",
                    size(),
                    "How much it holds; a change replaces the disk.",
                )
                .required()
                .constraint(between(
                    gigabytes(LIMITS.0),
                    gigabytes(LIMITS.1),
                    Some(gigabytes(1)),
                )),
                shared::zone_field(),
                shared::snapshots_field(),
                shared::name_field(),
            ],
            attributes: vec![
                attribute("name", "DiskName", "Its name."),
                attribute("arn", "DiskArn", "Its ARN."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: usage(vec![shared::snapshot_usage()]),
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let disk = of.main()?;
        let size = disk.number("SizeInGb")?;
        let mut charges = vec![Charge::fixed(format!("{size} GB"), "lightsail.disk", size)];
        charges.extend(shared::snapshot_charge(disk, of));
        Some(charges)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        _ = shared::attached(decl, out);
        let props = Props::of(decl)
            .maybe("DiskName", fields.node("name"))
            .maybe("SizeInGb", fields.amount("size", "GB"))
            .put("AvailabilityZone", shared::zone_node(decl, out))
            .maybe("AddOns", shared::snapshots(decl, out));
        out.emit(decl, Emit::main("AWS::Lightsail::Disk", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "DiskName"),
            ("size", "SizeInGb"),
            ("zone", "AvailabilityZone"),
            ("snapshots", "AddOns"),
        ]
    }
}

fn gigabytes(number: i64) -> Quantity {
    Quantity {
        dimension: Dimension::Size,
        amount: Decimal::from(number << 30),
    }
}
