//! A stack as the command sees it: its files, its program, one environment evaluated and lowered.

use crate::cli::StackArgs;
use crate::failure::{Exit, Failure};
use crate::neighbours;
use formwork_artifact::{Jail, Project, ProjectError, load_stack};
use formwork_catalog::{Aws, aws, regions};
use formwork_diag::{Code, Diagnostics, SourceId, Sources};
use formwork_kinds::{Kinds, Lowered, Mode, lower};
use formwork_model::{ChooseEnvError, Inputs, Program, SourceFile, load, parse_set};
use formwork_schema::{FilesError, Stack};
use formwork_state::Binding;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The resource types.
pub(crate) fn catalog() -> &'static Aws {
    aws()
}

/// The kinds, made when they are first asked for.
pub(crate) fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    KINDS.get_or_init(|| {
        Kinds::new(
            catalog(),
            regions()
                .iter()
                .map(|region| region.word.as_str())
                .collect(),
        )
    })
}

/// The files of a stack, parsed, with every finding of the text so far.
pub(crate) struct Opened {
    /// Where they lie.
    pub(crate) project: Project,
    /// Their texts.
    pub(crate) sources: Sources,
    /// The program they make.
    pub(crate) program: Program<'static>,
    /// Syntax and names.
    pub(crate) diagnostics: Diagnostics,
    /// The file system beneath the root.
    pub(crate) jail: &'static Jail,
}

/// Reads and parses a stack.
pub(crate) fn open(path: &Path) -> Result<Opened, Failure> {
    open_with(path, None)
}

/// Reads and parses a stack, with statements that stand in none of its files: their name and text.
pub(crate) fn open_with(path: &Path, more: Option<(&str, String)>) -> Result<Opened, Failure> {
    let project = load_stack(path).map_err(|error| unreadable(&error))?;
    let jail = Jail::new(&project.root).map_err(|error| no_root(&project, &error))?;
    // One command opens one stack; what the program borrows lives as long as the process.
    let jail: &'static Jail = Box::leak(Box::new(jail));
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let mut files = Vec::new();
    for file in &project.files {
        let id = sources.add(file.name.clone(), file.text.clone());
        let parsed = formwork_syntax::parse(id, &file.text);
        diagnostics.extend(parsed.diagnostics);
        files.push(SourceFile {
            id,
            path: file.path.clone(),
            tree: parsed.file,
        });
    }
    if let Some((name, text)) = more {
        let id = sources.add(name, text.as_str());
        let parsed = formwork_syntax::parse(id, &text);
        diagnostics.extend(parsed.diagnostics);
        files.push(SourceFile {
            id,
            path: name.into(),
            tree: parsed.file,
        });
    }
    let (program, found) = load(files, kinds(), jail, &mut sources);
    diagnostics.extend(found);
    Ok(Opened {
        project,
        sources,
        program,
        diagnostics,
        jail,
    })
}

impl Opened {
    /// The environment asked for, the only one, or the default.
    pub(crate) fn environment(&self, wanted: Option<&str>) -> Result<String, Failure> {
        let chosen = self.program.choose_env(wanted);
        chosen
            .map(|name| name.to_string())
            .map_err(|error| no_environment(&error))
    }

    /// What the flags give: values of params.
    pub(crate) fn inputs(&mut self, arguments: &StackArgs) -> Result<Inputs, Failure> {
        let mut given = Vec::new();
        if let Some(path) = &arguments.values {
            let text = formwork_artifact::read_text(path).map_err(|error| unreadable(&error))?;
            given.extend(values_file(path, &text)?);
        }
        given.extend(arguments.set.iter().cloned());
        let mut inputs = Inputs::default();
        for text in given {
            let value = parse_set(&mut self.sources, &text).map_err(|diagnostics| Failure {
                exit: Exit::Usage,
                sources: self.sources.clone(),
                diagnostics,
            })?;
            inputs.set.push(value);
        }
        Ok(inputs)
    }

