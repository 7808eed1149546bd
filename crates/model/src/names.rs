//! The names of a stack with their types, as far as they are known before any expression is typed.

use crate::components::Component;
use crate::errors;
use crate::graph::{self, Order};
use crate::items::{DeclItem, Entry, Global, Items};
use crate::settings::Settings;
use formwork_diag::{Diagnostics, SourceId, Span};
use formwork_schema::{
    EnumType, FieldSpec, Files, KindSpec, ObjectType, ResourceType, Type, Vocabulary,
};
use formwork_syntax::ast::{Name, TypeExpr, TypeKind, TypePath};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a declaration declares.
#[derive(Clone)]
pub(crate) enum Target<'a> {
    Kind(&'a KindSpec),
    /// A raw resource; without its type if the catalog lacks it.
    Raw {
        name: Arc<str>,
        ty: Option<Arc<ResourceType>>,
    },
    /// A component.
    Component(Rc<Component<'a>>),
    /// No such kind; an error was reported.
    Unknown,
}

/// The components that can be declared, by name.
pub(crate) type Components<'a> = FxHashMap<Arc<str>, Rc<Component<'a>>>;

/// What the stack and all components have in common.
pub(crate) struct Shared<'a> {
    pub vocabulary: &'a dyn Vocabulary,
    pub jail: &'a dyn Files,
    pub settings: Arc<Settings>,
    /// The fields that every declaration has.
    pub common: Arc<[FieldSpec]>,
    pub paths: Arc<FxHashMap<SourceId, Arc<str>>>,
}

/// A space of names, the stack's or a component's: everything the checker and the evaluator read and never change.
pub(crate) struct World<'a> {
    pub vocabulary: &'a dyn Vocabulary,
    pub jail: &'a dyn Files,
    pub items: Items,
    pub settings: Arc<Settings>,
    pub components: Components<'a>,
    pub order: Order,
    pub enums: Vec<Type>,
    pub params: Vec<Type>,
    pub targets: Vec<Target<'a>>,
    /// The type of one object of each declaration.
    pub objects: Vec<Type>,
    /// The resource types that raw declarations name.
    pub resources: FxHashMap<Arc<str>, Arc<ResourceType>>,
    pub common: Arc<[FieldSpec]>,
    /// Whether anything here or in a component of it is renamed or forgotten.
    pub renames: bool,
}

impl<'a> World<'a> {
    /// Orders and types what the items name; the environments are a stack's.
    pub(crate) fn new(
        shared: &Shared<'a>,
        items: Items,
        components: Components<'a>,
        envs: Option<&Settings>,
    ) -> (Self, Diagnostics) {
        let (order, mut diagnostics) = graph::order(&items, envs);
        let enums = enum_types(&items);
        let mut reader = TypeReader {
            vocabulary: shared.vocabulary,
            items: &items,
            components: &components,
            enums: &enums,
            diagnostics: Diagnostics::new(),
        };
        let params = items.params.iter();
        let params = params.map(|param| reader.read(&param.ty)).collect();
        let targets = targets(&items, shared.vocabulary, &components, &mut reader);
        diagnostics.extend(reader.diagnostics);
        let inside = components.values().any(|component| component.world.renames);
        let own = items.decls.iter().any(|item| item.decl.was.is_some());
        let world = World {
            renames: inside || own || !items.forgets.is_empty(),
            vocabulary: shared.vocabulary,
            jail: shared.jail,
            settings: shared.settings.clone(),
            common: shared.common.clone(),
            order,
            enums,
            params,
            objects: object_types(&targets),
            resources: resource_types(&targets),
            targets,
            components,
            items,
        };
        (world, diagnostics)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<Entry> {
        self.items.names.get(name).copied()
    }

    pub(crate) fn target(&self, decl: usize) -> Target<'a> {
        self.targets.get(decl).cloned().unwrap_or(Target::Unknown)
    }

    pub(crate) fn decl(&self, decl: usize) -> Option<&DeclItem> {
        self.items.decls.get(decl)
    }

