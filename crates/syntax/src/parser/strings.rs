//! Strings: several tokens made one value, escapes resolved, the common indent of `"""` taken out.

use crate::ast::{Expr, ExprKind, StringPart, Text};
use crate::errors;
use crate::lexer::unescape;
use crate::parser::input::{In, Miss, Res, miss};
use crate::parser::need::need_expr;
use crate::token::Kind;
use formwork_diag::Span;
use nom::Parser;
use std::borrow::Cow;

/// A piece of a string as written.
enum Piece<'a> {
    Text(&'a str, Span),
    Escape(char, Span),
    Hole(Expr),
}

impl Piece<'_> {
    fn span(&self) -> Span {
        match self {
            Piece::Text(_, span) | Piece::Escape(_, span) => *span,
            Piece::Hole(value) => value.span,
        }
    }
}

/// A string: production(STRING).
pub(crate) fn string(input: In<'_>) -> Res<'_, ExprKind> {
    let is_plain = input.kind_at(1) == Kind::StringText && input.kind_at(2) == Kind::StringEnd;
    if is_plain && input.token().end - input.token().start == 1 {
        let text = Text {
            text: input.letters(input.text_at(1)),
            span: input.skip(1).span(),
        };
        return Ok((
            input.skip(3),
            ExprKind::String(vec![StringPart::Text(text)]),
        ));
    }
    let mut parts = Parts::new(input);
    let rest = match input.text() {
        "\"\"\"" => {
            let mut written = Vec::new();
            let rest = pieces(input, |piece| written.push(piece))?;
            let kept = without_indent(written);
            kept.into_iter().for_each(|piece| parts.add(piece));
            rest
        }
        _ => pieces(input, |piece| parts.add(piece))?,
    };
    Ok((rest, ExprKind::String(parts.end())))
}

/// A string in the quotes of another language, which the lexer told.
pub(crate) fn foreign_string(input: In<'_>) -> (In<'_>, ExprKind) {
    let text = foreign_content(input.text());
    let part = Text {
        text: input.letters(text),
        span: input.span(),
    };
    (
        input.skip(1),
        ExprKind::String(vec![StringPart::Text(part)]),
    )
}

fn foreign_content(written: &str) -> &str {
    let first = written.chars().next().map_or(0, char::len_utf8);
    let last = written.chars().next_back().map_or(0, char::len_utf8);
    match written.starts_with("<<") {
        true => {
            let body = written.find('\n').map_or(0, |end| end + 1);
            let end = written.rfind('\n').unwrap_or(written.len());
            written.get(body..end).unwrap_or("")
        }
        false => written
            .get(first..written.len().saturating_sub(last))
            .unwrap_or(""),
    }
}

/// A text without `${}`; one with `${}` is told, with `what` it is.
pub(crate) fn fixed_text<'a>(input: In<'a>, what: &str) -> Res<'a, Text> {
    if input.kind() == Kind::ForeignString {
        let text = input.letters(foreign_content(input.text()));
        return Ok((
            input.skip(1),
            Text {
                text,
                span: input.span(),
            },
        ));
    }
    let (rest, kind) = string(input)?;
    let ExprKind::String(parts) = kind else {
        return miss();
    };
    let mut whole = String::new();
    let mut single = None;
    let count = parts.len();
    for part in parts {
        match part {
            StringPart::Text(text) if count == 1 => single = Some(text.text),
            StringPart::Text(text) => whole.push_str(&text.text),
            StringPart::Value(value) => {
                input
                    .cx
                    .report(errors::hole_in_fixed_text(value.span, what));
            }
        }
    }
    let text = single.unwrap_or_else(|| input.letters(&whole));
    Ok((
        rest,
        Text {
            text,
            span: input.span_to(rest),
        },
    ))
}

