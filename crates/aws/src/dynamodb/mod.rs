//! DynamoDB.

mod describe;
mod indexes;
mod shapes;
mod table;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Table" => &table::Table,
        _ => return None,
    })
}
