//! A transaction of IndexedDB ends by itself as soon as something else is waited for in it. Nothing of that is seen by
//! the compiler, so the code of the app is read.

use crate::files;
use crate::project::Project;
use std::path::Path;

/// Where the app has its transactions.
const FILES: [&str; 16] = [
    "database/directory.rs",
    "database/headers.rs",
    "database/histories.rs",
    "database/life.rs",
    "database/lines.rs",
    "database/mending.rs",
    "database/merging.rs",
    "database/mod.rs",
    "database/record.rs",
    "database/rows.rs",
    "database/seldom.rs",
    "database/store.rs",
    "database/texts.rs",
    "database/upgrade.rs",
    "kept_index.rs",
    "vault.rs",
];
/// What opens a transaction.
const OPENS: [&str; 3] = [".transaction(", "self.write(", "change(&connection)"];
/// What ends one.
const ENDS: [&str; 3] = ["drop(tx)", "tx.commit()", "tx.abort()"];
/// Functions that wait for requests of the transaction they are given a store of, and for nothing else.
const READS: [&str; 29] = [
    "fact",
    "text_of_fact",
    "names",
    "texts",
    "waiting",
    "Work::of",
    "breathe",
    "rows",
    "last",
    "headers::last",
    "headers::read",
    "read",
    "histories::append",
    "append",
    "histories::remove",
    "remove",
    "rename",
    "keep_work",
    "removed",
    "self.take_out",
    "self.directory",
    "directory.read_on",
    "known.read_on",
    "Directory::write",
    "mend",
    "left_in",
    "write",
    "many_in_a_record",
    "with_directory",
];

/// What is awaited inside a transaction and is not of it, with the function it stands in.
fn strangers(code: &str) -> Vec<String> {
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line.trim(), " "])
        .collect();
    code.split("fn ").skip(1).flat_map(strangers_of).collect()
}

fn strangers_of(function: &str) -> Vec<String> {
    let name = function.split(['(', '<']).next().unwrap_or_default();
    let Some((signature, body)) = function.split_once('{') else { return Vec::new() };
    let opens = OPENS.iter().filter_map(|opens| body.find(opens)).min();
    let Some(from) = opens.or(is_inside(signature).then_some(0)) else { return Vec::new() };
    let to = ENDS.iter().filter_map(|ends| body.rfind(ends)).max().unwrap_or(body.len());
    let inside = &body[from..to.max(from)];
    let awaited = inside.match_indices(".await").map(|(at, _)| inside[..at].trim_end());
    awaited.filter(|before| !is_own(before)).map(|before| format!("{name}: {}", last(before))).collect()
}

/// Whether a function is given what is only there inside a transaction.
fn is_inside(signature: &str) -> bool {
    signature.contains("ObjectStore") || signature.contains("&Transaction")
}

/// Whether what ends here is a request of the transaction, which may have been kept under that name, or its end.
fn is_own(before: &str) -> bool {
    before.ends_with(".primitive()?")
        || ENDS.iter().any(|ends| before.ends_with(ends))
        || before.ends_with(" request")
        || callee(before).is_some_and(|callee| READS.contains(&callee))
}

/// The function whose call ends here.
fn callee(before: &str) -> Option<&str> {
    let mut depth = 0;
    let open = before.char_indices().rev().find_map(|(at, letter)| {
        match letter {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let name = &before[..open];
    let name = if name.ends_with('>') { name.rsplit_once("::<")?.0 } else { name };
    name.rsplit(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.' | ':')).next()
}

fn last(before: &str) -> &str {
    before.rsplit([';', '{', '}']).next().unwrap_or(before).trim()
}

/// Verifies: F58.
#[test]
fn nothing_but_its_own_requests_is_awaited_in_a_transaction() {
    let folder = Project::find().unwrap().path("src/browser");
    let mut known: Vec<_> = files::walk(&folder.join("database")).unwrap();
    known.iter_mut().for_each(|file| *file = Path::new("database").join(&*file));
    known.extend(["kept_index.rs", "vault.rs"].map(std::path::PathBuf::from));
    known.sort();
    let mut read = FILES.map(std::path::PathBuf::from).to_vec();
    read.sort();
    assert_eq!(known, read, "every file with transactions is read");
    for file in FILES {
        let found = strangers(&files::read_text(&folder.join(file)).unwrap());
        assert!(found.is_empty(), "{file}: {found:#?}");
    }
}

#[test]
fn what_is_awaited_in_a_transaction_and_is_not_of_it_is_found() {
    let awaits = |what: &str| {
        strangers(&format!(
            "async fn keep(&self) {{ prepare().await; let tx = self.write(&ALL)?; {what}; tx.commit().await?; after().await }}"
        ))
    };
    for own in ["fact::<Position>(&facts, Fact::Position).await?", "store.get(key).primitive()?.await?", "x"]
    {
        assert_eq!(awaits(own), Vec::<String>::new());
    }
    assert_eq!(awaits("clock::sleep(1).await"), ["keep: clock::sleep(1)"]);
    assert_eq!(awaits("self.device().await?"), ["keep: self.device()"]);
    assert_eq!(awaits("let x = fetch(all(1)).await?"), ["keep: let x = fetch(all(1))"]);
    let helper = "async fn texts(store: &ObjectStore<'_>) { http::request().await }";
    assert_eq!(strangers(helper), ["texts: http::request()"]);
    let upgrade = "async fn upgrade(tx: &Transaction<'_>) { rows(&tx.object_store(OPEN)?).await?; clock::sleep(1).await }";
    assert_eq!(strangers(upgrade), ["upgrade: clock::sleep(1)"]);
    let ended = "async fn load() { let tx = self.connection.transaction(ALL).build()?; drop(tx); self.device().await }";
    assert_eq!(strangers(ended), Vec::<String>::new());
}