    /// What a state of this stack belongs to; `account` where the environment names none.
    pub(crate) fn binding(&self, provider: &str, env: &str, account: &str) -> Binding {
        Binding {
            provider: provider.into(),
            account: self.account(env).unwrap_or_else(|| account.into()),
            stack: self.program.stack_name().into(),
            env: env.into(),
        }
    }

    fn account(&self, env: &str) -> Option<Arc<str>> {
        self.program.environment(env)?.account
    }

    /// Every file the stack is made of, with its source: its own, then those it uses.
    pub(crate) fn files(&self) -> Vec<(SourceId, Arc<str>)> {
        let own = self.project.files.iter().map(|file| file.path.clone());
        let own = (0..).map(SourceId).zip(own);
        own.chain(self.program.used_files().iter().cloned())
            .collect()
    }

    /// Evaluates and lowers the environment that the flags name.
    pub(crate) fn lowered_for(
        mut self,
        arguments: &StackArgs,
        mode: Mode,
    ) -> Result<Evaluated, Failure> {
        let env = self.environment(arguments.env.as_deref())?;
        let mut inputs = self.inputs(arguments)?;
        inputs.stacks = neighbours::look_anywhere(&self, &arguments.path, &env);
        self.lowered(&env, &inputs, mode)
    }

    /// Evaluates and lowers one environment; wrong input is a failure with every finding.
    pub(crate) fn lowered(
        mut self,
        env: &str,
        inputs: &Inputs,
        mode: Mode,
    ) -> Result<Evaluated, Failure> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let (stack, found) = self.program.evaluate(env, inputs);
        diagnostics.extend(found);
        let lowered = stack.as_ref().map(|stack| {
            let (lowered, found) = lower(stack, catalog(), self.jail, mode);
            diagnostics.extend(found);
            lowered
        });
        if stack.is_none() {
            // What the kinds have to say of the rest belongs to the same answer.
            let (rest, _) = self.program.check_env(env, inputs);
            let found = rest.map(|rest| lower(&rest, catalog(), self.jail, Mode::Check).1);
            diagnostics.extend(found.unwrap_or_default());
        }
        diagnostics.sort();
        match (stack, lowered) {
            (Some(stack), Some(lowered)) if !diagnostics.has_errors() => Ok(Evaluated {
                sources: self.sources,
                stack,
                lowered,
                diagnostics,
            }),
            _ => Err(Failure::invalid(self.sources, diagnostics)),
        }
    }
}

/// One environment of a stack.
pub(crate) struct Evaluated {
    /// The texts.
    pub(crate) sources: Sources,
    /// The declarations.
    pub(crate) stack: Stack,
    /// The resources.
    pub(crate) lowered: Lowered,
    /// Warnings.
    pub(crate) diagnostics: Diagnostics,
}

fn unreadable(error: &ProjectError) -> Failure {
    let mut sources = Sources::new();
    let diagnostic = error.diagnostic(&mut sources);
    Failure::invalid(sources, Diagnostics(vec![diagnostic]))
}

fn no_root(project: &Project, error: &FilesError) -> Failure {
    Failure::new(
        Exit::Failed,
        Code("file::io"),
        format!("{}: {error}", project.root.display()),
    )
    .help("check that the folder is there and can be read")
}

fn no_environment(error: &ChooseEnvError) -> Failure {
    Failure::new(Exit::Usage, Code("usage::env"), error.to_string()).help(error.help())
}

/// The lines `name = value` of a values file; empty lines and comments are passed over.
fn values_file(path: &Path, text: &str) -> Result<Vec<String>, Failure> {
    let mut values = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if !line.contains('=') {
            let place = format!("{}:{}", path.display(), at + 1);
            return Err(Failure::new(
                Exit::Usage,
                Code("usage::values"),
                format!("{place}: this line has no `=`"),
            )
            .help("write one `name = value` a line"));
        }
        values.push(line.to_owned());
    }
    Ok(values)
}
