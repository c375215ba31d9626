//! People, teams, rules, sessions and devices.

use holdfast_desk::{Team, TeamId, demo};
use holdfast_server::storage::{Account, Storage, StorageError};
use holdfast_sync::protocol::DeviceId;
use uuid::Uuid;

use crate::sample::{DEVICE, account, at, person, set_up};

fn version(storage: &Storage) -> u32 {
    storage.read(|view| view.reference_version()).unwrap()
}

/// Verifies: F40. A device learns of every change of who may see what by the version of the reference data.
pub fn people_and_teams_change_and_the_reference_counts_it(storage: &Storage) {
    set_up(storage);
    let mut seen = vec![version(storage)];
    let team = Team { id: TeamId(Uuid::from_u128(8)), name: "Staff".to_owned(), private: false };
    let mut write = |accounts: &[Account], teams: &[Team]| {
        let written = storage.write(|transaction| {
            transaction.add_teams(teams)?;
            transaction.add_people(accounts)
        });
        written.unwrap();
        seen.push(version(storage));
    };
    let mut ana = account(1, "ana");
    write(std::slice::from_ref(&ana), std::slice::from_ref(&team));
    write(std::slice::from_ref(&ana), std::slice::from_ref(&team));
    ana.person.teams.push(team.id);
    write(std::slice::from_ref(&ana), &[]);
    write(&[], &[Team { private: true, ..team.clone() }]);
    assert!(seen[0] < seen[1] && seen[1] == seen[2] && seen[2] < seen[3] && seen[3] < seen[4], "{seen:?}");
    let reference = storage.read(|view| view.reference()).unwrap();
    assert_eq!(reference.version, seen[4]);
    assert!(reference.directory.team(team.id).unwrap().private);
    assert_eq!(reference.directory.person(ana.person.id), Some(&ana.person));
    assert_eq!(storage.read(|view| view.person(ana.person.id)).unwrap(), Some(ana.person));
}

pub fn a_login_is_one_persons(storage: &Storage) {
    set_up(storage);
    storage.write(|transaction| transaction.add_people(&[account(1, "Ana")])).unwrap();
    let taken = storage.write(|transaction| transaction.add_people(&[account(2, "ana")]));
    assert!(matches!(taken, Err(StorageError::LoginTaken(login)) if login == "ana"));
    let found = storage.read(|view| view.account("ANA")).unwrap().unwrap();
    assert_eq!((found.person.id, found.login.as_str()), (person(1), "Ana"));
    // A person who is there keeps login and password.
    storage.write(|transaction| transaction.set_password("ana", "hash").map(drop)).unwrap();
    storage.write(|transaction| transaction.add_people(&[account(1, "other")])).unwrap();
    let found = storage.read(|view| view.accounts()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].login.as_str(), found[0].password.as_deref()), ("Ana", Some("hash")));
}

pub fn sessions_run_out_and_end_with_a_password(storage: &Storage) {
    set_up(storage);
    let whose = |token, seconds| storage.read(|view| view.session(&token, at(seconds))).unwrap();
    let written = storage.write(|transaction| {
        transaction.add_people(&[account(1, "ana")])?;
        transaction.begin_session(&[1; 32], person(1), at(0), at(100))?;
        transaction.begin_session(&[2; 32], person(1), at(0), at(100))?;
        transaction.extend_session(&[2; 32], at(200))
    });
    written.unwrap();
    assert_eq!((whose([1; 32], 99), whose([1; 32], 100)), (Some(person(1)), None));
    assert_eq!(whose([2; 32], 150), Some(person(1)));
    storage.write(|transaction| transaction.end_session(&[2; 32], person(9))).unwrap();
    assert_eq!(whose([2; 32], 0), Some(person(1)), "nobody ends another person's session");
    storage.write(|transaction| transaction.end_session(&[2; 32], person(1))).unwrap();
    assert_eq!(whose([2; 32], 0), None);
    let known = storage.write(|transaction| transaction.set_password("nobody", "hash"));
    assert!(!known.unwrap());
    storage.write(|transaction| transaction.set_password("ANA", "hash")).unwrap();
    assert_eq!(whose([1; 32], 0), None, "another password ends every session");
}

/// Verifies: F24.
pub fn a_device_is_whose_it_was_first(storage: &Storage) {
    set_up(storage);
    let device = || storage.read(|view| view.device(DEVICE)).unwrap();
    assert_eq!(device(), None);
    let seen = |whose, reached| {
        storage.write(|transaction| transaction.device_seen(DEVICE, person(whose), reached, at(0))).unwrap();
    };
    seen(1, 7);
    seen(1, 5);
    assert_eq!(device(), Some((person(1), 7)), "the count does not go back");
    seen(2, 9);
    assert_eq!(device(), Some((person(1), 9)));
    assert_eq!(storage.read(|view| view.device(DeviceId(Uuid::nil()))).unwrap(), None);
}

pub fn rules_in_force_are_the_latest(storage: &Storage) {
    set_up(storage);
    let mut rules = demo::rules(at(0));
    rules.version += 1;
    rules.desk = "Another desk".to_owned();
    let before = version(storage);
    storage.write(|transaction| transaction.put_rules(&rules)).unwrap();
    assert_eq!(storage.read(|view| view.reference()).unwrap().rules, rules);
    assert!(version(storage) > before);
    storage.write(|transaction| transaction.clear_reference()).unwrap();
    assert!(matches!(storage.read(|view| view.reference().map(drop)), Err(StorageError::Empty)));
}
