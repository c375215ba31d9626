//! Asking for the next page while the one before it is stored.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use holdfast_desk::Instant;
use holdfast_desk::TicketId;
use holdfast_desk::access::Scope;
use holdfast_sync::protocol::{LoadRequest, PULL_EVENTS, Seq};

use super::api::{Api, Contact, json};
use super::sync::Stop;
use super::{ApiError, Desk};
use crate::browser::clock;
use crate::browser::http::Method;

/// Something that is asked of the server while much is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    path: String,
    body: Option<String>,
}

impl Question {
    /// A page of the history.
    pub fn pull(after: Seq) -> Self {
        Self { path: format!("pull?after={after}&limit={PULL_EVENTS}"), body: None }
    }

    /// Things that are to be loaded.
    pub fn load(request: &LoadRequest<TicketId, Scope>) -> Self {
        Self { path: "load".to_owned(), body: Some(json(request)) }
    }

    async fn ask(self, api: Api) -> Result<String, ApiError> {
        let method = if self.body.is_some() { Method::Post } else { Method::Get };
        api.ask(method, &self.path, self.body).await
    }
}

/// A question that was asked before its answer was wanted.
pub(super) struct Ahead {
    question: Question,
    answer: Pin<Box<dyn Future<Output = Result<String, ApiError>>>>,
}

impl Desk {
    /// The answer to a question, and when it was asked; nothing of that where it was asked ahead, since the answer came at
    /// some time before now.
    pub(super) async fn answer(
        &self,
        api: &Api,
        question: Question,
    ) -> Result<(String, Option<Instant>), ApiError> {
        let ahead = self.with_mut(|inner| inner.syncer.ahead.take());
        match ahead.filter(|ahead| ahead.question == question) {
            Some(ahead) => Ok((ahead.answer.await?, None)),
            None => {
                let asked = clock::now();
                Ok((question.ask(api.clone()).await?, Some(asked)))
            }
        }
    }

    /// The server answered, with what its clock showed.
    pub(super) async fn heard(&self, asked: Option<Instant>, server: Instant) -> Result<(), Stop> {
        match asked {
            Some(asked) => self.spoke(asked, server).await,
            None => {
                let heard = |contact| Contact { at: clock::now(), ..contact };
                self.with_mut(|inner| inner.contact = inner.contact.map(heard));
                Ok(())
            }
        }
    }

    /// Asks what will be wanted when what came is stored.
    pub(super) async fn ask_ahead(&self, api: &Api, question: Question) {
        let mut answer: Pin<Box<dyn Future<Output = _>>> = Box::pin(question.clone().ask(api.clone()));
        // A request is sent when it is first looked at.
        let is_coming = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context).is_pending())).await;
        self.with_mut(|inner| inner.syncer.ahead = is_coming.then_some(Ahead { question, answer }));
    }
}