    /// The type of one object of a declaration.
    pub(crate) fn object_type(&self, decl: usize) -> Type {
        self.objects.get(decl).cloned().unwrap_or(Type::Error)
    }

    /// The type of a declared name: keyed with `for`, optional with `when`.
    pub(crate) fn decl_type(&self, decl: usize) -> Type {
        let object = self.object_type(decl);
        match self.decl(decl).map(|item| &item.decl) {
            Some(decl) if decl.for_each.is_some() => object.map(),
            Some(decl) if decl.when.is_some() => object.optional(),
            _ => object,
        }
    }

    pub(crate) fn env_names(&self) -> Vec<&str> {
        self.settings.envs.iter().map(|env| &*env.name).collect()
    }

    /// A common field or one of the declaration's own.
    pub(crate) fn common_field(&self, name: &str) -> Option<&FieldSpec> {
        self.common.iter().find(|field| &*field.name == name)
    }
}

/// Types as written, resolved against enums, kinds and resource types.
pub(crate) struct TypeReader<'w, 'a> {
    pub vocabulary: &'w dyn Vocabulary,
    pub items: &'w Items,
    pub components: &'w Components<'a>,
    pub enums: &'w [Type],
    pub diagnostics: Diagnostics,
}

const SIMPLE: &[(&str, Type)] = &[
    ("string", Type::String),
    ("bool", Type::Bool),
    ("number", Type::Number),
    ("int", Type::Int),
    ("size", Type::Quantity(formwork_schema::Dimension::Size)),
    (
        "duration",
        Type::Quantity(formwork_schema::Dimension::Duration),
    ),
    (
        "percent",
        Type::Quantity(formwork_schema::Dimension::Percent),
    ),
    ("rate", Type::Quantity(formwork_schema::Dimension::Rate)),
    ("permission", Type::Permission),
    ("event", Type::Event),
    ("metric", Type::Metric),
    ("path", Type::Path),
];

impl TypeReader<'_, '_> {
    pub(crate) fn read(&mut self, ty: &TypeExpr) -> Type {
        let read = match &ty.kind {
            TypeKind::Bad => Type::Error,
            TypeKind::Object(fields) => self.object(fields),
            TypeKind::Named { path, argument } => match path.as_slice() {
                [] => Type::Error,
                [name] => self.named(name, argument.as_deref(), ty.span),
                path => self.resource(path),
            },
        };
        match ty.optional {
            Some(_) if read != Type::Error => read.optional(),
            _ => read,
        }
    }

    fn object(&mut self, fields: &[(Name, TypeExpr)]) -> Type {
        let mut seen: FxHashMap<Arc<str>, Span> = FxHashMap::default();
        let mut out = Vec::new();
        for (name, ty) in fields {
            if let Some(first) = seen.insert(name.text.clone(), name.span) {
                self.diagnostics
                    .push(errors::types::duplicate_field(&name.text, name.span, first));
                continue;
            }
            let ty = self.read(ty);
            let optional = matches!(ty, Type::Optional(_));
            let spec = FieldSpec::new(&name.text, ty, "");
            out.push(if optional { spec } else { spec.required() });
        }
        object_type(out)
    }

    fn named(&mut self, name: &Name, argument: Option<&TypeExpr>, span: Span) -> Type {
        if matches!(&*name.text, "list" | "map") {
            let Some(argument) = argument else {
                let help = format!("say of what: `{}(string)`", name.text);
                self.diagnostics
                    .push(errors::types::type_argument(&name.text, span, &help));
                return Type::Error;
            };
            let item = self.read(argument);
            return if &*name.text == "list" {
                item.list()
            } else {
                item.map()
            };
        }
        if let Some(argument) = argument.filter(|argument| !matches!(argument.kind, TypeKind::Bad))
        {
            let help = format!(
                "only list and map take a type in parentheses; write `{}`",
                name.text
            );
            self.diagnostics.push(errors::types::type_argument(
                &name.text,
                argument.span,
                &help,
            ));
        }
        self.simple(name)
    }

