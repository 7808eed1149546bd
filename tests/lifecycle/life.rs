//! The life of a kind: each field set, changed, changed outside and taken out; then the whole deleted outside, renamed
//! and destroyed.

use crate::fields::FieldPath;
use crate::picture::{Picture, differences};
use crate::shown::{full, short, shown};
use crate::subject::Subject;
use crate::table::Exempt;
use crate::values::Values;
use crate::world::{World, lowered};
use formwork_engine::Refresh;
use formwork_kinds::Lowered;
use formwork_plan::{Action, Change, Mode, Plan, Reason};
use formwork_schema::Address;
use serde_json::{Map, Value as Json};
use std::fmt::Write as _;

/// What the life of a kind showed.
pub(crate) struct Lived {
    /// What each field does, as text.
    pub(crate) story: String,
    pub(crate) wrong: Vec<String>,
    pub(crate) fields: usize,
    pub(crate) applies: usize,
}

/// Lives the life of a kind, or of one of its fields alone.
pub(crate) fn live(subject: &Subject, only: Option<&str>) -> Lived {
    let mut lived = Lived {
        story: String::new(),
        wrong: Vec::new(),
        fields: 0,
        applies: 0,
    };
    let mut stage = Stage::new();
    for field in &subject.fields {
        if only.is_some_and(|only| !only.split(',').any(|only| only == field.text)) {
            continue;
        }
        lived.fields += 1;
        let _ = writeln!(lived.story, "{}", field.text);
        if let Err(why) = stage.field(subject, field, &mut lived.story) {
            let name = format!("{}.{}", subject.kind, field.text);
            lived.wrong.push(format!("{name}: {why}"));
            // What comes after begins with an empty cloud.
            lived.applies += stage.applies;
            stage = Stage::new();
        }
    }
    if only.is_none()
        && let Err(why) = stage.whole(subject)
    {
        lived.wrong.push(format!("{}: {why}", subject.kind));
    }
    lived.applies += stage.applies;
    lived
}

/// A world and how often something was applied to it.
struct Stage {
    world: World,
    applies: usize,
}

/// What a plan did, and what was live afterwards.
struct Applied {
    plan: Vec<Change>,
    operations: usize,
    picture: Picture,
}

impl Stage {
    fn new() -> Self {
        Stage {
            world: World::new(),
            applies: 0,
        }
    }

    fn field(
        &mut self,
        subject: &Subject,
        field: &FieldPath,
        story: &mut String,
    ) -> Result<(), String> {
        let values = subject.values().of(&field.text, &field.spec)?;
        let mut forms = vec![subject.around(field)];
        for value in &values {
            let mut fields = forms[0].clone();
            field.set(&mut fields, Some(value), &subject.values());
            forms.push(fields);
        }
        let texts = subject.texts(&forms);
        if subject.table.refuses(&field.text) {
            return match lowered(&texts[1]) {
                Err(_) => Ok(()),
                Ok(_) => Err("is not refused".to_owned()),
            };
        }
        let without = self.without(subject, field, &texts[0])?;
        let mut before = without.as_ref().map(|(_, picture)| picture.clone());
        let mut drifted = false;
        for (value, text) in values.iter().zip(&texts[1..]) {
            let step = format!("= {}", value.print());
            let wanted = lowered(text).map_err(at(&step))?;
            let done = self.go(&wanted).map_err(at(&step))?;
            let first = before.is_none();
            let _ = writeln!(story, "  {step}: {}", told(&done.plan, first));
            reasoned(&done.plan).map_err(at(&step))?;
            if let Some(before) = &before {
                let visible = match done.operations {
                    0 => Err(format!("{step} changes nothing")),
                    _ => Ok(()),
                };
                excused(subject, field, Exempt::Visible, visible)?;
                if !drifted {
                    let drift = self.drift(&done, &wanted, before, story);
                    let result = drift.map(|any| drifted = any);
                    excused(subject, field, Exempt::Drift, result)?;
                }
            }
            before = Some(done.picture);
        }
        let Some((wanted, before)) = without else {
            return Ok(());
        };
        let done = self.go(&wanted).map_err(at("taken out"))?;
        let _ = writeln!(story, "  none: {}", shown(&done.plan));
        if Values::default(&field.spec).is_some() {
            let same = match done.operations {
                0 => Ok(()),
                _ => Err(format!(
                    "the documented default differs: {}",
                    full(&done.plan)
                )),
            };
            excused(subject, field, Exempt::Default, same)?;
        }
        let left = differences(&before, &done.picture);
        let reset = match left.is_empty() {
            true => Ok(()),
            false => Err(format!("is not reset: {}", left.join("\n"))),
        };
        excused(subject, field, Exempt::Reset, reset)
    }

