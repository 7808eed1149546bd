//! Every example is planned, applied, planned again, changed and destroyed, with the real command; and facts about what
//! it becomes hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

mod facts;
mod ordered;
mod place;

use place::Place;

const EXAMPLES: &[&str] = &[
    "hello-world",
    "thumbnails",
    "cron",
    "serverless-api",
    "rest-api-keys",
    "websocket-chat",
    "batch-images",
    "nightly-batch",
    "container-service",
    "ec2-cluster",
    "lightsail-lamp",
    "lightsail-ha",
    "components",
];

#[test]
fn every_example_is_listed() {
    let mut found: Vec<String> = std::fs::read_dir(place::examples())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut listed: Vec<&str> = EXAMPLES.to_vec();
    listed.extend(ordered::EXAMPLES.iter().map(|(name, _)| *name));
    listed.sort_unstable();
    assert_eq!(found, listed);
}

#[test]
fn examples_live_and_end_as_they_should() {
    for example in EXAMPLES {
        let place = Place::of(example);
        place.check();
        let planned = place.expect(&["plan"], 0);
        place::compare(example, &planned);
        place.expect(&["plan", "--detailed-exitcode"], 2);
        place.expect(&["apply", "--yes"], 0);
        place.nothing_to_do();
        place.expect(&["apply", "--yes"], 0);
        facts::change(example, &place);
        place.expect(&["plan", "--detailed-exitcode"], 2);
        place.expect(&["apply", "--yes", "--allow-data-loss"], 0);
        place.nothing_to_do();
        place.expect(&["destroy", "--yes", "--allow-data-loss"], 0);
        assert_eq!(
            place.expect(&["state", "list"], 0),
            "",
            "{example}: the state is not empty"
        );
        let again = place.expect(&["destroy", "--yes"], 0);
        assert!(
            again.contains("Nothing to do"),
            "{example}: a second destroy does something:\n{again}"
        );
    }
}

#[test]
fn examples_are_in_their_canonical_form() {
    for example in EXAMPLES {
        Place::of(example).expect(&["fmt", "--check", "."], 0);
    }
}

#[test]
fn tests_of_examples_hold() {
    for example in EXAMPLES {
        Place::of(example).expect(&["test"], 0);
    }
}

#[test]
fn what_examples_become_is_what_they_promise() {
    for example in EXAMPLES {
        let place = Place::of(example);
        let expanded = place.expect(&["expand", "--format", "json"], 0);
        let expanded: serde_json::Value = serde_json::from_str(&expanded).unwrap();
        let checked = facts::check(example, &facts::Resources::new(&expanded));
        assert!(checked >= 5, "{example}: only {checked} facts are checked");
    }
}

#[test]
fn a_plan_writes_nothing() {
    let place = Place::of("thumbnails");
    place.expect(&["plan"], 0);
    assert!(
        !place.path().join(".formwork").exists(),
        "the first plan made a folder"
    );
    place.expect(&["apply", "--yes"], 0);
    let before = place.contents();
    place.expect(&["plan", "--refresh", "full"], 0);
    place.expect(&["plan", "--destroy"], 0);
    assert_eq!(before, place.contents());
}

#[test]
fn init_gives_each_example() {
    for example in EXAMPLES {
        let place = Place::empty();
        place.run(&["init", "new", "--blueprint", example], 0);
        place.run(&["check", "new"], 0);
        place.run(&["plan", "new", "--provider", "mock"], 0);
        place.run(&["init", "new", "--blueprint", example], 5);
    }
}

/// What an apply that wrote its events to the file `events` did, in its order.
struct Done(Vec<(String, String)>);

impl Done {
    fn of(place: &Place) -> Done {
        let text = std::fs::read_to_string(place.path().join("events")).unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .filter(|line| line["type"] == "apply_complete")
            .map(|line| {
                let word = |name: &str| line[name].as_str().unwrap().to_owned();
                (word("action"), word("addr"))
            });
        Done(lines.collect())
    }

    /// Where among all that was done something was.
    fn at(&self, action: &str, addr: &str) -> usize {
        let found = self.0.iter().position(|(a, b)| a == action && b == addr);
        found.unwrap_or_else(|| panic!("no {action} of {addr} in {:?}", self.0))
    }

    fn touched(&self, addr: &str) -> bool {
        self.0.iter().any(|(_, other)| other == addr)
    }
}

/// A pool is replaced by a new one: the queue moves over before the old one is disabled and deleted.
#[test]
fn a_queue_moves_to_the_new_pool_before_the_old_one_goes() {
    let place = Place::of("batch-images");
    place.expect(&["apply", "--yes"], 0);
    place.replace("main.stack", "spot(max_price = 70%)", "ec2");
    let planned = place.expect(&["plan"], 0);
    place::compare_file("batch-images", "pool.expect.plan", &planned);
    place.expect(&["apply", "--yes", "--events", "events"], 0);
    let done = Done::of(&place);
    let made = done.at("create", "batch_pool.spot_pool");
    let moved = done.at("update", "batch_queue.resizing");
    let disabled = done.at("update", "batch_pool.spot_pool");
    let gone = done.at("delete", "batch_pool.spot_pool");
    assert!(made < moved && moved < disabled && disabled < gone);
    assert!(!done.touched("batch_job.resize"));
    place.nothing_to_do();
}

