//! `eval`: the value of an expression in one environment of a stack.

use crate::cli::{EvalArgs, Format};
use crate::failure::{Exit, Failure};
use crate::stack;
use crate::terminal::Terminal;
use crate::views::{outputs, resources};
use formwork_kinds::Mode;
use formwork_schema::Value as Authored;
use serde_json::Value;

/// The output that stands for the expression; no stack has a reason for a name like this.
const NAME: &str = "__eval";

/// Prints the value; what is only known after an apply stands as `${address.Property}`.
pub(crate) fn run(arguments: &EvalArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let statement = format!("output {NAME} = {}\n", arguments.expression);
    let opened = stack::open_with(&arguments.stack.path, Some(("EXPRESSION", statement)))?;
    let lowered = opened.lowered_for(&arguments.stack, Mode::Check)?;
    let mut authored = lowered.stack.outputs.iter();
    let quantity = authored.find_map(|output| match &output.value.value {
        Authored::Quantity(quantity) if &*output.name == NAME => Some(quantity),
        _ => None,
    });
    if let (Format::Text, Some(quantity)) = (arguments.format, quantity) {
        terminal.line(&quantity.to_string());
        return Ok(Exit::Done);
    }
    let mut all = lowered.lowered.outputs.iter();
    let found = all.find(|output| &*output.name == NAME);
    let value = found.and_then(|output| output.value.as_ref());
    let value = value.map_or(Value::Null, resources::value);
    terminal.line(&match arguments.format {
        Format::Text if value.is_null() => "none".to_owned(),
        Format::Text => outputs::plain(&value),
        Format::Json => value.to_string(),
    });
    Ok(Exit::Done)
}
