//! `output`: the outputs of the last apply.

use crate::cli::{Format, OutputArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline;
use crate::terminal::Terminal;
use crate::views::outputs;
use formwork_diag::{Code, nearest};

/// Prints all outputs, or one without quotes.
pub(crate) fn run(arguments: &OutputArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let known = pipeline::known_state(&arguments.stack, arguments.provider.provider)?;
    let values = &known.state.outputs;
    let Some(name) = &arguments.name else {
        match arguments.format {
            Format::Text => terminal.print(&outputs::text(values)),
            Format::Json => {
                terminal.line(&serde_json::to_string_pretty(values).unwrap_or_default())
            }
        }
        return Ok(Exit::Done);
    };
    match values.get(name) {
        Some(value) => {
            terminal.line(&match arguments.format {
                Format::Text => outputs::plain(value),
                Format::Json => value.to_string(),
            });
            Ok(Exit::Done)
        }
        None => {
            let failure = Failure::new(
                Exit::Failed,
                Code("state::output"),
                format!("there is no output `{name}`"),
            );
            Err(match nearest(name, values.keys().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => {
                    failure.help("outputs are known after an apply; `formwork output` lists them")
                }
            })
        }
    }
}