/// A change of a job registers a revision: what submits it moves over before the old revision is deregistered.
#[test]
fn a_rule_moves_to_the_new_revision_before_the_old_one_goes() {
    let place = Place::of("batch-images");
    place.expect(&["apply", "--yes"], 0);
    place.replace("main.stack", "memory  = 4GB", "memory  = 8GB");
    let planned = place.expect(&["plan"], 0);
    place::compare_file("batch-images", "revision.expect.plan", &planned);
    place.expect(&["apply", "--yes", "--events", "events"], 0);
    let done = Done::of(&place);
    let registered = done.at("create", "batch_job.resize");
    let moved = done.at("update", "batch_job.resize/rule_uploads");
    let gone = done.at("delete", "batch_job.resize");
    assert!(registered < moved && moved < gone);
    place.nothing_to_do();
    place.replace(
        "main.stack",
        "timeout = 20min",
        "timeout = 20min\n  keep_revisions = true",
    );
    place.expect(&["apply", "--yes"], 0);
    place.replace("main.stack", "memory  = 8GB", "memory  = 4GB");
    place.expect(&["apply", "--yes", "--events", "events"], 0);
    let kept = Done::of(&place);
    assert!(
        kept.at("create", "batch_job.resize") < kept.at("update", "batch_job.resize/rule_uploads")
    );
    assert!(
        !kept
            .0
            .contains(&("delete".to_owned(), "batch_job.resize".to_owned()))
    );
    place.nothing_to_do();
}

/// A server is replaced by a new one beside it; what must last moves over before the old one goes.
#[test]
fn disk_and_address_survive_the_replacement_of_a_server() {
    let place = Place::of("lightsail-lamp");
    place.expect(&["apply", "--yes"], 0);
    let address = place.expect(&["output"], 0);
    place.replace("main.stack", "small else micro", "large else medium");
    let planned = place.expect(&["plan"], 0);
    place::compare_file("lightsail-lamp", "replacement.expect.plan", &planned);
    place.expect(
        &["apply", "--yes", "--allow-data-loss", "--events", "events"],
        0,
    );
    let done = Done::of(&place);
    let at = |action: &str, addr: &str| done.at(action, addr);
    let detached = at("delete", "server.web/disks");
    let attached = at("create", "server.web/disks");
    let gone = at("delete", "server.web");
    assert!(at("create", "server.web") < detached);
    assert!(detached < attached && attached < gone);
    assert!(at("update", "server_address.front/attachment") < gone);
    assert!(!done.touched("server_disk.data") && !done.touched("server_address.front"));
    assert_eq!(address, place.expect(&["output"], 0));
    place.nothing_to_do();
}

/// A new revision of a task definition is registered first, then its service moves to it, and the old one goes last.
#[test]
fn a_service_moves_to_its_new_definition_before_the_old_one_goes() {
    let place = Place::of("container-service");
    place.expect(&["apply", "--yes"], 0);
    place.replace("main.stack", "cpu     = 0.5", "cpu     = 1");
    place.replace("main.stack", "memory  = 1GB", "memory  = 4GB");
    let planned = place.expect(&["plan"], 0);
    place::compare_file("container-service", "replacement.expect.plan", &planned);
    place.expect(&["apply", "--yes", "--events", "events"], 0);
    let done = Done::of(&place);
    let order: Vec<(&str, &str)> = done
        .0
        .iter()
        .map(|(action, addr)| (action.as_str(), addr.as_str()))
        .collect();
    assert_eq!(
        order,
        [
            ("create", "service.web/definition"),
            ("update", "service.web"),
            ("delete", "service.web/definition"),
        ]
    );
    place.nothing_to_do();
}

/// Old revisions that are to be kept stay registered, and are nobody's any more.
#[test]
fn revisions_are_kept_where_that_is_said() {
    let place = Place::of("container-service");
    let (from, to) = (
        "  cpu     = 0.5",
        "  keep_revisions = true\n  cpu     = 0.5",
    );
    place.replace("main.stack", from, to);
    place.expect(&["apply", "--yes"], 0);
    place.replace("main.stack", "memory  = 1GB", "memory  = 2GB");
    place.expect(&["apply", "--yes", "--events", "events"], 0);
    let done = Done::of(&place);
    let deleted = done.0.iter().any(|(action, _)| action == "delete");
    assert!(!deleted, "{:?}", done.0);
    place.nothing_to_do();
}

#[test]
fn events_are_lines_of_json() {
    let place = Place::of("cron");
    place.expect(&["apply", "--yes", "--events", "events.jsonl"], 0);
    let text = std::fs::read_to_string(place.path().join("events.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(line["v"], 1, "{line}");
        assert_eq!(line["seq"], at + 1, "{line}");
        assert!(line["ts"].as_str().unwrap().ends_with('Z'), "{line}");
    }
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(lines[0]["type"], "version");
    assert_eq!(count("change_summary"), 1);
    assert_eq!(count("apply_start"), 23);
    assert_eq!(count("apply_complete"), 23);
    assert_eq!(count("outputs"), 1);
}
