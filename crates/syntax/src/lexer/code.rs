//! The lexer outside of strings: names, numbers, signs, comments, and the slips of other languages.

use super::{Closing, Lexer, Mode};
use crate::errors;
use crate::token::{Before, Kind, word_kind};
use crate::units;

impl Lexer<'_> {
    /// Reads one token of code.
    pub(super) fn code(&mut self) {
        match self.byte(0) {
            b'\n' if self.in_one_line_string() => self.line_ends_in_string(),
            b' ' | b'\t' | b'\r' | b'\n' => self.space(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.quote(),
            b'/' if self.byte(1) == b'/' => self.comment(),
            b'/' if self.byte(1) == b'*' => self.foreign_block_comment(),
            b'#' => self.foreign_comment(),
            b'{' => self.brace_open(),
            b'}' => self.brace_close(),
            b'\'' | b'`' => self.foreign_string(1),
            b';' => self.separators(),
            b'<' if self.rest().starts_with("<<") => self.heredoc(),
            0x80.. => self.beyond_ascii(),
            _ => self.sign(),
        }
    }

    fn space(&mut self) {
        let one_line = !self.modes.is_empty() && self.in_one_line_string();
        let bytes = self.text.as_bytes();
        let mut line = None;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' if !one_line => line = Some(self.at + 1),
                _ => break,
            }
            self.at += 1;
        }
        let before = match (line, self.before) {
            (Some(start), _) if start == self.at => Before::LineStart,
            (Some(_), _) | (None, Before::LineStart) => Before::Line,
            (None, before) => before.max(Before::Blank),
        };
        self.push(Kind::Space);
        self.before = before;
    }

    /// A name or a reserved word: production(NAME).
    fn word(&mut self) {
        self.skip_while(is_word_byte);
        if self.byte(0) >= 0x80 && self.rest().starts_with(char::is_alphanumeric) {
            return self.foreign_name();
        }
        let word = self.text.get(self.from..self.at).unwrap_or("");
        let may_be_reserved = (2..=5).contains(&word.len());
        self.push(if may_be_reserved {
            word_kind(word)
        } else {
            Kind::Name
        });
    }

    /// A name with letters beyond ASCII.
    fn foreign_name(&mut self) {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        self.at += end;
        self.findings.push(errors::name_letters(self.here()));
        self.push(Kind::Name);
    }

    fn number(&mut self) {
        self.skip_while(|byte| byte.is_ascii_digit() || byte == b'_');
        let mut dots = 0;
        while self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
            dots += 1;
            self.at += 1;
            self.skip_while(|byte| byte.is_ascii_digit());
        }
        let unit = self.at;
        if self.byte(0) == b'%' {
            self.at += 1;
        } else {
            self.skip_while(is_word_byte);
        }
        let text = self.text.get(self.from..self.at).unwrap_or("");
        if dots > 1 {
            self.findings.push(errors::not_a_number(self.here(), text));
        } else if unit < self.at {
            self.check_unit(unit);
        }
        self.push(Kind::Number);
    }

    fn check_unit(&mut self, unit: usize) {
        let name = self.text.get(unit..self.at).unwrap_or("");
        if !units::is_unit(name) {
            let digits = self.text.get(self.from..unit).unwrap_or("");
            let (number, unit) = (self.here(), self.span(unit, self.at));
            self.findings
                .push(errors::unknown_unit(number, unit, digits, name));
        }
    }

    /// `// …` and `/// …`: production(COMMENT).
    fn comment(&mut self) {
        let doc = self.byte(2) == b'/' && self.byte(3) != b'/';
        self.pass_line();
        self.push(if doc { Kind::Doc } else { Kind::Comment });
    }

    fn foreign_comment(&mut self) {
        self.skip_while(|byte| byte == b'#');
        self.findings.push(errors::hash_comment(self.here()));
        self.pass_line();
        self.push(Kind::Comment);
    }

    fn foreign_block_comment(&mut self) {
        self.findings
            .push(errors::block_comment(self.span(self.at, self.at + 2)));
        match self.rest().find("*/") {
            Some(end) => self.at += end + 2,
            None => self.pass_line(),
        }
        self.push(Kind::Comment);
    }

    fn pass_line(&mut self) {
        self.skip_while(|byte| byte != b'\n');
        let line = self.text.get(self.from..self.at).unwrap_or("");
        self.at = self.from + line.trim_end_matches('\r').len();
    }

    fn brace_open(&mut self) {
        if let Some(Mode::Hole { braces, .. }) = self.modes.last_mut() {
            *braces += 1;
        }
        self.at += 1;
        self.push(Kind::BraceOpen);
    }

    fn brace_close(&mut self) {
        self.at += 1;
        match self.modes.last_mut() {
            Some(Mode::Hole { braces: 0, .. }) => {
                self.modes.pop();
                self.push(Kind::HoleEnd);
            }
            Some(Mode::Hole { braces, .. }) => {
                *braces -= 1;
                self.push(Kind::BraceClose);
            }
            _ => self.push(Kind::BraceClose),
        }
    }

    fn quote(&mut self) {
        if let Some(Mode::Hole {
            closing: Closing::Quote,
            ..
        }) = self.modes.last()
        {
            self.at += 1;
            self.push(Kind::StringEnd);
            self.modes.truncate(self.modes.len().saturating_sub(2));
            return;
        }
        let triple = self.rest().starts_with("\"\"\"");
        self.at += if triple { 3 } else { 1 };
        self.push(Kind::StringStart);
        self.modes.push(Mode::Text {
            token: self.tokens.len() - 1,
            triple,
        });
    }

    /// A string in `'…'` or other quotes; a lone quote is a stray character.
    fn foreign_string(&mut self, quote_length: usize) {
        let rest = self.rest();
        let close = match rest.get(..quote_length) {
            Some("“") => "”",
            Some("‘") => "’",
            Some(quote) => quote,
            None => "'",
        };
        let inside = rest.get(quote_length..).unwrap_or("");
        let close = close.chars().next().unwrap_or('\'');
        let end = inside
            .find([close, '\n'])
            .filter(|end| inside.as_bytes().get(*end) != Some(&b'\n'));
        let Some(end) = end else {
            self.at += quote_length;
            self.findings.push(errors::stray(
                self.here(),
                rest.get(..quote_length).unwrap_or("'"),
            ));
            return self.push(Kind::Stray);
        };
        self.at += quote_length + end + close.len_utf8();
        let content = inside.get(..end).unwrap_or("");
        self.findings
            .push(errors::foreign_quotes(self.here(), content));
        self.push(Kind::ForeignString);
    }

    fn separators(&mut self) {
        self.skip_while(|byte| byte == b';');
        self.findings.push(errors::separator(self.here()));
        self.push(Kind::Stray);
    }

    /// `<<EOF` with its last line is a string of another language; else two signs.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let word = rest.trim_start_matches('<').trim_start_matches(['-', '~']);
        let end = word
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(0);
        let word = word.get(..end).unwrap_or("");
        let mut length = 0;
        let last = rest.split_inclusive('\n').enumerate().find(|(line, text)| {
            let found = *line > 0 && text.trim() == word;
            length += if found {
                text.trim_end().len()
            } else {
                text.len()
            };
            found
        });
        if word.is_empty() || last.is_none() {
            return self.sign();
        }
        let head = self.span(self.at, self.at + rest.find('\n').unwrap_or(2));
        self.findings.push(errors::heredoc(head));
        self.at += length;
        self.push(Kind::ForeignString);
    }

    fn beyond_ascii(&mut self) {
        let rest = self.rest();
        if self.at == 0 && rest.starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
            self.push(Kind::Space);
            self.before = Before::LineStart;
            return;
        }
        if rest.starts_with(['“', '‘']) {
            return self.foreign_string(3);
        }
        if rest.starts_with(char::is_alphabetic) {
            return self.foreign_name();
        }
        self.stray();
    }

    fn stray(&mut self) {
        let means_something = |c: char| {
            c.is_ascii_alphanumeric()
                || c.is_alphabetic()
                || " \t\r\n_\"'/#{}[]()<>=!,.:;?&|+-*".contains(c)
        };
        let rest = self.rest();
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let after = rest.get(first..).unwrap_or("");
        self.at += first + after.find(means_something).unwrap_or(after.len());
        let text = self.text.get(self.from..self.at).unwrap_or("");
        self.findings.push(errors::stray(self.here(), text));
        self.push(Kind::Stray);
    }

    fn sign(&mut self) {
        let bytes = [self.byte(0), self.byte(1), self.byte(2)];
        if let Some((length, kind, right)) = foreign_sign(bytes) {
            self.at += length;
            let written = self.text.get(self.from..self.at).unwrap_or("");
            self.findings
                .push(errors::foreign_sign(self.here(), written, right));
            return self.push(kind);
        }
        match sign(bytes) {
            Some((length, kind)) => {
                self.at += length;
                self.push(kind);
            }
            None => self.stray(),
        }
    }
}

