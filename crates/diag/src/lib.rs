//! Sources, spans and diagnostics: what every stage says about the text it was given, and how that is shown.
//!
//! In: source texts and the diagnostics of any stage. Out: text for people (miette) or JSON for machines.
//! Pure: reads no file, clock or environment.

mod diagnostic;
mod json;
mod safe;
mod source;
mod suggest;
mod terminal;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Edit, Fix, Label, Severity};
pub use json::{JsonDiagnostic, JsonEdit, JsonFix, JsonLabel, JsonReport, report};
pub use safe::safe;
pub use source::{Position, Source, SourceId, Sources, Span};
pub use suggest::{list_words, nearest};
pub use terminal::{Style, render};
