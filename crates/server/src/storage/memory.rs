//! The contract in memory: a model of a database, as simple as it can be, for tests. A transaction works on a copy that
//! takes the place of the original when it is done.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_desk::queue::SavedView;
use holdfast_desk::ticket::{Header, TicketNumber};
use holdfast_desk::{
    Directory, Event, EventId, Instant, Person, PersonId, Refusal, Rules, Team, TicketId, ViewId,
};
use holdfast_sync::protocol::{DeviceId, DeviceSeq, Epoch, Recorded, Seq, Verdict};

use super::contract::{
    ReadEvents, ReadHeaders, ReadPeople, ReadSessions, ReadViews, ReadWorkspace, WriteBulk, WriteEvents,
    WriteHeaders, WritePeople, WriteSessions, WriteViews, WriteWorkspace,
};
use super::{
    Account, Counters, Digest, EventRows, Filter, HeaderRows, Known, Reference, StorageError, StoredEvent,
    Whose, Workspace,
};

type Result<T> = std::result::Result<T, StorageError>;

/// A database in memory. Cheap to clone; every clone is the same database.
#[derive(Clone, Default)]
pub struct Storage(Arc<Mutex<Tables>>);

impl Storage {
    pub(super) fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Session) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut tables = self.lock();
        let session = Session(RefCell::new(std::mem::take(&mut *tables)));
        let result = work(&session);
        *tables = session.0.into_inner();
        result
    }

    pub(super) fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Session) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut tables = self.lock();
        let session = Session(RefCell::new(tables.clone()));
        let value = work(&session)?;
        *tables = session.0.into_inner();
        Ok(value)
    }

    /// Another database with the same in it.
    pub fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }

    /// A panic while the lock was held changed a copy alone.
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Default)]
struct Tables {
    workspace: Option<(Workspace, Counters)>,
    reference: u32,
    rules: BTreeMap<u32, Rules>,
    people: BTreeMap<PersonId, Account>,
    teams: BTreeMap<holdfast_desk::TeamId, Team>,
    views: BTreeMap<ViewId, SavedView>,
    events: BTreeMap<Seq, (Recorded<Event>, Option<Digest>)>,
    ids: HashMap<EventId, Seq>,
    forgotten: HashMap<EventId, Known>,
    rejections: HashMap<EventId, Known>,
    headers: BTreeMap<TicketId, Header>,
    sessions: HashMap<Digest, (PersonId, Instant)>,
    devices: HashMap<DeviceId, (PersonId, DeviceSeq)>,
}

impl Tables {
    fn workspace(&mut self) -> Result<&mut (Workspace, Counters)> {
        self.workspace.as_mut().ok_or(StorageError::Empty)
    }
}

/// One transaction, on a copy of everything.
pub struct Session(RefCell<Tables>);

impl ReadWorkspace for Session {
    fn workspace(&self) -> Result<Option<Workspace>> {
        Ok(self.0.borrow().workspace.as_ref().map(|(workspace, _)| workspace.clone()))
    }

    fn counters(&self) -> Result<Counters> {
        self.0.borrow().workspace.as_ref().map(|(_, counters)| *counters).ok_or(StorageError::Empty)
    }

    fn reference_version(&self) -> Result<u32> {
        let tables = self.0.borrow();
        tables.workspace.as_ref().map(|_| tables.reference).ok_or(StorageError::Empty)
    }

    fn reference(&self) -> Result<Arc<Reference>> {
        let version = self.reference_version()?;
        let people = self.accounts()?.into_iter().map(|account| account.person).collect();
        let directory = Directory::new(people, self.teams()?);
        let tables = self.0.borrow();
        let rules = tables.rules.values().next_back().cloned().ok_or(StorageError::Empty)?;
        Ok(Arc::new(Reference { version, rules, directory }))
    }
}

impl WriteWorkspace for Session {
    fn create_workspace(&self, workspace: &Workspace, rules: &Rules) -> Result<()> {
        self.0.borrow_mut().workspace = Some((workspace.clone(), Counters::FIRST));
        self.put_rules(rules)
    }

