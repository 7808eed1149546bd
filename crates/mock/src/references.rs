//! Follows the references of properties to the objects they name: are they there, usable, and held by this one?

use crate::cloud::Cloud;
use crate::failures;
use crate::object::{Number, Object, Standing};
use crate::paths::{self, Properties};
use formwork_provider::Failure;
use formwork_schema::{Path, Reference, ResourceType};

/// What the references of an object come to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Ties {
    /// Objects that cannot be deleted while this one stands.
    pub(crate) holds: Vec<Number>,
    /// Objects that must be there for this one to be made.
    pub(crate) refers: Vec<Number>,
    /// The object it lives in.
    pub(crate) parent: Option<Number>,
}

/// Which references AWS looks at in this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent<'a> {
    /// All of them.
    All,
    /// Those of the properties sent.
    Only(&'a Properties),
    /// None: the object is put there from outside.
    None,
}

impl Sent<'_> {
    fn covers(self, reference: &Reference) -> bool {
        match self {
            Sent::All => true,
            Sent::Only(properties) => properties.contains_key(reference.path.root()),
            Sent::None => false,
        }
    }
}

impl Cloud {
    /// Resolves the references of an object's properties, and refuses those that AWS would refuse; `own` is the object
    /// itself once it is there.
    pub(crate) fn ties(
        &self,
        resource: &ResourceType,
        region: &str,
        properties: &Properties,
        sent: Sent<'_>,
        own: Option<Number>,
    ) -> Result<Ties, Failure> {
        let mut ties = Ties::default();
        let groups = by_path(resource);
        let kin = self.kin(&groups, region, properties);
        for group in groups {
            for value in paths::texts(properties, &group.path.0) {
                let found = group.references.iter().find_map(|reference| {
                    let object = self.referred(reference, region, &value, &kin)?;
                    Some((*reference, object))
                });
                match found {
                    Some((reference, object)) => {
                        if reference.checked && sent.covers(reference) {
                            self.usable(reference, object)?;
                        }
                        if reference.exclusive && sent.covers(reference) {
                            self.free(&resource.name, object, own)?;
                        }
                        tie(resource, reference, object, &mut ties);
                    }
                    None => self.refuse_missing(&group, &value, sent)?,
                }
            }
        }
        Ok(ties)
    }

    /// All that the properties may refer to: an object that lives in something is meant only if that is among these.
    fn kin(&self, groups: &[Group<'_>], region: &str, properties: &Properties) -> Vec<Number> {
        let mut kin = Vec::new();
        for group in groups {
            for value in paths::texts(properties, &group.path.0) {
                let references = group.references.iter();
                let found = references
                    .filter_map(|reference| self.referred(reference, region, &value, &[]));
                kin.extend(found.map(|object| object.number));
            }
        }
        kin
    }

    /// Whether an object lives in something else than what is referred to: version 1 of another function.
    fn is_stranger(&self, object: &Object, kin: &[Number]) -> bool {
        let Some(parent) = object.head.parent.and_then(|parent| self.world.get(parent)) else {
            return false;
        };
        let mut rivals = kin.iter().filter_map(|number| self.world.get(*number));
        !kin.contains(&parent.number) && rivals.any(|other| other.type_name == parent.type_name)
    }

    /// Refuses a value that refers to nothing, where AWS looks.
    fn refuse_missing(
        &self,
        group: &Group<'_>,
        value: &str,
        sent: Sent<'_>,
    ) -> Result<(), Failure> {
        if self.is_elsewhere(value) {
            return Ok(());
        }
        let alone = group.references.len() == 1;
        let meant = group.references.iter().find(|reference| {
            let meant = alone || is_of_type(value, &reference.target);
            meant && reference.checked && sent.covers(reference)
        });
        match meant {
            Some(reference) => Err(missing(reference, value)),
            None => Ok(()),
        }
    }

    /// The object a value refers to.
    pub(crate) fn referred(
        &self,
        reference: &Reference,
        region: &str,
        value: &str,
        kin: &[Number],
    ) -> Option<&Object> {
        let place = self.place(&reference.target, region);
        let other_region = value
            .split(':')
            .nth(3)
            .filter(|_| value.starts_with("arn:"));
        let mut texts = vec![value];
        texts.extend(unqualified(value));
        texts.into_iter().find_map(|text| {
            let places = [Some(place), other_region].into_iter().flatten();
            places.into_iter().find_map(|place| {
                let objects = self.world.by_handle(&reference.target, place, text);
                objects
                    .into_iter()
                    .filter(|object| fits(reference, object, text))
                    .find(|object| !self.is_stranger(object, kin))
            })
        })
    }

    /// Refuses a reference to an object that another of the same type has for itself.
    fn free(&self, type_name: &str, object: &Object, own: Option<Number>) -> Result<(), Failure> {
        let holders = self.world.holders(object.number);
        let mut others = holders
            .into_iter()
            .filter(|holder| *holder.type_name == *type_name && Some(holder.number) != own);
        match others.next() {
            Some(other) => {
                let by = format!("{type_name} {}", other.head.id);
                Err(failures::in_use(&object.type_name, &object.head.id, &by))
            }
            None => Ok(()),
        }
    }

    /// Refuses a reference to an object that is not seen yet, not ready yet or on its way out.
    fn usable(&self, reference: &Reference, object: &Object) -> Result<(), Failure> {
        let id = &object.head.id;
        if !self.is_seen(object) {
            return Err(missing(reference, id));
        }
        match object.standing(self.now()) {
            Standing::Ready => Ok(()),
            Standing::Busy(_, "updating") => Ok(()),
            Standing::Busy(_, doing) => Err(failures::busy(&object.type_name, id, doing)),
            Standing::Leaving(_) => Err(missing(reference, id)),
            Standing::Failed(_) => Err(failures::invalid(
                &reference.path.0,
                format!("{} {id} could not be created", object.type_name),
            )),
        }
    }

    /// Whether a value names something this simulated account does not hold: nothing, another account's or AWS's own.
    fn is_elsewhere(&self, value: &str) -> bool {
        if value.is_empty() || value.starts_with('$') {
            return true;
        }
        let mut parts = value.split(':');
        if parts.next() == Some("arn") {
            let owner = parts.nth(3).unwrap_or("");
            let aws_key = value.contains(":alias/aws/");
            return aws_key || (!owner.is_empty() && owner != &*self.account);
        }
        value.starts_with("alias/aws/")
    }
}

/// The references of one property.
struct Group<'a> {
    path: &'a Path,
    references: Vec<&'a Reference>,
}

