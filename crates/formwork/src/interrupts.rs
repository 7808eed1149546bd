//! Ctrl-C and SIGTERM: the first lets what runs end, the second stops at once.

use crate::failure::{Exit, Failure};
use formwork_diag::Code;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Listens from now on; each signal is a message.
pub(crate) fn listen() -> Result<UnboundedReceiver<()>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Failed, Code("system::signals"), error.to_string())
    };
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        for (count, _) in signals.forever().enumerate() {
            match count {
                0 => eprintln!(
                    "Stopping: what runs is finished and recorded, nothing new begins. Again to stop at once."
                ),
                _ => eprintln!(
                    "Stopping at once: the next apply finds out what was done and goes on."
                ),
            }
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}
