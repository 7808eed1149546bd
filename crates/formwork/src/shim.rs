//! temporary
use formwork_plan::*;
pub(crate) fn encode_plan(_p: &Plan) -> String {
    String::new()
}
pub(crate) fn decode_plan(_t: &str) -> Result<Plan, String> {
    Err("no".into())
}
pub(crate) fn digest(_p: &Plan) -> String {
    format!(
        "{}",
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |d| d.as_nanos())
    )
}
pub(crate) fn to_json(_p: &Plan) -> serde_json::Value {
    serde_json::Value::Null
}
