//! A picture as a page: one file without a network, with search, zoom and all that is known of a resource.

use super::picture::Picture;
use super::svg::{drawing, escaped};

const PAGE: &str = include_str!("page.html");
const PAGE_STYLE: &str = include_str!("page.css");
const PICTURE_STYLE: &str = include_str!("picture.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub(crate) fn page(picture: &Picture) -> String {
    // `</` could end the element that holds the data; JSON may write it so.
    let data = picture.data().to_string().replace("</", "<\\/");
    let parts = [
        ("{{title}}", escaped(&picture.title)),
        ("{{summary}}", escaped(&picture.summary)),
        ("{{style}}", format!("{PICTURE_STYLE}\n{PAGE_STYLE}")),
        ("{{picture}}", drawing(picture, "")),
        ("{{script}}", SCRIPT.to_owned()),
        ("{{data}}", data),
    ];
    let mut out = String::with_capacity(PAGE.len());
    let mut rest = PAGE;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let filled = parts.iter().find(|(name, _)| from.starts_with(name));
        let Some((name, text)) = filled else {
            break;
        };
        out.push_str(text);
        rest = from.get(name.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
