//! The tree of a stack file: what the parser makes and every later stage reads.
//!
//! A broken file still has a tree: a missing name is an empty [`Name`] (its span is the gap), a missing or
//! unreadable expression is [`ExprKind::Bad`].

use formwork_diag::Span;
use std::sync::Arc;

/// A whole file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// The statements in order.
    pub statements: Vec<Statement>,
}

/// A name with its place; empty text if it is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The letters; empty if the name is missing.
    pub text: Arc<str>,
    /// Where it stands, or the gap where it should.
    pub span: Span,
}

/// Text without `${}`: a field name in quotes, a `use` path, an env pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text with its escapes resolved.
    pub text: Arc<str>,
    /// With its quotes.
    pub span: Span,
}

/// A statement with the documentation above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The `///` lines, joined by line ends, without the slashes and one space.
    pub doc: Option<Text>,
    /// What it says.
    pub kind: StatementKind,
    /// From its first word to its last token.
    pub span: Span,
}

/// The sorts of statement.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the grammar's production of that name"
)]
pub enum StatementKind {
    Stack {
        name: Name,
        body: Block,
    },
    Env {
        name: Name,
        pattern: Option<Text>,
        body: Block,
    },
    Use {
        names: UseNames,
        path: Option<Text>,
    },
    Param {
        name: Name,
        ty: TypeExpr,
        default: Option<Expr>,
    },
    Let {
        name: Name,
        ty: Option<TypeExpr>,
        value: Expr,
    },
    Output {
        name: Name,
        ty: Option<TypeExpr>,
        value: Expr,
    },
    Enum {
        name: Name,
        members: Vec<Name>,
    },
    Component {
        name: Name,
        body: Vec<Statement>,
    },
    Assert {
        condition: Expr,
        message: Expr,
    },
    Test {
        name: Name,
        items: Vec<TestItem>,
    },
    Allow(Allow),
    Forget {
        address: AddressExpr,
    },
    Decl(Box<Decl>),
    /// A statement that could not be read; its tokens were skipped.
    Bad,
}

/// What a `use` brings in.
#[derive(Debug, Clone, PartialEq)]
pub enum UseNames {
    /// `use net from …`: another stack's outputs under one name.
    Stack(Name),
    /// `use { a, b } from …`: components.
    Components(Vec<Name>),
}

/// A line of a `test`.
#[derive(Debug, Clone, PartialEq)]
pub enum TestItem {
    /// `env = dev`, `set { … }`.
    Field(Field),
    /// `expect EXPR, MESSAGE`.
    Expect {
        /// What must hold.
        condition: Expr,
        /// What is said when it does not.
        message: Expr,
        /// The whole line.
        span: Span,
    },
}

/// `allow CODE, "reason"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// The code, such as `lint::public_url`.
    pub code: Name,
    /// Why.
    pub reason: Text,
    /// The whole of it.
    pub span: Span,
}

/// `bucket.scratch`, `queue.q["a"]`.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressExpr {
    /// The names between the dots: kind, then label.
    pub path: Vec<Name>,
    /// The key in brackets.
    pub key: Option<Text>,
    /// The whole of it.
    pub span: Span,
}

/// A declaration: `[existing] KIND NAME [: Type] { clause } block`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decl {
    /// The word `existing`, if it stands there.
    pub existing: Option<Span>,
    /// The kind: `bucket`, `resource`, `secret`, or a component's name.
    pub kind: Name,
    /// The declared name.
    pub name: Name,
    /// `: AWS.S3.Bucket` of a `resource`.
    pub resource_type: Option<TypePath>,
    /// `for …`.
    pub for_each: Option<Box<Binder>>,
    /// `when …`.
    pub when: Option<Box<Expr>>,
    /// `was …`.
    pub was: Option<Box<AddressExpr>>,
    /// `adopt …`.
    pub adopt: Option<Box<Expr>>,
    /// The fields; `None` only for a `secret` without a block.
    pub body: Option<Block>,
}

