//! What is reported of a service.

use formwork_diag::{Code, Diagnostic, Span, list_words, safe};
use formwork_schema::Address;

/// Tasks on Fargate and on instances at once.
pub(super) fn two_launches(instances: Span, fargate: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::capacity"),
        "tasks run either on Fargate or on instances",
        instances,
        "instances …",
    )
    .label(fargate, "… and Fargate")
    .help("write a declaration for each")
}

/// A capacity that is named twice.
pub(super) fn capacity_twice(word: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::capacity"),
        format!("`{word}` is there already"),
        span,
        "named again",
    )
    .label(first, "first here")
    .help("take one of them out, or give it more `weight`")
}

/// Two capacities that come first.
pub(super) fn two_bases(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::capacity"),
        "only one capacity has a base",
        span,
        "a second base",
    )
    .label(first, "the first one")
    .help("write `base` in one of them")
}

/// Instances of a cluster that has none.
pub(super) fn no_instances(span: Span, cluster: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::capacity"),
        "there are no instances to run on",
        span,
        "which instances?",
    );
    match cluster {
        Some(cluster) => found
            .label(cluster, "this cluster has none")
            .help("write `instances { types = [\"m7g.large\"], max = 4 }` in the cluster"),
        None => found.help("name a cluster with `instances { … }`: `cluster = …`"),
    }
}

/// How tasks are put on instances, without instances.
pub(super) fn placed_on_fargate(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::placement"),
        "on Fargate every task is on a machine of its own",
        span,
        "there are no instances",
    )
    .help("take it out; Fargate spreads tasks over the zones")
}

/// Addresses of tasks on instances.
pub(super) fn address_on_instances(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::public_address"),
        "tasks on instances have no public addresses",
        span,
        "on Fargate only",
    )
    .help("take it out; a NAT gateway of the network is their way out")
}

/// Tasks that the internet can reach.
pub(super) fn public_address(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("lint::public_address"),
        "each of its tasks has an address that the internet can reach",
        span,
        "a public address each",
    )
    .help("take it out, and give the network `nat = single`; or say why: `allow lint::public_address, \"…\"`")
}

/// A network where nothing can be reached from outside.
pub(super) fn no_public_subnets(network: Span, address: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::public_address"),
        "this network has no public subnets",
        network,
        "private subnets only",
    )
    .label(address, "asks for a public address")
    .help("name a network with public subnets, or take `public_address` out")
}

/// Security groups where the instances' hold.
pub(super) fn groups_of_instances(span: Span, mode: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::network_mode"),
        "tasks without a network of their own are in the security groups of their instances",
        span,
        "guards nothing",
    );
    let found = match mode {
        Some(mode) => found.label(mode, "the network of its instance"),
        None => found,
    };
    found.help("take it out, or write `network_mode = awsvpc`; the `cluster` says the groups of its instances")
}

/// Tasks that reach nothing.
pub(super) fn no_way_out(span: Span, network: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("service::no_way_out"),
        "its tasks have no way out of the network, so they can neither pull their image nor log",
        span,
        "has no way out",
    )
    .label(network, "`nat` is off, and there are no endpoints")
    .help("write `nat = single` or `endpoints = [ecr_api, ecr_dkr, s3, logs]` in the network, or `public_address = true` here")
}

/// No container that could be exposed, or none that listens.
pub(super) fn no_port(span: Span, container: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::port"),
        "nothing says which port answers",
        span,
        "exposes no port",
    );
    let found = match container {
        Some(container) => found.label(container, "listens on no port"),
        None => found,
    };
    found.help("write `port = 8080` beside its `image`")
}

/// Several containers that listen.
pub(super) fn which_container(span: Span, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::port"),
        "several containers listen, and it is not clear which one is exposed",
        span,
        "which one?",
    )
    .label(first, "listens")
    .label(second, "listens too")
    .help("write `container = \"…\"` here")
}

/// A port that its container does not listen on.
pub(super) fn closed_port(port: i64, known: &[i64], span: Span, container: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::port"),
        format!("its container does not listen on {port}"),
        span,
        "nothing answers there",
    )
    .label(container, "this container");
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    match known.is_empty() {
        true => found.help(format!("write `port = {port}` beside its `image`")),
        false => found.help(format!("it listens on {}", list_words(&known, "and"))),
    }
}

