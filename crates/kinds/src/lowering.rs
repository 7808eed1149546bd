//! The lowering of a whole stack: declarations in, resources sorted by address out.

use crate::access::{self, Statement};
use crate::allows::Permits;
use crate::attributes::{Instead, settle, settle_all};
pub(crate) use crate::emit::Emit;
use crate::nodes;
use crate::registry::{Kind, kind};
use crate::resources::Resources;
use crate::triggers::{Admission, Caller, Contribution, Start, Starter};
use crate::{errors, existing, loops, openings, overrides, raw, renames};
use formwork_diag::{Diagnostic, Diagnostics, Span};
use formwork_schema::{
    Address, Allow, Artifact, Catalog, Claim, Decl, Files, Node, Properties, Resource, Stack, Val,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The kind name of a raw declaration.
pub(crate) const RAW: &str = "resource";

/// The tag by which AWS's console names what has no name.
pub(crate) const TITLE: &str = "Name";

/// What is asked of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Offline: a missing code folder is none of its errors, and code is not hashed (its digest is empty).
    Check,
    /// For a plan: code is hashed, and must be there.
    Plan,
}

/// What a stack is lowered to.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// The resources, sorted by address.
    pub resources: Vec<Resource>,
    /// The outputs, in their order.
    pub outputs: Vec<LoweredOutput>,
    /// Permits of lints that nothing needed in this environment; see [`unused_allows`](crate::unused_allows).
    pub unused_allows: Vec<Allow>,
}

/// An output as a property value.
#[derive(Debug, Clone)]
pub struct LoweredOutput {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// Its value; `None` is `none`.
    pub value: Option<Node>,
}

/// Lowers a checked stack to its resources.
///
/// The same stack, catalog and files give the same bytes. Wrong input gives the resources that could be made, and
/// diagnostics sorted by place.
pub fn lower(
    stack: &Stack,
    catalog: &dyn Catalog,
    files: &dyn Files,
    mode: Mode,
) -> (Lowered, Diagnostics) {
    let mut out = Lowering::new(stack, catalog, files, mode);
    let own = || stack.decls.iter().filter(|decl| decl.existing.is_none());
    for decl in own() {
        if let Some(kind) = kind(&decl.address.kind) {
            kind.wire(decl, &mut out);
            access::note(decl, &mut out);
        }
    }
    for decl in &stack.decls {
        if decl.existing.is_some() {
            existing::lower(decl, &mut out);
        } else if let Some(kind) = kind(&decl.address.kind) {
            kind.lower(decl, &mut out);
        } else if &*decl.address.kind == RAW {
            raw::lower(decl, &mut out);
        }
    }
    loops::check(&mut out);
    for decl in own() {
        out.finish(decl);
        out.adopt(decl);
    }
    existing::settle(&mut out);
    out.end()
}

/// What kinds lower into, and what they may ask.
pub(crate) struct Lowering<'a> {
    /// The stack.
    pub(crate) stack: &'a Stack,
    /// The resource types.
    pub(crate) catalog: &'a dyn Catalog,
    /// The files beneath the stack's root.
    pub(crate) files: &'a dyn Files,
    /// What is asked of the files.
    pub(crate) mode: Mode,
    resources: Resources,
    contributions: FxHashMap<Address, Vec<Contribution>>,
    diagnostics: Diagnostics,
    permits: Permits<'a>,
}

impl<'a> Lowering<'a> {
    fn new(stack: &'a Stack, catalog: &'a dyn Catalog, files: &'a dyn Files, mode: Mode) -> Self {
        Lowering {
            stack,
            catalog,
            files,
            mode,
            resources: Resources::with_capacity(stack.decls.len()),
            contributions: FxHashMap::default(),
            diagnostics: Diagnostics::new(),
            permits: Permits::of(stack),
        }
    }

