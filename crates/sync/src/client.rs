//! How a device keeps in step, as a machine without I/O: it says what to do next, and is told what came of it. The
//! browser's adapter and the simulation drive the same one.
//!
//! Before anything else, things are loaded as they stand, the person's own work first. A round reads until there is nothing
//! new, sends what waits, reads again, and loads what is still missing. What fails is tried again later, with full
//! jitter over a growing span and never before the server wants it; nothing is taken for done before it is stored.

use holdfast_desk::Instant;

use crate::Kind;
pub use crate::action::{Action, Failure, Standing};
use crate::pace::{POLL_MS, Pace};
use crate::protocol::{
    DeviceId, DeviceSeq, Epoch, Hint, Limits, LoadRequest, LoadResponse, Page, PushRequest, PushResponse,
};
use crate::{Replica, Write};

/// What is under way.
#[derive(Clone, Debug, PartialEq)]
enum Step<K: Kind> {
    /// Nothing.
    Free,
    /// A request, or storing.
    Busy,
    /// Another device goes by this one's name.
    Forked,
    /// Something to be stored.
    ToStore(Box<Write<K>>),
    /// What is in memory is no longer what is stored.
    Outdated,
}

/// A device on its way to agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Client<K: Kind> {
    replica: Replica<K>,
    step: Step<K>,
    standing: Standing,
    /// The version of rules and people that is here, and the life of the database that counts it; none before they were
    /// fetched.
    reference: Option<(Epoch, u32)>,
    /// When this round had read everything there was.
    has_read: Option<Instant>,
    /// Whether something was sent since.
    has_sent: bool,
    /// Events in one push at the most.
    at_once: usize,
    limits: Limits,
    /// The last event that was made here, as far as this tab knows.
    made: Option<DeviceSeq>,
    /// Whether another tab made one that this one has not heard of.
    is_behind: bool,
    /// Whether the last answer said that another device goes by this one's name.
    is_forked: bool,
    /// The last that the server said by itself, while this round has not seen to it.
    hint: Option<Hint>,
    pace: Pace,
}

impl<K: Kind> Client<K> {
    /// A client on what the device has stored.
    pub fn new(replica: Replica<K>) -> Self {
        Self {
            replica,
            step: Step::Free,
            standing: Standing::Starting,
            reference: None,
            has_read: None,
            has_sent: false,
            at_once: Limits::OURS.push_events,
            limits: Limits::OURS,
            made: None,
            is_behind: false,
            is_forked: false,
            hint: None,
            pace: Pace::default(),
        }
    }

    /// What the device has.
    pub fn replica(&self) -> &Replica<K> {
        &self.replica
    }

    /// What was confirmed, for whoever reads more of it from the device's database.
    pub fn states_mut(&mut self) -> &mut K::States {
        self.replica.all_confirmed_mut()
    }

    /// How things stand.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// For how many milliseconds there is nothing to do; `None` where nothing is to be done before a person has done
    /// something.
    pub fn rests_for(&self, now: Instant) -> Option<i64> {
        (!self.is_stopped()).then(|| self.pace.rests_for(now))
    }

    fn is_stopped(&self) -> bool {
        matches!(self.standing, Standing::SignInAgain | Standing::TooOld)
    }

    /// What to do now. `dice` is a fraction by chance; all times are the device's own.
    pub fn next(&mut self, now: Instant, dice: f64) -> Action<K> {
        match std::mem::replace(&mut self.step, Step::Busy) {
            Step::Busy => return Action::Rest(self.pace.rest_until()),
            Step::Outdated => return Action::Reload,
            Step::Forked => return Action::Rename,
            Step::ToStore(write) => return Action::Store(write),
            Step::Free if self.is_behind => return Action::Reload,
            Step::Free => {}
        }
        if self.is_stopped() {
            self.step = Step::Free;
            return Action::Stop;
        }
        if self.pace.rests_for(now) > 0 {
            self.step = Step::Free;
            return Action::Rest(self.pace.rest_until());
        }
        if self.reference.is_none() {
            return Action::FetchReference;
        }
        let Some(position) = self.replica.position() else {
            return Action::Load(LoadRequest { up_to: None, beyond: None, place: None });
        };
        let (cursor, to_load) = (position.cursor, position.to_load());
        // Loading may take long; what happens meanwhile is read in between.
        let is_recent = |read: Instant| (0..POLL_MS as i64).contains(&(now.millis() - read.millis()));
        if !self.has_read.is_some_and(|read| to_load.is_none() || is_recent(read)) {
            self.has_read = None;
            return Action::Pull(cursor);
        }
        if self.replica.has_to_send() {
            self.has_sent = true;
            self.standing = Standing::Sending;
            return Action::Push;
        }
        if std::mem::take(&mut self.has_sent) {
            return Action::Pull(cursor);
        }
        if let Some(request) = to_load {
            return Action::Load(request);
        }
        // It came while this was under way. It is seen to once: what it says may never be to be had.
        if self.hint.take().is_some_and(|hint| self.is_news(hint)) {
            self.has_read = None;
            return Action::Pull(cursor);
        }
        self.step = Step::Free;
        self.standing = Standing::Synced(now);
        self.end_round();
        self.pace.rest(now, dice);
        Action::Rest(self.pace.rest_until())
    }

