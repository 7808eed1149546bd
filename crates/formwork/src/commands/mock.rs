//! `mock put`, `mock list`, `mock rm`: what others do in the simulated account before a stack comes to it.

mod properties;

use crate::cli::{Format, MockAction, MockArgs, MockListArgs, MockPutArgs, MockRmArgs};
use crate::cloud::{Simulated, simulated};
use crate::failure::{Exit, Failure};
use crate::pipeline::cloud_failure;
use crate::stack::catalog;
use crate::terminal::Terminal;
use formwork_diag::{Code, nearest, safe};
use formwork_mock::{Cloud, Summary};
use formwork_provider::{Failure as Refusal, FailureClass};
use formwork_schema::{Catalog, ResourceType};
use serde_json::{Value, json};
use std::sync::Arc;

/// Runs one of the actions.
pub(crate) fn run(arguments: &MockArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    match &arguments.action {
        MockAction::Put(put) => self::put(put, terminal),
        MockAction::List(list) => self::list(list, terminal),
        MockAction::Rm(remove) => self::remove(remove, terminal),
    }
}

fn put(arguments: &MockPutArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let ty = known_type(&arguments.type_name)?;
    let properties = properties::read(arguments, &ty)?;
    let Simulated { mut cloud, region } = simulated(&arguments.of.whole())?;
    let region = arguments.region.as_deref().unwrap_or(&region);
    if let Some(one) = taken(&cloud, &ty, region, &arguments.name) {
        let message = format!("there is a {} `{}` already", ty.name, safe(&one.id));
        return Err(
            Failure::new(Exit::Failed, Code("mock::refused"), message).help(format!(
                "`formwork mock rm {} {}` removes it",
                ty.name,
                safe(&one.id)
            )),
        );
    }
    let live = cloud
        .put(&ty.name, region, &properties)
        .map_err(|refusal| refused(&ty, &arguments.name, &refusal))?;
    if let Some(items) = arguments.items {
        cloud
            .put_content(&ty.name, region, &live.id, items)
            .map_err(|refusal| refused(&ty, &arguments.name, &refusal))?;
    }
    commit(&mut cloud)?;
    terminal.line(&safe(&live.id));
    Ok(Exit::Done)
}

/// The object that has a name already, where names are unique: some creates would write over it.
fn taken(cloud: &Cloud, ty: &ResourceType, region: &str, name: &str) -> Option<Summary> {
    let same = |one: &Summary| {
        let place = &*ty.overlay.name_scope != "account-region" || *one.region == *region;
        place && one.name.as_deref() == Some(name)
    };
    let all = cloud.list(Some(&ty.name));
    all.into_iter().find(|one| ty.known_by_name() && same(one))
}

fn list(arguments: &MockListArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let ty = arguments.type_name.as_deref().map(known_type).transpose()?;
    let cloud = simulated(&arguments.of.whole())?.cloud;
    let all = cloud.list(ty.as_ref().map(|ty| &*ty.name));
    match arguments.format {
        Format::Json => {
            let objects: Vec<Value> = all.iter().map(object).collect();
            let text = serde_json::to_string_pretty(&json!({ "objects": objects }));
            terminal.line(&text.unwrap_or_default());
        }
        Format::Text => lines(&all).iter().for_each(|line| terminal.line(line)),
    }
    Ok(Exit::Done)
}

fn object(summary: &Summary) -> Value {
    json!({
        "type": &*summary.type_name,
        "region": &*summary.region,
        "id": &*summary.id,
        "name": summary.name.as_deref(),
        "stack": summary.stack.as_deref(),
        "env": summary.env.as_deref(),
        "address": summary.address.as_deref(),
        "items": summary.content,
    })
}

/// The objects, a line each: type, id and whose they are.
fn lines(all: &[Summary]) -> Vec<String> {
    let width = |text: fn(&Summary) -> &str| {
        let widths = all.iter().map(|summary| text(summary).chars().count());
        widths.max().unwrap_or(0)
    };
    let (types, ids) = (width(|s| &s.type_name), width(|s| &s.id));
    let line = |summary: &Summary| {
        let whose = match (&summary.stack, &summary.env, &summary.address) {
            (Some(stack), Some(env), Some(address)) => format!("{address} of {stack} · {env}"),
            _ => "not of a stack".to_owned(),
        };
        let line = format!("{:types$}  {:ids$}  {whose}", summary.type_name, summary.id);
        safe(&line).into_owned()
    };
    all.iter().map(line).collect()
}

fn remove(arguments: &MockRmArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let ty = known_type(&arguments.type_name)?;
    let mut cloud = simulated(&arguments.of.whole())?.cloud;
    let all = cloud.list(Some(&ty.name));
    let wanted = &*arguments.name;
    let mut found = all
        .iter()
        .filter(|one| *one.id == *wanted || one.name.as_deref() == Some(wanted));
    let (Some(one), None) = (found.next(), found.next()) else {
        return Err(not_one(&ty, wanted, &all));
    };
    cloud
        .remove(&ty.name, &one.region, &one.id)
        .map_err(|refusal| refused(&ty, wanted, &refusal))?;
    commit(&mut cloud)?;
    terminal.note(&format!("removed {} {}", ty.name, safe(&one.id)));
    Ok(Exit::Done)
}

fn commit(cloud: &mut Cloud) -> Result<(), Failure> {
    cloud.commit().map_err(|error| cloud_failure(&error))
}

/// The type of a name, with `::` or dots.
fn known_type(written: &str) -> Result<Arc<ResourceType>, Failure> {
    let name = written.replace('.', "::");
    catalog().resource_type(&name).ok_or_else(|| {
        let names = catalog().resource_type_names();
        let failure = Failure::new(
            Exit::Usage,
            Code("mock::type"),
            format!("`{}` is no resource type", safe(written)),
        );
        match nearest(&name, names) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("write a type of the catalog: `AWS::S3::Bucket`"),
        }
    })
}

/// The simulated cloud said no.
fn refused(ty: &ResourceType, name: &str, refusal: &Refusal) -> Failure {
    let message = format!("{} `{}`: {}", ty.name, safe(name), refusal.message);
    let failure = Failure::new(Exit::Failed, Code("mock::refused"), message);
    match &refusal.class {
        FailureClass::AlreadyExists => failure.help("`formwork mock list` shows it"),
        FailureClass::InvalidInput(Some(path)) => {
            let root = path.split(['/', '.']).next().unwrap_or(path);
            let known = ty.properties.keys().map(|name| &**name);
            match ty.properties.contains_key(root) {
                true => failure.help(format!("look at `formwork schema {}`", dotted(ty))),
                false => properties::meant(failure, root, known),
            }
        }
        _ => failure,
    }
}

/// A type as the language writes it.
fn dotted(ty: &ResourceType) -> String {
    ty.name.replace("::", ".")
}

fn not_one(ty: &ResourceType, name: &str, all: &[Summary]) -> Failure {
    let message = format!("there is no one {} `{}`", ty.name, safe(name));
    let failure = Failure::new(Exit::Failed, Code("mock::missing"), message);
    let ids = all.iter().map(|one| &*one.id);
    match nearest(name, ids) {
        Some(near) => failure.help(format!("did you mean `{}`?", safe(near))),
        None => failure.help(format!(
            "`formwork mock list {}` shows what there is",
            ty.name
        )),
    }
}
