//! `server`: a virtual server of Lightsail, with its ports, disks and address; the files beside it are the kinds that
//! go with one.

pub(super) mod address;
pub(super) mod alarm;
pub(super) mod balancer;
pub(super) mod bucket;
pub(super) mod cdn;
pub(super) mod certificate;
pub(super) mod contact;
pub(super) mod container;
pub(super) mod database;
pub(super) mod disk;
pub(super) mod dns;
mod errors;
mod ports;
mod shared;
mod template;

use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::specs::{attribute, field, items, kind, usage, volume};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Dimension, FieldSpec, KindSpec, MetricSpec, Node, Type, Val};

/// The namespace that stands for Lightsail's own metrics, which CloudWatch does not have.
pub(super) const METRICS: &str = "Lightsail";

/// The kind `server`.
pub(crate) struct Server;

impl Kind for Server {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server",
            doc: "A virtual server of Lightsail, at a fixed price a month.",
            fields: fields(),
            attributes: vec![
                attribute("name", "InstanceName", "Its name."),
                attribute("arn", "InstanceArn", "Its ARN."),
                attribute(
                    "ip",
                    "PublicIpAddress",
                    "Its public IPv4 address; a `server_address` stays when the server is replaced.",
                ),
                attribute(
                    "private_ip",
                    "PrivateIpAddress",
                    "Its address within Lightsail.",
                ),
                attribute("user", "UserName", "Who signs in over SSH."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: metrics(),
            usage: usage(vec![
                shared::snapshot_usage(),
                volume(
                    "extra_transfer",
                    "What it sends beyond what its size includes.",
                ),
            ]),
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        if let Some(val) = decl.fields.get("address") {
            shared::attach(decl, val, out);
        }
        for (_, val) in disks(decl) {
            shared::attach(decl, val, out);
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let server = of.main()?;
        let bundle = server.text("BundleId")?;
        let mut charges = vec![Charge::fixed(
            &*bundle,
            format!("lightsail.server.{bundle}"),
            1,
        )];
        charges.extend(shared::snapshot_charge(server, of));
        if let Some(extra) = of.used_in("extra_transfer", "GB") {
            charges.push(Charge::used(
                "transfer beyond the size's",
                "lightsail.transfer",
                Some(extra),
            ));
        }
        Some(charges)
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if let Some(span) = fields.name_span("scale") {
            out.report(errors::scales(span));
        }
        if let (Some("ipv6"), Some(ip), Some(address)) =
            (fields.word("ip"), fields.span("ip"), fields.span("address"))
        {
            out.report(errors::address_of_ipv6(ip, address));
        }
        if let (Some(of), Some(span)) = (fields.resource("address"), fields.span("address")) {
            shared::same_region(decl, &of.address, span, out);
        }
        let (blueprint, bundle) = template::lower(decl, out);
        let props = Props::of(decl)
            .maybe("InstanceName", fields.node("name"))
            .maybe("BlueprintId", blueprint)
            .maybe("BundleId", bundle)
            .put("AvailabilityZone", shared::zone_node(decl, out))
            .put("Networking", ports::networking(decl, out))
            .maybe("KeyPairName", fields.node("key_pair"))
            .maybe("UserData", fields.node("script"))
            .maybe("AddOns", shared::snapshots(decl, out));
        let server = out.emit(decl, Emit::main("AWS::Lightsail::Instance", props.finish()));
        attach_disks(decl, server, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "InstanceName"),
            ("template", "BlueprintId"),
            ("bundle", "BundleId"),
            ("zone", "AvailabilityZone"),
            ("ports", "Networking"),
            ("key_pair", "KeyPairName"),
            ("script", "UserData"),
            ("snapshots", "AddOns"),
        ]
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (name, unit) = match name {
            "cpu" => ("CPUUtilization", "%"),
            "burst" => ("BurstCapacityPercentage", "%"),
            "burst_time" => ("BurstCapacityTime", "s"),
            "received" => ("NetworkIn", "B"),
            "sent" => ("NetworkOut", "B"),
            "failed" => ("StatusCheckFailed", ""),
            "failed_instance" => ("StatusCheckFailed_Instance", ""),
            "failed_system" => ("StatusCheckFailed_System", ""),
            _ => return None,
        };
        Some(watched(
            name,
            unit,
            nodes::attribute(of, "InstanceName", span),
        ))
    }
}

/// A metric that Lightsail keeps of something with a name.
fn watched(name: &'static str, unit: &'static str, of: Node) -> MetricSource {
    MetricSource {
        namespace: METRICS,
        name,
        dimensions: vec![("Name", of)],
        statistic: "Average",
        share_of: None,
        unit,
    }
}

fn fields() -> Vec<FieldSpec> {
    let mut all = template::fields();
    all.extend([
        shared::zone_field(),
        ports::ports_field(),
        field(
            "address",
            kind("server_address"),
            "A static address; it stays when the server is replaced.",
        )
        .known(),
        field(
            "disks",
            kind("server_disk").map(),
            "Disks by where they appear: `disks { \"/dev/xvdf\" = data }`; they stay when the server is replaced.",
        )
        .known()
        .constraint(items(1, 15)),
        shared::text_field(
            "script",
            "What runs when the server starts for the first time: `file(\"./setup.sh\")`; a change replaces the server.",
            16_384,
        ),
        shared::text_field(
            "key_pair",
            "The key pair to sign in with, instead of the region's default; a change replaces the server.",
            255,
        ),
        shared::snapshots_field(),
        field(
            "scale",
            Type::Any,
            "Not of a server: Lightsail has no auto scaling; see `service`.",
        ),
        shared::name_field(),
    ]);
    all
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    let percent = || Type::Quantity(Dimension::Percent);
    let size = || Type::Quantity(Dimension::Size);
    vec![
        metric("cpu", percent(), "Use of its processors."),
        metric(
            "burst",
            percent(),
            "What is left of the capacity above its baseline.",
        ),
        metric(
            "burst_time",
            Type::Quantity(Dimension::Duration),
            "How long it can still run above its baseline.",
        ),
        metric("received", size(), "What came in."),
        metric("sent", size(), "What went out."),
        metric("failed", Type::Number, "Failed status checks."),
        metric(
            "failed_instance",
            Type::Number,
            "Failed checks of the server itself.",
        ),
        metric(
            "failed_system",
            Type::Number,
            "Failed checks of the machine it runs on.",
        ),
    ]
}

/// The disks by path.
fn disks(decl: &Decl) -> Vec<(&str, &Val)> {
    let disks = decl.fields.object("disks").into_iter();
    disks
        .flat_map(|disks| disks.iter().map(|(path, val)| (&**path, val)))
        .collect()
}

/// Attaches disks by a part with a life of its own: it moves to the next server when this one is replaced.
fn attach_disks(decl: &Decl, server: Address, out: &mut Lowering<'_>) {
    let mut attached = Vec::new();
    let here = shared::zone(decl);
    for (path, val) in disks(decl) {
        let Some(disk) = values::resource(val) else {
            continue;
        };
        let span = val.span;
        let at = decl
            .fields
            .object("disks")
            .and_then(|disks| disks.name_span(path))
            .unwrap_or(span);
        let letter = path.strip_prefix("/dev/xvd").unwrap_or("");
        if letter.len() != 1 || !letter.chars().all(|c| ('f'..='z').contains(&c)) {
            out.report(errors::disk_path(path, at));
        }
        shared::same_region(decl, &disk.address, span, out);
        if let Some(of) = out.decl(&disk.address) {
            let (there, there_span) = shared::zone(of);
            if there != here.0 {
                let disk = (&*disk.address.label, there, there_span);
                out.report(errors::other_zone(disk, here, span));
            }
        }
        let entry = Props::new(span)
            .put(
                "DiskName",
                nodes::attribute(&disk.address, "DiskName", span),
            )
            .put("Path", nodes::text(path, at));
        attached.push(entry.node());
    }
    if attached.is_empty() {
        return;
    }
    let span = decl.fields.span("disks").unwrap_or(decl.name_span);
    let hardware = Props::new(span).put("Disks", Node::list(attached, span));
    let props = Props::new(span).put("Hardware", hardware.node());
    let part = Emit::part("disks", "AWS::Lightsail::Instance", props.finish());
    out.emit(decl, part.slice("disks", server));
}