/// The references of a type by property, its parent first.
fn by_path(resource: &ResourceType) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for reference in &resource.overlay.references {
        match groups
            .iter_mut()
            .find(|group| *group.path == reference.path)
        {
            Some(group) => group.references.push(reference),
            None => groups.push(Group {
                path: &reference.path,
                references: vec![reference],
            }),
        }
    }
    groups.sort_by_key(|group| Some(group.path) != resource.overlay.parent.as_ref());
    groups
}

fn tie(resource: &ResourceType, reference: &Reference, object: &Object, ties: &mut Ties) {
    if reference.checked && !ties.refers.contains(&object.number) {
        ties.refers.push(object.number);
    }
    if reference.blocks_delete && !ties.holds.contains(&object.number) {
        ties.holds.push(object.number);
    }
    if resource.overlay.parent.as_ref() == Some(&reference.path) {
        ties.parent = Some(object.number);
    }
}

fn missing(reference: &Reference, value: &str) -> Failure {
    if &*reference.target == "AWS::IAM::Role" {
        failures::role_not_seen(value)
    } else {
        failures::refers_to_nothing(&reference.path.0, &reference.target, value)
    }
}

/// Where an ARN is wanted a name does not do; where a name or id is wanted AWS mostly takes the ARN too.
fn fits(reference: &Reference, object: &Object, value: &str) -> bool {
    let wanted = &*reference.property;
    let any = wanted == "id" || !wanted.ends_with("Arn");
    let mut handles = object.head.handles.iter();
    handles.any(|(property, text)| &**text == value && (any || &**property == wanted))
}

/// A function's version or alias, or the streams of a log group: `…:function:name:live` without its last part.
fn unqualified(value: &str) -> Option<&str> {
    let colons = value.matches(':').count();
    let qualified = if value.starts_with("arn:") {
        colons >= 7
    } else {
        colons == 1
    };
    qualified.then(|| value.rsplit_once(':').map(|(name, _)| name))?
}

/// Whether an ARN is of the service of a type, so that several references of one property can be told apart.
fn is_of_type(value: &str, type_name: &str) -> bool {
    let mut parts = value.split(':');
    if parts.next() != Some("arn") {
        return false;
    }
    let service = type_name.split("::").nth(1).unwrap_or("").to_lowercase();
    let service = match &*service {
        "elasticloadbalancingv2" => "elasticloadbalancing",
        "stepfunctions" => "states",
        "certificatemanager" => "acm",
        "efs" => "elasticfilesystem",
        "apigatewayv2" => "apigateway",
        other => other,
    };
    parts.nth(1) == Some(service)
}
