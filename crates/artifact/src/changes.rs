//! Which files differ between two artifacts: what a plan shows of new code.

use formwork_schema::ArtifactFile;
use std::cmp::Ordering;
use std::sync::Arc;

/// The names that differ, each list sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedFiles {
    /// Only in the new one.
    pub added: Vec<Arc<str>>,
    /// Only in the old one.
    pub removed: Vec<Arc<str>>,
    /// In both, with another content or executable bit.
    pub changed: Vec<Arc<str>>,
}

impl ChangedFiles {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares the files of two artifacts, each sorted by name as artifacts are.
pub fn changed_files(old: &[ArtifactFile], new: &[ArtifactFile]) -> ChangedFiles {
    let mut found = ChangedFiles::default();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.name.cmp(&after.name),
        };
        let before = old.next_if(|_| order != Ordering::Greater);
        let after = new.next_if(|_| order != Ordering::Less);
        match (before, after) {
            (Some(before), None) => found.removed.push(before.name.clone()),
            (None, Some(after)) => found.added.push(after.name.clone()),
            (Some(before), Some(after)) if before.digest != after.digest => {
                found.changed.push(after.name.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Vec<ArtifactFile> {
        let file = |(name, digest): &(&str, &str)| ArtifactFile {
            name: (*name).into(),
            digest: (*digest).into(),
        };
        list.iter().map(file).collect()
    }

    #[test]
    fn every_difference_is_named_once() {
        let old = files(&[("a", "1"), ("b", "1"), ("c", "1"), ("e", "1")]);
        let new = files(&[("0", "1"), ("b", "2"), ("c", "1"), ("d", "1")]);
        let found = changed_files(&old, &new);
        let names = |list: &[&str]| list.iter().map(|name| Arc::from(*name)).collect::<Vec<_>>();
        assert_eq!(found.added, names(&["0", "d"]));
        assert_eq!(found.removed, names(&["a", "e"]));
        assert_eq!(found.changed, names(&["b"]));
        assert!(changed_files(&old, &old).is_empty() && !found.is_empty());
        assert_eq!(changed_files(&[], &new).added.len(), 4);
        assert_eq!(changed_files(&old, &[]).removed.len(), 4);
    }
}
