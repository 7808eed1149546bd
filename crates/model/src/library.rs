//! Files that are used for their components: found, read, and their components given to whoever names them.

use crate::errors;
use crate::items::{self, ComponentItem, EnumItem, Items, LetItem, UseItem};
use formwork_diag::{Diagnostics, SourceId, Sources, nearest};
use formwork_schema::{Files, FilesError, Vocabulary};
use formwork_syntax::ast::{File, StatementKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A component with where it is written.
pub(crate) struct Definition {
    pub item: ComponentItem,
    /// The space of component names it sees.
    pub space: usize,
    /// What of its file it sees.
    pub enums: Arc<[EnumItem]>,
    pub lets: Arc<[LetItem]>,
}

/// The components that a stack, or a file of components, sees by name.
pub(crate) type Space = FxHashMap<Arc<str>, usize>;

/// All components of a stack and of the files it uses.
#[derive(Default)]
pub(crate) struct Library {
    pub definitions: Vec<Definition>,
    /// The stack's own first, then one for each used file.
    pub spaces: Vec<Space>,
    /// Root-relative path of each source that was read here.
    pub paths: Vec<(SourceId, Arc<str>)>,
}

/// Reads what a stack uses, and what that uses; takes the components out of the items.
pub(crate) fn read(
    items: &mut Items,
    vocabulary: &dyn Vocabulary,
    jail: &dyn Files,
    sources: &mut Sources,
) -> (Library, Diagnostics) {
    let mut reader = Reader {
        jail,
        sources,
        own: items.paths.values().cloned().collect(),
        files: Vec::new(),
        diagnostics: Diagnostics::new(),
    };
    reader.follow(&items.uses, &|span| {
        items.paths.get(span).cloned().unwrap_or_default()
    });
    let mut at = 0;
    while let Some(file) = reader.files.get_mut(at) {
        let uses = std::mem::take(&mut file.items.uses);
        let path = file.path.clone();
        reader.follow(&uses, &|_| path.clone());
        if let Some(file) = reader.files.get_mut(at) {
            file.items.uses = uses;
        }
        at += 1;
    }
    let Reader {
        files,
        mut diagnostics,
        ..
    } = reader;
    let library = give(items, files, vocabulary, jail, &mut diagnostics);
    (library, diagnostics)
}

/// A used file.
struct Used {
    path: Arc<str>,
    id: SourceId,
    items: Items,
    stack: bool,
}

struct Reader<'r> {
    jail: &'r dyn Files,
    sources: &'r mut Sources,
    /// The files of the stack itself.
    own: Vec<Arc<str>>,
    files: Vec<Used>,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn follow(&mut self, uses: &[UseItem], from: &dyn Fn(&SourceId) -> Arc<str>) {
        for item in uses {
            let from = from(&item.path.span.source);
            let path = match self.jail.resolve(&from, &item.path.text) {
                Ok(path) => path,
                Err(error) => {
                    self.diagnostics.push(errors::component::path(
                        &item.path.text,
                        item.path.span,
                        &error.to_string(),
                    ));
                    continue;
                }
            };
            let known = self.own.contains(&path) || self.files.iter().any(|f| f.path == path);
            if !known {
                self.read(item, path);
            }
        }
    }

    fn read(&mut self, item: &UseItem, path: Arc<str>) {
        let text = match self.jail.read_text(&path) {
            Ok(text) => text,
            Err(FilesError::Missing) => {
                let near = self.near(&path);
                let error =
                    errors::component::missing(&item.path.text, item.path.span, near.as_deref());
                return self.diagnostics.push(error);
            }
            Err(error) => {
                return self.diagnostics.push(errors::component::path(
                    &item.path.text,
                    item.path.span,
                    &error.to_string(),
                ));
            }
        };
        let user = self.sources.get(item.path.span.source);
        let name = shown_beside(user.map_or("", |source| source.name()), &item.path.text);
        let id = self.sources.add(name, text.clone());
        let parsed = formwork_syntax::parse(id, &text);
        self.diagnostics.extend(parsed.diagnostics);
        let stack = holds_stack(&parsed.file);
        let (items, found) = match stack {
            true => (Items::default(), Diagnostics::new()),
            false => items::collect_library(parsed.file),
        };
        self.diagnostics.extend(found);
        if stack {
            let error = errors::component::stack(&item.path.text, item.path.span);
            self.diagnostics.push(error);
        }
        self.files.push(Used {
            path,
            id,
            items,
            stack,
        });
    }

    /// A stack file beside the one that is missing, with a similar name.
    fn near(&self, path: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let beside = self.jail.stack_files(folder).ok()?;
        let names: Vec<&str> = beside
            .iter()
            .map(|path| path.rsplit('/').next().unwrap_or(path))
            .collect();
        nearest(name, names).map(str::to_owned)
    }
}

