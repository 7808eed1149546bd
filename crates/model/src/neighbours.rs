//! Other stacks that a stack uses (`use net from "../network"`): found beneath the root, and checked for the types of
//! their outputs. None uses itself by way of others.

use crate::environments;
use crate::errors;
use crate::items::{Items, StackUse};
use crate::library::holds_stack;
use crate::program::{SourceFile, load_among};
use crate::settings::Settings;
use formwork_diag::{Diagnostics, Sources, Span, nearest};
use formwork_schema::{FieldSpec, Files, FilesError, ObjectType, Type, Vocabulary};
use formwork_syntax::ast::{StatementKind, UseNames};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// What a stack is to those that use it.
pub(crate) struct Outline {
    pub name: Arc<str>,
    /// Its outputs.
    pub outputs: Vec<(Arc<str>, Type)>,
    /// An object of its outputs.
    pub ty: Type,
    pub settings: Arc<Settings>,
    /// How many errors its files have.
    errors: usize,
}

impl Outline {
    /// The type of an output.
    pub(crate) fn output(&self, name: &str) -> Option<&Type> {
        let mut outputs = self.outputs.iter();
        outputs.find_map(|(known, ty)| (**known == *name).then_some(ty))
    }
}

/// The files of a stack, as the key of what is known of it.
type Key = Arc<str>;

/// A stack as far as it is read to find out which stacks it uses.
struct Page {
    files: Vec<(Arc<str>, Arc<str>)>,
    /// The name of its stack; `None` if no file has a `stack` statement.
    name: Option<Arc<str>>,
    uses: Vec<Edge>,
}

/// A `use` of a stack in a page.
struct Edge {
    to: Key,
    /// The file it is written in, and the place of its path there.
    file: usize,
    start: u32,
    end: u32,
}

/// A step of a way round: a stack, the one it uses, and where that is written.
pub(crate) type Step = (Arc<str>, Arc<str>, Span);

/// The stacks that were looked at so far, each once.
pub(crate) struct Neighbours<'v> {
    vocabulary: &'v dyn Vocabulary,
    jail: &'v dyn Files,
    pages: FxHashMap<Key, Option<Rc<Page>>>,
    outlines: FxHashMap<Key, Option<Rc<Outline>>>,
}

/// The stack that uses others.
pub(crate) struct User<'u> {
    pub settings: &'u Settings,
    /// Its own files.
    pub files: &'u [Arc<str>],
}

/// Finds the stacks that a stack uses, and gives each `use` what it needs to be typed.
pub(crate) fn read(
    items: &mut Items,
    user: &User<'_>,
    neighbours: &mut Neighbours<'_>,
    sources: &mut Sources,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut uses = std::mem::take(&mut items.stack_uses);
    for item in &mut uses {
        let from = items.path_of(item.path.span);
        match neighbours.find(item, from, user, sources) {
            Ok(()) => missing_environments(item, user, &mut diagnostics),
            Err(error) => diagnostics.push(*error),
        }
    }
    items.stack_uses = uses;
    diagnostics
}

/// The environments of the user that the other stack does not have.
fn missing_environments(item: &StackUse, user: &User<'_>, diagnostics: &mut Diagnostics) {
    let Some(outline) = &item.outline else {
        return;
    };
    for env in &user.settings.envs {
        if environments::find(&outline.settings, &env.sample()).is_none() {
            let known: Vec<&str> = outline.settings.envs.iter().map(|env| &*env.name).collect();
            let span = item.path.span;
            let error = errors::stacks::environment(&outline.name, &env.name, span, &known);
            diagnostics.push(error);
        }
    }
}

type Refused = Box<formwork_diag::Diagnostic>;

impl<'v> Neighbours<'v> {
    pub(crate) fn new(vocabulary: &'v dyn Vocabulary, jail: &'v dyn Files) -> Self {
        Neighbours {
            vocabulary,
            jail,
            pages: FxHashMap::default(),
            outlines: FxHashMap::default(),
        }
    }

    fn find(
        &mut self,
        item: &mut StackUse,
        from: &str,
        user: &User<'_>,
        sources: &mut Sources,
    ) -> Result<(), Refused> {
        let (written, span) = (&item.path.text, item.path.span);
        let refused =
            |error: FilesError| Box::new(errors::stacks::path(written, span, &error.to_string()));
        let place = self.jail.resolve(from, written).map_err(refused)?;
        let files = match self.jail.stack_files(&place) {
            Ok(files) if !files.is_empty() => files,
            Ok(_) => return Err(Box::new(errors::stacks::empty(written, span))),
            Err(FilesError::Missing) => {
                let near = self.near(&place);
                let error = errors::stacks::missing(written, span, near.as_deref());
                return Err(Box::new(error));
            }
            Err(error) => return Err(refused(error)),
        };
        let key = key(&files);
        let Some(page) = self.page(&key) else {
            let why = "one of its files cannot be read";
            return Err(Box::new(errors::stacks::path(written, span, why)));
        };
        let Some(name) = page.name.clone() else {
            return Err(Box::new(errors::stacks::components(written, span)));
        };
        if let Some(steps) = self.round(&key, item, user, sources) {
            return Err(Box::new(errors::stacks::ring(span, &steps)));
        }
        item.place = place;
        match self.outline(&key, &page) {
            Some(outline) if outline.errors == 0 => {
                item.outline = Some(outline);
                Ok(())
            }
            other => {
                let count = other.map_or(1, |outline| outline.errors);
                Err(Box::new(errors::stacks::broken(
                    &name, written, span, count,
                )))
            }
        }
    }