    /// Emits a resource of `decl` and gives its address; one already emitted there stays.
    pub(crate) fn emit(&mut self, decl: &Decl, emit: Emit) -> Address {
        let address = match &emit.part {
            Some(part) => decl.address.part(part.as_str()),
            None => decl.address.clone(),
        };
        if self.resources.contains(&address) {
            return address;
        }
        let taggable = emit.slice.is_none() && self.taggable(emit.type_name);
        let mut tags = match (&emit.claim, decl.existing) {
            _ if !taggable => Vec::new(),
            (Claim::LookAll, _) => Vec::new(),
            // What is made beside an existing object is the stack's.
            (Claim::Own, Some(_)) => tags(&self.stack.tags),
            _ => tags(&decl.meta.tags),
        };
        if let Some(title) = emit.title.filter(|_| taggable)
            && !tags.iter().any(|(name, _)| &**name == TITLE)
        {
            tags.push((TITLE.into(), nodes::text(&title, decl.name_span)));
            tags.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        let resource = Resource {
            address: address.clone(),
            type_name: emit.type_name.into(),
            slice: emit.slice.as_ref().map(|(slice, _)| Arc::from(*slice)),
            parent: emit.slice.map(|(_, parent)| parent),
            was: Vec::new(),
            name_end: emit.name_end.map(Arc::from),
            region: emit.region.map_or_else(|| self.region(decl), Arc::from),
            properties: emit.properties,
            after: emit.after,
            tags,
            protect: decl.meta.protect && emit.part.is_none(),
            retain: decl.meta.retain || emit.stays,
            ignore_changes: emit.ignored.iter().map(|name| Arc::from(*name)).collect(),
            force: emit.force,
            claim: emit.claim,
            span: decl.name_span,
        };
        self.resources.insert(resource);
        address
    }

    /// Emits a resource made from a type's own name, as a raw declaration writes it.
    pub(crate) fn emit_raw(
        &mut self,
        decl: &Decl,
        type_name: Arc<str>,
        properties: Properties,
        taggable: bool,
    ) {
        let resource = Resource {
            address: decl.address.clone(),
            type_name,
            slice: None,
            parent: None,
            was: Vec::new(),
            name_end: None,
            region: self.region(decl),
            properties,
            after: Vec::new(),
            tags: match taggable {
                true => tags(&decl.meta.tags),
                false => Vec::new(),
            },
            protect: decl.meta.protect,
            retain: decl.meta.retain,
            ignore_changes: Vec::new(),
            force: false,
            claim: match decl.existing {
                Some(_) => Claim::Look,
                None => Claim::Own,
            },
            span: decl.name_span,
        };
        self.resources.insert(resource);
    }

    /// Says of the main resource of a declaration which object it takes over.
    fn adopt(&mut self, decl: &Decl) {
        let Some(val) = &decl.adopt else { return };
        // What holds the account is known when a plan is made.
        let formwork_schema::Value::String(id) = &val.value else {
            return;
        };
        let claim = Claim::Adopt {
            id: id.clone(),
            span: val.span,
        };
        match self.resources.get_mut(&decl.address) {
            Some(resource) => resource.claim = claim,
            None => self.report(errors::adopt_kind(&decl.address.kind, val.span)),
        }
    }

    /// All resources emitted so far.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter()
    }

