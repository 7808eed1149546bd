//! What stacks cost: exactly where prices are fixed, by the rules of billing where use is said, as a rate elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use formwork_kinds::{CostLine, Estimate, Kinds, Look, Mode, Thing, estimate};
use formwork_schema::{Address, Vocabulary};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use support::{Folder, outcome};

/// The estimate of a stack's declarations.
fn cost(decls: &str) -> Estimate {
    let text = format!("stack s {{ region = us_east_1 }}\n{decls}");
    let outcome = outcome(&text, &Folder::default(), None, Mode::Check);
    let errors: Vec<String> = outcome
        .diagnostics
        .iter()
        .filter(|d| d.is_error())
        .map(|d| d.message.clone())
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{decls}");
    let things = outcome.lowered.resources.iter().map(|resource| Thing {
        address: &resource.address,
        type_name: &resource.type_name,
        is_slice: resource.slice.is_some(),
        properties: Look::Nodes(&resource.properties),
    });
    estimate(things, &outcome.usage)
}

fn dollars(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    format!("{rounded:.2}")
}

fn line<'e>(estimate: &'e Estimate, address: &str, price: &str) -> &'e CostLine {
    let found = estimate
        .lines
        .iter()
        .find(|line| line.address.to_string() == address && line.price.id == price);
    found.unwrap_or_else(|| panic!("no {price} of {address} in {estimate:#?}"))
}

fn amount(estimate: &Estimate, address: &str, price: &str) -> String {
    let amount = line(estimate, address, price).amount;
    dollars(
        amount
            .unwrap_or_else(|| panic!("{price} of {address} is a rate"))
            .high,
    )
}

fn function(name: &str, memory: &str, usage: &str) -> String {
    format!(
        "function {name} {{ code = \"./f\", runtime = python313, handler = \"index.main\", memory = {memory}, \
         usage {{ {usage} }} }}\n"
    )
}

#[test]
fn three_million_requests_cost_forty_cents_after_the_free_million() {
    let one = cost(&function(
        "f",
        "128MB",
        "requests_per_month = 3_000_000, duration = 100ms",
    ));
    assert_eq!(amount(&one, "function.f", "lambda.requests"), "0.40");
    // 3,000,000 × 0.1 s × 0.125 GB = 37,500 GB-seconds: all free.
    assert_eq!(amount(&one, "function.f", "lambda.duration.x86"), "0.00");
    assert_eq!(dollars(one.monthly().high), "0.40");
}

#[test]
fn six_hundred_thousand_gigabyte_seconds_beyond_the_free_ones_cost_ten_dollars() {
    // 1,000,000 runs of one second at 1 GB.
    let f = cost(&function(
        "f",
        "1GB",
        "requests_per_month = 1_000_000, duration = 1s",
    ));
    let duration = line(&f, "function.f", "lambda.duration.x86");
    assert_eq!(duration.units, Some(Decimal::from(1_000_000)));
    assert_eq!(amount(&f, "function.f", "lambda.duration.x86"), "10.00");
    assert_eq!(amount(&f, "function.f", "lambda.requests"), "0.00");
}

#[test]
fn the_free_seconds_are_fewer_the_more_memory_there_is() {
    // 400,000 GB-seconds: 400,000 s at 1 GB, 3,200,000 s at 128 MB.
    for (memory, runs) in [("1GB", "400_000"), ("128MB", "3_200_000")] {
        let usage = format!("requests_per_month = {runs}, duration = 1s");
        let f = cost(&function("f", memory, &usage));
        let duration = line(&f, "function.f", "lambda.duration.x86");
        assert_eq!(duration.units, Some(Decimal::from(400_000)), "{memory}");
        assert_eq!(duration.amount.unwrap().high, Decimal::ZERO, "{memory}");
    }
}

