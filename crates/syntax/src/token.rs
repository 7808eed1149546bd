//! The tokens of a stack file, so that lexer, parser and formatter speak of the same pieces of text.

/// What a token is. Every byte of a text lies in exactly one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Blanks, tabs and line ends.
    Space,
    /// `// …`, and what other languages write for it (reported by the lexer).
    Comment,
    /// `/// …`.
    Doc,
    /// Bytes that mean nothing here (reported by the lexer).
    Stray,
    /// A name that is no reserved word.
    Name,
    /// A number with the unit glued to it.
    Number,
    /// The `"` or `"""` that opens a string.
    StringStart,
    /// Text in a string, without escapes.
    StringText,
    /// `\n`, `\u{…}` and the like.
    StringEscape,
    /// `${` in a string.
    HoleStart,
    /// The `}` that ends a `${`.
    HoleEnd,
    /// The `"` or `"""` that closes a string.
    StringEnd,
    /// A string in the quotes of another language (reported by the lexer).
    ForeignString,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `none`.
    None,
    /// `if`.
    If,
    /// `then`.
    Then,
    /// `else`.
    Else,
    /// `for`.
    For,
    /// `in`.
    In,
    /// `{`.
    BraceOpen,
    /// `}`.
    BraceClose,
    /// `[`.
    BracketOpen,
    /// `]`.
    BracketClose,
    /// `(`.
    ParenOpen,
    /// `)`.
    ParenClose,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// `::`.
    ColonColon,
    /// `=`.
    Assign,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `!`.
    Not,
    /// `?`.
    Question,
    /// `??`.
    Coalesce,
    /// `?.`.
    QuestionDot,
    /// `.`.
    Dot,
    /// `...`.
    Spread,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Star,
    /// `/`.
    Slash,
    /// `%` that touches no number.
    Percent,
    /// `${` outside a string.
    DollarBrace,
    /// The end of the text: stands behind the last token in the parser's view.
    End,
}

impl Kind {
    /// Whether the parser passes over it.
    pub const fn is_trivia(self) -> bool {
        matches!(self, Kind::Space | Kind::Comment | Kind::Doc | Kind::Stray)
    }

    /// Whether it is a word that is reserved (except after a dot).
    pub const fn is_reserved(self) -> bool {
        use Kind::{Else, False, For, If, In, None, Then, True};
        matches!(self, True | False | None | If | Then | Else | For | In)
    }

    /// The bracket that closes this one, if it opens one.
    pub const fn closer(self) -> Option<Kind> {
        match self {
            Kind::BraceOpen | Kind::DollarBrace => Some(Kind::BraceClose),
            Kind::BracketOpen => Some(Kind::BracketClose),
            Kind::ParenOpen => Some(Kind::ParenClose),
            Kind::HoleStart => Some(Kind::HoleEnd),
            Kind::StringStart => Some(Kind::StringEnd),
            _ => Option::None,
        }
    }

    /// Whether it closes a bracket.
    pub const fn is_closer(self) -> bool {
        matches!(
            self,
            Kind::BraceClose | Kind::BracketClose | Kind::ParenClose | Kind::HoleEnd
        )
    }
}

/// A piece of text with its kind and what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: Kind,
    /// What stands before it.
    pub before: Before,
}

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Before {
    /// Nothing: the two touch.
    Nothing,
    /// Blanks or a comment on the same line.
    Blank,
    /// A line end, and blanks.
    Line,
    /// A line end: the token stands in column 1.
    LineStart,
}

impl Token {
    /// Whether it is the first token of its line.
    pub fn opens_line(self) -> bool {
        self.before >= Before::Line
    }

    /// Whether it touches the token before it.
    pub fn touches(self) -> bool {
        self.before == Before::Nothing
    }
}

/// The words that open a statement; they cannot name a kind or a component.
pub const STATEMENT_WORDS: [&str; 17] = [
    "stack",
    "env",
    "use",
    "param",
    "let",
    "output",
    "enum",
    "secret",
    "component",
    "assert",
    "test",
    "forget",
    "existing",
    "allow",
    "when",
    "was",
    "adopt",
];

/// The words that are no names (except after a dot).
pub const RESERVED_WORDS: [&str; 8] = ["true", "false", "none", "if", "then", "else", "for", "in"];

/// The kind of a word: reserved or a name.
pub(crate) fn word_kind(word: &str) -> Kind {
    match word {
        "true" => Kind::True,
        "false" => Kind::False,
        "none" => Kind::None,
        "if" => Kind::If,
        "then" => Kind::Then,
        "else" => Kind::Else,
        "for" => Kind::For,
        "in" => Kind::In,
        _ => Kind::Name,
    }
}
