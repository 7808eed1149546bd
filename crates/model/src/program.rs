//! The public face: a stack whose names and types are checked, evaluated for each of its environments.

use crate::check as checker;
use crate::environments::{self, ChooseEnvError, EnvInfo};
use crate::errors;
use crate::eval::{self, Mode, Request};
use crate::expectations::{Planned, TestInfo, setup};
use crate::items;
use crate::meta;
use crate::names::{Shared, World};
use crate::neighbours::{self, Neighbours, Outline, User};
use crate::set::SetValue;
use crate::settings::{self, Environment, Settings};
use crate::{components, library};
use formwork_diag::{Diagnostic, Diagnostics, SourceId, Sources, Span};
use formwork_schema::{Address, Files, Stack, Type, Vocabulary};
use formwork_syntax::ast;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// A file of a stack, parsed.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its source, for spans.
    pub id: SourceId,
    /// Its path beneath the stack's root, with `/`.
    pub path: Arc<str>,
    /// Its tree.
    pub tree: ast::File,
}

/// A stack with its names resolved and its types checked, before any environment.
pub struct Program<'a> {
    pub(crate) world: World<'a>,
    /// Whether the text of the stack is wrong whatever the environment is.
    pub(crate) broken: bool,
    /// Whether the checker met a bound already.
    pub(crate) limited: bool,
    /// Its outputs with their types, in the order written.
    pub(crate) outputs: Vec<(Arc<str>, Type)>,
    /// The files that were read because the stack uses them.
    used: Vec<(SourceId, Arc<str>)>,
    ranks: BTreeMap<SourceId, usize>,
}

/// What the caller gives besides the files.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The account that is used where the environment does not name one.
    pub account: Option<Arc<str>>,
    /// Values of params, stronger than those of the environment.
    pub set: Vec<SetValue>,
    /// The stacks that this one uses, by the name it gives them; one that is missing here is known at plan.
    pub stacks: BTreeMap<Arc<str>, GivenStack>,
}

/// What a caller knows of a stack that this one uses.
#[derive(Debug, Clone, Default)]
pub struct GivenStack {
    /// The outputs that its state holds; `None` if it is not applied in this environment.
    pub outputs: Option<BTreeMap<String, Json>>,
    /// The command that applies it.
    pub apply: String,
}

/// What a test came to.
#[derive(Debug)]
pub struct TestRun {
    /// The environment.
    pub env: Arc<str>,
    /// The stack as the test wants it; `None` if anything is wrong with it.
    pub stack: Option<Stack>,
    /// What is to be said of the stack.
    pub diagnostics: Diagnostics,
    /// What does not hold, or cannot be said.
    pub expectations: Diagnostics,
    /// The properties that expectations read.
    pub reads: BTreeSet<(Address, Arc<str>)>,
}

/// A stack that this one uses.
#[derive(Clone)]
pub struct UsedStack {
    /// What it is called here.
    pub name: Arc<str>,
    /// Its own name.
    pub stack: Arc<str>,
    /// Its folder or file beneath the root.
    pub place: Arc<str>,
    /// The same as it is written here.
    pub path: Arc<str>,
    outline: Rc<Outline>,
}

impl UsedStack {
    /// What its files say of the environment of this name.
    pub fn environment(&self, name: &str) -> Option<EnvInfo> {
        environments::info(&self.outline.settings, name)
    }
}

/// Resolves the names and checks the types of a stack.
///
/// Files that it uses are read from the jail and added to the sources. The diagnostics are all that can be said
/// before any environment; [`check`] adds what the values of each environment give. Files may come in any order.
pub fn load<'a>(
    files: Vec<SourceFile>,
    vocabulary: &'a dyn Vocabulary,
    jail: &'a dyn Files,
    sources: &mut Sources,
) -> (Program<'a>, Diagnostics) {
    let mut neighbours = Neighbours::new(vocabulary, jail);
    load_among(files, vocabulary, jail, sources, &mut neighbours)
}

