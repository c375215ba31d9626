//! A few threads that hash passwords. Each hash takes 19 MB and all of one core; on threads of their own, hashes take no
//! more memory than there are threads, and no more cores.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped and nothing waits any more.
#[derive(Debug)]
pub struct Hashers(Sender<Job>);

impl Hashers {
    /// As many threads.
    pub fn new(threads: usize) -> Self {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads {
            let waiting = waiting.clone();
            thread::spawn(move || work(&waiting));
        }
        Self(jobs)
    }

    /// What comes of this work when its turn has come; `None` when it did not finish. When nobody waits for it any
    /// more, it is not begun.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, result) = oneshot::channel();
        let job = move || {
            if !done.is_closed() {
                done.send(work()).unwrap_or_default();
            }
        };
        self.0.send(Box::new(job)).ok()?;
        result.await.ok()
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a password was not hashed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_a_panic_ends_nothing_but_itself() {
        let hashers = Hashers::new(1);
        assert_eq!(hashers.run(|| 7).await, Some(7));
        assert_eq!(hashers.run(|| -> u8 { panic!("on purpose") }).await, None);
        assert_eq!(hashers.run(|| 8).await, Some(8));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_begun() {
        let hashers = Hashers::new(1);
        let (go, wait) = channel::<()>();
        let first = hashers.run(move || wait.recv().is_ok());
        let begun = Arc::new(Mutex::new(false));
        let note = begun.clone();
        {
            let mut first = std::pin::pin!(first);
            let given_up = hashers.run(move || *note.lock().unwrap() = true);
            // Both are asked for, and the second is given up while the first is at work.
            tokio::select! {
                biased;
                _ = &mut first => unreachable!("it waits"),
                _ = given_up => unreachable!("it waits behind the first"),
                () = tokio::task::yield_now() => {}
            }
            go.send(()).unwrap();
            assert_eq!(first.await, Some(true));
        }
        assert_eq!(hashers.run(|| 9).await, Some(9));
        assert!(!*begun.lock().unwrap());
    }
}
