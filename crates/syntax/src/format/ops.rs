//! The steps between tree and text: words, places where a line may end, and the groups that decide whether it does.

use std::borrow::Cow;

/// A step of the printer.
#[derive(Debug)]
pub(super) enum Op<'a> {
    /// Text as it is.
    Text(Cow<'a, str>),
    /// A blank.
    Space,
    /// A blank, or a line end where the group is broken; with an empty line before the next if one stood there.
    Line { blank: bool },
    /// Nothing, or a line end where the group is broken.
    Soft,
    /// A line end.
    Hard { blank: bool },
    /// Text that stands only where the group is broken.
    IfBroken(&'static str),
    /// Text that stands only where the group is on one line.
    IfFlat(&'static str),
    /// The rest of the line is deeper.
    Indent,
    /// The end of `Indent`.
    Dedent,
    /// A group begins: on one line if it fits, unless it is broken already.
    Open { end: usize, broken: bool },
    /// The group ends.
    Close,
    /// A comment behind the text of a line.
    Suffix(&'a str),
    /// A comment on a line of its own, and whether an empty line follows.
    Comment { text: &'a str, blank: bool },
    /// Before the `=` of a field: a place to align within the run of this number.
    Mark(u32),
    /// The end of the field that was marked.
    MarkEnd,
}
