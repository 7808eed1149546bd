//! Makes a provider of a simulated cloud: calls are gathered, handled together and committed once.

use crate::cloud::{Cloud, Delivery};
use crate::timers::{Flight, Timers};
use crate::{CloudError, failures};
use formwork_provider::{
    Answer, Failure, Identity, Listing, Live, Page, Provider, Reply, Request, SecretValue, Target,
    Time,
};
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use tokio::sync::{Notify, oneshot};

/// A simulated cloud as a provider.
///
/// Calls are submitted when the method is called, not when its future is first polled, so that all calls made in one
/// turn are committed together. Nothing here reads the wall clock.
pub struct MockProvider {
    desk: Desk,
    timers: Arc<Timers>,
    crash: Arc<Crash>,
    account: Arc<str>,
}

/// Where calls are handled.
enum Desk {
    /// By a thread of its own, so that commits and the engine's work overlap.
    Worker {
        jobs: Option<mpsc::Sender<Job>>,
        worker: Option<JoinHandle<()>>,
    },
    /// By whoever polls first, so that a run on one thread repeats exactly.
    Inline {
        cloud: Box<Mutex<Option<Cloud>>>,
        queue: Mutex<Vec<Job>>,
    },
}

/// What is asked of the cloud; calls and reads with the life of their caller.
enum Job {
    Call(u64, Box<Request>, oneshot::Sender<Result<Reply, Failure>>),
    Read(u64, Vec<Target>, oneshot::Sender<Reads>),
    List(u64, Listing, oneshot::Sender<Pages>),
    Visit(Visit),
    Stop(mpsc::Sender<Cloud>),
}

/// Something done with the cloud, and then, after the commit, something done with its result.
type Visit = Box<dyn FnOnce(&mut Cloud) -> After + Send>;
type After = Box<dyn FnOnce() + Send>;
type Reads = Vec<Result<Option<Live>, Failure>>;
type Pages = Result<Option<Page>, Failure>;

/// Whether an injected fault has let the caller die.
#[derive(Default)]
struct Crash {
    happened: AtomicBool,
    /// Counts the lives of the caller: what was asked in an earlier one is never done.
    life: AtomicU64,
    notify: Notify,
}

