//! Prints how long the simulated cloud takes for many objects, so that its cost can be told from the engine's:
//! `cargo run --release -p formwork-mock --example throughput -- 10000 64`.

use formwork_catalog::Aws;
use formwork_mock::{Cloud, MockProvider};
use formwork_provider::{Answer, Failure, OwnerTags, Provider, Reply, Request, Target};
use formwork_schema::Address;
use serde_json::json;
use std::collections::VecDeque;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments
        .next()
        .unwrap_or_default()
        .parse()
        .unwrap_or(10_000);
    let at_once: usize = arguments.next().unwrap_or_default().parse().unwrap_or(64);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("cloud.db");
    let catalog = Arc::new(Aws::new());
    let provider = MockProvider::new(Cloud::open(&path, catalog.clone(), "000000000000")?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;

    let begin = Instant::now();
    let failed = runtime.block_on(create_all(&provider, count, at_once));
    let commits = provider.visit(|cloud| cloud.commits()).unwrap_or(0);
    let took = begin.elapsed();
    println!("{count} creates, {at_once} at once, {failed} failed: {took:?}, {commits} commits");
    drop(provider);

    let begin = Instant::now();
    let cloud = Cloud::open(&path, catalog, "000000000000")?;
    println!("opening: {:?}", begin.elapsed());
    let provider = MockProvider::new(cloud)?;
    let targets: Vec<Target> = (0..count).map(target).collect();
    for _ in 0..2 {
        let begin = Instant::now();
        let read = runtime.block_on(provider.read(targets.clone()));
        let found = read
            .iter()
            .filter(|answer| matches!(answer, Ok(Some(_))))
            .count();
        println!("reading {found}: {:?}", begin.elapsed());
    }
    Ok(())
}

/// Gives how many failed.
async fn create_all(provider: &MockProvider, count: usize, at_once: usize) -> usize {
    let mut calls: VecDeque<Answer<'_, Result<Reply, Failure>>> = VecDeque::new();
    let mut failed = 0;
    for number in 0..count {
        if calls.len() >= at_once
            && let Some(call) = calls.pop_front()
        {
            failed += usize::from(call.await.is_err());
        }
        calls.push_back(provider.call(create(number)));
    }
    for call in calls {
        failed += usize::from(call.await.is_err());
    }
    failed
}

fn name(number: usize) -> String {
    format!("/shop/prod/parameter-{number}")
}

fn target(number: usize) -> Target {
    Target {
        address: Address::new("resource", format!("p{number}")),
        generation: 0,
        type_name: "AWS::SSM::Parameter".into(),
        slice: None,
        region: "eu-central-1".into(),
        id: Some(name(number).into()),
        name: None,
    }
}

fn create(number: usize) -> Request {
    let target = Target {
        id: None,
        ..target(number)
    };
    let properties = json!({
        "Name": name(number),
        "Type": "String",
        "Value": format!("value {number} of {}", number / 2),
        "Tags": {
            "formwork:stack": "shop",
            "formwork:env": "prod",
            "formwork:address": target.address.to_string(),
            "formwork:generation": "0",
        },
    });
    Request::Create {
        target,
        properties: properties.as_object().cloned().unwrap_or_default(),
        token: format!("shop-prod-{number}").into(),
        owner: OwnerTags {
            stack: "shop".into(),
            env: "prod".into(),
        },
    }
}
