//! What containers mount: file systems, space they share, and folders of their instance.

use super::{Container, Launch, errors};
use crate::kinds::file_system;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{call, characters, field, items, kind, pattern};
use crate::triggers::Contribution;
use crate::values::{Read, call as called, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, FieldSpec, Fields, Node, Type, Val};

/// The field `mounts`.
pub(super) fn mounts_field() -> FieldSpec {
    let path = || pattern("^/.{0,4095}$", "a path such as `/data`");
    let read_only =
        || field("read_only", Type::Bool, "Whether it may only be read.").default("false");
    let efs = call(
        "efs",
        vec![
            field("from", kind("file_system"), "The file system.").required(),
            field(
                "access_point",
                Type::String,
                "The access point it is mounted through.",
            )
            .constraint(characters(1, 100)),
            field(
                "root",
                Type::String,
                "The folder of it that is mounted, without an access point.",
            )
            .constraint(path()),
            read_only(),
        ],
        1,
    );
    let shared = call(
        "shared",
        vec![
            field("name", Type::String, "What the containers call it.")
                .required()
                .constraint(pattern(
                    "^[a-zA-Z0-9_-]{1,100}$",
                    "1 to 100 letters, digits, `-` and `_`",
                )),
            read_only(),
        ],
        1,
    );
    let host = call(
        "host",
        vec![
            field("path", Type::String, "The folder of the instance.")
                .required()
                .constraint(path()),
            read_only(),
        ],
        1,
    );
    field(
        "mounts",
        Type::one_of([
            kind("file_system"),
            efs,
            shared,
            host,
            Type::words("mount", &["scratch"]),
        ])
        .map(),
        "What it mounts, by path: `{ \"/data\" = files, \"/tmp\" = scratch, \"/in\" = shared(\"in\") }`; `host(…)` is not on Fargate.",
    )
    .known()
    .constraint(items(1, 50))
}

/// Which service a volume is for: they spell its properties in their own ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// A task definition.
    Ecs,
    /// A job definition.
    Batch,
}

/// A mount of a container.
struct Mount<'v> {
    path: &'v str,
    val: &'v Val,
}