#[test]
fn a_run_is_billed_by_the_millisecond_begun() {
    let units = |duration: &str| {
        let usage = format!("requests_per_month = 1_000_000, duration = {duration}");
        let f = cost(&function("f", "1GB", &usage));
        line(&f, "function.f", "lambda.duration.x86").units.unwrap()
    };
    assert_eq!(units("120ms"), Decimal::from(120_000));
    assert_eq!(units("120.1ms"), Decimal::from(121_000));
    assert_eq!(units("0.2ms"), Decimal::from(1_000));
}

#[test]
fn free_units_are_taken_once_for_all_of_a_stack() {
    let usage = "requests_per_month = 1_000_000, duration = 200ms";
    let two = format!(
        "{}{}",
        function("a", "1GB", usage),
        function("b", "1GB", usage)
    );
    let two = cost(&two);
    assert_eq!(amount(&two, "function.a", "lambda.requests"), "0.10");
    assert_eq!(amount(&two, "function.b", "lambda.requests"), "0.10");
    // 400,000 GB-seconds together: still free. Both processors share them.
    assert_eq!(dollars(two.monthly().high), "0.20");
    let arm = function("c", "1GB", usage).replace("usage", "arch = arm64, usage");
    let three = cost(&format!(
        "{}{}{arm}",
        function("a", "1GB", usage),
        function("b", "1GB", usage)
    ));
    let durations = ["a", "b", "c"].map(|name| {
        let price = if name == "c" {
            "lambda.duration.arm64"
        } else {
            "lambda.duration.x86"
        };
        line(&three, &format!("function.{name}"), price)
            .amount
            .unwrap()
            .high
    });
    let all: Decimal = durations.iter().sum();
    // 600,000 GB-seconds, of which 200,000 are paid for.
    assert_eq!(dollars(all), "3.33");
}

#[test]
fn without_a_usage_block_a_charge_is_a_rate() {
    let f = cost(&function("f", "128MB", "").replace("usage {  }", ""));
    assert!(f.rates().count() >= 2, "{f:#?}");
    assert_eq!(f.monthly().high, Decimal::ZERO);
    let only_runs = cost(&function("f", "128MB", "requests_per_month = 10"));
    assert!(
        line(&only_runs, "function.f", "lambda.duration.x86")
            .amount
            .is_none()
    );
}

#[test]
fn lightsail_is_exact() {
    let all = cost(
        "server_address a {}\nserver_address free {}\n\
         server web { template = lamp, bundle = small, address = a, snapshots = off }\n\
         server office { template = windows, bundle = small, snapshots = off }\n\
         server six { template = lamp, bundle = small, ip = ipv6, snapshots = off }\n\
         server_disk d { size = 16GB, snapshots = off }\n\
         server_database db { engine = mysql, bundle = micro, high_availability = true }\n\
         server_balancer lb { servers = [web] }\nserver_bucket b {}\n\
         server_container c { power = micro, nodes = 3 }",
    );
    let expected = [
        ("server.web", "lightsail.server.small_3_0", "12.00"),
        ("server.office", "lightsail.server.small_win_3_0", "22.00"),
        ("server.six", "lightsail.server.small_ipv6_3_0", "10.00"),
        ("server_address.free", "lightsail.address", "3.65"),
        ("server_disk.d", "lightsail.disk", "1.60"),
        (
            "server_database.db",
            "lightsail.database.micro_ha_2_0",
            "30.00",
        ),
        ("server_balancer.lb", "lightsail.balancer", "18.00"),
        ("server_bucket.b", "lightsail.bucket.small_1_0", "1.00"),
        ("server_container.c", "lightsail.container.micro", "30.00"),
    ];
    for (address, price, dollars) in expected {
        assert_eq!(amount(&all, address, price), dollars, "{address}");
    }
    assert_eq!(all.lines.len(), expected.len(), "{all:#?}");
    assert_eq!(dollars(all.monthly().high), "128.25");
    assert_eq!(all.rates().count(), 0);
}

