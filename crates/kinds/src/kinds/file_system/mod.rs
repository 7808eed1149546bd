//! `file_system`: files in EFS that functions, services and jobs of a network share.

mod errors;
mod spec;

use crate::access::{Statement, policy};
use crate::cost::{Charge, Costed};
use crate::encryption;
use crate::existing::Lookup;
use crate::groups::{self, Peer, Rule};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::placement::{self, Placement};
use crate::registry::Kind;
use crate::triggers::Contribution;
use crate::values::{Read, call};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, KindSpec, Member, Node, Prop, Value};

/// The kind `file_system`.
pub(crate) struct FileSystem;

/// The port of NFS.
const NFS: i64 = 2049;

/// Reading the files.
const READ: &[&str] = &["elasticfilesystem:ClientMount"];
/// Reading and writing them.
const WRITE: &[&str] = &[
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
];

impl Kind for FileSystem {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let files = of.main()?;
        let storage = match files.text("AvailabilityZoneName") {
            Some(_) => "efs.one_zone",
            None => "efs.storage",
        };
        let mut charges = vec![Charge::used("files", storage, of.used_in("storage", "GB"))];
        if files
            .text("ThroughputMode")
            .is_some_and(|mode| mode != "bursting")
        {
            charges.push(Charge::used("throughput", "efs.throughput", None));
        }
        Some(charges)
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::EFS::FileSystem",
            &[("id", "FileSystemId", "Its id.")],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        check(decl, out);
        let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let backups = match fields.flag("backups") {
            Some(false) => "DISABLED",
            _ => "ENABLED",
        };
        if backups == "DISABLED" {
            out.lint(decl, errors::no_backups(at("backups")));
        }
        let backups = Node::map(
            [("Status", nodes::text(backups, at("backups")))],
            at("backups"),
        );
        let performance = fields.word("performance").map(|word| {
            let name = match word {
                "max_io" => "maxIO",
                _ => "generalPurpose",
            };
            nodes::text(name, at("performance"))
        });
        let props = Props::of(decl)
            .set("Encrypted", true)
            .maybe("KmsKeyId", encryption::key(decl))
            .maybe("PerformanceMode", performance)
            .with(throughput(decl))
            .put("BackupPolicy", backups)
            .maybe("LifecyclePolicies", lifecycle(decl))
            .put("FileSystemPolicy", tls_only(decl));
        let file_system = Emit::main("AWS::EFS::FileSystem", props.finish());
        let file_system = out.emit(decl, file_system);
        mount_targets(decl, &file_system, out);
        access_points(decl, &file_system, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("performance", "PerformanceMode"),
            ("throughput", "ThroughputMode"),
            ("backups", "BackupPolicy"),
            ("kms_key", "KmsKeyId"),
            ("infrequent_after", "LifecyclePolicies"),
            ("archive_after", "LifecyclePolicies"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let of = &verb.of.address;
        let allowed = allowed(of, &*verb.name == "write", span);
        let Some((name, val)) = verb.arguments.text("access_point") else {
            return vec![allowed];
        };
        match access_point(of, name, val.span, out) {
            Some(point) => vec![through(allowed, &point, span)],
            None => Vec::new(),
        }
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (metric, statistic, unit) = match name {
            "connections" => ("ClientConnections", "Sum", ""),
            "io_limit" => ("PercentIOLimit", "Maximum", "%"),
            "burst_credits" => ("BurstCreditBalance", "Minimum", "B"),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/EFS",
            name: metric,
            dimensions: vec![("FileSystemId", nodes::attribute(of, "FileSystemId", span))],
            statistic,
            share_of: None,
            unit,
        })
    }
}

/// Lets code mount a file system, and write to it.
fn allowed(of: &Address, writes: bool, span: Span) -> Statement {
    let actions = if writes { WRITE } else { READ };
    let arn = nodes::attribute(of, "Arn", span);
    Statement::allow(actions.iter().copied(), [arn], span)
}

/// Only through an access point.
fn through(statement: Statement, point: &Address, span: Span) -> Statement {
    let arn = nodes::attribute(point, "Arn", span);
    statement.when("StringEquals", "elasticfilesystem:AccessPointArn", arn)
}

