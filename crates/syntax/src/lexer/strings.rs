//! The lexer inside strings, and how it goes on after a string that is never closed.
//!
//! A `"` string ends at its line. When its closing quote is missing, the line is read again with the string ending
//! at the first bracket or comma after it, so that the brackets around it still match.

use super::{Closing, Lexer, MODES_LIMIT, Mode};
use crate::errors;
use crate::token::{Kind, STATEMENT_WORDS};

/// How often a line, and how often the `"""` of a text, are read again: keeps the lexer linear.
const AGAIN_LIMIT: u32 = 4;

impl Lexer<'_> {
    /// Reads one token in the text of a string.
    pub(super) fn string_text(&mut self, triple: bool) {
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | b'$' | b'\n'));
            let goes_on = match self.byte(0) {
                b'"' => triple && !self.rest().starts_with("\"\"\""),
                b'$' => self.byte(1) != b'{' || self.modes.len() >= MODES_LIMIT,
                b'\n' => triple,
                _ => false,
            };
            if !goes_on {
                break;
            }
            self.at += 1;
        }
        if self.at > self.from {
            return self.push(Kind::StringText);
        }
        match self.byte(0) {
            b'"' => {
                self.at += if triple { 3 } else { 1 };
                self.push(Kind::StringEnd);
                self.modes.pop();
            }
            b'\\' => self.escape(),
            b'$' => {
                self.at += 2;
                self.push(Kind::HoleStart);
                let token = self.tokens.len() - 1;
                self.modes.push(Mode::Hole {
                    token,
                    braces: 0,
                    closing: Closing::Brace,
                });
            }
            b'\n' => self.line_ends_in_string(),
            _ => {
                self.at += 1;
                self.push(Kind::StringText);
            }
        }
    }

    fn escape(&mut self) {
        let rest = self.rest();
        let length = escape_length(rest);
        self.at += length;
        let text = rest.get(..length).unwrap_or("\\");
        if unescape(text).is_none() {
            self.findings.push(errors::bad_escape(self.here(), text));
        }
        self.push(Kind::StringEscape);
    }

    pub(super) fn in_one_line_string(&self) -> bool {
        self.modes
            .iter()
            .any(|mode| matches!(mode, Mode::Text { triple: false, .. }))
    }

    /// The line (or the text) ends while a `"` string is open.
    pub(super) fn line_ends_in_string(&mut self) {
        let one_line = |mode: &Mode| matches!(mode, Mode::Text { triple: false, .. });
        let Some(string) = self.modes.iter().position(one_line) else {
            return;
        };
        let end = self.at;
        let line = self
            .text
            .get(..end)
            .and_then(|text| text.rfind('\n'))
            .map_or(0, |at| at + 1);
        if self.again.line != line {
            self.again.line = line;
            self.again.in_line = 0;
        }
        self.again.in_line += 1;
        let may_again = self.again.in_line <= AGAIN_LIMIT;
        match (
            self.modes.get(string).copied(),
            self.modes.get(string + 1).copied(),
        ) {
            (
                _,
                Some(Mode::Hole {
                    token,
                    closing: Closing::Brace,
                    ..
                }),
            ) if may_again => {
                self.read_hole_again(token, string, (line, end));
            }
            (Some(Mode::Text { token, .. }), None) if may_again => {
                self.read_string_again(token, string, (line, end));
            }
            _ => self.modes.truncate(string),
        }
    }

    fn read_hole_again(&mut self, token: usize, string: usize, line: (usize, usize)) {
        self.back_to(token);
        let inside = self.text.get(self.at..line.1).unwrap_or("");
        let gap = inside.find('"').unwrap_or(inside.trim_end().len());
        let opener = self.tokens.get(token).map_or(self.here(), |token| {
            self.span(token.start as usize, token.end as usize)
        });
        let gap = self.span(self.at + gap, self.at + gap);
        self.spoil(line, errors::unclosed_hole(opener, gap));
        self.modes.truncate(string + 1);
        self.modes.push(Mode::Hole {
            token,
            braces: 0,
            closing: Closing::Quote,
        });
    }

    fn read_string_again(&mut self, token: usize, string: usize, line: (usize, usize)) {
        self.back_to(token);
        let inside = self.text.get(self.at..line.1).unwrap_or("");
        let opener = self.span(self.at.saturating_sub(1), self.at);
        self.at += probable_end(inside);
        let gap = self.span(self.at, self.at);
        let mut finding = errors::unclosed_string(opener, gap, "\"");
        if self.at == self.from {
            // An empty string: rather this is the end of one that is not closed further left.
            finding.fix = None;
        }
        self.spoil(line, finding);
        if self.at > self.from {
            self.push(Kind::StringText);
        }
        self.modes.truncate(string);
    }

    /// Notes that a line has an unclosed string; only the first one is told.
    fn spoil(&mut self, line: (usize, usize), finding: formwork_diag::Diagnostic) {
        let line = (line.0 as u32, line.1 as u32);
        if self.spoiled.last() != Some(&line) {
            self.spoiled.push(line);
            self.unclosed.push(finding);
        }
    }

    /// The text ends while strings are open.
    pub(super) fn text_ends_in_string(&mut self) {
        if self.in_one_line_string() {
            return self.line_ends_in_string();
        }
        let Some(Mode::Text { token, .. }) = self.modes.first().copied() else {
            return self.modes.clear();
        };
        self.back_to(token);
        let opener = self.span(self.at.saturating_sub(3), self.at);
        self.again.triple += 1;
        let inside = self.rest();
        let end = match self.again.triple <= AGAIN_LIMIT {
            true => next_statement(inside).unwrap_or(inside.len()),
            false => inside.len(),
        };
        let gap = self.at + inside.get(..end).unwrap_or("").trim_end().len();
        self.unclosed.push(errors::unclosed_string(
            opener,
            self.span(gap, gap),
            "\"\"\"",
        ));
        self.at += end;
        if self.at > self.from {
            self.push(Kind::StringText);
        }
        self.modes.clear();
    }
}

