//! `server_database`: a managed MySQL or PostgreSQL of Lightsail.

use super::{errors, shared, watched};
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::specs::{attribute, field, pattern};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{
    Address, Decl, Dimension, FieldSpec, KindSpec, MetricSpec, Node, Prop, Type,
};

/// Engines by word and id: Lightsail API, GetRelationalDatabaseBlueprints.
const ENGINES: &[(&str, &str)] = &[
    ("mysql", "mysql_8_0"),
    ("mysql84", "mysql_8_4"),
    ("mysql80", "mysql_8_0"),
    ("postgres", "postgres_16"),
    ("postgres17", "postgres_17"),
    ("postgres16", "postgres_16"),
    ("postgres15", "postgres_15"),
    ("postgres14", "postgres_14"),
    ("postgres13", "postgres_13"),
];

/// The kind `server_database`.
pub(crate) struct ServerDatabase;

impl Kind for ServerDatabase {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_database",
            doc: "A managed database of Lightsail; it makes its own password, which its console shows.",
            fields: fields(),
            attributes: vec![
                attribute("name", "RelationalDatabaseName", "Its name in Lightsail."),
                attribute("arn", "DatabaseArn", "Its ARN."),
                attribute("host", "Endpoint", "The host name to connect to."),
                attribute(
                    "database",
                    "MasterDatabaseName",
                    "The first database in it.",
                ),
                attribute("user", "MasterUsername", "Who may do everything in it."),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: metrics(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let bundle = of.main()?.text("RelationalDatabaseBundleId")?;
        let price = format!("lightsail.database.{bundle}");
        Some(vec![Charge::fixed(bundle, price, 1)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        if let (Some(true), Some(span)) = (fields.flag("public"), fields.span("public")) {
            out.lint(decl, errors::public_database(span));
        }
        if let (Some(false), Some(span)) = (fields.flag("backups"), fields.span("backups")) {
            out.lint(decl, errors::no_backups(span));
        }
        let span = decl.name_span;
        let text = |name: &str, default: &str| {
            let given = fields.node(name);
            given.unwrap_or_else(|| nodes::text(default, span))
        };
        let props = Props::of(decl)
            .maybe("RelationalDatabaseName", fields.node("name"))
            .maybe("RelationalDatabaseBlueprintId", engine(decl))
            .maybe("RelationalDatabaseBundleId", bundle(decl))
            .put("MasterDatabaseName", text("database", "main"))
            .put("MasterUsername", text("user", "dbadmin"))
            .maybe("AvailabilityZone", zone(decl, out))
            .maybe("PubliclyAccessible", fields.node("public"))
            .maybe("BackupRetention", fields.node("backups"))
            .maybe("PreferredBackupWindow", fields.node("backup_window"))
            .maybe(
                "PreferredMaintenanceWindow",
                fields.node("maintenance_window"),
            )
            .maybe("RelationalDatabaseParameters", parameters(decl));
        out.emit(decl, Emit::main("AWS::Lightsail::Database", props.finish()));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "RelationalDatabaseName"),
            ("engine", "RelationalDatabaseBlueprintId"),
            ("bundle", "RelationalDatabaseBundleId"),
            ("database", "MasterDatabaseName"),
            ("user", "MasterUsername"),
            ("public", "PubliclyAccessible"),
            ("backups", "BackupRetention"),
            ("backup_window", "PreferredBackupWindow"),
            ("maintenance_window", "PreferredMaintenanceWindow"),
            ("parameters", "RelationalDatabaseParameters"),
            ("zone", "AvailabilityZone"),
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
            "connections" => ("DatabaseConnections", ""),
            "queue" => ("DiskQueueDepth", ""),
            "free_storage" => ("FreeStorageSpace", "B"),
            "received" => ("NetworkReceiveThroughput", "B"),
            "sent" => ("NetworkTransmitThroughput", "B"),
            _ => return None,
        };
        let of = nodes::attribute(of, "RelationalDatabaseName", span);
        Some(watched(name, unit, of))
    }
}

fn fields() -> Vec<FieldSpec> {
    let engines: Vec<&str> = ENGINES.iter().map(|(word, _)| *word).collect();
    vec![
        field(
            "engine",
            Type::words("engine", &engines),
            "What it is; a change replaces the database.",
        )
        .required(),
        field(
            "bundle",
            Type::words("size", &["micro", "small", "medium", "large"]),
            "How large it is: 1, 2, 4 or 8 GB of memory; a change replaces the database.",
        )
        .required(),
        field(
            "high_availability",
            Type::Bool,
            "Keeps a second one in another zone, which takes over, at twice the price.",
        )
        .default("false")
        .known(),
        field("database", Type::String, "The name of the first database in it.")
            .default("\"main\"")
            .constraint(pattern(
                "^[A-Za-z][A-Za-z0-9_]{0,62}$",
                "1 to 63 letters, digits and `_`, a letter first",
            )),
        field("user", Type::String, "Who may do everything in it.")
            .default("\"dbadmin\"")
            .constraint(pattern(
                "^[A-Za-z][A-Za-z0-9_]{0,15}$",
                "1 to 16 letters, digits and `_`, a letter first",
            )),
        field("public", Type::Bool, "Whether it can be reached from outside of Lightsail.")
            .default("false"),
        field("backups", Type::Bool, "Whether it can be brought back to any time of the last seven days.")
            .default("true"),
        field("backup_window", Type::String, "When backups are made, in UTC: `\"04:00-04:30\"`.")
            .constraint(pattern(
                "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
                "two times such as `04:00-04:30`",
            )),
        field(
            "maintenance_window",
            Type::String,
            "When it may be restarted for upgrades, in UTC: `\"Sun:05:00-Sun:05:30\"`.",
        )
        .constraint(pattern(
            "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]-(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]$",
            "two times such as `Sun:05:00-Sun:05:30`",
        )),
        field(
            "parameters",
            Type::String.map(),
            "Settings of the engine: `{ max_connections = \"80\" }`.",
        ),
        field(
            "zone",
            Type::String,
            "The letter of its availability zone; a change replaces the database.",
        )
        .known()
        .constraint(pattern("^[a-f]$", "one letter from `a` to `f`")),
        shared::name_field(),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    let size = || Type::Quantity(Dimension::Size);
    vec![
        metric(
            "cpu",
            Type::Quantity(Dimension::Percent),
            "Use of its processors.",
        ),
        metric("connections", Type::Number, "Open connections."),
        metric(
            "queue",
            Type::Number,
            "Reads and writes that wait for the disk.",
        ),
        metric("free_storage", size(), "What is free on its disk."),
        metric("received", size(), "What comes in a second."),
        metric("sent", size(), "What goes out a second."),
    ]
}

fn engine(decl: &Decl) -> Option<Node> {
    let word = decl.fields.word("engine")?;
    let (_, id) = ENGINES.iter().find(|(known, _)| *known == word)?;
    Some(nodes::text(id, decl.fields.span("engine")?))
}

/// `micro_2_0`, or `micro_ha_2_0` with a second one.
fn bundle(decl: &Decl) -> Option<Node> {
    let size = decl.fields.word("bundle")?;
    let id = match decl.fields.flag("high_availability") {
        Some(true) => format!("{size}_ha_2_0"),
        _ => format!("{size}_2_0"),
    };
    Some(nodes::text(&id, decl.fields.span("bundle")?))
}

/// Where it is, if that is said; else Lightsail chooses.
fn zone(decl: &Decl, out: &Lowering<'_>) -> Option<Node> {
    decl.fields
        .get("zone")
        .map(|_| shared::zone_node(decl, out))
}

fn parameters(decl: &Decl) -> Option<Node> {
    let given = decl.fields.object("parameters")?;
    let span = decl.fields.span("parameters")?;
    let mut all = Vec::new();
    for (name, val) in given.iter() {
        let parameter = Props::new(val.span)
            .set("ParameterName", &**name)
            .maybe("ParameterValue", nodes::node(val))
            .set("ApplyMethod", "pending-reboot");
        all.push((name.clone(), parameter.node()));
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    let all = all.into_iter().map(|(_, node)| node);
    Some(Node {
        prop: Prop::List(all.collect()),
        span,
    })
}