/// Takes each piece of a string in turn; gives what follows the string.
fn pieces<'a>(input: In<'a>, mut take: impl FnMut(Piece<'a>)) -> Result<In<'a>, nom::Err<Miss>> {
    if input.kind() != Kind::StringStart {
        return miss();
    }
    let mut rest = input.skip(1);
    loop {
        match rest.kind() {
            Kind::StringText => take(Piece::Text(rest.text(), rest.span())),
            // A bad escape was told by the lexer; it stands for nothing.
            Kind::StringEscape => {
                if let Some(c) = unescape(rest.text()) {
                    take(Piece::Escape(c, rest.span()));
                }
            }
            Kind::HoleStart => {
                let (after, value) = hole(rest)?;
                take(Piece::Hole(value));
                rest = after;
                continue;
            }
            Kind::StringEnd => return Ok(rest.skip(1)),
            _ => return Ok(rest),
        }
        rest = rest.skip(1);
    }
}

/// `${expr}`.
fn hole(input: In<'_>) -> Res<'_, Expr> {
    let (mut rest, value) = need_expr("this `${}`").parse(input.skip(1))?;
    if rest.kind() == Kind::HoleEnd {
        return Ok((rest.skip(1), value));
    }
    // A `${` that is never closed was told by the lexer.
    if let Some(close) = rest
        .cx
        .pairs
        .closer(input.index())
        .filter(|close| *close >= rest.index())
    {
        rest.cx.report_break(errors::unexpected(
            rest.span(),
            rest.text(),
            "`}` after the value",
        ));
        rest = rest.forward_to(close + 1);
        return Ok((rest, value));
    }
    while !matches!(rest.kind(), Kind::StringEnd | Kind::End) && !rest.token().opens_line() {
        rest = rest.skip(1);
    }
    Ok((rest, value))
}

/// Makes parts of pieces: neighbouring texts and escapes become one.
struct Parts<'a> {
    string: In<'a>,
    parts: Vec<StringPart>,
    /// The text that is not a part yet, and where it stands.
    text: Cow<'a, str>,
    place: Option<Span>,
}

impl<'a> Parts<'a> {
    fn new(string: In<'a>) -> Self {
        Parts {
            string,
            parts: Vec::new(),
            text: Cow::Borrowed(""),
            place: None,
        }
    }

    fn add(&mut self, piece: Piece<'a>) {
        let span = piece.span();
        match piece {
            Piece::Hole(value) => {
                self.end_text();
                self.parts.push(StringPart::Value(value));
                return;
            }
            Piece::Text(text, _) if self.text.is_empty() => self.text = Cow::Borrowed(text),
            Piece::Text(text, _) => self.text.to_mut().push_str(text),
            Piece::Escape(c, _) => self.text.to_mut().push(c),
        }
        self.place = Some(self.place.map_or(span, |before| before.to(span)));
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(span) = self.place.take().filter(|_| !text.is_empty()) {
            let text = self.string.letters(&text);
            self.parts.push(StringPart::Text(Text { text, span }));
        }
    }

    fn end(mut self) -> Vec<StringPart> {
        self.end_text();
        self.parts.shrink_to_fit();
        self.parts
    }
}

/// The pieces of a `"""` string without the indent that its lines share, without a first line that is blank, and
/// without a last line that is blank. The text right behind the quotes has no indent.
fn without_indent(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut lines = lines(pieces);
    let behind_quotes = match lines.len() > 1 && lines.first().is_some_and(is_blank) {
        true => {
            lines.remove(0);
            0
        }
        false => 1,
    };
    if lines.len() > 1 && lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let indented = lines
        .iter()
        .skip(behind_quotes)
        .filter(|line| !is_blank(line));
    let indent = indented
        .map(line_indent)
        .reduce(common_prefix)
        .unwrap_or("")
        .len();
    let mut out: Vec<Piece<'_>> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if let Some(before) = out.last().map(Piece::span).filter(|_| at > 0) {
            out.push(Piece::Text("\n", before.after()));
        }
        let cut = if at < behind_quotes { 0 } else { indent };
        let blank = is_blank(&line);
        out.extend(
            line.into_iter()
                .enumerate()
                .map(|(place, piece)| match piece {
                    Piece::Text(_, span) if blank => Piece::Text("", span),
                    Piece::Text(text, span) if place == 0 => {
                        Piece::Text(text.get(cut..).unwrap_or(""), span)
                    }
                    other => other,
                }),
        );
    }
    out
}

fn is_blank(line: &Vec<Piece<'_>>) -> bool {
    line.iter()
        .all(|piece| matches!(piece, Piece::Text(text, _) if text.trim().is_empty()))
}

fn line_indent<'a>(line: &Vec<Piece<'a>>) -> &'a str {
    match line.first() {
        Some(Piece::Text(text, _)) => {
            let words = text.trim_start_matches([' ', '\t']);
            text.get(..text.len() - words.len()).unwrap_or("")
        }
        _ => "",
    }
}

fn common_prefix<'a>(first: &'a str, second: &'a str) -> &'a str {
    let length = first
        .bytes()
        .zip(second.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    first.get(..length).unwrap_or("")
}

/// Cuts the pieces at their line ends; an escape is no line end.
fn lines(pieces: Vec<Piece<'_>>) -> Vec<Vec<Piece<'_>>> {
    let mut lines = vec![Vec::new()];
    for piece in pieces {
        let Piece::Text(text, span) = piece else {
            if let Some(line) = lines.last_mut() {
                line.push(piece);
            }
            continue;
        };
        let mut start = span.start;
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            let end = start + part.len() as u32;
            let kept = part.strip_suffix('\r').unwrap_or(part);
            if let Some(line) = lines.last_mut() {
                line.push(Piece::Text(kept, Span::new(span.source, start, end)));
            }
            start = end + 1;
        }
    }
    lines
}