/// What is mounted.
enum Source<'v> {
    /// A file system, and how.
    Files(Address, Option<&'v Call>),
    /// Space that containers of the task share, by name.
    Shared(&'v str),
    /// Space of the container alone.
    Scratch,
    /// A folder of the instance.
    Host(&'v Fields),
}

impl<'v> Mount<'v> {
    fn all(container: &Container<'v>) -> Vec<Mount<'v>> {
        let mounts = container.fields.object("mounts").into_iter();
        let mounts = mounts.flat_map(|all| all.iter());
        let mut mounts: Vec<Mount<'v>> = mounts.map(|(path, val)| Mount { path, val }).collect();
        mounts.sort_by_key(|mount| mount.path);
        mounts
    }

    fn source(&self) -> Option<Source<'v>> {
        if let Some(files) = resource(self.val) {
            return Some(Source::Files(files.address.clone(), None));
        }
        let Some(how) = called(self.val) else {
            return Some(Source::Scratch);
        };
        match &*how.name {
            "efs" => {
                let files = how.arguments.resource("from")?;
                Some(Source::Files(files.address.clone(), Some(how)))
            }
            "shared" => Some(Source::Shared(how.arguments.text("name")?.0)),
            _ => Some(Source::Host(&how.arguments)),
        }
    }

    /// The name of its volume: never that of a declaration, which may be renamed.
    fn volume(&self, container: &str) -> String {
        if let Some(Source::Shared(name)) = self.source() {
            return name.to_owned();
        }
        let slug: String = self
            .path
            .trim_matches('/')
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '_' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        format!("{container}-{slug}").chars().take(255).collect()
    }

    fn read_only(&self) -> bool {
        called(self.val).is_some_and(|how| how.arguments.flag("read_only") == Some(true))
    }
}

/// First round: the role of the code may mount the files, and the members of `groups` are let in.
pub(crate) fn wire(
    decl: &Decl,
    containers: &[Container<'_>],
    groups: &[Node],
    out: &mut Lowering<'_>,
) {
    for mount in containers.iter().flat_map(Mount::all) {
        let Some(Source::Files(of, how)) = mount.source() else {
            continue;
        };
        let point = how.and_then(|how| how.arguments.text("access_point"));
        let point = point.map(|(name, _)| of.part(file_system::point_part(name)));
        let span = mount.val.span;
        let statement = file_system::mounted(&of, point.as_ref(), !mount.read_only(), span);
        out.contribute(&decl.address, Contribution::Role(statement));
        file_system::let_in(&of, groups.to_vec(), out);
    }
}

/// Whether a container mounts a file system.
pub(crate) fn any_files(container: &Container<'_>) -> bool {
    let mounts = Mount::all(container);
    mounts
        .iter()
        .any(|mount| matches!(mount.source(), Some(Source::Files(..))))
}

/// The mount points of a container.
pub(crate) fn points(container: &Container<'_>, out: &mut Lowering<'_>) -> Option<Node> {
    let span = container.fields.span("mounts")?;
    let mut points = Vec::new();
    for mount in Mount::all(container) {
        let mounts = container.fields.object("mounts");
        let at = mounts
            .and_then(|all| all.name_span(mount.path))
            .unwrap_or(span);
        if !mount.path.starts_with('/') {
            out.report(errors::mount_path(mount.path, at));
        }
        let point = Props::new(mount.val.span)
            .put("ContainerPath", nodes::text(mount.path, at))
            .set("SourceVolume", mount.volume(container.name).as_str())
            .set("ReadOnly", mount.read_only());
        points.push(point.node());
    }
    Some(Node::list(points, span))
}

/// The volumes that containers mount, by name, and what must be there before a task can start.
pub(crate) fn volumes(
    containers: &[Container<'_>],
    launch: Launch,
    flavour: Flavour,
    out: &mut Lowering<'_>,
) -> (Option<Node>, Vec<Address>) {
    let mut volumes: Vec<(String, Node)> = Vec::new();
    let mut needed = Vec::new();
    let mut first: Option<Span> = None;
    for container in containers {
        for mount in Mount::all(container) {
            let name = mount.volume(container.name);
            let Some(source) = mount.source() else {
                continue;
            };
            first = first.or(Some(mount.val.span));
            if volumes.iter().any(|(known, _)| *known == name) {
                continue;
            }
            if let Source::Files(of, _) = &source {
                needed.extend(file_system::targets(of, out));
            }
            let node = volume(&name, &mount, source, launch, flavour, out);
            volumes.extend(node.map(|node| (name, node)));
        }
    }
    volumes.sort_by(|(a, _), (b, _)| a.cmp(b));
    let nodes = volumes.into_iter().map(|(_, node)| node);
    (first.map(|span| Node::list(nodes, span)), needed)
}

fn volume(
    name: &str,
    mount: &Mount<'_>,
    source: Source<'_>,
    launch: Launch,
    flavour: Flavour,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let span = mount.val.span;
    let props = Props::new(span).set("Name", name);
    let props = match source {
        // A volume that says nothing more is empty, and goes with the task.
        Source::Shared(_) | Source::Scratch => props,
        Source::Host(host) => {
            if launch == Launch::Fargate {
                out.report(errors::host_folder(span));
            }
            let folder = Props::new(span).maybe("SourcePath", host.node("path"));
            props.put("Host", folder.node())
        }
        Source::Files(of, how) => {
            let (id, configuration, iam) = match flavour {
                Flavour::Ecs => ("FilesystemId", "EFSVolumeConfiguration", "IAM"),
                Flavour::Batch => ("FileSystemId", "EfsVolumeConfiguration", "Iam"),
            };
            let arguments = how.map(|how| &how.arguments);
            let point = arguments.and_then(|arguments| access_point(&of, arguments, out));
            let authorization = Props::new(span)
                .set(iam, "ENABLED")
                .maybe("AccessPointId", point);
            let root = arguments.and_then(|all| all.node("root"));
            let root = root.unwrap_or_else(|| nodes::text("/", span));
            let files = Props::new(span)
                .put(id, nodes::attribute(&of, "FileSystemId", span))
                .set("TransitEncryption", "ENABLED")
                .put("AuthorizationConfig", authorization.node())
                .put("RootDirectory", root);
            props.put(configuration, files.node())
        }
    };
    Some(props.node())
}

/// The id of the access point that files are mounted through; it says the folder, so no root goes with it.
fn access_point(of: &Address, arguments: &Fields, out: &mut Lowering<'_>) -> Option<Node> {
    let (name, val) = arguments.text("access_point")?;
    if let Some(root) = arguments.span("root") {
        out.report(errors::root_of_access_point(root, val.span));
    }
    let point = file_system::access_point(of, name, val.span, out)?;
    Some(nodes::attribute(&point, "AccessPointId", val.span))
}
