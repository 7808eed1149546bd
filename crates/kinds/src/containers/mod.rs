//! Containers of ECS and Batch: what one runs, is told and may reach, and the task definition and roles made of it.
//!
//! A declaration has one container inline, or several under `containers { name { … } }`; [`all`] gives either as a
//! list. [`wire`] belongs into the first round of its kind; [`definition`] makes the whole task definition in the
//! second. Batch takes only parts of it: [`process`], [`environment`], [`mounts`], [`logs`], [`roles`] and [`size`].

pub(crate) mod definition;
pub(crate) mod environment;
mod errors;
mod health;
pub(crate) mod logs;
pub(crate) mod mounts;
mod order;
mod ports;
pub(crate) mod process;
pub(crate) mod roles;
pub(crate) mod size;
mod spec;

pub(crate) use errors::no_container;
pub(crate) use ports::{first_port, ports};
pub(crate) use spec::{arch_field, process_fields};
pub(crate) use spec::{
    container_fields, containers_field, health_fields, role_fields, size_fields, task_fields,
};

use crate::lowering::Lowering;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Fields, Node, Value};

/// The name of a container that is written inline: never that of its declaration, which may be renamed.
pub(crate) const INLINE: &str = "main";

/// Where containers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Launch {
    /// On Fargate.
    Fargate,
    /// On instances of one's own, with this processor if it is known.
    Instances(Option<&'static str>),
}

/// A container as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Container<'d> {
    /// Its name within the task.
    pub(crate) name: &'d str,
    /// Where it is named.
    pub(crate) name_span: Span,
    /// What is said of it: its own block, or the whole declaration.
    pub(crate) fields: &'d Fields,
    /// Where that stands.
    pub(crate) span: Span,
}

/// The containers of a declaration, by name: the one inline, or those under `containers`.
pub(crate) fn all(decl: &Decl) -> Vec<Container<'_>> {
    let Some(named) = decl.fields.object("containers") else {
        return vec![Container {
            name: INLINE,
            name_span: decl.name_span,
            fields: &decl.fields,
            span: decl.name_span,
        }];
    };
    let mut all: Vec<Container<'_>> = named
        .iter()
        .filter_map(|(name, val)| match &val.value {
            Value::Object(fields) => Some(Container {
                name,
                name_span: named.name_span(name).unwrap_or(val.span),
                fields,
                span: val.span,
            }),
            _ => None,
        })
        .collect();
    all.sort_by_key(|container| container.name);
    all
}

/// First round: what containers mount lets in the members of `groups`, and the role of their code may do so.
pub(crate) fn wire(decl: &Decl, groups: &[Node], out: &mut Lowering<'_>) {
    mounts::wire(decl, &all(decl), groups, out);
}

/// The processor that the containers of a declaration run on: `x86_64` or `arm64`, as said, as its instances have it,
/// or as its images are built.
pub(crate) fn arch(decl: &Decl, launch: Launch, out: &mut Lowering<'_>) -> &'static str {
    let said = match decl.fields.word("arch") {
        Some("arm64") => Some("arm64"),
        Some(_) => Some("x86_64"),
        None => None,
    };
    if let Launch::Instances(Some(machine)) = launch {
        if let (Some(said), Some(span)) = (
            said.filter(|said| *said != machine),
            decl.fields.span("arch"),
        ) {
            out.report(errors::other_arch(said, machine, span));
        }
        return machine;
    }
    let built = all(decl)
        .into_iter()
        .filter_map(|container| container.fields.resource("image"))
        .filter_map(|image| out.decl(&image.address))
        .find_map(|image| image.fields.word("platform"));
    match said.or(built) {
        Some("arm64") => "arm64",
        _ => "x86_64",
    }
}
