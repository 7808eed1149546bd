//! Secrets that are there and have no value yet: what reads them would fail.

use formwork_diag::{Code, Diagnostic, Diagnostics, Severity};
use formwork_plan::{Inputs, Mode, Sight};
use formwork_schema::{Address, Claim, Resource};
use formwork_state::ObjectKey;

/// The type that secrets become.
const SECRET: &str = "AWS::SecretsManager::Secret";

/// A warning for each secret of the state that was never given a value.
pub(super) fn without_value(inputs: &Inputs<'_>) -> Diagnostics {
    let empty = inputs.resources.iter().filter(|resource| {
        inputs.mode == Mode::Apply
            && *resource.type_name == *SECRET
            && resource.claim == Claim::Own
            && &*resource.address.kind == "secret"
            && is_empty(inputs, resource)
    });
    Diagnostics(empty.map(no_value).collect())
}

/// Whether it was seen to hold nothing.
fn is_empty(inputs: &Inputs<'_>, resource: &Resource) -> bool {
    let Some((generation, _)) = inputs.state.newest(&resource.address) else {
        return false;
    };
    let key = ObjectKey {
        address: resource.address.clone(),
        generation,
    };
    let made = resource.properties.contains_key("GenerateSecretString");
    let seen = inputs.observed.objects.get(&key);
    !made && matches!(seen, Some(Sight::Live(live)) if live.contents == Some(0))
}

fn no_value(resource: &Resource) -> Diagnostic {
    let name = name(&resource.address);
    let message = format!("the secret `{name}` has no value yet");
    Diagnostic::new(Code("secret::no_value"), Severity::Warning, message)
        .label(resource.span, "what reads it fails")
        .help(format!("give it one: `formwork secret set {name}`"))
}

/// A secret as the command takes it.
fn name(address: &Address) -> String {
    match &address.key {
        Some(key) => format!("'{}[{key:?}]'", address.label),
        None => address.label.to_string(),
    }
}