impl MockProvider {
    /// A provider that handles calls in a thread of its own.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn new(cloud: Cloud) -> Result<Self, CloudError> {
        let path = cloud.file.path().to_owned();
        let (timers, account) = (timers_of(&cloud), cloud.account());
        let crash = Arc::new(Crash::default());
        let (jobs, inbox) = mpsc::channel();
        let shared = Arc::clone(&crash);
        let worker = thread::Builder::new()
            .name("simulated-cloud".to_owned())
            .spawn(move || work(cloud, &inbox, &shared))
            .map_err(|error| CloudError::Io {
                path,
                message: error.to_string(),
            })?;
        Ok(MockProvider {
            desk: Desk::Worker {
                jobs: Some(jobs),
                worker: Some(worker),
            },
            timers,
            crash,
            account,
        })
    }

    /// A provider without a thread: on one thread, every run of the same calls is the same.
    pub fn inline(cloud: Cloud) -> Self {
        MockProvider {
            timers: timers_of(&cloud),
            account: cloud.account(),
            crash: Arc::default(),
            desk: Desk::Inline {
                cloud: Box::new(Mutex::new(Some(cloud))),
                queue: Mutex::default(),
            },
        }
    }

    /// Runs a function on the cloud, after the calls submitted so far; blocks until it is done. `None` if the cloud
    /// has stopped. What it changes is committed.
    pub fn visit<T: Send + 'static>(
        &self,
        visit: impl FnOnce(&mut Cloud) -> T + Send + 'static,
    ) -> Option<T> {
        let (send, receive) = mpsc::channel();
        let job = Job::Visit(Box::new(move |cloud| {
            let result = visit(cloud);
            Box::new(move || {
                let _nobody_waits_any_more = send.send(result);
            })
        }));
        self.submit(job);
        self.drain();
        receive.recv().ok()
    }

    /// Ends the provider and gives the cloud back; `None` if its thread has died.
    pub fn close(mut self) -> Option<Cloud> {
        let (send, receive) = mpsc::channel();
        self.submit(Job::Stop(send));
        self.drain();
        let cloud = receive.recv().ok();
        self.join();
        cloud
    }

    /// Waits until an injected fault lets the caller die; from then on no call is handled and none is answered.
    pub async fn crashed(&self) {
        let notified = self.crash.notify.notified();
        if !self.crash.happened() {
            notified.await;
        }
    }

    /// Whether an injected fault has let the caller die.
    pub fn has_crashed(&self) -> bool {
        self.crash.happened()
    }

    /// Lets the caller live again: calls are handled from now on.
    pub fn revive(&self) {
        self.crash.life.fetch_add(1, Ordering::AcqRel);
        self.crash.happened.store(false, Ordering::Release);
    }

    fn submit(&self, job: Job) {
        match &self.desk {
            Desk::Worker { jobs, .. } => {
                if let Some(jobs) = jobs {
                    // A dead worker drops the job, and with it the sender that its caller waits on.
                    let _the_caller_sees_it = jobs.send(job);
                }
            }
            Desk::Inline { queue, .. } => lock(queue).push(job),
        }
    }

    /// Handles what is queued, if there is no worker to do so.
    fn drain(&self) {
        if let Desk::Inline { cloud, queue } = &self.desk {
            let mut cloud = lock(cloud);
            let jobs = std::mem::take(&mut *lock(queue));
            if !jobs.is_empty() {
                handle(&mut cloud, jobs, &self.crash);
            }
        }
    }

    /// Waits for an answer; for ever if the caller has died meanwhile.
    async fn answer<T>(
        &self,
        life: u64,
        receive: oneshot::Receiver<T>,
        flight: Flight,
    ) -> Option<T> {
        self.drain();
        let answer = receive.await;
        if answer.is_err() && !self.crash.lives(life) {
            drop(flight);
            pending::<()>().await;
        }
        answer.ok()
    }

    fn join(&mut self) {
        if let Desk::Worker { jobs, worker } = &mut self.desk {
            jobs.take();
            if let Some(worker) = worker.take() {
                let _a_panic_was_answered_by_dropped_senders = worker.join();
            }
        }
    }
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        self.join();
    }
}

impl Provider for MockProvider {
    fn identity(&self) -> Answer<'_, Result<Identity, Failure>> {
        let identity = Identity {
            provider: "mock",
            account: Arc::clone(&self.account),
            caller: "simulated".into(),
        };
        Box::pin(async { Ok(identity) })
    }

    fn read(&self, targets: Vec<Target>) -> Answer<'_, Reads> {
        let (send, receive) = oneshot::channel();
        let (life, flight, count) = (self.crash.life(), self.timers.enter(), targets.len());
        self.submit(Job::Read(life, targets, send));
        Box::pin(async move {
            let answers = self.answer(life, receive, flight).await;
            answers.unwrap_or_else(|| vec![Err(failures::worker_gone()); count])
        })
    }

    fn list(&self, listing: Listing) -> Answer<'_, Pages> {
        let (send, receive) = oneshot::channel();
        let (life, flight) = (self.crash.life(), self.timers.enter());
        self.submit(Job::List(life, listing, send));
        Box::pin(async move {
            let answer = self.answer(life, receive, flight).await;
            answer.unwrap_or_else(|| Err(failures::worker_gone()))
        })
    }

    fn call(&self, request: Request) -> Answer<'_, Result<Reply, Failure>> {
        let (send, receive) = oneshot::channel();
        let (life, flight) = (self.crash.life(), self.timers.enter());
        self.submit(Job::Call(life, Box::new(request), send));
        Box::pin(async move {
            let answer = self.answer(life, receive, flight).await;
            answer.unwrap_or_else(|| Err(failures::worker_gone()))
        })
    }

    fn put_secret(
        &self,
        secret: Target,
        value: SecretValue,
    ) -> Answer<'_, Result<Arc<str>, Failure>> {
        let put = self.visit(move |cloud| cloud.put_secret(&secret, value));
        Box::pin(async { put.unwrap_or_else(|| Err(failures::worker_gone())) })
    }

    fn clear_secret(&self, secret: Target) -> Answer<'_, Result<(), Failure>> {
        let cleared = self.visit(move |cloud| cloud.clear_secret(&secret));
        Box::pin(async { cleared.unwrap_or_else(|| Err(failures::worker_gone())) })
    }

    fn secret_version(&self, secret: Target) -> Answer<'_, Result<Option<Arc<str>>, Failure>> {
        let version = self.visit(move |cloud| cloud.secret_version(&secret));
        Box::pin(async { version.unwrap_or_else(|| Err(failures::worker_gone())) })
    }

    fn sleep(&self, milliseconds: u64) -> Answer<'_, ()> {
        Box::pin(self.timers.sleep(milliseconds))
    }

    fn now(&self) -> u64 {
        self.timers.now()
    }

    fn time(&self) -> Time {
        Time::Virtual
    }
}