    /// The stack without the field, and what is live then; `None` if it must be there.
    fn without(
        &mut self,
        subject: &Subject,
        field: &FieldPath,
        text: &str,
    ) -> Result<Option<(Lowered, Picture)>, String> {
        if field.spec.required {
            return Ok(None);
        }
        let wanted = match lowered(text) {
            Err(_) if subject.table.excuses(&field.text, Exempt::Without) => return Ok(None),
            other => other.map_err(at("without it"))?,
        };
        let done = self.go(&wanted).map_err(at("without it"))?;
        Ok(Some((wanted, done.picture)))
    }

    /// Plans, applies, and plans again.
    fn go(&mut self, wanted: &Lowered) -> Result<Applied, String> {
        let plan = self.world.plan(wanted, Mode::Apply)?;
        let (changes, operations) = (plan.changes.clone(), plan.operations.len());
        if operations > 0 {
            self.world.apply(plan)?;
            self.applies += 1;
        }
        self.quiet(wanted)?;
        let lacking = self.world.lacking(wanted);
        if !lacking.is_empty() {
            return Err(lacking.join("\n"));
        }
        Ok(Applied {
            plan: changes,
            operations,
            picture: self.world.picture(),
        })
    }

    fn quiet(&self, wanted: &Lowered) -> Result<(), String> {
        let again = self.world.plan(wanted, Mode::Apply)?;
        match again.operations.is_empty() {
            true => Ok(()),
            false => {
                let changes = full(&again.changes);
                Err(format!("the second plan is not empty: {changes}"))
            }
        }
    }

    /// Changes outside what was changed in place, back to what it was; a plan sees it, and an apply mends it. Whether
    /// there was anything to change.
    fn drift(
        &mut self,
        done: &Applied,
        wanted: &Lowered,
        before: &Picture,
        story: &mut String,
    ) -> Result<bool, String> {
        let updated = |change: &&Change| change.action == Action::Update;
        let mut any = false;
        for change in done.plan.iter().filter(updated) {
            let Some(changes) = turned_back(&change.address, &done.picture, before) else {
                continue;
            };
            let object = &done.picture[&change.address].object;
            let names: Vec<String> = changes.keys().cloned().collect();
            let of = short(&change.address);
            let what = format!("{of} {} changed outside", names.join(", "));
            self.world.change(object, changes).map_err(at(&what))?;
            let plan = self.world.plan(wanted, Mode::Apply).map_err(at(&what))?;
            let drifted = |reason: &Reason| matches!(reason, Reason::Drifted(_));
            let seen = |found: &Change| found.reasons.iter().any(drifted);
            if !plan.changes.iter().any(seen) {
                let changes = full(&plan.changes);
                return Err(format!("{what}: no drift is shown: {changes}"));
            }
            let (other, _) = self
                .world
                .counted(wanted, Refresh::Changed)
                .map_err(at(&what))?;
            if other.changes != plan.changes {
                let changes = full(&other.changes);
                return Err(format!("{what}: a quick look shows otherwise: {changes}"));
            }
            let _ = writeln!(story, "  {what}: {}", shown(&plan.changes));
            self.world.apply(plan).map_err(at(&what))?;
            self.applies += 1;
            self.quiet(wanted).map_err(at(&what))?;
            any = true;
        }
        Ok(any)
    }

    /// What happens to the whole: deleted outside, renamed, destroyed.
    fn whole(&mut self, subject: &Subject) -> Result<(), String> {
        let texts = subject.texts(std::slice::from_ref(&subject.base));
        let wanted = lowered(&texts[0])?;
        let made = self.go(&wanted)?;
        for (address, sight) in &made.picture {
            if sight.object.slice.is_none() {
                self.lost(address, &wanted)?;
            }
        }
        let renamed = lowered(&subject.renamed())?;
        let plan = self.world.plan(&renamed, Mode::Apply).map_err(at("was"))?;
        let other = |change: &&Change| !matches!(change.action, Action::Rename | Action::Record);
        let others: Vec<Change> = plan.changes.iter().filter(other).cloned().collect();
        if !others.is_empty() {
            let changes = full(&others);
            return Err(format!("a rename changes more than names: {changes}"));
        }
        self.world.apply(plan).map_err(at("was"))?;
        self.quiet(&renamed).map_err(at("was"))?;
        let plan = self.destroy(&renamed)?;
        self.world.apply(plan).map_err(at("destroy"))?;
        self.applies += 2;
        let state = self.world.state();
        let mut left = self.world.all();
        for kept in renamed.resources.iter().filter(|resource| resource.retain) {
            left.retain(|(type_name, _)| **type_name != *kept.type_name);
        }
        if !state.objects.is_empty() || !left.is_empty() {
            return Err(format!("destroy leaves {left:?}"));
        }
        match self.destroy(&renamed)?.operations.len() {
            0 => Ok(()),
            more => Err(format!("a second destroy does {more} things")),
        }
    }

