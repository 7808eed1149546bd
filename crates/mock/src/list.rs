//! Lists: the objects of a type in a region, page by page, each with its version.

use crate::cloud::Cloud;
use crate::object::Standing;
use crate::view;
use formwork_provider::{Failure, Listed, Listing, Page};

/// How many objects a page shows, as `ListFunctions` of Lambda.
const PAGE: usize = 50;

impl Cloud {
    /// One page of a list; `None` for types that live in others, which have no list of their own. One call.
    ///
    /// # Errors
    /// The type is not known, or the cloud cannot be read.
    pub fn list_page(&mut self, listing: &Listing) -> Result<Option<Page>, Failure> {
        self.prepare(false)?;
        let card = self.card(&listing.type_name)?;
        if card.resource.overlay.parent.is_some() {
            return Ok(None);
        }
        self.faults.pass(1);
        let after = listing.page.as_ref().and_then(|page| page.parse().ok());
        let place = self.place(&listing.type_name, &listing.region);
        let later = self
            .world
            .of_type_after(&listing.type_name, after.unwrap_or(0));
        let shown = later.filter(|object| {
            object.place() == place && !object.head.elsewhere && self.is_seen(object)
        });
        let mut shown = shown.peekable();
        let mut page = Page::default();
        while page.objects.len() < PAGE {
            let Some(object) = shown.next() else { break };
            page.objects.push(Listed {
                id: object.head.id.clone(),
                stamp: Some(view::stamp(object)),
                pending: !matches!(object.standing(self.now()), Standing::Ready),
                ..Listed::default()
            });
            page.next = shown.peek().map(|_| object.number.to_string().into());
        }
        Ok(Some(page))
    }
}
