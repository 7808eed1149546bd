//! What a refusal of the state, of the cloud or of a look at it means for the command: code, exit code, help.

use crate::failure::{Exit, Failure};
use formwork_diag::{Code, safe};
use formwork_engine::RefreshError;
use formwork_mock::CloudError;
use formwork_provider::FailureClass;
use formwork_state::{Holder, StoreError};

/// What the simulated cloud's refusal means for the command.
pub(crate) fn cloud_failure(error: &CloudError) -> Failure {
    let failure =
        |exit, help: &str| Failure::new(exit, Code("mock::file"), error.to_string()).help(help);
    match error {
        CloudError::Locked { .. } => failure(Exit::Locked, "wait for the other process to end"),
        CloudError::Account { .. } => failure(
            Exit::NotAllowed,
            "nothing was read or changed; name the environment's own `account` again",
        ),
        CloudError::DiskFull { .. } => failure(
            Exit::Failed,
            "free some space, then run the same command: nothing is lost",
        ),
        CloudError::Newer { .. } => failure(Exit::Failed, "use the newer formwork"),
        CloudError::Damaged { .. } => failure(
            Exit::Failed,
            "put a copy of the file back, or remove it to begin with an empty simulated cloud",
        ),
        CloudError::Io { .. } => failure(
            Exit::Failed,
            "check that the folder can be read and written",
        ),
    }
}

/// What a store's refusal means for the command.
pub(crate) fn store_failure(error: &StoreError) -> Failure {
    let failure = |exit, code, help: &str| Failure::new(exit, code, error.to_string()).help(help);
    match error {
        StoreError::Locked(holder) => locked(holder.as_deref()),
        StoreError::Moved { .. } => failure(
            Exit::Locked,
            Code("state::moved"),
            "somebody else wrote; run the command again",
        ),
        StoreError::Damaged { .. } => failure(
            Exit::Failed,
            Code("state::damaged"),
            "nothing was changed; put a copy of the file back (docs/state.md says how)",
        ),
        StoreError::Older { .. } => {
            failure(Exit::Failed, Code("state::older"), "nothing was changed")
        }
        StoreError::Binding { .. } => failure(
            Exit::NotAllowed,
            Code("state::binding"),
            "nothing was read or changed; a state stays with its account, or is destroyed there first",
        ),
        StoreError::DiskFull { .. } => failure(
            Exit::Failed,
            Code("state::disk_full"),
            "free some space, then run the same command: what was done is found again",
        ),
        StoreError::Format(_) => failure(
            Exit::Failed,
            Code("state::format"),
            "use the formwork that wrote it, or a newer one",
        ),
        StoreError::Io { .. } => failure(
            Exit::Failed,
            Code("state::io"),
            "check that the folder can be read and written",
        ),
    }
}

/// Another process writes.
pub(crate) fn locked(holder: Option<&Holder>) -> Failure {
    let who = holder.map_or_else(String::new, |holder| {
        format!(
            ": `{}` runs as process {} on {}",
            safe(&holder.command),
            holder.pid,
            safe(&holder.host)
        )
    });
    Failure::new(
        Exit::Locked,
        Code("state::locked"),
        format!("the state is locked{who}"),
    )
    .help("wait for it to end, or let this command wait: `--lock-timeout 5min`")
}

/// What it means that something could not be looked at.
pub(super) fn observe_failure(error: &RefreshError) -> Failure {
    let denied = error
        .failures
        .iter()
        .any(|(_, failure)| matches!(failure.class, FailureClass::AccessDenied(_)));
    let exit = if denied {
        Exit::NotAllowed
    } else {
        Exit::Failed
    };
    Failure::new(exit, Code("plan::read"), error.to_string())
        .help("nothing was done; planning only reads")
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_schema::Address;
    use std::path::PathBuf;

    fn of(error: &StoreError) -> (Exit, &'static str) {
        let failure = store_failure(error);
        (failure.exit, failure.diagnostics.0[0].code.0)
    }

    #[test]
    fn each_refusal_of_a_store_has_its_code_and_exit() {
        let path = || PathBuf::from("state.db");
        assert_eq!(
            of(&StoreError::Locked(None)),
            (Exit::Locked, "state::locked")
        );
        assert_eq!(
            of(&StoreError::Moved {
                expected: 1,
                found: 2
            }),
            (Exit::Locked, "state::moved")
        );
        let damaged = StoreError::Damaged {
            path: path(),
            reason: "record 3".into(),
        };
        assert_eq!(of(&damaged), (Exit::Failed, "state::damaged"));
        let older = StoreError::Older {
            path: path(),
            found: 1,
            seen: 2,
            witness: path(),
        };
        assert_eq!(of(&older), (Exit::Failed, "state::older"));
        assert_eq!(
            of(&StoreError::DiskFull { path: path() }),
            (Exit::Failed, "state::disk_full")
        );
        let io = StoreError::Io {
            path: path(),
            message: "no".into(),
        };
        assert_eq!(of(&io), (Exit::Failed, "state::io"));
        let newer = formwork_state::decode_record("{\"v\":99}").unwrap_err();
        assert_eq!(
            of(&StoreError::Format(newer)),
            (Exit::Failed, "state::format")
        );
    }

    #[test]
    fn a_cloud_that_cannot_be_read_has_its_code_and_exit() {
        let failure = cloud_failure(&CloudError::DiskFull {
            path: PathBuf::from("cloud.db"),
        });
        assert_eq!(
            (failure.exit, failure.diagnostics.0[0].code.0),
            (Exit::Failed, "mock::file")
        );
        let denied =
            formwork_provider::Failure::new(FailureClass::AccessDenied(None), "AccessDenied", "no");
        let error = RefreshError {
            failures: vec![(Address::new("queue", "q"), denied)],
        };
        let failure = observe_failure(&error);
        assert_eq!(
            (failure.exit, failure.diagnostics.0[0].code.0),
            (Exit::NotAllowed, "plan::read")
        );
    }
}
