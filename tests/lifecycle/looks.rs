//! What is read before planning: what lists show of all, and everything of what the plan touches.

use crate::world::{World, lowered};
use formwork_engine::Refresh;
use formwork_plan::{Action, Mode, Reason};

/// How many parameters the stack has; a page of a list shows fifty objects.
const PARAMETERS: usize = 120;

fn stack(value: &str, queues: usize) -> String {
    let mut text = "stack s { region = eu_west_1 }\n".to_owned();
    for number in 0..PARAMETERS {
        let value = if number == 7 { value } else { "same" };
        text += &format!("parameter p{number} {{ value = \"{value}\" }}\n");
    }
    for number in 0..queues {
        text += &format!("bucket b{number} {{ versioning = true }}\n");
    }
    text
}

/// Lists instead of reads, and still everything is seen: what was changed, deleted, or is about to be touched.
pub(crate) fn changed() -> Result<(), String> {
    let mut world = World::new();
    let first = lowered(&stack("one", 2))?;
    let plan = world.plan(&first, Mode::Apply)?;
    world.apply(plan)?;
    let look = |world: &World, wanted| world.counted(wanted, Refresh::Changed);
    let all = world.counted(&first, Refresh::Full)?;
    let (plan, calls) = look(&world, &first)?;
    assert!(plan.operations.is_empty(), "{:?}", plan.changes);
    println!("nothing to do: {calls} calls instead of {}", all.1);
    // Three pages of parameters; each bucket has a policy that was written after it.
    assert!(
        all.1 >= PARAMETERS as u64 && calls <= 12,
        "{calls} of {}",
        all.1
    );

    let picture = world.picture();
    let sight = |name: &str| {
        let mut all = picture.iter();
        let found = all.find(|(address, _)| address.to_string() == name);
        found
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .object
            .clone()
    };
    let other = serde_json::json!({ "Value": "drifted" });
    world.change(&sight("parameter.p3"), other.as_object().unwrap().clone())?;
    world.remove(&sight("parameter.p5"));
    let (plan, calls) = look(&world, &first)?;
    println!("one changed, one deleted outside: {calls} calls");
    assert!(calls <= 16, "{calls}");
    let reasons = |plan: &formwork_plan::Plan, name: &str| {
        let mut all = plan.changes.iter();
        let found = all.find(|change| change.address.to_string() == name);
        found.map(|change| (change.action, change.reasons.clone()))
    };
    let (action, why) = reasons(&plan, "parameter.p3").ok_or("the drift is not seen")?;
    assert_eq!(
        (action, why),
        (Action::Update, vec![Reason::Drifted("Value".into())])
    );
    let (action, why) = reasons(&plan, "parameter.p5").ok_or("the loss is not seen")?;
    assert_eq!(
        (action, why),
        (Action::Create, vec![Reason::DeletedOutside])
    );
    assert_eq!(
        plan.changes,
        world.counted(&first, Refresh::Full)?.0.changes
    );
    world.apply(plan)?;

    let second = lowered(&stack("two", 1))?;
    let (plan, calls) = look(&world, &second)?;
    println!("one to change, one to delete: {calls} calls");
    assert!(calls <= 20, "{calls}");
    // Read, or nobody would know that the bucket that goes is empty.
    let (action, _) = reasons(&plan, "bucket.b1").ok_or("no bucket goes")?;
    assert_eq!(action, Action::Delete);
    assert_eq!(
        plan.changes,
        world.counted(&second, Refresh::Full)?.0.changes
    );
    world.apply(plan)
}