    fn end_round(&mut self) {
        (self.has_read, self.has_sent) = (None, false);
    }

    /// Nothing came of what was asked: not at once again.
    fn end_in_vain(&mut self, now: Instant) {
        self.end_round();
        self.pace.rest_after_nothing(now);
    }

    /// What is known here of the server, to be told when it has more; nothing while there is something else to be done
    /// first, or nobody to hear it from.
    pub fn known(&self) -> Option<Hint> {
        let is_heard =
            matches!(self.standing, Standing::Synced(_) | Standing::Sending | Standing::Fetching(..));
        let head = self.replica.position().filter(|_| is_heard)?.head;
        Some(Hint { head, reference: self.reference?.1 })
    }

    /// The server said by itself how far there is to read. It promises nothing: what there is, is read as ever.
    pub fn hinted(&mut self, hint: Hint, now: Instant) {
        self.pace.listen(true, now);
        if self.is_news(hint) {
            self.hint = Some(hint);
            self.pace.wake(now);
        }
    }

    /// The server says nothing by itself any more.
    pub fn unhinted(&mut self, now: Instant) {
        self.pace.listen(false, now);
    }

    fn is_news(&self, hint: Hint) -> bool {
        let is_further = self.replica.position().is_some_and(|position| position.cursor < hint.head);
        is_further || self.reference.is_some_and(|(_, version)| version != hint.reference)
    }

    /// Something was stored by this tab beside all this: work that a person did, or took off the list.
    pub fn keep(&mut self, write: Write<K>) -> Vec<K::Id> {
        for entry in &write.waiting {
            // What came before on this device goes out before.
            let seq = entry.proposed.stamp.device_seq;
            self.is_behind |= self.made != seq.checked_sub(1);
            self.made = Some(seq);
        }
        self.replica.apply(write)
    }

    /// There may be something to send or to fetch. Where a server is failing, its pause is kept.
    pub fn wake(&mut self, now: Instant) {
        self.pace.wake(now);
    }

    /// The network came back, or somebody looks at the page again: now is better than later.
    pub fn come_back(&mut self, now: Instant) {
        self.pace.come_back(now);
    }

    /// The network is known to be gone.
    pub fn lose(&mut self, now: Instant) {
        if !self.is_stopped() && !matches!(self.standing, Standing::Offline(_)) {
            self.standing = Standing::Offline(now);
        }
    }

    /// Rules and people of this version, as this life of the database counts it, are on the device, whoever fetched them.
    pub fn knows_reference(&mut self, epoch: Epoch, version: u32) {
        self.reference = Some((epoch, version));
    }

    /// The rules and people that were asked for are on the device.
    pub fn took_reference(&mut self) {
        self.step = Step::Free;
    }

    /// A page came.
    pub fn pulled(&mut self, page: Page<K::Event, K::Id>, now: Instant, rules: K::Rules<'_>) {
        if !self.takes((page.epoch, page.reference), page.limits, rules) {
            return;
        }
        let write = self.replica.pulled(page);
        let moves = self.moves(&write);
        let at = write.position.as_ref().or(self.replica.position());
        // More is promised and nothing came: asked again in the next round, not at once.
        let has_read = !moves || at.is_some_and(|at| at.cursor >= at.head);
        self.has_read = has_read.then_some(now);
        self.store_news(write);
    }

    /// Things came that were to be loaded.
    pub fn loaded(&mut self, things: LoadResponse<K::Event, K::Id>, now: Instant, rules: K::Rules<'_>) {
        if !self.takes((things.epoch, things.reference), things.limits, rules) {
            return;
        }
        let write = self.replica.loaded(things, rules);
        if !write.restart && !self.moves(&write) {
            return self.end_in_vain(now);
        }
        self.store_news(write);
    }

    /// Whether an answer is taken: neither one that comes late or twice, nor one that was made by other rules than those
    /// on the device, or for what this person saw before. It is asked for again once these are right.
    fn takes(&mut self, reference: (Epoch, u32), limits: Limits, rules: K::Rules<'_>) -> bool {
        if !self.is_free_to_take() {
            return false;
        }
        self.step = Step::Free;
        self.limits = limits;
        if self.reference != Some(reference) {
            (self.reference, self.has_read) = (None, None);
            return false;
        }
        let (epoch, version) = reference;
        if let Some(write) = self.replica.rescoped(rules, epoch, version) {
            self.has_read = None;
            self.store(write);
            return false;
        }
        true
    }

    /// Whether a write takes the device further.
    fn moves(&self, write: &Write<K>) -> bool {
        write.position.is_some() && write.position.as_ref() != self.replica.position()
    }