/// The same, with what is known already of other stacks.
pub(crate) fn load_among<'a>(
    mut files: Vec<SourceFile>,
    vocabulary: &'a dyn Vocabulary,
    jail: &'a dyn Files,
    sources: &mut Sources,
    neighbours: &mut Neighbours<'_>,
) -> (Program<'a>, Diagnostics) {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let own: Vec<Arc<str>> = files.iter().map(|file| file.path.clone()).collect();
    let (mut items, mut diagnostics) = items::collect(files);
    let (settings, more) = settings::read(&mut items, vocabulary);
    diagnostics.extend(more);
    let settings = Arc::new(settings.unwrap_or_else(no_stack));
    reserved_params(&items, &mut diagnostics);
    let (library, more) = library::read(&mut items, vocabulary, jail, sources);
    diagnostics.extend(more);
    let user = User {
        settings: &settings,
        files: &own,
    };
    diagnostics.extend(neighbours::read(&mut items, &user, neighbours, sources));
    let used = library.paths.clone();
    let mut paths = FxHashMap::clone(&items.paths);
    paths.extend(used.iter().cloned());
    let ranks = ranks(&paths);
    let shared = Shared {
        vocabulary,
        jail,
        settings: settings.clone(),
        common: meta::fields(vocabulary).into(),
        paths: Arc::new(paths),
    };
    items.paths = shared.paths.clone();
    let (components, more) = components::build(library, &mut items, &shared);
    diagnostics.extend(more);
    let (world, more) = World::new(&shared, items, components, Some(&settings));
    diagnostics.extend(more);
    let (outputs, more) = checker::check(&world);
    diagnostics.extend(more);
    let program = Program {
        world,
        outputs,
        broken: diagnostics.has_errors(),
        limited: diagnostics.iter().any(|d| d.code.0.starts_with("limits::")),
        used,
        ranks,
    };
    let diagnostics = program.sorted(diagnostics);
    (program, diagnostics)
}

/// The place of each source among all, by path.
fn ranks(paths: &FxHashMap<SourceId, Arc<str>>) -> BTreeMap<SourceId, usize> {
    let mut sorted: Vec<(&Arc<str>, SourceId)> =
        paths.iter().map(|(id, path)| (path, *id)).collect();
    sorted.sort();
    let ranked = sorted.into_iter().enumerate();
    ranked.map(|(at, (_, id))| (id, at)).collect()
}

/// A stack without a `stack` statement (an error was reported): the rest is still checked.
fn no_stack() -> Settings {
    let nowhere = Span::new(SourceId(0), 0, 0);
    let env = Environment {
        name: "default".into(),
        pattern: None,
        span: nowhere,
        account: None,
        role: None,
        region: "us-east-1".into(),
        tags: None,
        values: IndexMap::new(),
    };
    Settings {
        name: "".into(),
        name_span: nowhere,
        default_env: None,
        tags: None,
        envs: vec![env],
    }
}

fn reserved_params(items: &items::Items, diagnostics: &mut Diagnostics) {
    let reserved = |name: &str| settings::ENV_SETTINGS.contains(&name);
    for param in items
        .params
        .iter()
        .filter(|param| reserved(&param.name.text))
    {
        diagnostics.push(errors::name::reserved(&param.name.text, param.name.span));
    }
}

/// Evaluates every environment; a finding of only some environments names them: `[env prod]`.
///
/// The diagnostics are those of values; [`load`] has given those of names and types.
pub fn check(program: &Program<'_>) -> Diagnostics {
    let envs = &program.world.settings.envs;
    let mut found: IndexMap<String, (Diagnostic, Vec<&str>)> = IndexMap::new();
    for (at, env) in envs.iter().enumerate() {
        let request = Request {
            env: at,
            name: env.sample(),
            mode: Mode::Check,
            account: None,
            set: &[],
            stacks: &BTreeMap::new(),
            checked: program.broken,
            limited: program.limited,
            keep: false,
        };
        let (_, diagnostics) = eval::evaluate(&program.world, &request);
        let mut diagnostics = program.sorted(diagnostics);
        diagnostics.0.dedup();
        for diagnostic in diagnostics {
            let key = format!("{:?}", diagnostic);
            let entry = found.entry(key).or_insert_with(|| (diagnostic, Vec::new()));
            if entry.1.last() != Some(&&*env.name) {
                entry.1.push(&env.name);
            }
        }
    }
    let all = envs.len();
    let named = found.into_values().map(|(mut diagnostic, names)| {
        if names.len() < all {
            diagnostic
                .message
                .push_str(&format!(" [env {}]", names.join(", ")));
        }
        diagnostic
    });
    program.sorted(Diagnostics(named.collect()))
}

