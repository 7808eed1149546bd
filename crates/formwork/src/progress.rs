//! Live progress of an apply: moving lines on a terminal, a line an event elsewhere, JSON lines into a file.

use crate::failure::Failure;
use crate::views::paint::Paint;
use formwork_diag::safe;
use formwork_engine::{Phase, Progress, event_json};
use formwork_plan::Verb;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Without a terminal, how often it is said that work goes on.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// The most lines that move at once; more operations are only counted.
const LINES: usize = 12;

/// Shows what happens during an apply.
pub(crate) struct Reporter {
    view: View,
    events: Option<Events>,
    paint: Paint,
}

enum View {
    Live(Live),
    Lines(Heartbeat),
    Silent,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Moving lines.
    Live,
    /// A line an event.
    Lines,
    /// Nothing.
    Silent,
}

impl Reporter {
    /// Shows `total` operations; writes events to `file` if there is one.
    pub(crate) fn new(
        shown: Shown,
        total: usize,
        file: Option<&Path>,
        paint: Paint,
    ) -> Result<Self, Failure> {
        let view = match shown {
            Shown::Live => View::Live(Live::new(total)),
            Shown::Lines => View::Lines(Heartbeat::new()),
            Shown::Silent => View::Silent,
        };
        let events = file.map(Events::create).transpose()?;
        Ok(Reporter {
            view,
            events,
            paint,
        })
    }

    /// Takes a report of the engine.
    pub(crate) fn report(&mut self, progress: &Progress) {
        if let Some(events) = &mut self.events {
            events.progress(progress);
        }
        if matches!(progress.verb, Verb::Record) {
            return;
        }
        let line = line(progress, self.paint);
        match &mut self.view {
            View::Live(live) => live.report(progress, line),
            View::Lines(heartbeat) => heartbeat.report(progress, line),
            View::Silent => {}
        }
    }

    /// Writes an event that is not of the engine (`version`, `change_summary`, `outputs`, …).
    pub(crate) fn event(&mut self, kind: &str, fields: Value) {
        if let Some(events) = &mut self.events {
            events.write(kind, fields);
        }
    }

    /// Ends the view.
    pub(crate) fn finish(mut self) {
        if let View::Live(live) = &mut self.view {
            live.total.finish_and_clear();
            let _ = live.all.clear();
        }
    }
}

/// The line of a report; `None` for what is not worth one.
fn line(progress: &Progress, paint: Paint) -> Option<String> {
    let address = safe(&progress.address.to_string()).into_owned();
    let sign = sign(progress.verb, paint);
    let time = paint.dim(&elapsed(progress.elapsed));
    match &progress.phase {
        Phase::Started => None,
        Phase::Waiting(waiting) => Some(format!(
            "  {sign} {address}  {} {time}",
            safe(&waiting.to_string())
        )),
        Phase::Complete(_) => Some(format!(
            "  {sign} {address}  {} {time}",
            past(progress.verb)
        )),
        Phase::Failed(_) => Some(format!("  {} {address}  failed {time}", paint.red("✗"))),
        Phase::Skipped(because) => Some(format!(
            "  {} {address}  not begun, since {} failed",
            paint.dim("·"),
            safe(&because.to_string())
        )),
        Phase::Interrupted => Some(format!(
            "  {} {address}  interrupted {time}",
            paint.yellow("!")
        )),
    }
}

fn sign(verb: Verb, paint: Paint) -> String {
    match verb {
        Verb::Create => paint.green("+"),
        Verb::Update => paint.yellow("~"),
        Verb::Delete => paint.red("-"),
        Verb::Settle | Verb::Recover => paint.yellow("↻"),
        Verb::Record => " ".to_owned(),
        Verb::Forget => paint.yellow("⊘"),
        Verb::Adopt => paint.yellow("⇐"),
    }
}

fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
        Verb::Settle => "settled",
        Verb::Recover => "recovered",
        Verb::Record => "recorded",
        Verb::Forget => "forgotten",
        Verb::Adopt => "adopted",
    }
}

/// A time in the provider's milliseconds, as people say it.
pub(crate) fn elapsed(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!(
            "{} min {} s",
            milliseconds / 60_000,
            milliseconds % 60_000 / 1_000
        ),
    }
}

struct Live {
    all: MultiProgress,
    total: ProgressBar,
    running: BTreeMap<usize, ProgressBar>,
}

impl Live {
    fn new(total: usize) -> Self {
        let all = MultiProgress::new();
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}  about {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = all.add(ProgressBar::new(total as u64).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        Live {
            all,
            total: bar,
            running: BTreeMap::new(),
        }
    }

    fn report(&mut self, progress: &Progress, line: Option<String>) {
        match (&progress.phase, line) {
            (Phase::Started, _) => self.start(progress),
            (Phase::Waiting(_), Some(line)) => {
                if let Some(bar) = self.running.get(&progress.operation) {
                    bar.set_message(line);
                }
            }
            (_, line) => {
                if let Some(bar) = self.running.remove(&progress.operation) {
                    bar.finish_and_clear();
                    self.all.remove(&bar);
                }
                self.total.inc(1);
                if let Some(line) = line {
                    let _ = self.all.println(line);
                }
            }
        }
    }

    fn start(&mut self, progress: &Progress) {
        if self.running.len() >= LINES {
            return;
        }
        let style = ProgressStyle::with_template("  {spinner} {msg}  {elapsed}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self
            .all
            .insert_before(&self.total, ProgressBar::new_spinner().with_style(style));
        bar.set_message(safe(&progress.address.to_string()).into_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.running.insert(progress.operation, bar);
    }
}

/// Says now and then that work goes on, where nothing moves.
struct Heartbeat {
    running: Arc<AtomicUsize>,
    _stop: Sender<()>,
}

impl Heartbeat {
    fn new() -> Self {
        let running = Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = channel::<()>();
        let seen = running.clone();
        std::thread::spawn(move || {
            while stopped.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                eprintln!(
                    "  … {} operations are running",
                    seen.load(Ordering::Relaxed)
                );
            }
        });
        Heartbeat {
            running,
            _stop: stop,
        }
    }

    fn report(&mut self, progress: &Progress, line: Option<String>) {
        match progress.phase {
            Phase::Started => _ = self.running.fetch_add(1, Ordering::Relaxed),
            Phase::Waiting(_) | Phase::Skipped(_) => {}
            _ => _ = self.running.fetch_sub(1, Ordering::Relaxed),
        }
        if let Some(line) = line {
            eprintln!("{line}");
        }
    }
}

/// The file of `--events`.
struct Events {
    file: BufWriter<File>,
    seq: u64,
}

impl Events {
    fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
        let mut events = Events {
            file: BufWriter::new(file),
            seq: 0,
        };
        events.write("version", json!({ "msg": env!("CARGO_PKG_VERSION") }));
        Ok(events)
    }

    fn progress(&mut self, progress: &Progress) {
        self.seq += 1;
        let line = event_json(self.seq, &now(), progress);
        self.line(&line);
    }

    fn write(&mut self, kind: &str, fields: Value) {
        self.seq += 1;
        let mut line = json!({ "v": 1, "seq": self.seq, "ts": now(), "type": kind });
        if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
            line.extend(fields);
        }
        self.line(&line);
    }

    /// Each line reaches the file at once, so that a reader can follow; a full disk does not stop the apply.
    fn line(&mut self, line: &Value) {
        let _ = writeln!(self.file, "{line}");
        let _ = self.file.flush();
    }
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