/// Whether a file has a `stack` statement.
pub(crate) fn holds_stack(file: &File) -> bool {
    file.statements
        .iter()
        .any(|statement| matches!(statement.kind, StatementKind::Stack { .. }))
}

/// The name people see of a file that is used by another: beside that one, as the `use` says.
pub(crate) fn shown_beside(user: &str, path: &str) -> String {
    let mut out: Vec<&str> = user.split('/').collect();
    out.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if out.last().is_some_and(|last| *last != "..") => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out.join("/")
}

/// Numbers the components and gives each file the names it sees.
fn give(
    items: &mut Items,
    mut files: Vec<Used>,
    vocabulary: &dyn Vocabulary,
    jail: &dyn Files,
    diagnostics: &mut Diagnostics,
) -> Library {
    let mut giver = Giver {
        vocabulary,
        jail,
        library: Library::default(),
        exports: FxHashMap::default(),
        diagnostics,
    };
    let paths = items.paths.clone();
    let own = |id: SourceId| paths.get(&id).cloned().unwrap_or_default();
    for path in paths.values() {
        giver.exports.insert(path.clone(), Vec::new());
    }
    giver.number(items, &own);
    for file in &mut files {
        if !file.stack {
            giver.exports.entry(file.path.clone()).or_default();
        }
        giver.number(&mut file.items, &|_| file.path.clone());
    }
    giver.import(0, &items.uses, &own);
    for (at, file) in files.iter().enumerate() {
        giver.import(at + 1, &file.items.uses, &|_| file.path.clone());
    }
    let mut library = giver.library;
    library.paths = files.into_iter().map(|file| (file.id, file.path)).collect();
    library
}

struct Giver<'g> {
    vocabulary: &'g dyn Vocabulary,
    jail: &'g dyn Files,
    library: Library,
    /// The components of each file that could be read.
    exports: FxHashMap<Arc<str>, Vec<(Arc<str>, usize)>>,
    diagnostics: &'g mut Diagnostics,
}

impl Giver<'_> {
    fn number(&mut self, of: &mut Items, path: &dyn Fn(SourceId) -> Arc<str>) {
        let mut names = Space::default();
        let enums: Arc<[EnumItem]> = of.enums.as_slice().into();
        for item in std::mem::take(&mut of.components) {
            let at = self.library.definitions.len();
            let (name, source) = (item.name.clone(), item.name.span.source);
            if self.vocabulary.kind(&name.text).is_some() || &*name.text == "resource" {
                self.diagnostics
                    .push(errors::component::kind(&name.text, name.span));
            } else if !name.text.is_empty() {
                names.entry(name.text.clone()).or_insert(at);
            }
            let exports = self.exports.entry(path(source)).or_default();
            exports.push((name.text, at));
            let near = |item: &&LetItem| item.name.span.source == source;
            self.library.definitions.push(Definition {
                item,
                space: self.library.spaces.len(),
                enums: enums.clone(),
                lets: of.lets.iter().filter(near).cloned().collect(),
            });
        }
        self.library.spaces.push(names);
    }

    fn import(&mut self, space: usize, uses: &[UseItem], from: &dyn Fn(SourceId) -> Arc<str>) {
        for item in uses {
            let from = from(item.path.span.source);
            let path = self.jail.resolve(&from, &item.path.text).ok();
            // Of a file that could not be read, an error was reported.
            let Some(offered) = path.and_then(|path| self.exports.get(&path)) else {
                continue;
            };
            for name in item.names.iter().filter(|name| !name.text.is_empty()) {
                if let Some((_, at)) = offered.iter().find(|(known, _)| *known == name.text) {
                    if let Some(names) = self.library.spaces.get_mut(space) {
                        names.entry(name.text.clone()).or_insert(*at);
                    }
                    continue;
                }
                let known: Vec<&str> = offered.iter().map(|(name, _)| &**name).collect();
                let (path, span) = (&item.path.text, name.span);
                let error = errors::component::not_exported(&name.text, span, path, &known);
                self.diagnostics.push(error);
            }
        }
    }
}