#[test]
fn other_kinds_are_charged_as_they_are_used() {
    let all = cost(
        "queue q { usage { requests_per_month = 2_000_000 } }\n\
         queue fifo { fifo = true, usage { requests_per_month = 2_000_000 } }\n\
         table t { partition_key { id = string }, recovery = true,\n\
           usage { writes_per_month = 1_000_000, reads_per_month = 4_000_000, storage = 125GB } }\n\
         table p { partition_key { id = string }, capacity = provisioned(read = 10, write = 5) }\n\
         bucket b { usage { storage = 100GB, writes_per_month = 10_000, reads_per_month = 100_000, sent = 200GB } }\n\
         topic n { usage { messages_per_month = 3_000_000 } }\n\
         log_group l { usage { taken_in = 10GB, kept = 100GB } }\n\
         key k {}",
    );
    let expected = [
        ("queue.q", "sqs.standard", "0.40"),
        ("queue.fifo", "sqs.fifo", "0.50"),
        ("table.t", "dynamodb.write", "0.63"),
        ("table.t", "dynamodb.read", "0.50"),
        ("table.t", "dynamodb.storage", "25.00"),
        ("table.t", "dynamodb.recovery", "25.00"),
        ("table.p", "dynamodb.write_unit", "2.37"),
        ("table.p", "dynamodb.read_unit", "0.95"),
        ("bucket.b", "s3.storage", "2.30"),
        ("bucket.b", "s3.writes", "0.05"),
        ("bucket.b", "s3.reads", "0.04"),
        ("bucket.b", "transfer.out", "9.00"),
        ("topic.n", "sns.publish", "1.00"),
        ("log_group.l", "logs.ingest", "2.50"),
        ("log_group.l", "logs.storage", "3.00"),
        ("key.k", "kms.key", "1.00"),
    ];
    for (address, price, dollars) in expected {
        assert_eq!(amount(&all, address, price), dollars, "{address} {price}");
    }
}

/// Spare capacity has a price that moves: what it costs is a range.
#[test]
fn spare_capacity_is_a_range() {
    let pool = |capacity: &str| {
        cost(&format!(
            "network net {{}}\nbatch_pool p {{ network = net, capacity = {capacity}, max_vcpus = 16, \
             usage {{ vcpu_hours_per_month = 1000, gb_hours_per_month = 2000 }} }}"
        ))
    };
    let spot = pool("fargate_spot").monthly();
    assert_eq!(
        (dollars(spot.low), dollars(spot.high)),
        ("14.70".into(), "24.60".into())
    );
    let plain = pool("fargate").monthly();
    assert_eq!(plain.low, plain.high);
    assert_eq!(dollars(plain.high), "49.37");
}

/// Two tasks of half a vCPU and a gigabyte for 730 hours, and their load balancer.
#[test]
fn services_on_fargate_cost_by_task_and_hour() {
    let of = |more: &str| {
        cost(&format!(
            "network net {{ nat = single }}\n\
             service web {{ network = net, image = \"nginx:1.29\", cpu = 0.5, memory = 1GB, port = 80, {more} }}"
        ))
    };
    let web = "service.web";
    let plain = of("count = 2, expose = alb, usage { logs = 7GB, capacity_units = 1 }");
    assert_eq!(amount(&plain, web, "fargate.cpu.x86"), "29.55");
    assert_eq!(amount(&plain, web, "fargate.memory.x86"), "6.49");
    assert_eq!(amount(&plain, web, "elb.application"), "16.43");
    assert_eq!(amount(&plain, web, "elb.application.unit"), "5.84");
    assert_eq!(amount(&plain, web, "logs.ingest"), "1.00");
    let arm = of("count = 2, arch = arm64, disk = 30GB");
    assert_eq!(amount(&arm, web, "fargate.cpu.arm64"), "23.64");
    assert_eq!(amount(&arm, web, "fargate.storage"), "1.62");
    // Used hours stand for those of the least number of tasks.
    let used =
        of("scale { min = 1, max = 4, target_cpu = 60% }, usage { task_hours_per_month = 1000 }");
    assert_eq!(amount(&used, web, "fargate.cpu.x86"), "20.24");
}