/// The access point of a name; one that is not there is reported.
pub(crate) fn access_point(
    of: &Address,
    name: &str,
    span: Span,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let decl = out.decl(of)?;
    let names: Vec<&str> = decl
        .fields
        .object("access_points")
        .map_or_else(Vec::new, |points| {
            points.iter().map(|(name, _)| &**name).collect()
        });
    if names.contains(&name) {
        return Some(of.part(point_part(name)));
    }
    out.report(errors::no_access_point(of, name, &names, span));
    None
}

/// The only access point of a file system; `None` if it has none or several.
pub(crate) fn only_access_point<'a>(of: &Address, out: &Lowering<'a>) -> Option<&'a str> {
    let points = out.decl(of)?.fields.object("access_points")?;
    let mut names = points.iter();
    match (names.next(), names.next()) {
        (Some((name, _)), None) => Some(name),
        _ => None,
    }
}

/// Lets a role mount a file system, through an access point or the whole.
pub(crate) fn mounted(
    of: &Address,
    point: Option<&Address>,
    writes: bool,
    span: Span,
) -> Statement {
    let statement = allowed(of, writes, span);
    match point {
        Some(point) => through(statement, point, span),
        None => statement,
    }
}

/// The mount targets of a file system: what mounts it waits for them.
pub(crate) fn targets(of: &Address, out: &mut Lowering<'_>) -> Vec<Address> {
    let Some(decl) = out.decl(of) else {
        return Vec::new();
    };
    let Some(placement) = placement::of(decl, out) else {
        return Vec::new();
    };
    let count = placement.inside().count.unwrap_or(0);
    (1..=count)
        .map(|number| of.part(target_part(number)))
        .collect()
}

/// First round: lets the members of security groups reach a file system.
pub(crate) fn let_in(of: &Address, groups: Vec<Node>, out: &mut Lowering<'_>) {
    for group in groups {
        out.contribute(of, Contribution::Peer(group));
    }
}

fn target_part(number: usize) -> String {
    format!("mount_target_{number}")
}

/// The part that is the access point of a name.
pub(crate) fn point_part(name: &str) -> String {
    format!("access_point_{name}")
}

fn throughput(decl: &Decl) -> Props {
    let span = decl.fields.span("throughput").unwrap_or(decl.name_span);
    let props = Props::new(span);
    if let Some(provisioned) = decl.fields.get("throughput").and_then(call) {
        return props.set("ThroughputMode", "provisioned").maybe(
            "ProvisionedThroughputInMibps",
            provisioned.arguments.node("mib_per_second"),
        );
    }
    props.set(
        "ThroughputMode",
        decl.fields.word("throughput").unwrap_or("elastic"),
    )
}

fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    for name in ["infrequent_after", "archive_after"] {
        if let (Some(age), Some(span)) = (fields.quantity(name), fields.span(name))
            && spec::age(age).is_none()
        {
            out.report(errors::age(age, span));
        }
    }
    let ages = (
        fields.quantity("infrequent_after"),
        fields.quantity("archive_after"),
    );
    if let ((Some(first), Some(second)), Some(span)) = (ages, fields.span("archive_after"))
        && second.amount <= first.amount
    {
        out.report(errors::archived_first(first, second, span));
    }
    let elastic = matches!(fields.word("throughput"), None | Some("elastic"))
        && fields.get("throughput").and_then(call).is_none();
    if let (Some("max_io"), Some(span), true) = (
        fields.word("performance"),
        fields.span("performance"),
        elastic,
    ) {
        out.report(errors::max_io(span, fields.span("throughput")));
    }
}

/// When files move to cheaper storage.
fn lifecycle(decl: &Decl) -> Option<Node> {
    let fields = &decl.fields;
    let moves = [
        ("infrequent_after", "TransitionToIA"),
        ("archive_after", "TransitionToArchive"),
    ];
    let mut policies = Vec::new();
    for (name, property) in moves {
        let age = fields.quantity(name).and_then(spec::age);
        if let (Some(age), Some(span)) = (age, fields.span(name)) {
            policies.push(Node::map([(property, nodes::text(&age, span))], span));
        }
    }
    if fields.flag("back_on_access") == Some(true)
        && let Some(span) = fields.span("back_on_access")
    {
        let back = nodes::text("AFTER_1_ACCESS", span);
        policies.push(Node::map([("TransitionToPrimaryStorageClass", back)], span));
    }
    (!policies.is_empty()).then(|| Node::list(policies, decl.name_span))
}

