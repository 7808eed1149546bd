//! The project's own tasks: `cargo xtask test`, `tidy`, `bench`, `catalog`.

mod bench;
mod catalog;
mod run;
mod setup;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test             sets up what the tests need and runs all of them
cargo xtask tidy             the checks of the tree itself (part of test)
cargo xtask bench [SIZE…]    check, plan, apply, plan again and destroy, beside Terraform; --write updates
                             docs/performance.md; --instructions fails where check or plan takes many more
                             instructions than docs/instructions.toml says
cargo xtask catalog FACTS    rebuilds the data of crates/catalog from a file of resource facts
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("", arguments.as_slice()),
    };
    let outcome = match task {
        "test" => test::run(&root(), rest),
        "tidy" => tidy::run(&root()),
        "bench" => bench::run(&root(), rest),
        "catalog" => catalog::run(&root(), rest),
        _ => Err(format!("{USAGE}\nno such task: `{task}`")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the checkout.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}