/// A base on Fargate, three quarters of the rest on its spare capacity.
#[test]
fn weights_share_the_cost_of_a_service() {
    let all = cost(
        "network net { nat = single }\n\
         service web { network = net, image = \"nginx:1.29\", cpu = 1, memory = 2GB, count = 5, \
         capacity = [fargate(base = 1), fargate_spot(weight = 3)] }",
    );
    let of = |price: &str| {
        let mut lines = all.lines.iter();
        let line = lines.find(|line| line.price.id == price).unwrap();
        (
            line.units.unwrap().normalize().to_string(),
            line.amount.unwrap(),
        )
    };
    // Two of five tasks on Fargate, three on spare capacity, 730 hours each.
    assert_eq!(of("fargate.cpu.x86").0, "1460");
    let (units, spot) = of("fargate.spot.cpu");
    assert_eq!(units, "2190");
    assert_eq!(
        (dollars(spot.low), dollars(spot.high)),
        ("26.50".into(), "44.24".into())
    );
}

/// Instances have no price here.
#[test]
fn services_on_instances_are_named_as_unpriced() {
    let all = cost(
        "network net { nat = single }\n\
         cluster own { network = net, instances { types = [\"m7i.large\"], max = 2 } }\n\
         service web { network = net, cluster = own, capacity = instances, image = \"nginx:1.29\" }",
    );
    let names: Vec<String> = all.unpriced.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["cluster.own", "service.web"]);
}

#[test]
fn what_has_no_price_here_is_named() {
    let all = cost(
        "server own { template = ubuntu, bundle = bundle(\"giant_9_0\"), snapshots = off }\n\
         parameter large { value = \"x\", tier = advanced }\nparameter small { value = \"x\" }\n\
         role r { trust = [service(\"lambda.amazonaws.com\")] }\n\
         resource x: AWS.SNS.Topic {}",
    );
    let names: Vec<String> = all.unpriced.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["parameter.large", "resource.x", "server.own"]);
}

/// What the state holds is priced as what is written: the properties are JSON there.
#[test]
fn authored_properties_of_a_state_have_the_same_price() {
    let address = Address::new("server", "web");
    let properties: Map<String, _> =
        serde_json::from_value(json!({ "BundleId": "small_3_0" })).unwrap();
    let thing = Thing {
        address: &address,
        type_name: "AWS::Lightsail::Instance",
        is_slice: false,
        properties: Look::Json(&properties),
    };
    let estimate = estimate([thing], &BTreeMap::new());
    assert_eq!(dollars(estimate.monthly().high), "12.00");
}

/// A usage block without a charge that reads it would be a question without an answer.
#[test]
fn every_kind_that_asks_for_its_use_has_charges_by_use() {
    let kinds = Kinds::aws();
    let asking: Vec<&str> = kinds
        .kind_names()
        .into_iter()
        .filter(|name| kinds.kind(name).unwrap().usage.is_some())
        .collect();
    assert!(asking.len() >= 12, "{asking:?}");
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds");
    let mut text = String::new();
    let mut pending = vec![sources];
    while let Some(at) = pending.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => pending.push(path),
                false => text.push_str(&std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    for name in asking {
        let Some(formwork_schema::Type::Object(usage)) = kinds.kind(name).unwrap().usage.clone()
        else {
            panic!("{name}");
        };
        for field in &usage.fields {
            let quoted = format!("\"{}\"", field.name);
            let read = ["used(", "used_in("].iter().any(|call| {
                text.split(call)
                    .skip(1)
                    .any(|rest| rest.starts_with(&quoted))
            });
            assert!(read, "{name}: nothing reads usage.{}", field.name);
        }
    }
}
