//! A plan for people: first what can hurt, then the changes folded under their declarations, then the count.

use super::access;
use super::cost;
use super::paint::Paint;
use super::structure;
use super::values;
use crate::cli::Detail;
use crate::costs::CostChange;
use crate::progress::elapsed;
use formwork_diag::safe;
use formwork_kinds::Written;
use formwork_plan::{Action, Bound, Change, FieldChange, Plan, Reason};
use formwork_schema::Address;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Whether a plan has nothing to show.
pub(crate) fn is_empty(plan: &Plan) -> bool {
    plan.changes.iter().all(|change| {
        matches!(
            change.action,
            Action::Record | Action::Nothing | Action::Read
        )
    })
}

/// The plan as text, ending with its count.
pub(crate) fn text(
    plan: &Plan,
    costs: Option<&CostChange>,
    detail: Detail,
    paint: Paint,
) -> String {
    let mut out = header(plan, paint);
    inputs(plan, paint, &mut out);
    if is_empty(plan) {
        let are = if total(plan) == 1 { "is" } else { "are" };
        let _ = writeln!(
            out,
            "Nothing to do: {} {are} as the stack says.",
            resources(total(plan))
        );
        return out;
    }
    hurts(plan, paint, &mut out);
    gains(plan, paint, &mut out);
    if detail != Detail::Summary {
        for (owner, changes) in folded(plan) {
            declaration(&owner, &changes, detail, paint, &mut out);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", paint.bold(&summary(plan)));
    let _ = writeln!(out, "{}", paint.dim(&safe(&time(plan))));
    if let Some(line) = costs.and_then(cost::plan_line) {
        let _ = writeln!(out, "{}", paint.dim(&line));
    }
    out
}

/// The plan for machines; fields of the stack file stand beside the properties that they become, and what it changes of
/// the cost beside the summary.
pub(crate) fn json(plan: &Plan, costs: Option<&CostChange>) -> Value {
    let mut json = formwork_plan::to_json(plan);
    let changes = json.get_mut("changes").and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten() {
        let address = change.get("address").and_then(Value::as_str);
        let address = address.and_then(|text| text.parse().ok());
        let fields = change.get_mut("fields").and_then(Value::as_array_mut);
        let (Some(address), Some(fields)) = (address, fields) else {
            continue;
        };
        for field in fields {
            let path = field.get("path").and_then(Value::as_str);
            let path = path.unwrap_or_default();
            let known = crate::stack::kinds().written(&address, path);
            if let (Some(written), Value::Object(map)) = (known, field) {
                map.insert("field".into(), written.field.into());
            }
        }
    }
    if let (Some(map), Some(costs)) = (json.as_object_mut(), costs) {
        map.insert("cost".into(), cost::plan_json(costs));
    }
    json
}

/// How long it takes, and why not less.
fn time(plan: &Plan) -> String {
    let estimate = formwork_plan::estimate(plan, crate::stack::catalog());
    let time = elapsed(estimate.milliseconds);
    match estimate.bound_by {
        Bound::Nothing => "It takes no time worth telling.".to_owned(),
        Bound::Rate(family) => format!("It takes about {time}: so often may {family} be called."),
        Bound::Chain(chain) => {
            let mut names: Vec<String> = chain.iter().map(ToString::to_string).collect();
            names.dedup();
            let more = if names.len() > 3 { ", …" } else { "" };
            names.truncate(3);
            format!("It takes about {time}: {}{more}.", names.join(", then "))
        }
    }
}

/// `Plan: 5 to add, 1 to change, 1 to destroy.`, counted in lowered resources.
pub(crate) fn summary(plan: &Plan) -> String {
    let counts = formwork_plan::summary(plan);
    let mut text = format!(
        "Plan: {} to add, {} to change, {} to destroy",
        counts.add, counts.change, counts.destroy
    );
    for (action, words) in [
        (Action::Adopt, "to adopt"),
        (Action::Recover, "to recover"),
        (Action::Forget, "to forget"),
    ] {
        let count = plan
            .changes
            .iter()
            .filter(|change| change.action == action)
            .count();
        if count > 0 {
            let _ = write!(text, ", {count} {words}");
        }
    }
    text.push('.');
    text
}

/// Resources of the stack, whatever happens to them.
fn total(plan: &Plan) -> usize {
    // What is only read is not of the stack.
    let counted = |change: &&Change| !matches!(change.action, Action::Record | Action::Read);
    plan.unchanged + plan.changes.iter().filter(counted).count()
}

fn resources(count: usize) -> String {
    format!("{count} resource{}", if count == 1 { "" } else { "s" })
}

fn header(plan: &Plan, paint: Paint) -> String {
    let header = &plan.header;
    let left = format!(
        "{} · {} · {} · {}",
        header.stack, header.env, header.account, header.region
    );
    let provider = if header.provider.as_ref() == "mock" {
        " · simulated cloud"
    } else {
        ""
    };
    format!(
        "{}{provider}   {}\n\n",
        paint.bold(&safe(&left)),
        paint.dim(&format!(
            "{}, state serial {}",
            resources(total(plan)),
            header.serial
        ))
    )
}

/// What other stacks give otherwise than when this one was applied last.
fn inputs(plan: &Plan, paint: Paint, out: &mut String) {
    let changes = plan.header.input_changes();
    for change in &changes {
        let (before, after) = (values::json(change.before), values::json(change.after));
        let line = format!(
            "input: {}.{}   {before} -> {after}",
            change.stack, change.output
        );
        let _ = writeln!(out, "{}", paint.yellow(&safe(&line)));
    }
    if !changes.is_empty() {
        out.push('\n');
    }
}

/// Deletions and replacements, those that lose data first.
fn hurts(plan: &Plan, paint: Paint, out: &mut String) {
    let hurting = |change: &&Change| {
        matches!(
            change.action,
            Action::Delete | Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst
        )
    };
    let mut hurting: Vec<&Change> = plan.changes.iter().filter(hurting).collect();
    hurting.retain(|change| change.loses_data || change.action != Action::Delete);
    if hurting.is_empty() {
        return;
    }
    hurting.sort_by_key(|change| (!change.loses_data, change.address.clone()));
    let losing = hurting.iter().filter(|change| change.loses_data).count();
    if losing > 0 {
        let objects = if losing == 1 {
            "1 object that may hold data is"
        } else {
            "objects that may hold data are"
        };
        let count = if losing == 1 {
            String::new()
        } else {
            format!("{losing} ")
        };
        let _ = writeln!(
            out,
            "{}",
            paint.red(&format!("! {count}{objects} deleted or replaced"))
        );
    }
    for change in hurting {
        let mut why = because(change);
        if let Some(items) = change.contents.filter(|items| *items > 0) {
            let comma = if why.is_empty() { "" } else { ", " };
            let _ = write!(why, "{comma}{}", values::items(items));
        }
        let _ = writeln!(
            out,
            "  {} {}   {}",
            symbol(change.action, paint),
            safe(&change.address.to_string()),
            paint.dim(&why)
        );
    }
    out.push('\n');
}

fn gains(plan: &Plan, paint: Paint, out: &mut String) {
    let broader = access::broader(plan);
    for (owner, grants) in &broader {
        let mut actions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for grant in grants {
            actions
                .entry(&grant.resource)
                .or_default()
                .push(&grant.action);
        }
        for (resource, actions) in actions {
            let actions = actions.join(", ");
            let line = format!(
                "access: {} may now also   {actions}   on  {resource}",
                owner.label
            );
            let _ = writeln!(out, "{}", paint.yellow(&safe(&line)));
        }
    }
    if !broader.is_empty() {
        out.push('\n');
    }
}

/// The shown changes by their declarations, in order of address.
fn folded(plan: &Plan) -> BTreeMap<Address, Vec<&Change>> {
    let mut folded: BTreeMap<Address, Vec<&Change>> = BTreeMap::new();
    let shown = |change: &&Change| !matches!(change.action, Action::Record | Action::Nothing);
    for change in plan.changes.iter().filter(shown) {
        folded
            .entry(change.address.owner())
            .or_default()
            .push(change);
    }
    folded
}

fn declaration(
    owner: &Address,
    changes: &[&Change],
    detail: Detail,
    paint: Paint,
    out: &mut String,
) {
    let mut mains = changes
        .iter()
        .filter(|change| change.address.part.is_none());
    let read = |change: &&&Change| change.action == Action::Read;
    // What was the stack's and is only read now is left in the account first.
    let main = mains.clone().find(|change| !read(change)).or(mains.next());
    let action = main.map_or(Action::Update, |change| change.action);
    let mut line = format!(
        "  {} {}",
        symbol(action, paint),
        paint.bold(&safe(&title(owner)))
    );
    let why = main.map_or_else(String::new, |change| because(change));
    if !why.is_empty() {
        let _ = write!(line, "   {}", paint.dim(&safe(&why)));
    }
    let parts: Vec<&&Change> = changes
        .iter()
        .filter(|change| change.address.part.is_some())
        .collect();
    let folding = matches!(action, Action::Create | Action::Delete | Action::Read);
    let fold = detail == Detail::Changes && folding;
    let _ = writeln!(out, "{line}");
    if let Some(main) = main {
        fields(main, detail, "        ", paint, out);
    }
    let (folded, listed): (Vec<&&Change>, Vec<&&Change>) = parts
        .into_iter()
        .partition(|change| fold && change.action == action);
    if !folded.is_empty() {
        let names: Vec<&str> = folded
            .iter()
            .filter_map(|change| change.address.part.as_deref())
            .collect();
        let _ = writeln!(
            out,
            "        {}",
            paint.dim(&safe(&format!("with {}", names.join(", "))))
        );
    }
    for change in listed {
        let part = change.address.part.as_deref().unwrap_or("");
        let why = because(change);
        let _ = writeln!(
            out,
            "      {} {}   {}",
            symbol(change.action, paint),
            safe(part),
            paint.dim(&safe(&why))
        );
        fields(change, detail, "            ", paint, out);
    }
}

/// An address without its kind, which a rename does not change.
fn former(address: &Address) -> String {
    let text = address.owner().to_string();
    text.split_once('.')
        .map_or(text.clone(), |(_, label)| label.to_owned())
}

fn title(owner: &Address) -> String {
    match &owner.key {
        Some(key) => format!("{} {}[{key:?}]", owner.kind, owner.label),
        None => format!("{} {}", owner.kind, owner.label),
    }
}

/// The fields of a change; of a new object only in full detail.
fn fields(change: &Change, detail: Detail, indent: &str, paint: Paint, out: &mut String) {
    let created = change.action == Action::Create;
    // Of a renamed object only the tags change that say what it is.
    if change.action == Action::Rename && detail != Detail::Full {
        return;
    }
    let own = |field: &FieldChange| {
        let key = field.path.split_once('/').map_or("", |(_, key)| key);
        change.action == Action::Adopt && key.starts_with("formwork:")
    };
    if created && detail != Detail::Full {
        return;
    }
    let named: Vec<(Written, &FieldChange)> = change
        .fields
        .iter()
        .filter(|field| detail == Detail::Full || !own(field))
        .map(|field| (written(&change.address, &field.path), field))
        .collect();
    let widths = named.iter().map(|(name, _)| name.field.chars().count());
    let width = widths.max().unwrap_or(0);
    for (name, field) in named {
        let line = if created {
            let after = values::after(&field.after, name.unit);
            format!("{:width$}  {after}", name.field)
        } else {
            changed(&name, field, width)
        };
        let inner = if created {
            Vec::new()
        } else {
            structure::differences(field)
        };
        let line = if inner.is_empty() { line } else { name.field };
        let mut line = safe(&line).into_owned();
        if field.replaces {
            line.push_str(&paint.red("   # forces replacement"));
        }
        let _ = writeln!(out, "{indent}{line}");
        for difference in inner {
            let _ = writeln!(out, "{indent}  {}", safe(&difference));
        }
    }
}

/// What a path of a plan is called in the stack file; itself where no field stands for it.
pub(crate) fn written(address: &Address, path: &str) -> Written {
    let known = crate::stack::kinds().written(address, path);
    known.unwrap_or_else(|| Written {
        field: path.to_owned(),
        unit: None,
    })
}

fn changed(name: &Written, field: &FieldChange, width: usize) -> String {
    let before = values::before(field.before.as_ref(), name.unit);
    let after = values::after(&field.after, name.unit);
    let mut line = format!("{:width$}  {before} -> {after}", name.field);
    if let Some(files) = values::artifact_change(field.before.as_ref(), &field.after) {
        let _ = write!(line, "   ({files})");
    }
    line
}

/// The symbol of an action.
pub(crate) fn symbol(action: Action, paint: Paint) -> String {
    match action {
        Action::Create => paint.green("+  "),
        Action::Update => paint.yellow("~  "),
        Action::Delete => paint.red("-  "),
        Action::ReplaceDeleteFirst => paint.red("-/+"),
        Action::ReplaceCreateFirst => paint.red("+/-"),
        Action::Read => paint.dim("<= "),
        Action::Recover => paint.yellow("↻  "),
        Action::Rename => paint.dim("→  "),
        Action::Forget => paint.yellow("⊘  "),
        Action::Adopt => paint.yellow("⇐  "),
        Action::Record | Action::Nothing => "   ".to_owned(),
    }
}

/// The first reason of a change, in words; empty where the symbol says it all.
pub(crate) fn because(change: &Change) -> String {
    let named = |path: &str| written(&change.address, path).field;
    match change.reasons.first() {
        None | Some(Reason::New | Reason::Changed(_) | Reason::Destroyed) => String::new(),
        Some(Reason::DeletedOutside) => "it was deleted outside".to_owned(),
        Some(Reason::Drifted(path)) => format!("{} was changed outside", named(path)),
        Some(Reason::TakenOut(path)) => {
            format!("{} is no longer written and is reset", named(path))
        }
        Some(Reason::CannotChange(path)) => {
            format!("{} cannot be changed on a living object", named(path))
        }
        Some(Reason::Follows(address)) => format!("follows {address}"),
        Some(Reason::Renamed(address)) => format!("was {}", former(address)),
        Some(Reason::Adopted(id)) => format!("adopts {id}"),
        Some(Reason::Found(ids)) => {
            let ids: Vec<&str> = ids.iter().map(|id| &**id).collect();
            ids.join(", ")
        }
        Some(Reason::Forgotten) => "stays in the account".to_owned(),
        Some(Reason::NotInFiles) => "no longer in the stack files".to_owned(),
        Some(Reason::Interrupted(found)) => format!("an earlier apply was cut short: {found}"),
        Some(Reason::Requested) => "asked for by --replace".to_owned(),
        Some(Reason::CreationFailed) => "its creation had failed".to_owned(),
    }
}
