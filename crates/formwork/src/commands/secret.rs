//! `secret set`, `secret list`, `secret unset`: values go from the keyboard or standard input to the store, and nowhere else.

use crate::cli::{Format, SecretAction, SecretArgs, SecretOneArgs, StateListArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline;
use crate::terminal::Terminal;
use formwork_diag::{Code, nearest, safe};
use formwork_provider::{Failure as Refusal, SecretValue, Target};
use formwork_schema::Address;
use formwork_state::{Object, ObjectKey, State};
use serde_json::{Value, json};
use std::io::{Read, stdin};
use std::sync::Arc;

/// The type that secrets become.
const SECRET: &str = "AWS::SecretsManager::Secret";

/// The most bytes of a value: Secrets Manager quotas, "Secret value size".
const LIMIT: u64 = 65_536;

/// Runs one of the actions.
pub(crate) fn run(arguments: &SecretArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    match &arguments.action {
        SecretAction::Set(one) => set(one, terminal),
        SecretAction::List(all) => list(all, terminal),
        SecretAction::Unset(one) => unset(one, terminal),
    }
}

fn set(arguments: &SecretOneArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let (known, cloud) = pipeline::known_cloud(&arguments.stack, &arguments.provider)?;
    let (address, target) = find(&known.state, &arguments.name)?;
    let value = value(&address, terminal)?;
    let version =
        wait(cloud.put_secret(target, value))?.map_err(|refusal| refused(&address, &refusal))?;
    terminal.line(&format!("{} has version {version}", safe(&label(&address))));
    Ok(Exit::Done)
}

fn unset(arguments: &SecretOneArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let (known, cloud) = pipeline::known_cloud(&arguments.stack, &arguments.provider)?;
    let (address, target) = find(&known.state, &arguments.name)?;
    wait(cloud.clear_secret(target))?.map_err(|refusal| refused(&address, &refusal))?;
    terminal.line(&format!("{} has no value", safe(&label(&address))));
    Ok(Exit::Done)
}

fn list(arguments: &StateListArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let (known, cloud) = pipeline::known_cloud(&arguments.stack, &arguments.provider)?;
    let mut all = Vec::new();
    for (key, object) in secrets(&known.state) {
        let version = wait(cloud.secret_version(target(key, object)))?
            .map_err(|refusal| refused(&key.address, &refusal))?;
        let made = object.authored.contains_key("GenerateSecretString");
        let version = version.or_else(|| made.then(|| "made by AWS".into()));
        all.push((label(&key.address), object.id.clone(), version));
    }
    match arguments.format {
        Format::Json => {
            let one = |(name, arn, version): &(String, Arc<str>, Option<Arc<str>>)| json!({ "name": name, "arn": &**arn, "version": version.as_deref() });
            let all: Vec<Value> = all.iter().map(one).collect();
            let text = serde_json::to_string_pretty(&json!({ "secrets": all }));
            terminal.line(&text.unwrap_or_default());
        }
        Format::Text => {
            let width = all.iter().map(|(name, ..)| name.chars().count()).max();
            let width = width.unwrap_or(0);
            for (name, _, version) in &all {
                let version = version.as_deref().unwrap_or("no value");
                terminal.line(&safe(&format!("{name:width$}  {version}")));
            }
        }
    }
    Ok(Exit::Done)
}

/// The value: asked for without an echo, or all of standard input but its last line end.
fn value(address: &Address, terminal: &mut Terminal) -> Result<SecretValue, Failure> {
    let unread = |error: &std::io::Error| {
        Failure::new(
            Exit::Failed,
            Code("secret::value"),
            format!("the value cannot be read: {error}"),
        )
        .help("pipe it in: `formwork secret set NAME < FILE`; it is never an argument")
    };
    let mut text = String::new();
    if terminal.asks {
        terminal.flush();
        let prompt = format!("Value of {}: ", safe(&label(address)));
        text = rpassword::prompt_password(prompt).map_err(|error| unread(&error))?;
    } else {
        let mut input = stdin().take(LIMIT + 2);
        input
            .read_to_string(&mut text)
            .map_err(|error| unread(&error))?;
        if text.ends_with('\n') {
            text.pop();
        }
        if text.ends_with('\r') {
            text.pop();
        }
    }
    match text.len() as u64 {
        0 => Err(
            Failure::new(Exit::Usage, Code("secret::value"), "the value is empty")
                .help("type it, or pipe it in; `formwork secret unset` takes a value away"),
        ),
        1..=LIMIT => Ok(SecretValue::new(text)),
        _ => Err(Failure::new(
            Exit::Usage,
            Code("secret::value"),
            format!("the value has more than {LIMIT} bytes"),
        )
        .help("keep it in an encrypted bucket, and the key of that in the secret")),
    }
}

/// The secrets of a state, newest object each.
fn secrets(state: &State) -> impl Iterator<Item = (&ObjectKey, &Object)> {
    state.objects.iter().filter(|(key, object)| {
        let newest = state.newest(&key.address).map(|(generation, _)| generation);
        *object.type_name == *SECRET && newest == Some(key.generation)
    })
}

/// The secret of a name, with or without its kind.
fn find(state: &State, name: &str) -> Result<(Address, Target), Failure> {
    let known: Vec<String> = secrets(state).map(|(key, _)| label(&key.address)).collect();
    let mut all = secrets(state);
    let found = all.find(|(key, _)| label(&key.address) == name || key.address.to_string() == name);
    match found {
        Some((key, object)) => Ok((key.address.clone(), target(key, object))),
        None => {
            let message = format!("the state knows no secret `{}`", safe(name));
            let failure = Failure::new(Exit::Failed, Code("secret::unknown"), message);
            Err(match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure
                    .help("a secret is made by `formwork apply`, then it can be given a value"),
            })
        }
    }
}

fn target(key: &ObjectKey, object: &Object) -> Target {
    Target {
        address: key.address.clone(),
        generation: key.generation,
        type_name: object.type_name.clone(),
        slice: None,
        region: object.region.clone(),
        id: Some(object.id.clone()),
        name: object.name.clone(),
    }
}

/// An address as the stack file writes it.
fn label(address: &Address) -> String {
    match &address.key {
        Some(key) => format!("{}[{key:?}]", address.label),
        None => address.label.to_string(),
    }
}

fn wait<T>(answer: formwork_provider::Answer<'_, T>) -> Result<T, Failure> {
    Ok(pipeline::runtime()?.block_on(answer))
}

fn refused(address: &Address, refusal: &Refusal) -> Failure {
    let message = format!("`{address}`: {}", refusal.message);
    Failure::new(Exit::Failed, Code("secret::refused"), message)
        .help("`formwork drift` shows what was changed or deleted outside")
}
