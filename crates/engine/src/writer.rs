//! Writes the journal on a thread of its own: while one write is being synced, the next ones gather and go as one.

use formwork_state::{Record, State, Store, StoreError};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Records to append after a serial.
struct Batch {
    after: u64,
    records: Vec<Record>,
}

/// What became of what was handed over.
#[derive(Debug)]
pub(crate) enum Written {
    /// Everything up to this serial is durable.
    Durable(u64),
    /// Nothing more can be written.
    Failed(StoreError),
}

/// What the thread gives back at its end: the store, and the hash of the last record it wrote.
type Handed = (Box<dyn Store>, Option<String>);

/// The thread that writes.
pub(crate) struct Writer {
    batches: Sender<Batch>,
    pub(crate) written: UnboundedReceiver<Written>,
    thread: JoinHandle<Handed>,
    /// Appends handed over that are not reported yet.
    under_way: Option<u64>,
}

impl Writer {
    pub(crate) fn start(store: Box<dyn Store>) -> Self {
        let (batches, queue) = channel();
        let (reports, written) = unbounded_channel();
        let thread = std::thread::spawn(move || write(store, &queue, &reports));
        Writer {
            batches,
            written,
            thread,
            under_way: None,
        }
    }

    pub(crate) fn append(&mut self, after: u64, records: Vec<Record>) {
        self.under_way = Some(after + records.len() as u64);
        // A thread that has ended has reported why.
        let _ = self.batches.send(Batch { after, records });
    }

    pub(crate) fn reported(&mut self, written: &Written) {
        match written {
            Written::Durable(serial) if self.under_way.is_some_and(|last| last > *serial) => {}
            _ => self.under_way = None,
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.is_none()
    }

    /// Waits until all that was handed over is written, writes a snapshot if one is due, and gives the store back;
    /// `None` if its thread panicked.
    pub(crate) fn end(self, state: &mut State) -> (Option<Box<dyn Store>>, Option<StoreError>) {
        let Writer {
            batches,
            mut written,
            thread,
            ..
        } = self;
        drop(batches);
        let Ok((mut store, head)) = thread.join() else {
            return (None, None);
        };
        if let Some(head) = head {
            state.head = head.into();
        }
        let mut failed = None;
        while let Ok(report) = written.try_recv() {
            if let Written::Failed(error) = report {
                failed = Some(error);
            }
        }
        // A snapshot saves time at the next start and nothing else: the journal is whole without it.
        if failed.is_none() && store.snapshot_due() {
            let _ = store.snapshot(state);
        }
        (Some(store), failed)
    }
}

fn write(
    mut store: Box<dyn Store>,
    queue: &Receiver<Batch>,
    reports: &UnboundedSender<Written>,
) -> Handed {
    let mut head = None;
    while let Ok(Batch { after, mut records }) = queue.recv() {
        while let Ok(mut next) = queue.try_recv() {
            records.append(&mut next.records);
        }
        match store.append(after, &records) {
            Ok(hash) => {
                head = Some(hash);
                let _ = reports.send(Written::Durable(after + records.len() as u64));
            }
            Err(error) => {
                let _ = reports.send(Written::Failed(error));
                break;
            }
        }
    }
    (store, head)
}