impl Program<'_> {
    /// The name of the stack; empty if no file has a `stack` statement.
    pub fn stack_name(&self) -> &str {
        &self.world.settings.name
    }

    /// The files that were read because the stack uses them, by path beneath the root, in the order of reading.
    pub fn used_files(&self) -> &[(SourceId, Arc<str>)] {
        &self.used
    }

    /// The stacks that this one uses, in the order written; not those that cannot be used.
    pub fn used_stacks(&self) -> Vec<UsedStack> {
        let uses = self.world.items.stack_uses.iter();
        let used = uses.filter_map(|item| {
            let outline = item.outline.clone()?;
            Some(UsedStack {
                name: item.name.text.clone(),
                stack: outline.name.clone(),
                place: item.place.clone(),
                path: item.path.text.clone(),
                outline,
            })
        });
        used.collect()
    }

    /// The environments in the order written; one named `default` if the files have none.
    pub fn environments(&self) -> Vec<EnvInfo> {
        self.world.settings.envs.iter().map(EnvInfo::of).collect()
    }

    /// What the files say of the environment of this name, which a pattern may take.
    pub fn environment(&self, name: &str) -> Option<EnvInfo> {
        environments::info(&self.world.settings, name)
    }

    /// The environment to work in: the one asked for, else the only one, else the stack's `default_env`.
    ///
    /// # Errors
    /// None of that name, or several and none chosen.
    pub fn choose_env(&self, asked: Option<&str>) -> Result<Arc<str>, ChooseEnvError> {
        environments::choose(&self.world.settings, asked)
    }

    /// The names of the params, in the order written.
    pub fn params(&self) -> Vec<&str> {
        self.world
            .items
            .params
            .iter()
            .map(|param| &*param.name.text)
            .collect()
    }

    /// Evaluates one environment; no stack if anything is wrong with it, or was with the text.
    ///
    /// The diagnostics are those of values in this environment; [`load`] has given those of names and types.
    pub fn evaluate(&self, env: &str, inputs: &Inputs) -> (Option<Stack>, Diagnostics) {
        let (stack, diagnostics) = self.run(env, Mode::Plan, inputs);
        let right = !self.broken && !diagnostics.has_errors();
        (stack.filter(|_| right), diagnostics)
    }

    /// Evaluates one environment for a check: what is known only at plan has a placeholder, and what is wrong is
    /// [`Value::Error`](formwork_schema::Value::Error), so that the rest can be checked too.
    ///
    /// The diagnostics are those of values in this environment; [`load`] has given those of names and types.
    pub fn check_env(&self, env: &str, inputs: &Inputs) -> (Option<Stack>, Diagnostics) {
        self.run(env, Mode::Check, inputs)
    }

    /// The tests in the order written, files by path.
    pub fn tests(&self) -> Vec<TestInfo> {
        let tests = self.world.items.tests.iter();
        let info = tests.map(|test| TestInfo {
            name: test.name.text.clone(),
            span: test.name.span,
            expectations: setup(test, &self.world).0.expects.len(),
        });
        info.collect()
    }

    /// Evaluates the stack as the test of this number in [`Program::tests`] wants it, and what it expects.
    ///
    /// No run if nobody can say what the test wants; [`load`] has said why. What `planned` lacks is not known yet.
    pub fn run_test(&self, at: usize, inputs: &Inputs, planned: &Planned) -> Option<TestRun> {
        let test = self.world.items.tests.get(at)?;
        let (setup, _) = setup(test, &self.world);
        let (name, _) = setup.env.as_ref()?;
        let (env, name) = environments::find(&self.world.settings, name)?;
        let set: Vec<SetValue> = setup.set.iter().map(|field| SetValue::of(field)).collect();
        let request = Request {
            env,
            name: name.clone(),
            mode: Mode::Plan,
            account: inputs.account.clone(),
            set: &set,
            stacks: &inputs.stacks,
            checked: self.broken,
            limited: self.limited,
            keep: true,
        };
        let tried = eval::tried(&self.world, &request, &test.name.text, &setup, planned)?;
        let right = !self.broken && !tried.diagnostics.has_errors();
        Some(TestRun {
            env: name,
            stack: Some(tried.stack).filter(|_| right),
            diagnostics: self.sorted(tried.diagnostics),
            expectations: self.sorted(tried.expectations),
            reads: tried.reads,
        })
    }

    fn run(&self, env: &str, mode: Mode, inputs: &Inputs) -> (Option<Stack>, Diagnostics) {
        let Some((at, name)) = environments::find(&self.world.settings, env) else {
            return (None, Diagnostics::new());
        };
        let request = Request {
            env: at,
            name,
            mode,
            account: inputs.account.clone(),
            set: &inputs.set,
            stacks: &inputs.stacks,
            checked: self.broken,
            limited: self.limited,
            keep: true,
        };
        let (stack, diagnostics) = eval::evaluate(&self.world, &request);
        (stack, self.sorted(diagnostics))
    }

    /// In the order of files by path, then of places; each finding once.
    pub(crate) fn sorted(&self, diagnostics: Diagnostics) -> Diagnostics {
        let mut all = diagnostics.0;
        let rank = |span: Span| self.ranks.get(&span.source).copied().unwrap_or(usize::MAX);
        all.sort_by(|a, b| {
            let place = |d: &Diagnostic| d.span().map(|span| (rank(span), span.start, span.end));
            place(a)
                .cmp(&place(b))
                .then_with(|| a.code.cmp(&b.code))
                .then_with(|| a.message.cmp(&b.message))
        });
        all.dedup_by(|a, b| a.code == b.code && a.span() == b.span() && a.message == b.message);
        Diagnostics(all)
    }
}