    fn renew_epoch(&self, epoch: Epoch) -> Result<()> {
        self.0.borrow_mut().workspace()?.0.epoch = epoch;
        Ok(())
    }

    fn set_counters(&self, counters: &Counters) -> Result<()> {
        self.0.borrow_mut().workspace()?.1 = *counters;
        Ok(())
    }

    fn put_rules(&self, rules: &Rules) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        tables.rules.insert(rules.version, rules.clone());
        tables.reference += 1;
        Ok(())
    }

    fn reference_changed(&self) -> Result<()> {
        self.0.borrow_mut().reference += 1;
        Ok(())
    }
}

impl ReadEvents for Session {
    fn known(&self, ids: &[EventId]) -> Result<HashMap<EventId, Known>> {
        let tables = self.0.borrow();
        let accepted = |id| {
            let seq = tables.ids.get(id)?;
            let (_, digest) = tables.events.get(seq)?;
            Some(Known { digest: *digest, verdict: Verdict::Accepted { seq: *seq } })
        };
        let other = |id| tables.forgotten.get(id).or_else(|| tables.rejections.get(id)).cloned();
        Ok(ids.iter().filter_map(|id| Some((*id, accepted(id).or_else(|| other(id))?))).collect())
    }

    fn event_of_device(&self, device: DeviceId, device_seq: DeviceSeq) -> Result<Option<EventId>> {
        let tables = self.0.borrow();
        let made = |recorded: &&Recorded<Event>| {
            recorded.stamp.is_some_and(|stamp| (stamp.device, stamp.device_seq) == (device, device_seq))
        };
        Ok(tables.events.values().map(|(recorded, _)| recorded).find(made).map(|recorded| recorded.event.id))
    }

    fn events_after(&self, seq: Seq, limit: usize) -> Result<Vec<Recorded<Event>>> {
        let tables = self.0.borrow();
        Ok(tables.events.range(seq + 1..).take(limit).map(|(_, (recorded, _))| recorded.clone()).collect())
    }

    fn history_after(&self, ticket: TicketId, seq: Seq) -> Result<Vec<Recorded<Event>>> {
        let tables = self.0.borrow();
        let news = tables.events.range(seq + 1..).map(|(_, (recorded, _))| recorded);
        Ok(news.filter(|recorded| recorded.event.ticket == ticket).cloned().collect())
    }

    fn stored_history(&self, ticket: TicketId) -> Result<Vec<Recorded<StoredEvent>>> {
        let history = self.history_after(ticket, 0)?;
        let stored = |Recorded { seq, received_at, stamp, event }: Recorded<Event>| {
            Ok(Recorded { seq, received_at, stamp, event: StoredEvent::write(&event)? })
        };
        history.into_iter().map(stored).collect()
    }

    fn event_ids(&self) -> Result<HashSet<EventId>> {
        let tables = self.0.borrow();
        Ok(tables.ids.keys().chain(tables.forgotten.keys()).copied().collect())
    }
}

impl WriteEvents for Session {
    fn record(&self, events: &EventRows) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        for (recorded, digest) in events.read()? {
            tables.ids.insert(recorded.event.id, recorded.seq);
            tables.events.insert(recorded.seq, (recorded, digest));
        }
        Ok(())
    }

    fn reject(
        &self,
        id: EventId,
        digest: &Digest,
        _person: PersonId,
        _received_at: Instant,
        verdict: &Verdict<Refusal>,
    ) -> Result<()> {
        let known = Known { digest: Some(*digest), verdict: verdict.clone() };
        self.0.borrow_mut().rejections.insert(id, known);
        Ok(())
    }

    fn redact(&self, seq: Seq, event: &Event) -> Result<()> {
        if let Some((recorded, _)) = self.0.borrow_mut().events.get_mut(&seq) {
            recorded.event = event.clone();
        }
        Ok(())
    }

    fn forget(&self, ticket: TicketId) -> Result<()> {
        let history = self.history_after(ticket, 0)?;
        let mut tables = self.0.borrow_mut();
        for recorded in history {
            let (seq, id) = (recorded.seq, recorded.event.id);
            if let Some((_, digest)) = tables.events.remove(&seq) {
                tables.forgotten.insert(id, Known { digest, verdict: Verdict::Accepted { seq } });
            }
            tables.ids.remove(&id);
        }
        tables.headers.remove(&ticket);
        Ok(())
    }
}

