//! The one way by which names and texts from outside reach a terminal, a log or a page.

use std::borrow::Cow;

/// Replaces what could steer a terminal or a CI log (control characters, escapes, bidi controls) with visible forms.
///
/// Line ends and tabs stay; everything else below U+0020, U+007F–U+009F and the bidi controls become `\u{…}`.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            out.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn escapes_become_visible() {
        assert_eq!(safe("plain é\n"), "plain é\n");
        assert_eq!(safe("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(safe("x\u{202e}y\r"), "x\\u{202e}y\\u{d}");
    }
}
