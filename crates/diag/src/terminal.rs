//! Diagnostics drawn for people by miette: the text, the exact words underlined, the help.

use crate::{Diagnostic, Diagnostics, Severity, Sources, safe};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    SourceSpan,
};

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether ANSI colours are used.
    pub color: bool,
    /// Width of the terminal in columns.
    pub width: usize,
}

/// Draws all diagnostics, each followed by an empty line.
pub fn render(sources: &Sources, diagnostics: &Diagnostics, style: Style) -> String {
    let theme = if style.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        draw(sources, diagnostic, &handler, &mut out);
        out.push('\n');
    }
    out
}

fn draw(
    sources: &Sources,
    diagnostic: &Diagnostic,
    handler: &GraphicalReportHandler,
    out: &mut String,
) {
    let mut drawn = MietteDiagnostic::new(safe(&diagnostic.message).into_owned())
        .with_code(diagnostic.code.to_string())
        .with_severity(match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        });
    if let Some(help) = &diagnostic.help {
        drawn = drawn.with_help(safe(help).into_owned());
    }
    let home = diagnostic.span().map(|span| span.source);
    let here = diagnostic
        .labels
        .iter()
        .filter(|label| Some(label.span.source) == home);
    for (at, label) in here.enumerate() {
        let span = SourceSpan::new(
            (label.span.start as usize).into(),
            (label.span.end - label.span.start) as usize,
        );
        let words = (!label.message.is_empty()).then(|| safe(&label.message).into_owned());
        let labelled = match at {
            0 => LabeledSpan::new_primary_with_span(words, span),
            _ => LabeledSpan::new_with_span(words, span),
        };
        drawn = drawn.and_label(labelled);
    }
    let mut report = Report::new(drawn);
    if let Some(source) = home.and_then(|id| sources.get(id)) {
        // Columns must match the text, so only what could steer the terminal is replaced, one for one.
        let shown: String = source
            .text()
            .chars()
            .map(|c| if is_control(c) { '\u{fffd}' } else { c })
            .collect();
        let shown = if shown.len() == source.text().len() {
            shown
        } else {
            source.text().to_string()
        };
        report = report.with_source_code(NamedSource::new(safe(source.name()), shown));
    }
    if handler.render_report(out, report.as_ref()).is_err() {
        out.push_str(&format!("{}: {}\n", diagnostic.code, diagnostic.message));
    }
    for label in diagnostic
        .labels
        .iter()
        .filter(|label| Some(label.span.source) != home)
    {
        out.push_str(&format!(
            "  also: {}: {}\n",
            sources.location(label.span),
            safe(&label.message)
        ));
    }
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r')
}
