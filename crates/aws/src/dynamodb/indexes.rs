//! How the global indexes of a table change: DynamoDB makes or deletes one at a time.

use crate::shape::{Misfit, Shape};
use aws_sdk_dynamodb::types::{
    CreateGlobalSecondaryIndexAction, DeleteGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, UpdateGlobalSecondaryIndexAction,
};
use serde_json::Value as Json;

/// The steps, in order: what goes, what is changed, what comes. An index that cannot be changed is made anew.
pub(super) fn steps(
    there: &[GlobalSecondaryIndexDescription],
    wanted: &[GlobalSecondaryIndex],
) -> Result<Vec<GlobalSecondaryIndexUpdate>, Misfit> {
    let mut steps = Vec::new();
    for old in there {
        let name = old.index_name().unwrap_or_default();
        let stays = wanted
            .iter()
            .any(|new| new.index_name == name && same_keys(old, new));
        if !stays {
            let gone = DeleteGlobalSecondaryIndexAction::builder()
                .index_name(name)
                .build();
            let update = GlobalSecondaryIndexUpdate::builder().delete(gone.map_err(bad)?);
            steps.push(update.build());
        }
    }
    for new in wanted {
        let there = there
            .iter()
            .find(|old| old.index_name() == Some(&new.index_name));
        match there.filter(|old| same_keys(old, new)) {
            Some(old) if is_resized(old, new) => steps.push(resize(new)?),
            Some(_) => {}
            None => steps.push(make(new)?),
        }
    }
    Ok(steps)
}

/// The capacity of every wanted index that is there: what a table is given with that of its own.
pub(super) fn capacities(
    there: &[GlobalSecondaryIndexDescription],
    wanted: &[GlobalSecondaryIndex],
) -> Result<Vec<GlobalSecondaryIndexUpdate>, Misfit> {
    let known = |new: &&GlobalSecondaryIndex| {
        there
            .iter()
            .any(|old| old.index_name() == Some(&new.index_name))
            && new.provisioned_throughput.is_some()
    };
    wanted.iter().filter(known).map(resize).collect()
}

fn bad(error: aws_smithy_types::error::operation::BuildError) -> Misfit {
    Misfit::new(error.to_string())
}

fn same_keys(old: &GlobalSecondaryIndexDescription, new: &GlobalSecondaryIndex) -> bool {
    old.key_schema() == new.key_schema.as_slice()
        && projected(old.projection.show()) == projected(new.projection.show())
}

/// What an index holds, with its attributes in order: DynamoDB gives a set.
fn projected(projection: Option<Json>) -> Option<Json> {
    let mut projection = projection?;
    if let Some(Json::Array(names)) = projection.get_mut("NonKeyAttributes") {
        names.sort_by_key(Json::to_string);
    }
    Some(projection)
}

fn is_resized(old: &GlobalSecondaryIndexDescription, new: &GlobalSecondaryIndex) -> bool {
    let capacity = new.provisioned_throughput().is_some_and(|new| {
        let old = old.provisioned_throughput();
        old.and_then(|old| old.read_capacity_units()) != Some(new.read_capacity_units)
            || old.and_then(|old| old.write_capacity_units()) != Some(new.write_capacity_units)
    });
    let limit = new.on_demand_throughput().is_some()
        && old.on_demand_throughput() != new.on_demand_throughput();
    capacity || limit
}

fn resize(new: &GlobalSecondaryIndex) -> Result<GlobalSecondaryIndexUpdate, Misfit> {
    let action = UpdateGlobalSecondaryIndexAction::builder()
        .index_name(&new.index_name)
        .set_provisioned_throughput(new.provisioned_throughput.clone())
        .set_on_demand_throughput(new.on_demand_throughput.clone())
        .build();
    Ok(GlobalSecondaryIndexUpdate::builder()
        .update(action.map_err(bad)?)
        .build())
}

fn make(new: &GlobalSecondaryIndex) -> Result<GlobalSecondaryIndexUpdate, Misfit> {
    let action = CreateGlobalSecondaryIndexAction::builder()
        .index_name(&new.index_name)
        .set_key_schema(Some(new.key_schema.clone()))
        .set_projection(new.projection.clone())
        .set_provisioned_throughput(new.provisioned_throughput.clone())
        .set_on_demand_throughput(new.on_demand_throughput.clone())
        .set_warm_throughput(new.warm_throughput.clone())
        .build();
    Ok(GlobalSecondaryIndexUpdate::builder()
        .create(action.map_err(bad)?)
        .build())
}

#[cfg(test)]
mod tests {
    use super::steps;
    use crate::shape::Shape;
    use aws_sdk_dynamodb::types::{
        GlobalSecondaryIndex, GlobalSecondaryIndexDescription, IndexStatus, KeySchemaElement,
        KeyType, Projection, ProjectionType,
    };
    use serde_json::json;

    fn wanted(name: &str, key: &str) -> GlobalSecondaryIndex {
        GlobalSecondaryIndex::take(&json!({
            "IndexName": name,
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        }))
        .unwrap()
    }

    fn there(name: &str, key: &str) -> GlobalSecondaryIndexDescription {
        let key = KeySchemaElement::builder()
            .attribute_name(key)
            .key_type(KeyType::Hash);
        GlobalSecondaryIndexDescription::builder()
            .index_name(name)
            .key_schema(key.build().unwrap())
            .projection(
                Projection::builder()
                    .projection_type(ProjectionType::All)
                    .build(),
            )
            .index_status(IndexStatus::Active)
            .build()
    }

    #[test]
    fn an_index_of_other_keys_is_made_anew() {
        let steps = steps(
            &[there("stays", "a"), there("moves", "a"), there("goes", "a")],
            &[
                wanted("stays", "a"),
                wanted("moves", "b"),
                wanted("comes", "c"),
            ],
        )
        .unwrap();
        let names: Vec<(&str, &str)> = steps
            .iter()
            .map(|step| match (step.delete(), step.create()) {
                (Some(gone), _) => ("delete", gone.index_name()),
                (_, Some(new)) => ("create", new.index_name()),
                _ => ("update", ""),
            })
            .collect();
        let expected = [
            ("delete", "moves"),
            ("delete", "goes"),
            ("create", "moves"),
            ("create", "comes"),
        ];
        assert_eq!(names, expected);
    }
}
