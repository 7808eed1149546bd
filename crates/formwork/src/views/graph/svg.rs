//! A picture as SVG: cards in columns, an arrow from each user to what it needs.

use super::layout::{HEIGHT, WIDTH, layout};
use super::picture::{Card, Picture};
use std::fmt::Write;

/// Characters of a name that fit on a card.
const FITS: usize = 24;

/// Pixels around the picture.
const MARGIN: f64 = 24.0;

/// The style that a picture carries when it stands alone.
const STYLE: &str = include_str!("picture.css");

/// The picture as a file of its own.
pub(crate) fn svg(picture: &Picture) -> String {
    drawing(picture, &format!("<style>{STYLE}</style>"))
}

/// The picture with `head` as its first element.
pub(crate) fn drawing(picture: &Picture, head: &str) -> String {
    let places = layout(picture.cards.len(), &picture.edges);
    let (width, height) = (places.size.0 + 2.0 * MARGIN, places.size.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"-{MARGIN} -{MARGIN} {width:.0} {height:.0}\" role=\"img\" aria-label=\"{}\">\n{head}\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0.5 8 4 0 7.5z\"/></marker></defs>\n",
        escaped(&picture.title)
    );
    out.push_str("<g id=\"edges\">\n");
    for ((user, needed), points) in picture.edges.iter().zip(&places.edges) {
        let _ = writeln!(
            out,
            "<path class=\"edge\" data-user=\"{user}\" data-needed=\"{needed}\" marker-end=\"url(#arrow)\" d=\"{}\"/>",
            curve(points)
        );
    }
    out.push_str("</g>\n<g id=\"cards\">\n");
    for (at, (card, place)) in picture.cards.iter().zip(&places.cards).enumerate() {
        out.push_str(&drawn(at, card, *place));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn drawn(at: usize, card: &Card, (x, y): (f64, f64)) -> String {
    let address = escaped(&card.address.to_string());
    let name = match (&card.address.part, &card.address.key) {
        (Some(part), _) => format!("{}/{part}", card.address.label),
        (None, Some(key)) => format!("{}[{key:?}]", card.address.label),
        (None, None) => card.address.label.to_string(),
    };
    let count = match card.parts.len() {
        0 | 1 => String::new(),
        more => format!(" · {more} resources"),
    };
    format!(
        "<g class=\"card {action}\" data-card=\"{at}\" transform=\"translate({x:.1} {y:.1})\" tabindex=\"0\" \
         role=\"button\" aria-label=\"{address}, {action}\"><title>{address}</title>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\"/>\
         <text class=\"kind\" x=\"14\" y=\"17\">{kind}{count}</text>\
         <text class=\"name\" x=\"14\" y=\"34\">{name}</text>\
         <text class=\"mark\" x=\"{mark}\" y=\"27\">{symbol}</text></g>\n",
        action = card.action,
        kind = escaped(&card.address.kind),
        name = escaped(&shortened(&name)),
        mark = WIDTH - 14.0,
        symbol = symbol(&card.action),
    )
}

/// The symbol of an action, as in the text of a plan.
fn symbol(action: &str) -> &'static str {
    match action {
        "create" => "+",
        "update" => "~",
        "delete" => "−",
        "replace_delete_first" => "−/+",
        "replace_create_first" => "+/−",
        "read" => "&lt;=",
        "recover" => "↻",
        "forget" => "⊘",
        _ => "",
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= FITS {
        return name.to_owned();
    }
    let head: String = name.chars().take(FITS - 1).collect();
    format!("{head}…")
}

/// A smooth path through points.
fn curve(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let mut last: Option<(f64, f64)> = None;
    for &(x, y) in points {
        match last {
            None => _ = write!(out, "M{x:.1} {y:.1}"),
            Some((from_x, from_y)) => {
                let bend = ((x - from_x) / 2.0).abs().max(24.0) * (x - from_x).signum();
                let _ = write!(
                    out,
                    " C{:.1} {from_y:.1} {:.1} {y:.1} {x:.1} {y:.1}",
                    from_x + bend,
                    x - bend
                );
            }
        }
        last = Some((x, y));
    }
    out
}

/// Text that may stand in markup, also inside quotes.
pub(crate) fn escaped(text: &str) -> String {
    formwork_diag::safe(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
