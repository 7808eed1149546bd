//! Diagnostics drawn for people by miette: the text, the exact words underlined, the help.

use crate::{Diagnostic, Diagnostics, Severity, Source, Sources, Span, safe};
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
    let source = home.and_then(|id| sources.get(id));
    let excerpt = source
        .zip(diagnostic.span())
        .and_then(|(source, span)| excerpt(source, span));
    let here = diagnostic
        .labels
        .iter()
        .filter(|label| Some(label.span.source) == home);
    for (at, label) in here.enumerate() {
        let (start, length) = match &excerpt {
            Some(excerpt) if at == 0 => (excerpt.start, excerpt.length),
            Some(_) => break,
            None => (
                label.span.start as usize,
                (label.span.end - label.span.start) as usize,
            ),
        };
        let span = SourceSpan::new(start.into(), length);
        let words = (!label.message.is_empty()).then(|| safe(&label.message).into_owned());
        let labelled = match at {
            0 => LabeledSpan::new_primary_with_span(words, span),
            _ => LabeledSpan::new_with_span(words, span),
        };
        drawn = drawn.and_label(labelled);
    }
    let mut report = Report::new(drawn);
    if let Some(source) = source {
        let (name, text) = match excerpt {
            Some(excerpt) => (excerpt.name, excerpt.text),
            None => (source.name().to_owned(), source.text().to_string()),
        };
        report = report.with_source_code(NamedSource::new(safe(&name), harmless(text)));
    }
    if handler.render_report(out, report.as_ref()).is_err() {
        out.push_str(&format!("{}: {}\n", diagnostic.code, diagnostic.message));
    }
    let elsewhere = diagnostic
        .labels
        .iter()
        .filter(|label| Some(label.span.source) != home);
    for label in elsewhere {
        let place = sources.location(label.span);
        out.push_str(&format!(
            "  also: {}: {}\n",
            safe(&place),
            safe(&label.message)
        ));
    }
}

/// The most bytes of a line that is drawn whole.
const LINE_LIMIT: usize = 400;

/// A piece of a line that is too long to be drawn.
struct Excerpt {
    name: String,
    text: String,
    start: usize,
    length: usize,
}

/// The words around the start of a span, where its line is too long to be drawn.
fn excerpt(source: &Source, span: Span) -> Option<Excerpt> {
    let text = source.text();
    let start = span.start as usize;
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text
        .get(start..)?
        .find('\n')
        .map_or(text.len(), |at| start + at);
    if line_end - line_start <= LINE_LIMIT {
        return None;
    }
    let near = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = near(start.saturating_sub(40).max(line_start));
    let to = near((start + 80).min(line_end));
    let place = source.position(span.start);
    let end = (span.end as usize).min(to);
    Some(Excerpt {
        name: format!("{}:{}:{}", source.name(), place.line, place.column),
        text: text.get(from..to)?.to_owned(),
        start: start - from,
        length: end.saturating_sub(start),
    })
}

/// The text without what could steer the terminal; replaced one for one, so that places stay.
fn harmless(text: String) -> String {
    if !text.chars().any(is_control) {
        return text;
    }
    text.chars()
        .flat_map(|c| {
            std::iter::repeat_n(
                if is_control(c) { '?' } else { c },
                if is_control(c) { c.len_utf8() } else { 1 },
            )
        })
        .collect()
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r')
}