/// Whether the byte is an ASCII letter, a digit or `_`.
#[inline]
fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES.get(byte as usize).copied().unwrap_or(false)
}

static WORD_BYTES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        #[expect(
            clippy::indexing_slicing,
            reason = "evaluated by the compiler; 128 < 256"
        )]
        {
            bytes[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        }
        byte += 1;
    }
    bytes
};

/// The sign that these bytes begin with, and its length.
fn sign(bytes: [u8; 3]) -> Option<(usize, Kind)> {
    let found = match bytes {
        [b'.', b'.', b'.'] => (3, Kind::Spread),
        [b'=', b'=', _] => (2, Kind::Equal),
        [b'!', b'=', _] => (2, Kind::NotEqual),
        [b'<', b'=', _] => (2, Kind::LessEqual),
        [b'>', b'=', _] => (2, Kind::GreaterEqual),
        [b'&', b'&', _] => (2, Kind::And),
        [b'|', b'|', _] => (2, Kind::Or),
        [b'?', b'?', _] => (2, Kind::Coalesce),
        [b'?', b'.', _] => (2, Kind::QuestionDot),
        [b':', b':', _] => (2, Kind::ColonColon),
        [b'$', b'{', _] => (2, Kind::DollarBrace),
        [b'[', ..] => (1, Kind::BracketOpen),
        [b']', ..] => (1, Kind::BracketClose),
        [b'(', ..] => (1, Kind::ParenOpen),
        [b')', ..] => (1, Kind::ParenClose),
        [b',', ..] => (1, Kind::Comma),
        [b':', ..] => (1, Kind::Colon),
        [b'=', ..] => (1, Kind::Assign),
        [b'<', ..] => (1, Kind::Less),
        [b'>', ..] => (1, Kind::Greater),
        [b'!', ..] => (1, Kind::Not),
        [b'?', ..] => (1, Kind::Question),
        [b'.', ..] => (1, Kind::Dot),
        [b'+', ..] => (1, Kind::Plus),
        [b'-', ..] => (1, Kind::Minus),
        [b'*', ..] => (1, Kind::Star),
        [b'/', ..] => (1, Kind::Slash),
        [b'%', ..] => (1, Kind::Percent),
        _ => return None,
    };
    Some(found)
}

/// A sign of another language: its length, what it is read as, and what to write.
fn foreign_sign(bytes: [u8; 3]) -> Option<(usize, Kind, &'static str)> {
    let found = match bytes {
        [b'=', b'=', b'='] => (3, Kind::Equal, "=="),
        [b'!', b'=', b'='] => (3, Kind::NotEqual, "!="),
        [b'<', b'>', _] => (2, Kind::NotEqual, "!="),
        [b'=', b'>', _] | [b':', b'=', _] => (2, Kind::Assign, "="),
        [b'&', second, _] if second != b'&' => (1, Kind::And, "&&"),
        [b'|', second, _] if second != b'|' => (1, Kind::Or, "||"),
        [b'+', b'+', _] => (2, Kind::Plus, "+"),
        [b'*', b'*', _] => (2, Kind::Star, "*"),
        _ => return None,
    };
    Some(found)
}
