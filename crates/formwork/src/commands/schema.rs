//! `schema`: what a kind offers, or what properties a resource type has.

use crate::cli::{Format, SchemaArgs};
use crate::failure::{Exit, Failure};
use crate::stack::{catalog, kinds};
use crate::terminal::Terminal;
use crate::views::schema as view;
use formwork_diag::{Code, nearest};

/// Prints a kind or a type; without a name, all kinds.
pub(crate) fn run(arguments: &SchemaArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let Some(name) = &arguments.name else {
        let width = kinds()
            .specs()
            .map(|spec| spec.name.len())
            .max()
            .unwrap_or(0);
        for spec in kinds().specs() {
            terminal.line(&format!("{:width$}  {}", spec.name, spec.doc));
        }
        terminal.line("");
        terminal.line("`formwork schema AWS.S3.Bucket` describes a resource type, for `resource x: AWS.S3.Bucket { … }`.");
        return Ok(Exit::Done);
    };
    if let Some(spec) = kinds().specs().find(|spec| spec.name == name) {
        match arguments.format {
            Format::Text => terminal.print(&formwork_kinds::reference(spec)),
            Format::Json => terminal.line(&view::kind_json(spec)),
        }
        return Ok(Exit::Done);
    }
    match catalog().get(&name.replace('.', "::")) {
        Some(ty) => {
            match arguments.format {
                Format::Text => terminal.print(&view::type_text(&ty)),
                Format::Json => terminal.line(&view::type_json(&ty)),
            }
            Ok(Exit::Done)
        }
        None => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Failure {
    let types: Vec<String> = catalog()
        .names()
        .map(|name| name.replace("::", "."))
        .collect();
    let names = kinds()
        .specs()
        .map(|spec| spec.name)
        .chain(types.iter().map(String::as_str));
    let failure = Failure::new(
        Exit::Usage,
        Code("usage::schema"),
        format!("there is no kind or resource type `{name}`"),
    );
    match nearest(name, names) {
        Some(near) => failure.help(format!(
            "did you mean `{near}`? `formwork schema` lists all kinds"
        )),
        None => failure.help("`formwork schema` lists all kinds"),
    }
}
