//! The same graph as `terraform_data` resources, measured in the same run.

use super::generate::Graph;
use super::measure::{self, Measured};
use serde_json::{Map, Value, json};
use std::path::Path;

/// Validates, plans, applies, plans again and destroys the graph with Terraform.
///
/// # Errors
/// A command of Terraform fails.
pub(crate) fn measure(
    folder: &Path,
    graph: &Graph,
) -> Result<Vec<(&'static str, Measured)>, String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let text = configuration(graph).to_string();
    std::fs::write(folder.join("main.tf.json"), text).map_err(|error| error.to_string())?;
    let env = [("TF_IN_AUTOMATION", "1"), ("CHECKPOINT_DISABLE", "1")];
    let run = |arguments: &[&str]| measure::command(folder, "terraform", arguments, &env);
    run(&["init", "-input=false", "-no-color"])?;
    Ok(vec![
        ("check", run(&["validate", "-no-color"])?),
        ("plan", run(&["plan", "-input=false", "-no-color"])?),
        (
            "apply",
            run(&["apply", "-input=false", "-no-color", "-auto-approve"])?,
        ),
        ("plan again", run(&["plan", "-input=false", "-no-color"])?),
        (
            "destroy",
            run(&[
                "apply",
                "-destroy",
                "-input=false",
                "-no-color",
                "-auto-approve",
            ])?,
        ),
    ])
}

fn configuration(graph: &Graph) -> Value {
    let mut resources = Map::new();
    for (at, needs) in graph.0.iter().enumerate() {
        let parts: Vec<String> = needs
            .iter()
            .map(|need| format!("${{terraform_data.r{need}.id}}"))
            .collect();
        let input = if parts.is_empty() {
            "root".to_owned()
        } else {
            parts.join(" ")
        };
        resources.insert(format!("r{at}"), json!({ "input": input }));
    }
    json!({ "resource": { "terraform_data": resources } })
}
