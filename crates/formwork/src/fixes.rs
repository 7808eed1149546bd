//! Applies the fixes of diagnostics to the files they are about.

use crate::failure::Failure;
use formwork_artifact::Project;
use formwork_diag::{Diagnostics, Edit, SourceId, Sources};
use std::collections::BTreeMap;

/// Writes all edits that do not overlap; gives the number of fixes applied.
pub(crate) fn apply(
    project: &Project,
    sources: &Sources,
    diagnostics: &Diagnostics,
) -> Result<usize, Failure> {
    let mut edits: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    let mut applied = 0;
    for fix in diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
    {
        let free = fix.edits.iter().all(|edit| {
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
        let Some(text) = sources.get(source).map(|source| source.text().to_string()) else {
            continue;
        };
        let fixed = edits.iter().fold(text, |mut text, edit| {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            text
        });
        let file = project.files.get(source.0 as usize);
        let path = file
            .map(|file| project.root.join(&*file.path))
            .unwrap_or_default();
        std::fs::write(&path, fixed).map_err(|error| Failure::file(&path, &error))?;
    }
    Ok(applied)
}

fn apart(a: &Edit, b: &Edit) -> bool {
    a.span.end < b.span.start
        || b.span.end < a.span.start
        || (a.span.end == b.span.start && !a.span.is_empty() && !b.span.is_empty())
}
