//! Generated stacks: one in ten is a root, the others refer to two earlier ones, no path is longer than forty.

use std::fmt::Write;

/// The references of each resource, by number.
pub(crate) struct Graph(pub(crate) Vec<Vec<usize>>);

/// The graph of `size` resources: the same for the same size.
pub(crate) fn graph(size: usize) -> Graph {
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let mut depth: Vec<usize> = Vec::with_capacity(size);
    let mut edges = Vec::with_capacity(size);
    for at in 0..size {
        if at < 2 || at % 10 == 0 {
            depth.push(0);
            edges.push(Vec::new());
            continue;
        }
        let shallow = |wanted: usize| {
            (0..=wanted)
                .rev()
                .find(|back| depth.get(*back).is_some_and(|d| *d < 39))
        };
        let first = shallow(next() % at).unwrap_or(0);
        let second = shallow(next() % at).unwrap_or(0);
        let second = if second == first {
            shallow(first.saturating_sub(1)).unwrap_or(0)
        } else {
            second
        };
        let deepest = [first, second]
            .iter()
            .filter_map(|back| depth.get(*back))
            .max()
            .copied()
            .unwrap_or(0);
        depth.push(deepest + 1);
        edges.push(if first == second {
            vec![first]
        } else {
            vec![first, second]
        });
    }
    Graph(edges)
}

/// The role that all functions take on, beside the graph.
const SHARED: &str = "
resource shared: AWS.IAM.Role {
  AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [] }
}
";

/// The graph as a stack file: SSM parameters only, or half of them with functions, roles and queues.
pub(crate) fn stack(graph: &Graph, mixed: bool) -> String {
    let mut out = String::from("stack bench { region = eu_west_1 }\n");
    if mixed {
        out.push_str(SHARED);
    }
    for (at, needs) in graph.0.iter().enumerate() {
        let _ = match kind(at, mixed) {
            "function" => function(&mut out, at, needs, mixed),
            "role" => role(&mut out, at, needs, mixed),
            "queue" => queue(&mut out, at, needs, mixed),
            _ => parameter(&mut out, at, needs, mixed),
        };
    }
    out
}

/// Of twenty: ten parameters, four functions, three roles, three queues.
fn kind(at: usize, mixed: bool) -> &'static str {
    match at % 20 {
        _ if !mixed => "parameter",
        1 | 6 | 11 | 16 => "function",
        3 | 9 | 15 => "role",
        5 | 13 | 19 => "queue",
        _ => "parameter",
    }
}

fn reference(at: usize, mixed: bool) -> String {
    match kind(at, mixed) {
        "function" | "role" | "queue" => format!("${{r{at}.Arn}}"),
        _ => format!("${{r{at}.id}}"),
    }
}

fn described(needs: &[usize], mixed: bool) -> String {
    let parts: Vec<String> = needs.iter().map(|need| reference(*need, mixed)).collect();
    if parts.is_empty() {
        "root".to_owned()
    } else {
        parts.join(" ")
    }
}

fn parameter(out: &mut String, at: usize, needs: &[usize], mixed: bool) -> std::fmt::Result {
    let value = described(needs, mixed);
    writeln!(
        out,
        "\nresource r{at}: AWS.SSM.Parameter {{\n  Type  = \"String\"\n  Value = \"{value}\"\n}}"
    )
}

fn function(out: &mut String, at: usize, needs: &[usize], mixed: bool) -> std::fmt::Result {
    let value = described(needs, mixed);
    writeln!(
        out,
        "\nresource r{at}: AWS.Lambda.Function {{\n  Role        = \"${{shared.Arn}}\"\n  \
         Handler     = \"index.handler\"\n  Runtime     = \"nodejs22.x\"\n  Code        = {{ ZipFile = \"exports.handler = 1\" }}\n  \
         Environment = {{ Variables = {{ NEEDS = \"{value}\" }} }}\n}}"
    )
}

fn role(out: &mut String, at: usize, needs: &[usize], mixed: bool) -> std::fmt::Result {
    let value = described(needs, mixed);
    writeln!(
        out,
        "\nresource r{at}: AWS.IAM.Role {{\n  AssumeRolePolicyDocument = {{ Version = \"2012-10-17\", Statement = [] }}\n  \
         Tags = [{{ Key = \"needs\", Value = \"{value}\" }}]\n}}"
    )
}

fn queue(out: &mut String, at: usize, needs: &[usize], mixed: bool) -> std::fmt::Result {
    let value = described(needs, mixed);
    writeln!(
        out,
        "\nresource r{at}: AWS.SQS.Queue {{\n  Tags = [{{ Key = \"needs\", Value = \"{value}\" }}]\n}}"
    )
}
