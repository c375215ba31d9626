//! The server of the simulation: the real one's replication on a real storage, without the network in front of it.

use std::path::PathBuf;

use holdfast_desk::access::Scope;
use holdfast_desk::{Actor, Event, Header, Instant, Person, PersonId, Refusal, Team, TicketId};
use holdfast_server::replication::{self, ReadError};
use holdfast_server::storage::{Account, Reference, Storage, StorageError, Workspace};
use holdfast_sync::protocol::{
    Epoch, LoadRequest, LoadResponse, Page, PushRequest, PushResponse, Recorded, Seq,
};
use tempfile::TempDir;

use crate::desk::Desk;
use crate::device::Known;
use crate::dice::Dice;
use crate::versions::as_old;

/// On what the server keeps its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Memory,
    Sqlite,
}

pub struct Server {
    pub storage: Storage,
    folder: Option<TempDir>,
    copies: usize,
    /// Whether it is of an older version.
    pub is_old: bool,
}

/// What a server has stored at one moment.
pub enum Backup {
    Memory(Storage),
    File(PathBuf),
}

impl Server {
    pub fn new(on: On, desk: &Desk, dice: &mut Dice) -> Self {
        let folder = (on == On::Sqlite).then(|| {
            // In memory where the machine has such a folder: the simulation is about order, not about disks.
            let memory = std::path::Path::new("/dev/shm");
            if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
        });
        let storage = match &folder {
            Some(folder) => Storage::open(&folder.path().join("desk-0")).unwrap(),
            None => Storage::in_memory(),
        };
        let workspace = Workspace { id: dice.uuid(), epoch: Epoch(dice.uuid()), token_secret: vec![1; 32] };
        storage
            .write(|transaction| {
                transaction.create_workspace(&workspace, &desk.rules)?;
                transaction.add_teams(&desk.teams)?;
                let account = |person: &Person| {
                    let (person, login) = (person.clone(), person.name.clone());
                    Account { person, login, password: None }
                };
                transaction.add_people(&desk.people.iter().map(account).collect::<Vec<_>>())
            })
            .unwrap();
        Self { storage, folder, copies: 0, is_old: false }
    }

    pub fn back_up(&mut self) -> Backup {
        match (&self.storage, &self.folder) {
            (Storage::Memory(storage), _) => Backup::Memory(Storage::Memory(storage.copy())),
            (_, Some(folder)) => {
                self.storage.checkpoint().unwrap();
                let copy = folder.path().join(format!("backup-{}", self.copies));
                std::fs::copy(folder.path().join(format!("desk-{}", self.copies)), &copy).unwrap();
                Backup::File(copy)
            }
            _ => unreachable!("a file has a folder"),
        }
    }

    /// Comes back from a backup: another life, some events fewer.
    pub fn restore(&mut self, backup: Backup, epoch: Epoch) {
        self.storage = match (backup, &self.folder) {
            (Backup::File(copy), Some(folder)) => {
                self.copies += 1;
                let path = folder.path().join(format!("desk-{}", self.copies));
                std::fs::copy(copy, &path).unwrap();
                Storage::open(&path).unwrap()
            }
            (Backup::Memory(storage), _) => storage,
            _ => unreachable!("a file has a folder"),
        };
        self.storage.write(|transaction| transaction.renew_epoch(epoch)).unwrap();
    }

    pub fn epoch(&self) -> Epoch {
        self.storage.read(|view| view.existing_workspace()).unwrap().epoch
    }

    pub fn head(&self) -> Seq {
        self.storage.read(|view| view.counters()).unwrap().head
    }

    pub fn history(&self) -> Vec<Recorded<Event>> {
        self.storage.read(|view| view.events_after(0, 1_000_000)).unwrap()
    }

    pub fn headers(&self) -> std::collections::HashMap<TicketId, Header> {
        self.storage.read(|view| view.all_headers()).unwrap()
    }

    pub fn reference(&self) -> std::sync::Arc<Reference> {
        self.storage.read(|view| view.reference()).unwrap()
    }

    pub fn known(&self) -> Known {
        Known { life: self.epoch(), reference: self.reference() }
    }

    fn actor(&self, person: PersonId) -> Actor {
        Actor::from(&self.storage.read(|view| view.person(person)).unwrap().unwrap())
    }

    /// Decides a batch, or breaks down in the middle of it: then nothing of it was decided.
    pub fn push(
        &self,
        person: PersonId,
        request: &PushRequest<Event>,
        now: Instant,
        breaks: bool,
    ) -> Option<PushResponse<Refusal>> {
        let actor = self.actor(person);
        let mut request = request.clone();
        if self.is_old {
            request.events.iter_mut().for_each(|proposed| as_old(&mut proposed.event));
        }
        self.storage
            .write(|transaction| {
                let response = replication::push(transaction, &actor, &request, now)?;
                if breaks { Err(StorageError::Full) } else { Ok(response) }
            })
            .ok()
    }

    pub fn pull(
        &self,
        person: PersonId,
        after: Seq,
        limit: usize,
        now: Instant,
    ) -> Result<Page<Event, TicketId>, ReadError> {
        let actor = self.actor(person);
        self.storage.read(|view| replication::pull(view, &actor, after, limit, now))
    }

    pub fn load(
        &self,
        person: PersonId,
        request: &LoadRequest<TicketId, Scope>,
        now: Instant,
    ) -> Result<LoadResponse<Event, TicketId>, ReadError> {
        let actor = self.actor(person);
        let things = self.storage.read(|view| replication::load(view, &actor, request, now))?;
        // As the device reads what the server wrote.
        Ok(serde_json::from_str(&serde_json::to_string(&things).unwrap()).unwrap())
    }

    /// Somebody changes who is in which team, or which team is private.
    pub fn change_access(&self, dice: &mut Dice) {
        let reference = self.reference();
        let teams = reference.directory.teams().to_vec();
        let write = if dice.percent(50) {
            let team = dice.pick(&teams);
            let team = Team { private: !team.private, ..team };
            self.storage.write(|transaction| transaction.add_teams(&[team]))
        } else {
            let agents: Vec<Person> = reference.directory.agents().into_iter().cloned().collect();
            let (mut person, team) = (dice.pick(&agents), dice.pick(&teams).id);
            match person.teams.iter().position(|other| *other == team) {
                Some(place) => drop(person.teams.remove(place)),
                None => person.teams.push(team),
            }
            let account = Account { login: person.name.clone(), person, password: None };
            self.storage.write(|transaction| transaction.add_people(&[account]))
        };
        write.unwrap();
    }

    /// Deleted tickets leave the history for good. How many did.
    pub fn compact(&self, now: Instant) -> usize {
        self.storage.write(|transaction| replication::compact(transaction, now)).unwrap()
    }
}