    fn store_news(&mut self, mut write: Write<K>) {
        if write.restart {
            self.has_read = None;
            return self.store(write);
        }
        if let Some(at) = write.position.as_ref().or(self.replica.position()) {
            if at.cursor < at.head {
                self.standing = Standing::Fetching(at.cursor, at.head);
            } else if let Some(loading) = &at.loading {
                self.standing = Standing::Fetching(loading.done, loading.of);
            }
        }
        // A page with nothing new is not worth a transaction.
        if !self.moves(&write) {
            write.position = None;
        }
        self.store(write);
    }

    /// What waits, as much as one request holds, and the same as JSON; nothing when it was settled meanwhile.
    pub fn request(&mut self) -> Option<(PushRequest<K::Event>, String)> {
        let request = self.replica.next_push(self.at_once, self.limits);
        if request.is_none() {
            self.step = Step::Free;
        }
        request
    }

    /// The server answered what was sent.
    pub fn pushed(&mut self, response: &PushResponse<K::Refusal>, now: Instant) {
        if !self.is_free_to_take() {
            return;
        }
        let is_accepted = self.replica.accept(response);
        let write = self.replica.pushed(response);
        self.is_forked = response.forked.is_some_and(|name| self.replica.sends_as(name));
        if write.is_empty() && self.is_forked {
            self.step = Step::Forked;
            return;
        }
        if write.is_empty() && !is_accepted {
            // A server that answers nothing at all is asked again later, not at once.
            self.step = Step::Free;
            return self.end_in_vain(now);
        }
        self.at_once = (self.at_once * 2).min(self.limits.push_events);
        self.store(write);
    }

    /// The name that was made up. Who goes by one name with another device sends nothing before it is stored.
    pub fn renamed(&mut self, device: DeviceId) {
        self.store(self.replica.renamed(device));
    }

    /// What was sent is more than the server takes: less is sent next time; one event alone needs a person.
    pub fn too_large(&mut self, sent: &PushRequest<K::Event>, now: Instant) {
        if !self.is_free_to_take() {
            return;
        }
        match sent.events.as_slice() {
            [alone] => {
                let write = self.replica.parked_as_too_large(alone, now);
                self.store(write);
            }
            several => {
                self.at_once = several.len() / 2;
                self.step = Step::Free;
            }
        }
    }

    fn is_free_to_take(&self) -> bool {
        // What comes late, or twice, waits until it is asked for again.
        matches!(self.step, Step::Free | Step::Busy)
    }

    fn store(&mut self, mut write: Write<K>) {
        if write.is_empty() {
            self.step = Step::Free;
            return;
        }
        if !write.restart {
            write.position = write.position.or_else(|| self.replica.position().cloned());
            if let Some(position) = &mut write.position {
                position.write += 1;
            }
        }
        self.step = Step::ToStore(Box::new(write));
    }

    /// It is durable. Returns the things that look different now.
    pub fn stored(&mut self, write: Write<K>) -> Vec<K::Id> {
        let is_forked = std::mem::take(&mut self.is_forked) && write.renamed.is_none();
        self.step = if is_forked { Step::Forked } else { Step::Free };
        self.replica.apply(write)
    }

    /// Another tab has stored something meanwhile: nothing of this was.
    pub fn overtaken(&mut self) {
        self.step = Step::Outdated;
    }

    /// Everything was read from the device's database again.
    pub fn reload(&mut self, replica: Replica<K>) {
        self.replica = replica;
        self.step = Step::Free;
        self.is_behind = false;
        (self.has_read, self.has_sent) = (None, false);
    }

    /// Another tab has stored something and told of it. Returns the things that may look different now.
    pub fn take_over(&mut self, change: impl FnOnce(&mut Replica<K>) -> Vec<K::Id>) -> Vec<K::Id> {
        if let Step::ToStore(_) = self.step {
            // It was planned on what is no more.
            self.step = Step::Free;
            self.has_read = None;
        }
        change(&mut self.replica)
    }

    /// What waits was read again, and another tab did nothing else. Returns the things that may look different now.
    pub fn caught_up(&mut self, change: impl FnOnce(&mut Replica<K>) -> Vec<K::Id>) -> Vec<K::Id> {
        self.step = Step::Free;
        self.is_behind = false;
        change(&mut self.replica)
    }

    /// What was to be done did not work.
    pub fn failed(&mut self, failure: Failure, now: Instant, dice: f64) {
        self.step = Step::Free;
        self.end_round();
        match failure {
            // The server did nothing wrong, and there may be room again at any moment.
            Failure::Storage(_) => self.pace.rest_after_nothing(now),
            _ => self.pace.rest_after_failure(now, dice),
        }
        match failure {
            Failure::Unreachable => self.lose(now),
            Failure::Later { after_s } => {
                self.pace.rest_as_told(after_s, now, dice);
                self.lose(now);
            }
            Failure::SignInAgain => self.standing = Standing::SignInAgain,
            Failure::TooOld => self.standing = Standing::TooOld,
            Failure::Gone => {
                self.pace.come_back(now);
                let write = self.replica.from_the_beginning();
                self.store(write);
            }
            Failure::Refused(why) | Failure::Storage(why) => self.standing = Standing::Broken(why),
        }
    }
}
