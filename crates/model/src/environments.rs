//! Which environment is meant: a name of the files, or a name that a pattern of theirs takes.

use crate::settings::{Environment, Settings};
use formwork_diag::{Span, nearest};
use std::sync::Arc;

/// The longest name of an environment that a pattern takes.
const LONGEST: usize = 40;

/// What the file says of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Which names it stands for, if it stands for several: `pr-*`.
    pub pattern: Option<Arc<str>>,
    /// Its account, 12 digits, if the file names it.
    pub account: Option<Arc<str>>,
    /// The role to assume, if the file names it.
    pub role: Option<Arc<str>>,
    /// Its region by its AWS name.
    pub region: Arc<str>,
    /// Where its name stands (for the only environment of a stack without `env`: the stack's name).
    pub span: Span,
}

/// Why an environment cannot be chosen; bad usage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChooseEnvError {
    /// The stack has no environment of this name.
    #[error("there is no environment `{name}`; this stack has {}", .known.join(", "))]
    Unknown {
        /// The name that was given.
        name: String,
        /// The nearest that there is.
        near: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// There are several, and neither the caller nor `default_env` names one.
    #[error("which environment? This stack has {}", .known.join(", "))]
    Several {
        /// All that there are.
        known: Vec<String>,
    },
    /// It is the name of a pattern.
    #[error("`{name}` stands for every environment named like \"{pattern}\"")]
    Pattern {
        /// The name that was given.
        name: String,
        /// The pattern.
        pattern: String,
        /// A name that it takes.
        example: String,
    },
    /// Several patterns take the name.
    #[error("`{name}` is taken by several patterns: {}", .patterns.join(", "))]
    Ambiguous {
        /// The name that was given.
        name: String,
        /// The environments whose patterns take it.
        patterns: Vec<String>,
    },
    /// A pattern takes it, and it is no good name.
    #[error("`{name}` cannot name an environment")]
    Name {
        /// The name that was given.
        name: String,
    },
}

impl ChooseEnvError {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            Self::Unknown { known, .. } | Self::Several { known } => format!(
                "write `--env {}`, or set `default_env` in the stack",
                known
                    .iter()
                    .find(|name| !name.contains(' '))
                    .map_or("NAME", String::as_str)
            ),
            Self::Pattern { example, .. } => format!("say which: `--env {example}`"),
            Self::Ambiguous { .. } => "make the patterns differ".to_owned(),
            Self::Name { .. } => format!(
                "a name has 1 to {LONGEST} letters, digits, `-`, `_` and `.`, a letter or digit first"
            ),
        }
    }
}

/// The environment to work in: the one asked for, else the only one, else the stack's `default_env`.
pub(crate) fn choose(settings: &Settings, asked: Option<&str>) -> Result<Arc<str>, ChooseEnvError> {
    let shown = |env: &Environment| match &env.pattern {
        Some(pattern) => format!("{} (\"{pattern}\")", env.name),
        None => env.name.to_string(),
    };
    let known = || settings.envs.iter().map(shown).collect();
    let Some(asked) = asked else {
        return match (settings.envs.as_slice(), &settings.default_env) {
            ([only], _) if only.pattern.is_none() => Ok(only.name.clone()),
            (_, Some(default)) => Ok(default.clone()),
            _ => Err(ChooseEnvError::Several { known: known() }),
        };
    };
    if let Some(env) = settings.envs.iter().find(|env| &*env.name == asked) {
        return match &env.pattern {
            None => Ok(env.name.clone()),
            Some(pattern) => Err(ChooseEnvError::Pattern {
                name: asked.to_owned(),
                pattern: pattern.to_string(),
                example: sample(pattern),
            }),
        };
    }
    let taken: Vec<&Environment> = taking(settings, asked).collect();
    match taken.as_slice() {
        [] => {
            let names = settings.envs.iter().map(|env| &*env.name);
            Err(ChooseEnvError::Unknown {
                near: nearest(asked, names).map(str::to_owned),
                name: asked.to_owned(),
                known: known(),
            })
        }
        [_] if is_name(asked) => Ok(asked.into()),
        [_] => Err(ChooseEnvError::Name {
            name: asked.to_owned(),
        }),
        several => Err(ChooseEnvError::Ambiguous {
            name: asked.to_owned(),
            patterns: several.iter().map(|env| shown(env)).collect(),
        }),
    }
}

/// The environment of a name, and the name it has there: for a pattern's own name, one that the pattern takes.
pub(crate) fn find(settings: &Settings, name: &str) -> Option<(usize, Arc<str>)> {
    let envs = &settings.envs;
    if let Some(at) = envs.iter().position(|env| &*env.name == name) {
        return Some((at, envs.get(at)?.sample()));
    }
    let env = taking(settings, name).next().filter(|_| is_name(name))?;
    let at = envs.iter().position(|other| other.name == env.name)?;
    Some((at, name.into()))
}

/// What the files say of the environment of a name.
pub(crate) fn info(settings: &Settings, name: &str) -> Option<EnvInfo> {
    let (at, _) = find(settings, name)?;
    settings.envs.get(at).map(EnvInfo::of)
}

impl EnvInfo {
    pub(crate) fn of(env: &Environment) -> Self {
        EnvInfo {
            name: env.name.clone(),
            pattern: env.pattern.clone(),
            account: env.account.clone(),
            role: env.role.clone(),
            region: env.region.clone(),
            span: env.span,
        }
    }
}

impl Environment {
    /// Its name; of a pattern, one that it takes.
    pub(crate) fn sample(&self) -> Arc<str> {
        match &self.pattern {
            Some(pattern) => sample(pattern).into(),
            None => self.name.clone(),
        }
    }
}

fn taking<'s>(settings: &'s Settings, name: &'s str) -> impl Iterator<Item = &'s Environment> {
    let takes = move |env: &&Environment| {
        let pattern = env.pattern.as_ref();
        pattern.is_some_and(|pattern| matches(pattern, name))
    };
    settings.envs.iter().filter(takes)
}

fn sample(pattern: &str) -> String {
    pattern.replace('*', "1")
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
}

/// Whether a pattern, in which `*` is one or more characters, takes a name.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let Some(after) = rest.char_indices().nth(1).map(|(at, _)| at).or(match rest {
            "" => None,
            _ => Some(rest.len()),
        }) else {
            return false;
        };
        let found = match last {
            true => rest
                .len()
                .checked_sub(part.len())
                .filter(|at| *at >= after && rest.get(*at..).is_some_and(|end| end == part)),
            false => rest
                .get(after..)
                .and_then(|text| text.find(part))
                .map(|at| at + after),
        };
        match found.and_then(|at| rest.get(at + part.len()..)) {
            Some(more) => rest = more,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_one_or_more_characters() {
        for (pattern, name, takes) in [
            ("pr-*", "pr-12", true),
            ("pr-*", "pr-", false),
            ("pr-*", "pr", false),
            ("*", "x", true),
            ("*-test", "a-test", true),
            ("*-test", "-test", false),
            ("*-test", "a-test-b", false),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "abbcc", true),
            ("a*b*c", "abc", false),
            ("*é", "éé", true),
        ] {
            assert_eq!(matches(pattern, name), takes, "{pattern} {name}");
        }
    }
}