/// Where a string without its closing quote probably ends: before the first comma, closing bracket or comment.
fn probable_end(line: &str) -> usize {
    let mut holes = 0_u32;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '{' if before == '$' => holes += 1,
            '}' if holes > 0 => holes -= 1,
            '/' if before == ' ' && line.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                return line.get(..at).unwrap_or("").trim_end().len();
            }
            ',' | ')' | ']' | '}' if holes == 0 => {
                return line.get(..at).unwrap_or("").trim_end().len();
            }
            _ => {}
        }
        before = c;
    }
    line.trim_end().len()
}

/// The end of the last line before one that begins with a statement's word in column 1.
fn next_statement(text: &str) -> Option<usize> {
    text.match_indices('\n').map(|(at, _)| at).find(|at| {
        let line = text.get(at + 1..).unwrap_or("");
        STATEMENT_WORDS.iter().any(|word| {
            line.strip_prefix(word)
                .is_some_and(|after| after.starts_with([' ', '\t']))
        })
    })
}

/// How many bytes an escape takes that begins here.
fn escape_length(text: &str) -> usize {
    if text.starts_with("\\u{") {
        let hex = |c: char| c.is_ascii_hexdigit();
        let digits = text
            .get(3..)
            .map_or(0, |rest| rest.find(|c| !hex(c)).unwrap_or(rest.len()));
        let digits = digits.min(8);
        let closed = text
            .get(3 + digits..)
            .is_some_and(|rest| rest.starts_with('}'));
        return 3 + digits + usize::from(closed);
    }
    let next = text.chars().nth(1).filter(|c| !c.is_control());
    1 + next.map_or(0, char::len_utf8)
}

/// The character an escape stands for: production(ESCAPE).
pub(crate) fn unescape(escape: &str) -> Option<char> {
    match escape {
        "\\n" => Some('\n'),
        "\\t" => Some('\t'),
        "\\r" => Some('\r'),
        "\\\"" => Some('"'),
        "\\\\" => Some('\\'),
        "\\$" => Some('$'),
        _ => {
            let digits = escape.strip_prefix("\\u{")?.strip_suffix('}')?;
            let valid = (1..=6).contains(&digits.len());
            u32::from_str_radix(digits, 16)
                .ok()
                .filter(|_| valid)
                .and_then(char::from_u32)
        }
    }
}