    /// All resources emitted so far.
    pub(crate) fn resources_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.resources.iter_mut()
    }

    fn taggable(&self, type_name: &str) -> bool {
        let known = self.catalog.resource_type(type_name);
        known.is_none_or(|known| known.taggable())
    }

    /// The declaration at an address.
    pub(crate) fn decl(&self, address: &Address) -> Option<&'a Decl> {
        // They are sorted by address.
        let decls = &self.stack.decls;
        let found = decls.binary_search_by(|decl| decl.address.cmp(address));
        decls.get(found.ok()?)
    }

    /// The region a declaration lives in, by its AWS name.
    pub(crate) fn region(&self, decl: &Decl) -> Arc<str> {
        let own = decl.meta.region.as_ref();
        own.unwrap_or(&self.stack.region).clone()
    }

    /// The partition of AWS a declaration lives in: `aws`, `aws-cn`.
    pub(crate) fn partition(&self, decl: &Decl) -> &'static str {
        let home = formwork_catalog::region(&self.region(decl));
        home.map_or("aws", |region| region.partition.as_str())
    }

    /// The account, known or not.
    pub(crate) fn account(&self, span: Span) -> Node {
        nodes::account(self.stack.account.as_ref(), span)
    }

    /// Contributes something to another declaration (or to itself), for its lowering to take up.
    pub(crate) fn contribute(&mut self, to: &Address, contribution: Contribution) {
        let all = self.contributions.entry(to.clone()).or_default();
        all.push(contribution);
    }

    /// What was contributed to a declaration, in the order of the declarations that did.
    pub(crate) fn contributed(&self, to: &Address) -> Vec<Contribution> {
        self.contributions.get(to).cloned().unwrap_or_default()
    }

    /// Lets an AWS service send into a declaration; `None` if it cannot be a target.
    pub(crate) fn admit(&mut self, target: &Address, caller: &Caller) -> Option<Admission> {
        let decl = self.decl(target)?;
        kind_of(decl)?.admit(decl, caller, self)
    }

    /// How a service that takes on a role starts a declaration; `None` if it cannot be started so.
    pub(crate) fn start(&mut self, of: &Address, by: Starter<'_>, span: Span) -> Option<Start> {
        let decl = self.decl(of)?;
        kind_of(decl)?.start(decl, by, span, self)
    }

    /// The ARN at which things are put into a declaration; `None` if nothing can be.
    pub(crate) fn target(&self, decl: &Decl, span: Span) -> Option<Node> {
        kind_of(decl)?.target(decl, span)
    }

    /// The statements a role needs to put something into a declaration.
    pub(crate) fn inlet(&mut self, target: &Address, span: Span) -> Vec<Statement> {
        let kind = self.decl(target).and_then(kind_of);
        match kind.and_then(Kind::inlet) {
            Some(verb) => self.verb(target, verb, span),
            None => Vec::new(),
        }
    }

    /// The statements of a verb of a declaration, for something that needs it without saying so.
    pub(crate) fn verb(&mut self, of: &Address, verb: &str, span: Span) -> Vec<Statement> {
        let Some(kind) = self.decl(of).and_then(kind_of) else {
            return Vec::new();
        };
        let member = formwork_schema::Member {
            of: formwork_schema::ResourceRef {
                address: of.clone(),
                resource_type: None,
            },
            kind: formwork_schema::MemberKind::Verb,
            name: verb.into(),
            name_span: span,
            arguments: formwork_schema::Fields::default(),
        };
        kind.statements(&member, self)
    }

    /// Reports a finding.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports all of a set of findings.
    pub(crate) fn report_all(&mut self, diagnostics: Diagnostics) {
        self.diagnostics.extend(diagnostics);
    }

    /// Reports a lint, unless the declaration or the stack permits it.
    pub(crate) fn lint(&mut self, decl: &Decl, diagnostic: Diagnostic) {
        if !self.permits.takes(decl, diagnostic.code) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The code at a path beneath the root. When it cannot be had, says so at `span`, and gives it without a digest.
    pub(crate) fn artifact(&mut self, path: &str, span: Span) -> Arc<Artifact> {
        let unknown = Arc::new(Artifact {
            path: path.into(),
            digest: "".into(),
            bytes: 0,
            files: Vec::new(),
        });
        match self.mode {
            // The model warns of a path that leads nowhere; code may be built later.
            Mode::Check => unknown,
            Mode::Plan => match self.files.artifact(path) {
                Ok(artifact) => artifact,
                Err(formwork_schema::FilesError::Missing) => {
                    self.report(errors::code_missing(path, span));
                    unknown
                }
                Err(error) => {
                    self.report(errors::code_unreadable(path, &error, span));
                    unknown
                }
            },
        }
    }

    fn finish(&mut self, decl: &Decl) {
        overrides::apply(decl, self);
        openings::check(decl, self);
        let Some(known) = kind(&decl.address.kind) else {
            self.ignore(decl, &[]);
            return;
        };
        known.seal(decl, self);
        self.ignore(decl, known.properties());
    }

    /// Resources of a declaration, by address.
    pub(crate) fn resources_of(&self, decl: &Address) -> Vec<Address> {
        self.resources.of(decl)
    }

    /// A resource already emitted.
    pub(crate) fn resource_mut(&mut self, address: &Address) -> Option<&mut Resource> {
        self.resources.get_mut(address)
    }

    /// A resource already emitted.
    pub(crate) fn resource(&self, address: &Address) -> Option<&Resource> {
        self.resources.get(address)
    }

    fn ignore(&mut self, decl: &Decl, renamed: &[(&str, &str)]) {
        for (path, span) in &decl.meta.ignore_changes {
            match overrides::ignored(decl, path, renamed, self) {
                Ok((address, property)) => {
                    if let Some(resource) = self.resources.get_mut(&address) {
                        resource.ignore_changes.push(property.into());
                    }
                }
                Err(nearest) => {
                    self.report(errors::ignored_path(path, nearest.as_deref(), *span));
                }
            }
        }
    }

    fn end(mut self) -> (Lowered, Diagnostics) {
        self.order_dependents();
        renames::note(&self.stack.decls, &mut self.resources);
        let instead = self.instead();
        for resource in self.resources.iter_mut() {
            if !instead.is_empty() {
                settle_all(&mut resource.properties, &instead);
            }
            resource.after.sort();
            resource.after.dedup();
            resource.ignore_changes.sort();
            resource.ignore_changes.dedup();
        }
        let outputs = self.stack.outputs.iter().map(|output| LoweredOutput {
            name: output.name.clone(),
            span: output.name_span,
            doc: output.doc.clone(),
            value: nodes::node(&output.value).and_then(|node| settle(&node, &instead)),
        });
        let outputs: Vec<LoweredOutput> = outputs.collect();
        let mut resources = self.resources.into_sorted();
        existing::prune(&mut resources, &outputs);
        let lowered = Lowered {
            outputs,
            resources,
            unused_allows: self.permits.unused(),
        };
        self.diagnostics.sort();
        (lowered, self.diagnostics)
    }

    /// `depends_on` of a declaration orders each of its resources after all resources of the other.
    fn order_dependents(&mut self) {
        for decl in &self.stack.decls {
            let before: Vec<Address> = decl
                .meta
                .depends_on
                .iter()
                .flat_map(|address| self.resources_of(address))
                .collect();
            if before.is_empty() {
                continue;
            }
            for own in self.resources_of(&decl.address) {
                if let Some(resource) = self.resources.get_mut(&own) {
                    resource.after.extend(before.iter().cloned());
                }
            }
        }
    }

    /// What stands for attributes that values read and that are no property of their resource: put together by the
    /// kind, or nothing (`resize.url` without a url).
    fn instead(&self) -> Instead {
        let mut read = Vec::new();
        let mut look = |of: &Address, property: &Arc<str>| {
            // A raw declaration is one resource, and always there.
            if &*of.kind != RAW {
                read.push((of.clone(), property.clone()));
            }
        };
        for resource in self.resources.iter() {
            resource
                .properties
                .values()
                .for_each(|node| node.attributes(&mut look));
        }
        for output in &self.stack.outputs {
            if let Some(node) = nodes::node(&output.value) {
                node.attributes(&mut look);
            }
        }
        let mut instead = Instead::new();
        while let Some((of, property)) = read.pop() {
            if instead.contains_key(&(of.clone(), property.clone())) {
                continue;
            }
            let Some(stands) = self.stands_for(&of, &property) else {
                continue;
            };
            if let Some(node) = &stands {
                node.attributes(&mut |of, property| read.push((of.clone(), property.clone())));
            }
            instead.insert((of, property), stands);
        }
        instead
    }

    /// What stands for an attribute; `None` if it is a property of its resource.
    fn stands_for(&self, of: &Address, property: &str) -> Option<Option<Node>> {
        let decl = self.decl(&of.owner())?;
        let kind = kind_of(decl);
        if let Some(node) = kind.and_then(|kind| kind.composed(decl, property, self)) {
            return Some(Some(node));
        }
        let lacking = match (self.resources.get(of), kind) {
            (None, _) => true,
            // What an existing object has is seen when it is looked up.
            (Some(resource), _) if resource.claim.looks() => false,
            (Some(resource), Some(kind)) => kind.lacks(resource, property),
            (Some(_), None) => false,
        };
        lacking.then_some(None)
    }
}

fn kind_of(decl: &Decl) -> Option<&'static dyn Kind> {
    kind(&decl.address.kind)
}

fn tags(tags: &[(Arc<str>, Val)]) -> Vec<(Arc<str>, Node)> {
    let tags = tags.iter();
    tags.filter_map(|(name, val)| Some((name.clone(), nodes::node(val)?)))
        .collect()
}
