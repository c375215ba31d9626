//! Being asked to stop.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for Ctrl-C and SIGTERM, from the moment it is made.
pub struct Stop {
    #[cfg(unix)]
    signals: [Signal; 2],
}

impl Stop {
    /// Begins to listen.
    ///
    /// # Errors
    /// What the operating system reports.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?],
        })
    }

    /// Waits until somebody asks the process to stop.
    #[cfg(unix)]
    pub async fn requested(mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }

    /// Waits until somebody asks the process to stop.
    #[cfg(not(unix))]
    pub async fn requested(self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals there is no other end than that of the process.
            std::future::pending::<()>().await;
        }
    }
}
