//! `explain`: the page of a diagnostic code.

use crate::cli::ExplainArgs;
use crate::embedded::PAGES;
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;
use formwork_diag::{Code, nearest};

/// Prints the page of a code, or lists all codes with their first sentence.
pub(crate) fn run(arguments: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let Some(code) = &arguments.code else {
        let width = pages().map(|(code, _)| code.len()).max().unwrap_or(0);
        for (code, text) in pages() {
            terminal.line(&format!("{code:width$}  {}", first_sentence(text)));
        }
        return Ok(Exit::Done);
    };
    match pages().find(|(known, _)| known == code) {
        Some((_, text)) => {
            terminal.print(text);
            Ok(Exit::Done)
        }
        None => Err(unknown(code)),
    }
}

/// Codes and pages, sorted.
fn pages() -> impl Iterator<Item = (String, &'static str)> {
    PAGES.iter().map(|(file, text)| {
        let code = file.trim_end_matches(".md").replace('/', "::");
        (code, std::str::from_utf8(text).unwrap_or(""))
    })
}

fn first_sentence(page: &str) -> &str {
    page.lines()
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or("")
}

fn unknown(code: &str) -> Failure {
    let codes: Vec<String> = pages().map(|(code, _)| code).collect();
    let failure = Failure::new(
        Exit::Usage,
        Code("usage::code"),
        format!("no diagnostic has the code `{code}`"),
    );
    match nearest(code, codes.iter().map(String::as_str)) {
        Some(near) => failure.help(format!(
            "did you mean `{near}`? `formwork explain` lists all codes"
        )),
        None => failure.help("`formwork explain` lists all codes"),
    }
}