/// A path that no request has.
pub(super) fn path(path: &str, span: Span) -> Diagnostic {
    let right = format!("\"/{}\"", safe(path));
    Diagnostic::error(
        Code("service::conditions"),
        format!("no path begins like `{}`", safe(path)),
        span,
        "does not begin with `/`",
    )
    .help(format!("write `{right}`"))
    .fix(format!("write `{right}`"), span, right)
}

/// More values than a rule has.
pub(super) fn conditions(count: usize, most: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::conditions"),
        format!("a place behind a load balancer has at most {most} conditions together, this has {count}"),
        span,
        "too many",
    )
    .help("use patterns such as `/api/*`, or expose two services")
}

/// A load balancer of another network.
pub(super) fn other_network(
    balancer: &str,
    there: &Address,
    here: &Address,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("service::balancer"),
        format!(
            "`{balancer}` is in `{}`, and this service in `{}`: it cannot reach it",
            there.label, here.label
        ),
        span,
        "in another network",
    )
    .help("put both into one network")
}

/// Two services at one place.
pub(super) fn same_priority(priority: i64, balancer: &str, span: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::balancer"),
        format!("two services have the place {priority} behind `{balancer}`"),
        span,
        "the same place",
    )
    .label(other, "this one has it too")
    .help(format!(
        "write another one here, such as `priority = {}`; the lowest that fits a request gets it",
        priority + 10
    ))
}

/// Health that is asked again before the answer.
pub(super) fn timeout(timeout: i64, interval: i64, span: Span, interval_span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::health"),
        format!("an answer may take {timeout}s, and it is asked again after {interval}s"),
        span,
        "not less than `interval`",
    );
    let found = match span == interval_span {
        true => found,
        false => found.label(interval_span, "asked again"),
    };
    found.help("write a `timeout` that is less than `interval`")
}

/// A deployment that cannot begin.
pub(super) fn no_room(
    least: i64,
    most: i64,
    span: Span,
    least_span: Option<Span>,
    one: i64,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::rolling"),
        format!("with at least {least}% and at most {most}% of the tasks none can be replaced"),
        span,
        "no room",
    );
    let found = match least_span.filter(|least| *least != span) {
        Some(least) => found.label(least, "the least"),
        None => found,
    };
    found.help(format!(
        "write `most = {}%`, or `least = 0%` with `most = 100%` for one that must not run twice",
        one.max(100) + 100
    ))
}

/// A number of tasks, and what scales it.
pub(super) fn count_and_scale(count: Span, scale: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::scale"),
        "`scale` decides how many tasks run",
        count,
        "a fixed number …",
    )
    .label(scale, "… and one that changes")
    .help("take one of the two out")
}

/// Fewer at most than at least.
pub(super) fn range(min: i64, max: i64, span: Span, most: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::scale"),
        format!("at least {min} and at most {max} tasks do not go together"),
        span,
        "more than `max`",
    );
    let found = match most {
        Some(most) => found.label(most, "the most"),
        None => found,
    };
    found.help(format!("write at most `min = {max}`, or a larger `max`"))
}

/// Scaling that looks at nothing.
pub(super) fn no_target(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::scale"),
        "nothing says by what it is scaled",
        span,
        "no target",
    )
    .help("write `target_cpu = 60%`, `target_memory = 70%` or `target_requests = 1000`")
}

/// Requests of a service that gets none.
pub(super) fn requests_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("service::scale"),
        "requests are counted by a load balancer, and it is behind none",
        span,
        "nobody counts them",
    )
    .help("write `expose = …`, or scale by `target_cpu`")
}

/// Sessions in a container that cannot hold them.
pub(super) fn no_sessions(exec: Span, root: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("service::exec"),
        "the agent by which commands are run writes to the container's own file system, and it is read-only",
        root,
        "cannot be written",
    )
    .label(exec, "asks for commands")
    .help("take one of the two out; `exec` can be turned on while something is looked for")
}

/// A private name without a place for it.
pub(super) fn no_namespace(span: Span, cluster: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("service::discover"),
        "its cluster has no private names",
        span,
        "under which name?",
    );
    match cluster {
        Some(cluster) => found
            .label(cluster, "has no `namespace`")
            .help("write `namespace = \"shop.internal\"` in the cluster"),
        None => found.help("name a cluster with a `namespace`: `cluster = …`"),
    }
}