    fn simple(&mut self, name: &Name) -> Type {
        if let Some((_, ty)) = SIMPLE.iter().find(|(known, _)| *known == &*name.text) {
            return ty.clone();
        }
        match self.items.names.get(&name.text).map(|entry| entry.global) {
            Some(Global::Enum(at)) => return self.enums.get(at).cloned().unwrap_or(Type::Error),
            Some(Global::Later) => return Type::Error,
            _ => {}
        }
        if &*name.text == "resource" || self.vocabulary.kind(&name.text).is_some() {
            return Type::Kind(name.text.clone());
        }
        if let Some(component) = self.components.get(&name.text) {
            return component.ty.clone();
        }
        if !name.text.is_empty() && !self.items.kinds.contains_key(&name.text) {
            let kinds = self.vocabulary.kind_names();
            let simple = SIMPLE
                .iter()
                .map(|(name, _)| *name)
                .chain(["list", "map", "resource"]);
            let enums = self.items.enums.iter().map(|item| &*item.name.text);
            let components = self.items.known_kinds.iter().map(|name| &**name);
            let known = simple.chain(enums).chain(components).chain(kinds);
            self.diagnostics
                .push(errors::types::unknown(&name.text, name.span, known));
        }
        Type::Error
    }

    fn resource(&mut self, path: &[Name]) -> Type {
        let (Some(first), Some(last)) = (path.first(), path.last()) else {
            return Type::Error;
        };
        let span = first.span.to(last.span);
        let path = TypePath {
            path: path.to_vec(),
            span,
        };
        match self.resource_type(&path) {
            Target::Raw { name, .. } => Type::Kind(name),
            _ => Type::Error,
        }
    }

    /// A resource type as written; a near miss of a known type is an error, an unknown one is unchecked.
    pub(crate) fn resource_type<'a>(&mut self, path: &TypePath) -> Target<'a> {
        let names: Vec<&str> = path.path.iter().map(|name| &*name.text).collect();
        if names.iter().any(|name| name.is_empty()) {
            return Target::Unknown;
        }
        let name = names.join("::");
        if let Some(ty) = self.vocabulary.resource_type(&name) {
            return Target::Raw {
                name: ty.name.clone(),
                ty: Some(ty),
            };
        }
        let known = self.vocabulary.resource_type_names();
        let near = formwork_diag::nearest(&name, known.iter().copied());
        let close = near.filter(|near| strsim::damerau_levenshtein(near, &name) <= 2);
        let formed = matches!(names.as_slice(), ["AWS" | "Alexa" | "Custom", _, _]);
        if close.is_some() || !formed {
            let near = near.map(|near| near.replace("::", "."));
            let error = errors::name::resource_type(&names.join("."), path.span, near.as_deref());
            self.diagnostics.push(error);
            return Target::Unknown;
        }
        self.diagnostics
            .push(errors::types::unchecked(&names.join("."), path.span));
        Target::Raw {
            name: name.into(),
            ty: None,
        }
    }
}

/// An object type named after its fields.
pub(crate) fn object_type(fields: Vec<FieldSpec>) -> Type {
    let names: Vec<&str> = fields.iter().map(|field| &*field.name).take(6).collect();
    let more = if fields.len() > names.len() {
        ", …"
    } else {
        ""
    };
    let name = match names.as_slice() {
        [] => "empty object".to_owned(),
        names => format!("object {{ {}{more} }}", names.join(", ")),
    };
    Type::Object(Arc::new(ObjectType {
        name: name.into(),
        fields,
    }))
}

/// The types of all enums.
fn enum_types(items: &Items) -> Vec<Type> {
    let ty = |item: &crate::items::EnumItem| {
        let mut members: Vec<Arc<str>> = Vec::new();
        for member in &item.members {
            if !members.contains(&member.text) {
                members.push(member.text.clone());
            }
        }
        Type::Enum(Arc::new(EnumType {
            name: item.name.text.clone(),
            members,
        }))
    };
    items.enums.iter().map(ty).collect()
}