impl Crash {
    fn happened(&self) -> bool {
        self.happened.load(Ordering::Acquire)
    }

    fn life(&self) -> u64 {
        self.life.load(Ordering::Acquire)
    }

    /// Whether a caller of this life has not died.
    fn lives(&self, life: u64) -> bool {
        !self.happened() && life == self.life()
    }

    fn happen(&self) {
        self.happened.store(true, Ordering::Release);
        self.notify.notify_waiters();
    }
}

fn timers_of(cloud: &Cloud) -> Arc<Timers> {
    Arc::new(Timers::new(cloud.clock.clone()))
}

fn work(cloud: Cloud, inbox: &mpsc::Receiver<Job>, crash: &Crash) {
    let mut cloud = Some(cloud);
    while let Ok(first) = inbox.recv() {
        let mut jobs = vec![first];
        jobs.extend(inbox.try_iter());
        handle(&mut cloud, jobs, crash);
    }
}

/// An answer that waits for the commit.
enum Outcome {
    Call(
        Result<Reply, Failure>,
        oneshot::Sender<Result<Reply, Failure>>,
    ),
    Reads(Reads, oneshot::Sender<Reads>),
    Page(Pages, oneshot::Sender<Pages>),
    Visit(After),
}

/// Handles jobs in order, commits once, then answers.
fn handle(home: &mut Option<Cloud>, jobs: Vec<Job>, crash: &Crash) {
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Some(cloud) = home.as_mut() else {
            continue;
        };
        match job {
            Job::Call(life, request, send) if crash.lives(life) => match cloud.deliver(&request) {
                Delivery::Answer(answer) => outcomes.push(Outcome::Call(answer, send)),
                Delivery::Crash => crash.happen(),
            },
            Job::Read(life, targets, send) if crash.lives(life) => match cloud.read_all(&targets) {
                Some(reads) => outcomes.push(Outcome::Reads(reads, send)),
                None => crash.happen(),
            },
            Job::List(life, listing, send) if crash.lives(life) => {
                outcomes.push(Outcome::Page(cloud.list_page(&listing), send));
            }
            Job::Call(..) | Job::Read(..) | Job::List(..) => {}
            Job::Visit(visit) => outcomes.push(Outcome::Visit(visit(cloud))),
            Job::Stop(send) => {
                conclude(cloud, std::mem::take(&mut outcomes));
                if let Some(cloud) = home.take() {
                    let _nobody_waits_any_more = send.send(cloud);
                }
            }
        }
    }
    if let Some(cloud) = home.as_mut() {
        conclude(cloud, outcomes);
    }
}

/// Commits, and answers what happened or, if it could not be committed, that nothing did.
fn conclude(cloud: &mut Cloud, outcomes: Vec<Outcome>) {
    let failure = cloud
        .commit()
        .err()
        .map(|error| failures::unwritable(&error));
    for outcome in outcomes {
        // A caller that no longer waits has died or was cancelled; what was done stays done.
        match outcome {
            Outcome::Call(answer, send) => {
                let _ = send.send(failure.clone().map_or(answer, Err));
            }
            Outcome::Reads(reads, send) => {
                let answers = match &failure {
                    Some(failure) => reads.iter().map(|_| Err(failure.clone())).collect(),
                    None => reads,
                };
                let _ = send.send(answers);
            }
            Outcome::Page(page, send) => {
                let _ = send.send(failure.clone().map_or(page, Err));
            }
            Outcome::Visit(after) => after(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
