//! Steps to text: decides for each group whether it fits on its line, then aligns the `=` of neighbouring fields.

use super::ops::Op;

/// How wide a line may be, in characters.
const WIDTH: usize = 100;

/// Writes the steps as text.
pub(super) fn render(ops: &[Op<'_>]) -> String {
    let mut renderer = Renderer {
        ops,
        out: String::new(),
        line: 0,
        line_start: 0,
        indent: 0,
        fresh: true,
        behind_comment: false,
        broken: Vec::new(),
        marks: Vec::new(),
        open_marks: Vec::new(),
    };
    for at in 0..ops.len() {
        renderer.step(at);
    }
    if !renderer.fresh {
        renderer.out.push('\n');
    }
    align(&renderer.out, &renderer.marks)
}

struct Renderer<'a> {
    ops: &'a [Op<'a>],
    out: String,
    line: usize,
    line_start: usize,
    indent: usize,
    /// Nothing is written on the current line yet.
    fresh: bool,
    /// A comment ends the current line: nothing can follow on it.
    behind_comment: bool,
    /// For each open group, whether it is broken.
    broken: Vec<bool>,
    marks: Vec<Mark>,
    open_marks: Vec<Option<usize>>,
}

/// A `=` that may be aligned with those of the lines around it.
struct Mark {
    run: u32,
    /// Where it stands in the text.
    at: usize,
    line: usize,
    /// In characters from the start of the line.
    column: usize,
    /// The line on which the field ends.
    end: usize,
}

impl Renderer<'_> {
    fn step(&mut self, at: usize) {
        match self.ops.get(at) {
            Some(Op::Text(text)) => self.text(text),
            Some(Op::Space) if !self.fresh && !self.behind_comment => self.out.push(' '),
            Some(Op::Line { blank }) if self.is_broken() => self.end_line(*blank),
            Some(Op::Line { .. }) => self.text(" "),
            Some(Op::Soft) if self.is_broken() => self.end_line(false),
            Some(Op::Hard { blank }) => self.end_line(*blank),
            Some(Op::IfBroken(text)) if self.is_broken() => self.text(text),
            Some(Op::IfFlat(text)) if !self.is_broken() => self.text(text),
            Some(Op::Indent) => self.indent += 2,
            Some(Op::Dedent) => self.indent = self.indent.saturating_sub(2),
            Some(Op::Open { end, broken }) => {
                let broken = *broken || (self.is_broken() && !self.fits(at, *end));
                self.broken.push(broken);
            }
            Some(Op::Close) => {
                self.broken.pop();
            }
            Some(Op::Suffix(text)) => {
                self.out.push_str(if self.fresh { "" } else { " " });
                self.text(text);
                self.behind_comment = true;
            }
            Some(Op::Comment { text, blank }) => self.comment(text, *blank),
            Some(Op::Mark(run)) => self.mark(*run),
            Some(Op::MarkEnd) => self.mark_end(),
            _ => {}
        }
    }

    fn is_broken(&self) -> bool {
        self.broken.last().copied().unwrap_or(true)
    }

    fn text(&mut self, text: &str) {
        if self.behind_comment {
            self.end_line(false);
        }
        if text.is_empty() {
            return;
        }
        if self.fresh {
            self.out.extend(std::iter::repeat_n(' ', self.indent));
        }
        self.out.push_str(text);
        self.fresh = false;
        if let Some(last) = text.rfind('\n') {
            self.line += text.matches('\n').count();
            self.line_start = self.out.len() - (text.len() - last - 1);
        }
    }

    /// Ends the line unless nothing stands on it; then leaves an empty line if asked, but never two, and none at
    /// the beginning.
    fn end_line(&mut self, blank: bool) {
        if !self.fresh {
            self.new_line();
        }
        self.behind_comment = false;
        if blank && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
        self.line += 1;
        self.line_start = self.out.len();
        self.fresh = true;
    }

    fn comment(&mut self, text: &str, blank: bool) {
        self.end_line(false);
        self.text(text);
        self.end_line(blank);
    }

    fn mark(&mut self, run: u32) {
        let alone = self.is_broken() && !self.fresh && !self.behind_comment;
        self.open_marks.push(alone.then_some(self.marks.len()));
        if alone {
            let column = self
                .out
                .get(self.line_start..)
                .unwrap_or("")
                .chars()
                .count();
            let (at, line) = (self.out.len(), self.line);
            self.marks.push(Mark {
                run,
                at,
                line,
                column,
                end: line,
            });
        }
    }

    fn mark_end(&mut self) {
        if let Some(mark) = self
            .open_marks
            .pop()
            .flatten()
            .and_then(|at| self.marks.get_mut(at))
        {
            mark.end = self.line;
        }
    }

    /// Whether the group from `open` to `end` fits on the line, with what follows it up to the next place where
    /// the line may end.
    fn fits(&self, open: usize, end: usize) -> bool {
        let column = match self.fresh {
            true => self.indent,
            false => self
                .out
                .get(self.line_start..)
                .unwrap_or("")
                .chars()
                .count(),
        };
        let mut left = WIDTH.saturating_sub(column);
        for (at, op) in self.ops.iter().enumerate().skip(open + 1) {
            let inside = at < end;
            let width = match op {
                Op::Text(text) => match text.split_once('\n') {
                    Some((first, _)) => return first.chars().count() <= left,
                    None => text.chars().count(),
                },
                Op::Space => 1,
                Op::Line { .. } if inside => 1,
                Op::IfFlat(text) if inside => text.len(),
                Op::Line { .. } | Op::Soft if !inside => return true,
                Op::Hard { .. } | Op::Comment { .. } => return true,
                _ => 0,
            };
            if width > left {
                return false;
            }
            left -= width;
        }
        true
    }
}

/// Puts blanks before the marked `=` of fields on neighbouring lines, so that they stand in one column.
fn align(text: &str, marks: &[Mark]) -> String {
    let mut marks: Vec<&Mark> = marks.iter().filter(|mark| mark.end == mark.line).collect();
    marks.sort_by_key(|mark| (mark.run, mark.line));
    let runs = marks.chunk_by(|a, b| a.run == b.run && a.line + 1 == b.line);
    let mut blanks: Vec<(usize, usize)> = runs
        .flat_map(|run| {
            let widest = run.iter().map(|mark| mark.column).max().unwrap_or(0);
            run.iter().map(move |mark| (mark.at, widest - mark.column))
        })
        .collect();
    blanks.sort_unstable();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut from = 0;
    for (at, count) in blanks {
        out.push_str(text.get(from..at).unwrap_or(""));
        out.extend(std::iter::repeat_n(' ', count));
        from = at;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}
