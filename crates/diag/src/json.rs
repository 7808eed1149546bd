//! Diagnostics as one JSON object: lines and columns from 1, columns in characters.

use crate::{Diagnostic, Diagnostics, Severity, Sources, Span};
use serde::Serialize;

/// What `check --format json` prints.
#[derive(Debug, Serialize)]
pub struct JsonReport {
    /// All findings, in the order given.
    pub diagnostics: Vec<JsonDiagnostic>,
}

/// A diagnostic with resolved places.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Diagnostic, flattened")]
pub struct JsonDiagnostic {
    pub code: String,
    pub severity: &'static str,
    pub message: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub labels: Vec<JsonLabel>,
    pub help: Option<String>,
    pub fix: Option<JsonFix>,
}

/// A label with its place.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Label, flattened")]
pub struct JsonLabel {
    pub message: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// A fix as edits.
#[derive(Debug, Serialize)]
pub struct JsonFix {
    /// What it does.
    pub title: String,
    /// The replacements.
    pub edits: Vec<JsonEdit>,
}

/// A replacement of a range of text.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Edit, flattened")]
pub struct JsonEdit {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub text: String,
}

struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn place(sources: &Sources, span: Span) -> Place {
    let Some(source) = sources.get(span.source) else {
        return Place {
            file: String::new(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        };
    };
    let (start, end) = (source.position(span.start), source.position(span.end));
    Place {
        file: source.name().to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// Resolves every place of the diagnostics.
pub fn report(sources: &Sources, diagnostics: &Diagnostics) -> JsonReport {
    JsonReport {
        diagnostics: diagnostics.iter().map(|d| one(sources, d)).collect(),
    }
}

fn one(sources: &Sources, diagnostic: &Diagnostic) -> JsonDiagnostic {
    let nowhere = Place {
        file: String::new(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
    };
    let at = diagnostic
        .span()
        .map_or(nowhere, |span| place(sources, span));
    let labels = diagnostic.labels.iter().map(|label| {
        let at = place(sources, label.span);
        JsonLabel {
            message: label.message.clone(),
            file: at.file,
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
        }
    });
    let edits = |fix: &crate::Fix| {
        fix.edits
            .iter()
            .map(|edit| edit_at(sources, edit))
            .collect()
    };
    JsonDiagnostic {
        code: diagnostic.code.to_string(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        },
        message: diagnostic.message.clone(),
        file: at.file,
        line: at.line,
        column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
        labels: labels.collect(),
        help: diagnostic.help.clone(),
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
            title: fix.title.clone(),
            edits: edits(fix),
        }),
    }
}

fn edit_at(sources: &Sources, edit: &crate::Edit) -> JsonEdit {
    let at = place(sources, edit.span);
    JsonEdit {
        file: at.file,
        line: at.line,
        column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
        text: edit.text.clone(),
    }
}
