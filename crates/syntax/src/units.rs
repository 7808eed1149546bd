//! The units of numbers, and what people write for them elsewhere.

use formwork_diag::nearest;

/// The units a number may carry.
pub const UNITS: [&str; 17] = [
    "%", "ms", "s", "min", "h", "d", "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB",
    "rps", "rpm",
];

/// Whether the text is a unit of the language.
pub(crate) fn is_unit(text: &str) -> bool {
    UNITS.contains(&text)
}

/// The one form of a unit: `MB` for `MiB`, as both mean 1024 KB.
pub(crate) fn canonical(unit: &str) -> &str {
    match unit {
        "KiB" => "KB",
        "MiB" => "MB",
        "GiB" => "GB",
        "TiB" => "TB",
        other => other,
    }
}

/// What to write for a number with an unknown unit, if that is clear: `5min` for `5m`, `14d` for `2w`.
pub(crate) fn suggestion(digits: &str, unit: &str) -> Option<String> {
    let lower = unit.to_ascii_lowercase();
    if matches!(lower.as_str(), "w" | "wk" | "week" | "weeks") {
        let weeks: u32 = digits.replace('_', "").parse().ok()?;
        return Some(format!("{}d", weeks.checked_mul(7)?));
    }
    let word = match (unit, lower.as_str()) {
        ("m", _) | (_, "mins" | "minute" | "minutes" | "min") => "min",
        (_, "s" | "sec" | "secs" | "second" | "seconds") => "s",
        (_, "ms" | "msec" | "millis" | "millisecond" | "milliseconds") => "ms",
        (_, "h" | "hr" | "hrs" | "hour" | "hours") => "h",
        (_, "d" | "day" | "days") => "d",
        (_, "b" | "byte" | "bytes") => "B",
        (_, "k" | "kb" | "kib" | "ki") => "KB",
        (_, "m" | "mb" | "mib" | "mi" | "meg") => "MB",
        (_, "g" | "gb" | "gib" | "gi" | "gig") => "GB",
        (_, "t" | "tb" | "tib" | "ti") => "TB",
        (_, "percent" | "pct") => "%",
        (_, "rps" | "qps" | "tps") => "rps",
        (_, "rpm") => "rpm",
        _ if unit.len() > 1 => nearest(unit, UNITS.into_iter().filter(|known| known.len() > 1))?,
        _ => return None,
    };
    Some(format!("{digits}{word}"))
}
