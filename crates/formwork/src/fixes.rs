//! Applies the fixes of diagnostics to the files they are about.

use crate::failure::Failure;
use crate::stack::Opened;
use formwork_diag::{Diagnostics, Edit, SourceId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Writes all edits that do not overlap; gives the number of fixes applied.
pub(crate) fn apply(opened: &Opened, diagnostics: &Diagnostics) -> Result<usize, Failure> {
    let files: BTreeMap<SourceId, Arc<str>> = opened.files().into_iter().collect();
    let mut edits: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    let mut applied = 0;
    for fix in diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
    {
        let free = fix
            .edits
            .iter()
            .all(|edit| files.contains_key(&edit.span.source));
        let free = free
            && fix.edits.iter().all(|edit| {
                let there = edits.get(&edit.span.source);
                there.into_iter().flatten().all(|other| apart(edit, other))
            });
        if free {
            applied += 1;
            for edit in &fix.edits {
                edits
                    .entry(edit.span.source)
                    .or_default()
                    .push(edit.clone());
            }
        }
    }
    for (source, mut edits) in edits {
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let text = opened.sources.get(source);
        let text = text.map(|source| source.text().to_string());
        let (Some(text), Some(file)) = (text, files.get(&source)) else {
            continue;
        };
        let fixed = edits.iter().fold(text, |mut text, edit| {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            text
        });
        let path = opened.project.root.join(&**file);
        std::fs::write(&path, fixed).map_err(|error| Failure::file(&path, &error))?;
    }
    Ok(applied)
}

fn apart(a: &Edit, b: &Edit) -> bool {
    a.span.end < b.span.start
        || b.span.end < a.span.start
        || (a.span.end == b.span.start && !a.span.is_empty() && !b.span.is_empty())
}