/// Denies what does not come over TLS; who may mount is said by the roles.
fn tls_only(decl: &Decl) -> Node {
    let span = decl.name_span;
    let tls = Statement::allow(["*"], [], span)
        .deny()
        .principal(Node::map([("AWS", nodes::text("*", span))], span))
        .when("Bool", "aws:SecureTransport", nodes::text("false", span));
    policy([tls], span)
}

/// A mount target in every subnet, behind a group that lets in who mounts the files.
fn mount_targets(decl: &Decl, file_system: &Address, out: &mut Lowering<'_>) {
    let Some(placement) = placement::of(decl, out) else {
        return;
    };
    let Prop::List(subnets) = &placement.inside().ids.prop else {
        out.report(errors::subnets_not_known(placement.span));
        return;
    };
    let groups =
        placement::groups(&decl.fields, out).unwrap_or_else(|| own_group(decl, &placement, out));
    let span = placement.span;
    for (at, subnet) in subnets.iter().enumerate() {
        let props = Props::new(span)
            .put(
                "FileSystemId",
                nodes::attribute(file_system, "FileSystemId", span),
            )
            .put("SubnetId", subnet.clone())
            .put("SecurityGroups", groups.clone());
        let target = Emit::part(target_part(at + 1), "AWS::EFS::MountTarget", props.finish());
        out.emit(decl, target);
    }
}

fn own_group(decl: &Decl, placement: &Placement, out: &mut Lowering<'_>) -> Node {
    let span = placement.span;
    let mut rules: Vec<Rule> = Vec::new();
    let mut known = Vec::new();
    for contribution in out.contributed(&decl.address) {
        if let Contribution::Peer(group) = contribution {
            let meaning = nodes::meaning(&group);
            if !known.contains(&meaning) {
                known.push(meaning);
                rules.push(Rule::tcp(NFS, Peer::Group(group), span));
            }
        }
    }
    let group = groups::own(decl, "group", placement.vpc.clone(), &rules, &[], out);
    Node::list([nodes::attribute(&group, "GroupId", span)], span)
}

fn access_points(decl: &Decl, file_system: &Address, out: &mut Lowering<'_>) {
    let Some(points) = decl.fields.object("access_points") else {
        return;
    };
    for (name, val) in points.iter() {
        let Value::Object(point) = &val.value else {
            continue;
        };
        let span = val.span;
        let props = Props::new(span)
            .put(
                "FileSystemId",
                nodes::attribute(file_system, "FileSystemId", span),
            )
            .put("PosixUser", posix_user(point, span))
            .put("RootDirectory", root(point, span));
        out.emit(
            decl,
            Emit::part(point_part(name), "AWS::EFS::AccessPoint", props.finish()),
        );
    }
}

/// A number as text, as EFS wants ids of users.
fn id(point: &Fields, name: &str, span: Span) -> Node {
    let number = point.int(name).unwrap_or(1000);
    nodes::text(&number.to_string(), point.span(name).unwrap_or(span))
}

fn posix_user(point: &Fields, span: Span) -> Node {
    Node::map(
        [
            ("Uid", id(point, "uid", span)),
            ("Gid", id(point, "gid", span)),
        ],
        span,
    )
}

/// The folder it shows as its root, made for its user if it is not there.
fn root(point: &Fields, span: Span) -> Node {
    let created = Props::new(span)
        .put("OwnerUid", id(point, "uid", span))
        .put("OwnerGid", id(point, "gid", span))
        .put(
            "Permissions",
            point
                .node("permissions")
                .unwrap_or_else(|| nodes::text("750", span)),
        );
    Props::new(span)
        .put(
            "Path",
            point.node("path").unwrap_or_else(|| nodes::text("/", span)),
        )
        .put("CreationInfo", created.node())
        .node()
}