/// `AWS.S3.Bucket`.
#[derive(Debug, Clone, PartialEq)]
pub struct TypePath {
    /// The names between the dots.
    pub path: Vec<Name>,
    /// The whole of it.
    pub span: Span,
}

/// `x in list`, `k, v in map`.
#[derive(Debug, Clone, PartialEq)]
pub struct Binder {
    /// The first name: the element, or a map's key when there are two.
    pub first: Name,
    /// The second name: a map's value (or a list's element, the first then being its index).
    pub second: Option<Name>,
    /// What is walked.
    pub over: Expr,
}

/// `{ … }` with fields, spreads and allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What stands in it, in order.
    pub items: Vec<BlockItem>,
    /// With its braces.
    pub span: Span,
}

/// An item of a block.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockItem {
    /// `name = value`, `"name" = value`, `name { … }`.
    Field(Field),
    /// `allow CODE, "reason"`.
    Allow(Allow),
    /// `...expr`.
    Spread {
        /// What is spread.
        value: Expr,
        /// With its dots.
        span: Span,
    },
}

/// A field; `name { … }` has a [`ExprKind::Object`] as its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name, unquoted; its span has the quotes.
    pub name: Name,
    /// Whether the name is written in quotes.
    pub quoted: bool,
    /// The value.
    pub value: Expr,
    /// From the name to the value's end.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// What it names.
    pub kind: TypeKind,
    /// The `?` after it.
    pub optional: Option<Span>,
    /// The whole of it.
    pub span: Span,
}

/// The forms of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `string`, `list(int)`, `AWS.S3.Bucket`.
    Named {
        /// The names between the dots.
        path: Vec<Name>,
        /// The type in parentheses.
        argument: Option<Box<TypeExpr>>,
    },
    /// `{ a: string, b: int }`.
    Object(Vec<(Name, TypeExpr)>),
    /// Missing or unreadable.
    Bad,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its first to its last byte.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is the grammar's production of that name"
)]
pub enum ExprKind {
    /// `none`.
    None,
    /// `true`, `false`.
    Bool(bool),
    /// A number as written without `_` (`10000`, `0.5`), and its unit if one is glued to it (`MB`).
    Number {
        digits: Arc<str>,
        unit: Option<Name>,
    },
    /// A string: texts (escapes resolved) and `${…}` in turn. No parts: the empty string.
    String(Vec<StringPart>),
    /// A bare name.
    Name(Arc<str>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ a = 1, ...b }`.
    Object(Block),
    /// `[for x in xs if c: value]`.
    ListFor {
        binder: Box<Binder>,
        condition: Option<Box<Expr>>,
        value: Box<Expr>,
    },
    /// `{for x in xs if c: key = value}`.
    ObjectFor {
        binder: Box<Binder>,
        condition: Option<Box<Expr>>,
        key: Box<Expr>,
        value: Box<Expr>,
    },
    /// `if c then a else b`.
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// `(a)`.
    Paren(Box<Expr>),
    /// `!a`, `-a`.
    Unary {
        op: UnaryOp,
        op_span: Span,
        operand: Box<Expr>,
    },
    /// `a + b` and the rest.
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a.b`; the name is empty while it is being typed.
    Member { of: Box<Expr>, name: Name },
    /// `a?.b`.
    OptionalMember { of: Box<Expr>, name: Name },
    /// `a[b]`.
    Index { of: Box<Expr>, index: Box<Expr> },
    /// `f(x, name = y)`.
    Call {
        callee: Box<Expr>,
        arguments: Vec<Argument>,
        close: Span,
    },
    /// Missing or unreadable.
    Bad,
}

/// A part of a string.
#[derive(Debug, Clone, PartialEq)]
pub enum StringPart {
    /// Text with its escapes resolved, and where it stands.
    Text(Text),
    /// `${expr}`.
    Value(Expr),
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `name =` before it.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// The operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by their signs")]
pub enum UnaryOp {
    Not,
    Negate,
}

/// The operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by their signs")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Coalesce,
    Add,
    Subtract,
    Multiply,
    Divide,
}