impl ReadHeaders for Session {
    fn header(&self, ticket: TicketId) -> Result<Option<Header>> {
        Ok(self.0.borrow().headers.get(&ticket).cloned())
    }

    fn header_by_number(&self, number: TicketNumber) -> Result<Option<Header>> {
        let tables = self.0.borrow();
        Ok(tables.headers.values().find(|header| header.number == Some(number)).cloned())
    }

    fn headers(&self, filter: &Filter, limit: usize) -> Result<Vec<Header>> {
        let Filter { status, team, agent, requester, after } = filter;
        let tables = self.0.borrow();
        let is_wanted = |header: &&Header| {
            header.number > *after
                && status.as_ref().is_none_or(|status| *status == header.status)
                && team.is_none_or(|team| header.team == Some(team))
                && agent.is_none_or(|agent| header.agent == Some(agent))
                && requester.is_none_or(|requester| header.requester == requester)
        };
        let mut headers: Vec<Header> = tables.headers.values().filter(is_wanted).cloned().collect();
        headers.sort_by_key(|header| header.number);
        headers.truncate(limit);
        Ok(headers)
    }

    fn headers_by_id(&self, of: Whose, after: Option<TicketId>, limit: usize) -> Result<Vec<Header>> {
        let tables = self.0.borrow();
        let is_wanted = |header: &&Header| match of {
            Whose::Everybody => true,
            Whose::Agent(person) => header.agent == Some(person),
            Whose::Requester(person) => header.requester == person,
        };
        let rest = tables.headers.iter().filter(|(ticket, _)| after.is_none_or(|after| **ticket > after));
        Ok(rest.map(|(_, header)| header).filter(is_wanted).take(limit).cloned().collect())
    }

    fn ticket_count(&self) -> Result<u64> {
        Ok(self.0.borrow().headers.len() as u64)
    }

    fn all_headers(&self) -> Result<HashMap<TicketId, Header>> {
        Ok(self.0.borrow().headers.clone().into_iter().collect())
    }
}

impl WriteHeaders for Session {
    fn put_header(&self, header: &Header, _last_seq: Seq) -> Result<()> {
        self.0.borrow_mut().headers.insert(header.id, header.clone());
        Ok(())
    }
}

impl ReadPeople for Session {
    fn person(&self, id: PersonId) -> Result<Option<Person>> {
        Ok(self.0.borrow().people.get(&id).map(|account| account.person.clone()))
    }

    fn account(&self, login: &str) -> Result<Option<Account>> {
        let tables = self.0.borrow();
        Ok(tables.people.values().find(|account| account.login.eq_ignore_ascii_case(login)).cloned())
    }

    fn accounts(&self) -> Result<Vec<Account>> {
        Ok(self.0.borrow().people.values().cloned().collect())
    }

    fn teams(&self) -> Result<Vec<Team>> {
        Ok(self.0.borrow().teams.values().cloned().collect())
    }
}

