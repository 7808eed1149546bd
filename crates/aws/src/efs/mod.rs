//! EFS: file systems, where machines find them, and what they may see of them.

mod access_point;
mod file_system;
mod mount_target;

use crate::failure::failure;
use crate::resource::{At, Change, Resource, retag as lead_tags, tag_list};
use crate::shape::{Shape, shape};
use aws_sdk_efs::types::Tag;
use formwork_provider::Failure;
use serde_json::Map;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "AccessPoint" => &access_point::AccessPoint,
        "FileSystem" => &file_system::FileSystem,
        "MountTarget" => &mount_target::MountTarget,
        _ => return None,
    })
}

shape!(Tag { key, value });

/// Leads the tags of an object to those that are wanted, if they change.
async fn retag(at: &At<'_>, id: &str, change: &Change<'_>) -> Result<(), Failure> {
    if !change.touches(&[at.tag_property()]) {
        return Ok(());
    }
    let efs = at.clients.efs();
    let there = efs
        .list_tags_for_resource()
        .resource_id(id)
        .send()
        .await
        .map_err(failure)?;
    let mut map = Map::new();
    map.extend(
        there
            .tags
            .show()
            .map(|tags| (at.tag_property().to_owned(), tags)),
    );
    lead_tags!(
        at.tags(&map),
        at.tags(change.wanted),
        |set| efs
            .tag_resource()
            .resource_id(id)
            .set_tags(Some(tag_list(&set)?)),
        |keys| efs
            .untag_resource()
            .resource_id(id)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
