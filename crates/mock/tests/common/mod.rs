//! A small hand-made catalog and short ways to make requests.
#![allow(dead_code, reason = "each test binary uses a part of it")]

mod types;

pub(crate) use types::*;

use formwork_mock::Cloud;
use formwork_provider::{
    Failure, Live, OwnerTags, Reply, Request, TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK,
    Target,
};
use formwork_schema::Address;
use serde_json::{Map, Value as Json, json};

pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const ACCOUNT: &str = "111122223333";

pub(crate) fn cloud() -> Cloud {
    Cloud::in_memory(catalog(), ACCOUNT).unwrap()
}

pub(crate) fn map(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

pub(crate) fn target(type_name: &str, label: &str) -> Target {
    Target {
        address: Address::new("resource", label),
        generation: 0,
        type_name: type_name.into(),
        slice: None,
        region: REGION.into(),
        id: None,
        name: None,
    }
}

pub(crate) fn owner() -> OwnerTags {
    OwnerTags {
        stack: "shop".into(),
        env: "test".into(),
    }
}

pub(crate) fn our_tags(target: &Target) -> Json {
    json!([
        { "Key": TAG_STACK, "Value": "shop" },
        { "Key": TAG_ENV, "Value": "test" },
        { "Key": TAG_ADDRESS, "Value": target.address.tag() },
        { "Key": TAG_GENERATION, "Value": target.generation.to_string() },
    ])
}

pub(crate) fn create_request(target: &Target, properties: Json, token: &str) -> Request {
    Request::Create {
        target: target.clone(),
        properties: map(properties),
        token: token.into(),
        owner: owner(),
    }
}

pub(crate) fn update_request(
    target: &Target,
    id: &str,
    changed: Json,
    removed: &[&str],
) -> Request {
    let changed = map(changed);
    Request::Update {
        target: with_id(target, id),
        properties: changed.clone(),
        changed,
        removed: removed.iter().map(|name| (*name).into()).collect(),
        token: "update".into(),
    }
}

pub(crate) fn with_id(target: &Target, id: &str) -> Target {
    Target {
        id: Some(id.into()),
        ..target.clone()
    }
}

/// Makes a call and polls until it has ended.
pub(crate) fn settle(cloud: &mut Cloud, request: &Request) -> Result<Reply, Failure> {
    let mut reply = cloud.handle(request)?;
    while let Reply::Pending { id, poll_after, .. } = reply {
        cloud.advance(poll_after);
        reply = cloud.handle(&Request::Poll {
            target: with_id(request.target(), &id),
            deleting: matches!(request, Request::Delete { .. }),
        })?;
    }
    cloud.commit().unwrap();
    Ok(reply)
}

pub(crate) fn create(cloud: &mut Cloud, target: &Target, properties: Json) -> Live {
    let request = create_request(target, properties, &target.address.to_string());
    match settle(cloud, &request) {
        Ok(Reply::Done(live)) => live,
        other => panic!("{target:?}: {other:?}"),
    }
}

pub(crate) fn read(cloud: &mut Cloud, target: &Target, id: &str) -> Option<Live> {
    match cloud.handle(&Request::Read(with_id(target, id))) {
        Ok(Reply::Found(live)) => Some(live),
        Ok(Reply::Absent) => None,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn delete(cloud: &mut Cloud, target: &Target, id: &str) -> Result<Reply, Failure> {
    settle(
        cloud,
        &Request::Delete {
            target: with_id(target, id),
            force: false,
        },
    )
}

pub(crate) fn find(cloud: &mut Cloud, target: &Target, properties: Json) -> Vec<Live> {
    let request = Request::Find {
        target: target.clone(),
        owner: owner(),
        properties: map(properties),
    };
    match cloud.handle(&request) {
        Ok(Reply::Candidates(found)) => found,
        other => panic!("{other:?}"),
    }
}

/// A role that functions can have, and its ARN.
pub(crate) fn with_role(cloud: &mut Cloud) -> String {
    let role = target("AWS::IAM::Role", "role");
    let live = create(
        cloud,
        &role,
        json!({ "RoleName": "runner", "AssumeRolePolicyDocument": {} }),
    );
    live.properties["Arn"].as_str().unwrap().to_owned()
}