    fn destroy(&self, wanted: &Lowered) -> Result<Plan, String> {
        let plan = self.world.plan(wanted, Mode::Destroy);
        plan.map_err(at("destroy"))
    }

    /// Deletes an object outside; a plan makes it again.
    fn lost(&mut self, address: &Address, wanted: &Lowered) -> Result<(), String> {
        let what = format!("{address} deleted outside");
        // An earlier loss may have given it a new id.
        let picture = self.world.picture();
        let Some(sight) = picture.get(address) else {
            return Err(format!("{what}: it is not there any more"));
        };
        self.world.remove(&sight.object);
        let plan = self.world.plan(wanted, Mode::Apply).map_err(at(&what))?;
        let made = plan.changes.iter().any(|change| {
            change.address == *address && change.reasons.contains(&Reason::DeletedOutside)
        });
        if !made {
            let changes = full(&plan.changes);
            return Err(format!("{what}: it is not made again: {changes}"));
        }
        self.world.apply(plan).map_err(at(&what))?;
        self.applies += 1;
        self.quiet(wanted).map_err(at(&what))
    }
}

/// The changes of a step; the first one also makes and deletes what stands beside the subject.
fn told(changes: &[Change], first: bool) -> String {
    let beside = |change: &&Change| {
        let made = matches!(change.action, Action::Create | Action::Delete);
        made && &*change.address.label != "subject"
    };
    let all = changes.iter().filter(|change| !(first && beside(change)));
    shown(&all.cloned().collect::<Vec<_>>())
}

/// Every replacement says why.
fn reasoned(changes: &[Change]) -> Result<(), String> {
    let replaced = |change: &&Change| {
        matches!(
            change.action,
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
        )
    };
    let why = |reason: &Reason| matches!(reason, Reason::CannotChange(_) | Reason::Follows(_));
    for change in changes.iter().filter(replaced) {
        if !change.reasons.iter().any(why) {
            return Err(format!("{} is replaced without a reason", change.address));
        }
    }
    Ok(())
}

/// A step that went wrong may be exempt.
fn excused(
    subject: &Subject,
    field: &FieldPath,
    step: Exempt,
    result: Result<(), String>,
) -> Result<(), String> {
    match result {
        Err(_) if subject.table.excuses(&field.text, step) => Ok(()),
        other => other,
    }
}

/// The authored properties of an object that differ, as they were; `None` if there are none.
fn turned_back(address: &Address, now: &Picture, before: &Picture) -> Option<Map<String, Json>> {
    let (now, before) = (now.get(address)?, before.get(address)?);
    if now.object.id != before.object.id {
        return None;
    }
    let mut out = Map::new();
    for (name, authored) in &now.object.authored {
        let Some(new) = now.properties.get(name) else {
            continue;
        };
        let old = earlier(new, before.properties.get(name), authored);
        if old != *new {
            out.insert(name.clone(), old);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// A value with what is authored of it as it was.
fn earlier(now: &Json, before: Option<&Json>, authored: &Json) -> Json {
    match (now, before, authored) {
        (Json::Object(now), Some(Json::Object(before)), Json::Object(authored)) => {
            let mut out = now.clone();
            for (name, authored) in authored {
                let old = match now.get(name) {
                    Some(now) => earlier(now, before.get(name), authored),
                    None => Json::Null,
                };
                match old {
                    Json::Null => out.remove(name),
                    old => out.insert(name.clone(), old),
                };
            }
            Json::Object(out)
        }
        (_, before, _) => before.cloned().unwrap_or(Json::Null),
    }
}

fn at(what: &str) -> impl Fn(String) -> String + use<> {
    let what = what.to_owned();
    move |why| format!("{what}: {why}")
}