/// The type of one object of each declaration.
fn object_types(targets: &[Target<'_>]) -> Vec<Type> {
    let mut kinds: FxHashMap<&'static str, Arc<str>> = FxHashMap::default();
    let ty = |target: &Target<'_>| match target {
        Target::Kind(kind) => Type::Kind(
            kinds
                .entry(kind.name)
                .or_insert_with(|| kind.name.into())
                .clone(),
        ),
        Target::Raw { name, .. } => Type::Kind(name.clone()),
        Target::Component(component) => component.ty.clone(),
        Target::Unknown => Type::Error,
    };
    targets.iter().map(ty).collect()
}

/// The resource types among the targets, by name.
fn resource_types(targets: &[Target<'_>]) -> FxHashMap<Arc<str>, Arc<ResourceType>> {
    let mut out = FxHashMap::default();
    for target in targets {
        if let Target::Raw { name, ty: Some(ty) } = target
            && !out.contains_key(name)
        {
            out.insert(name.clone(), ty.clone());
        }
    }
    out
}

/// What each declaration declares.
fn targets<'a>(
    items: &Items,
    vocabulary: &'a dyn Vocabulary,
    components: &Components<'a>,
    reader: &mut TypeReader<'_, '_>,
) -> Vec<Target<'a>> {
    let mut raw = RawTargets::default();
    let one = |item: &DeclItem| match components.get(&item.decl.kind.text) {
        Some(component) if item.decl.resource_type.is_none() => {
            Target::Component(component.clone())
        }
        _ => target(item, items, vocabulary, reader, &mut raw),
    };
    items.decls.iter().map(one).collect()
}

/// The resource types that raw declarations name so far: a stack names few of them, and often.
#[derive(Default)]
struct RawTargets<'a> {
    /// The path looked up, with dots; kept to be written again.
    path: String,
    known: FxHashMap<String, Target<'a>>,
}

impl<'a> RawTargets<'a> {
    fn target(&mut self, path: &TypePath, reader: &mut TypeReader<'_, '_>) -> Target<'a> {
        self.path.clear();
        for name in &path.path {
            self.path.push_str(&name.text);
            self.path.push('.');
        }
        if let Some(known) = self.known.get(&self.path) {
            return known.clone();
        }
        let target = reader.resource_type(path);
        // What was reported is reported at each place.
        if let Target::Raw { ty: Some(_), .. } = &target {
            self.known.insert(self.path.clone(), target.clone());
        }
        target
    }
}

fn target<'a>(
    item: &DeclItem,
    items: &Items,
    vocabulary: &'a dyn Vocabulary,
    reader: &mut TypeReader<'_, '_>,
    raw: &mut RawTargets<'a>,
) -> Target<'a> {
    let decl = &item.decl;
    if &*decl.kind.text == "resource" {
        let Some(path) = &decl.resource_type else {
            reader
                .diagnostics
                .push(errors::name::needs_type(decl.name.span));
            return Target::Unknown;
        };
        return raw.target(path, reader);
    }
    if let Some(path) = &decl.resource_type {
        reader
            .diagnostics
            .push(errors::name::has_type(&decl.kind.text, path.span));
    }
    if let Some(kind) = vocabulary.kind(&decl.kind.text) {
        return match decl
            .existing
            .map(|word| (word, vocabulary.existing(kind.name)))
        {
            None => Target::Kind(kind),
            Some((_, Some(existing))) => Target::Kind(existing),
            Some((word, None)) => {
                let error = errors::existing::kind(kind.name, word);
                reader.diagnostics.push(error);
                Target::Unknown
            }
        };
    }
    if !decl.kind.text.is_empty() && !items.kinds.contains_key(&decl.kind.text) {
        let mut known = vocabulary.kind_names();
        known.push("resource");
        known.extend(items.known_kinds.iter().map(|name| &**name));
        let elsewhere = vocabulary.foreign_kind(&decl.kind.text);
        reader.diagnostics.push(errors::name::kind(
            &decl.kind.text,
            decl.kind.span,
            known,
            elsewhere,
        ));
    }
    Target::Unknown
}