    /// A folder or stack file beside the one that is missing, with a similar name.
    fn near(&self, place: &str) -> Option<String> {
        let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
        let beside = self.jail.stack_files(folder).ok()?;
        let names: Vec<&str> = beside
            .iter()
            .map(|path| path.rsplit('/').next().unwrap_or(path))
            .collect();
        nearest(name, names).map(str::to_owned)
    }

    /// Reads a stack's files for the stacks that they use.
    fn page(&mut self, key: &Key) -> Option<Rc<Page>> {
        if let Some(known) = self.pages.get(key) {
            return known.clone();
        }
        let page = self.read_page(key).map(Rc::new);
        self.pages.insert(key.clone(), page.clone());
        page
    }

    fn read_page(&self, key: &Key) -> Option<Page> {
        let mut page = Page {
            files: Vec::new(),
            name: None,
            uses: Vec::new(),
        };
        let mut scratch = Sources::new();
        for (at, path) in key.split('\n').enumerate() {
            let text = self.jail.read_text(path).ok()?;
            let id = scratch.add(path, text.clone());
            let tree = formwork_syntax::parse(id, &text).file;
            if holds_stack(&tree) {
                let names = tree.statements.iter().find_map(|found| match &found.kind {
                    StatementKind::Stack { name, .. } => Some(name.text.clone()),
                    _ => None,
                });
                page.name = page.name.or(names);
            }
            for statement in &tree.statements {
                if let StatementKind::Use {
                    names: UseNames::Stack(_),
                    path: Some(to),
                } = &statement.kind
                    && let Ok(place) = self.jail.resolve(path, &to.text)
                    && let Ok(files) = self.jail.stack_files(&place)
                {
                    page.uses.push(Edge {
                        to: self::key(&files),
                        file: at,
                        start: to.span.start,
                        end: to.span.end,
                    });
                }
            }
            page.files.push((path.into(), text));
        }
        Some(page)
    }

    /// The shortest way from a used stack back to the one that uses it: which stack uses which, and where.
    fn round(
        &mut self,
        first: &Key,
        item: &StackUse,
        user: &User<'_>,
        sources: &mut Sources,
    ) -> Option<Vec<Step>> {
        let own = |key: &Key| {
            key.split('\n')
                .any(|path| user.files.iter().any(|file| **file == *path))
        };
        let own_name = &user.settings.name;
        let name = |page: &Option<Rc<Page>>| {
            let name = page.as_ref().and_then(|page| page.name.clone());
            name.unwrap_or_default()
        };
        if own(first) {
            return Some(vec![(own_name.clone(), own_name.clone(), item.path.span)]);
        }
        let mut came: FxHashMap<Key, (Key, usize)> = FxHashMap::default();
        let mut seen: FxHashSet<Key> = FxHashSet::from_iter([first.clone()]);
        let mut queue = VecDeque::from([first.clone()]);
        let mut end = None;
        'search: while let Some(at) = queue.pop_front() {
            let Some(page) = self.page(&at) else {
                continue;
            };
            for (number, edge) in page.uses.iter().enumerate() {
                if own(&edge.to) {
                    end = Some((at, number));
                    break 'search;
                }
                if seen.insert(edge.to.clone()) {
                    came.insert(edge.to.clone(), (at.clone(), number));
                    queue.push_back(edge.to.clone());
                }
            }
        }
        let mut steps = Vec::new();
        let mut next = own_name.clone();
        let mut step = end;
        while let Some((at, number)) = step {
            let page = self.page(&at);
            let from = name(&page);
            if let Some(span) = page.and_then(|page| place_of(&page, number, sources)) {
                steps.push((from.clone(), next, span));
            }
            next = from;
            step = came.get(&at).cloned();
        }
        if steps.is_empty() {
            return None;
        }
        steps.push((own_name.clone(), next, item.path.span));
        steps.reverse();
        Some(steps)
    }

    /// Checks another stack; `None` while it is being checked.
    fn outline(&mut self, key: &Key, page: &Page) -> Option<Rc<Outline>> {
        if let Some(known) = self.outlines.get(key) {
            return known.clone();
        }
        self.outlines.insert(key.clone(), None);
        let outline = Rc::new(self.check(page));
        self.outlines.insert(key.clone(), Some(outline.clone()));
        Some(outline)
    }

    fn check(&mut self, page: &Page) -> Outline {
        let mut sources = Sources::new();
        let mut diagnostics = Diagnostics::new();
        let files = page.files.iter().map(|(path, text)| {
            let id = sources.add(path.clone(), text.clone());
            let parsed = formwork_syntax::parse(id, text);
            diagnostics.extend(parsed.diagnostics);
            SourceFile {
                id,
                path: path.clone(),
                tree: parsed.file,
            }
        });
        let files = files.collect();
        let (vocabulary, jail) = (self.vocabulary, self.jail);
        let (program, found) = load_among(files, vocabulary, jail, &mut sources, self);
        diagnostics.extend(found);
        let fields = program.outputs.iter().map(|(name, ty)| {
            let spec = FieldSpec::new(name, ty.clone(), "");
            spec.required()
        });
        let settings = program.world.settings.clone();
        Outline {
            name: settings.name.clone(),
            ty: Type::Object(Arc::new(ObjectType {
                name: format!("{} stack", settings.name).into(),
                fields: fields.collect(),
            })),
            outputs: program.outputs,
            settings,
            errors: diagnostics.iter().filter(|found| found.is_error()).count(),
        }
    }
}

/// The place of a page's `use` among the sources that people see; its file is added to them, named from the root.
fn place_of(page: &Page, number: usize, sources: &mut Sources) -> Option<Span> {
    let edge = page.uses.get(number)?;
    let (path, text) = page.files.get(edge.file)?;
    let id = sources.add(path.clone(), text.clone());
    Some(Span::new(id, edge.start, edge.end))
}

fn key(files: &[Arc<str>]) -> Key {
    files.join("\n").into()
}