impl WritePeople for Session {
    fn add_people(&self, accounts: &[Account]) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        let before = tables.people.clone();
        for account in accounts {
            let id = account.person.id;
            let is_taken =
                |other: &Account| other.person.id != id && other.login.eq_ignore_ascii_case(&account.login);
            if !tables.people.contains_key(&id) && tables.people.values().any(is_taken) {
                return Err(StorageError::LoginTaken(account.login.clone()));
            }
            let kept = tables.people.get(&id).cloned().unwrap_or_else(|| account.clone());
            tables.people.insert(id, Account { person: account.person.clone(), ..kept });
        }
        tables.reference += u32::from(tables.people != before);
        Ok(())
    }

    fn add_teams(&self, teams: &[Team]) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        let before = tables.teams.clone();
        tables.teams.extend(teams.iter().map(|team| (team.id, team.clone())));
        tables.reference += u32::from(tables.teams != before);
        Ok(())
    }

    fn set_password(&self, login: &str, hash: &str) -> Result<bool> {
        let mut tables = self.0.borrow_mut();
        let found = tables.people.values_mut().find(|account| account.login.eq_ignore_ascii_case(login));
        let Some(account) = found else { return Ok(false) };
        account.password = Some(hash.to_owned());
        let id = account.person.id;
        tables.sessions.retain(|_, (person, _)| *person != id);
        Ok(true)
    }
}

impl ReadViews for Session {
    fn views(&self, person: PersonId) -> Result<Vec<SavedView>> {
        let tables = self.0.borrow();
        Ok(tables.views.values().filter(|view| view.owner == person || view.shared).cloned().collect())
    }

    fn view(&self, id: ViewId) -> Result<Option<SavedView>> {
        Ok(self.0.borrow().views.get(&id).cloned())
    }
}

impl WriteViews for Session {
    fn put_view(&self, view: &SavedView) -> Result<()> {
        self.0.borrow_mut().views.insert(view.id, view.clone());
        Ok(())
    }

    fn delete_view(&self, id: ViewId) -> Result<()> {
        self.0.borrow_mut().views.remove(&id);
        Ok(())
    }
}

impl ReadSessions for Session {
    fn session(&self, token: &Digest, now: Instant) -> Result<Option<PersonId>> {
        let tables = self.0.borrow();
        Ok(tables.sessions.get(token).filter(|(_, until)| *until > now).map(|(person, _)| *person))
    }

    fn device(&self, device: DeviceId) -> Result<Option<(PersonId, DeviceSeq)>> {
        Ok(self.0.borrow().devices.get(&device).copied())
    }
}

impl WriteSessions for Session {
    fn begin_session(&self, token: &Digest, person: PersonId, now: Instant, until: Instant) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        tables.sessions.retain(|_, (_, until)| *until > now);
        tables.sessions.insert(*token, (person, until));
        Ok(())
    }

    fn extend_session(&self, token: &Digest, until: Instant) -> Result<()> {
        if let Some(session) = self.0.borrow_mut().sessions.get_mut(token) {
            session.1 = until;
        }
        Ok(())
    }

    fn end_session(&self, token: &Digest, person: PersonId) -> Result<()> {
        self.0.borrow_mut().sessions.retain(|other, (whose, _)| other != token || *whose != person);
        Ok(())
    }

    fn device_seen(&self, device: DeviceId, person: PersonId, reached: DeviceSeq, _: Instant) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        let known = tables.devices.entry(device).or_insert((person, reached));
        known.1 = known.1.max(reached);
        Ok(())
    }
}

impl WriteBulk for Session {
    fn begin_bulk(&self) -> Result<()> {
        Ok(())
    }

    fn put_headers(&self, headers: &HeaderRows) -> Result<()> {
        headers.read()?.iter().try_for_each(|header| self.put_header(header, 0))
    }

    fn end_bulk(&self) -> Result<()> {
        let counters = self.counters()?;
        let (head, number) = {
            let tables = self.0.borrow();
            let numbers = tables.headers.values().filter_map(|header| header.number);
            (tables.events.keys().max().copied(), numbers.max())
        };
        self.set_counters(&counters.behind(head, number))
    }

    fn clear_reference(&self) -> Result<()> {
        let mut tables = self.0.borrow_mut();
        tables.sessions.clear();
        tables.people.clear();
        tables.views.clear();
        tables.teams.clear();
        tables.rules.clear();
        tables.reference += 1;
        Ok(())
    }
}
