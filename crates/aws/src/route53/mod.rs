//! Route 53: zones and their records.

mod hosted_zone;
mod record_set;

use crate::failure::failure;
use crate::resource::{At, Resource};
use aws_sdk_route53::types::{ChangeInfo, ChangeStatus};
use formwork_provider::Failure;
use std::time::Duration;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "HostedZone" => &hosted_zone::HostedZone,
        "RecordSet" => &record_set::RecordSet,
        _ => return None,
    })
}

/// A name as it is written: without the dot at the end, with `*` for the escape that Route 53 shows.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').replace("\\052", "*")
}

/// Waits until all servers know of a change, or for a minute: what depends on it need not wait longer.
async fn known(at: &At<'_>, change: Option<ChangeInfo>) -> Result<(), Failure> {
    let Some(change) = change else { return Ok(()) };
    let mut status = change.status;
    for _ in 0..LOOKS {
        if status == ChangeStatus::Insync {
            break;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        let asked = at
            .clients
            .route53()
            .get_change()
            .id(&change.id)
            .send()
            .await;
        let info = asked.map_err(failure)?.change_info;
        status = info.map_or(ChangeStatus::Insync, |info| info.status);
    }
    Ok(())
}

const LOOKS: usize = 20;
