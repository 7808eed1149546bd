//! Deletes: refused while something holds the object or it holds data, and gone when their time is over.

use crate::card::Card;
use crate::cloud::{Call, Cloud};
use crate::create::AT_ONCE;
use crate::effects::Verb;
use crate::failures;
use crate::object::{Phase, Standing};
use crate::view;
use formwork_provider::{Failure, Reply, Target};
use formwork_schema::Path;
use std::sync::Arc;

impl Cloud {
    /// Deletes an object; one that is not there is deleted already.
    pub(crate) fn delete(
        &mut self,
        card: &Card,
        target: &Target,
        force: bool,
    ) -> Result<Reply, Failure> {
        let Some(object) = self.find_target(target)?.cloned() else {
            return Ok(Reply::Deleted);
        };
        let (type_name, id) = (&object.type_name, &object.head.id);
        if object.head.elsewhere {
            return Err(failures::elsewhere(type_name, id));
        }
        match object.standing(self.now()) {
            Standing::Leaving(_) => return Ok(self.pending(&object)),
            Standing::Busy(_, doing) => return Err(failures::busy(type_name, id, doing)),
            Standing::Ready | Standing::Failed(_) => {}
        }
        let holders = self.world.holders(object.number);
        if let Some(holder) = holders.iter().find(|holder| holder.number != object.number) {
            let by = format!("{} {}", holder.type_name, holder.head.id);
            return Err(failures::in_use(type_name, id, &by));
        }
        let overlay = &card.resource.overlay;
        let properties = view::parsed(&object)?;
        for (name, wanted) in &overlay.before_delete {
            let shown = properties.get(&**name);
            let shown = shown.or_else(|| overlay.defaults.get(&Path(Arc::clone(name))));
            if shown != Some(wanted) {
                return Err(failures::not_prepared(type_name, id, name, wanted));
            }
        }
        let content = object.head.content;
        if card.resource.overlay.delete_blocked_by_content && content > 0 && !force {
            return Err(failures::holds_data(type_name, id, content));
        }
        let call = Call {
            target: Some(target),
            token: None,
            sent: if force { "force" } else { "" },
        };
        self.log(Verb::Delete, &object, call);
        let takes = card.resource.overlay.times.2;
        if takes < AT_ONCE {
            self.vanish(object.number);
            return Ok(Reply::Deleted);
        }
        let mut object = object;
        object.head.phase = Phase::Deleting {
            until: self.now().saturating_add(u64::from(takes)),
        };
        let reply = self.pending(&object);
        self.world.put(object);
        Ok(reply)
    }
}
