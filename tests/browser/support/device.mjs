// What a device has stored: its IndexedDB, read past the app.

import { unpacked } from "./packed.mjs";

/** Everything in these stores of the signed-in person's database, by store: `{ key, value }`. */
export async function stored(page, stores) {
  return withHeaders(await page.evaluate(read, { stores }));
}

/** The headers of the tickets that are confirmed on this device. */
export async function headersOn(page) {
  const { open, done } = await stored(page, ["open", "done"]);
  return [...open, ...done].map(({ value }) => value);
}

/** The confirmed history of a ticket on this device, in order. */
export async function historyOn(page, ticket) {
  const { events } = await page.evaluate(read, { stores: ["events"], ticket });
  return events.map(({ value }) => value);
}

/** How many things a store has. */
export async function countOf(page, store) {
  if (LOGS.includes(store)) return (await stored(page, [store]))[store].length;
  return (await page.evaluate(read, { stores: [store], count: true }))[store];
}

/** How far this device has read: `{ epoch, cursor, head }`. */
export async function positionOf(page) {
  const { facts } = await stored(page, ["facts"]);
  return facts.find(({ key }) => key === "position")?.value;
}

/** Rules and people as this device has them: `{ version, rules, directory }`. */
export async function referenceOn(page) {
  const { facts } = await stored(page, ["facts"]);
  return facts.find(({ key }) => key === "reference")?.value;
}

/** Who is signed in on this device, with their tokens: `{ person, refresh_token, … }`. */
export async function sessionOn(page) {
  const { entries } = await page.evaluate(read, { stores: ["entries"], database: "holdfast" });
  return entries.find(({ key }) => key === "session")?.value;
}

/** The name of the signed-in person's database. */
export async function databaseOf(page) {
  const { workspace, person } = await sessionOn(page);
  return `holdfast/${workspace}/${person.id}`;
}

/** Every word that this device has stored, in whatever database. */
export async function dump(page) {
  const texts = [];
  for (const database of await databases(page)) texts.push(JSON.stringify(withHeaders(await page.evaluate(read, { database }))));
  return texts.join("\n");
}

/** The names of the databases on this device. */
export const databases = (page) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

/** The stores that are logs of headers. */
const LOGS = ["open", "done"];

/** The logs told by ticket: of a header the last word holds, and none where the ticket is gone. */
function withHeaders(found) {
  for (const log of LOGS.filter((log) => found[log])) {
    const said = found[log].flatMap(({ value }) => (value.packed ? unpacked(Buffer.from(value.packed, "base64")) : lines(value)));
    found[log] = [...new Map(said)].filter(([, header]) => header).map(([key, value]) => ({ key, value }));
  }
  return found;
}

/** What versions 1 and 2 of the database have in the place of a packed record. */
const lines = (record) =>
  record
    .split("\n")
    .filter(Boolean)
    .map((line) => [line.slice(0, 36), line.length > 36 ? JSON.parse(line.slice(37)) : undefined]);

// Runs in the page: the records of these stores, or of all; of the database of whoever is signed in, if none is named.
async function read({ stores, ticket, count, database }) {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const open = (name) => settled(indexedDB.open(name));
  // Since format 4 there is a byte in front of the lines and a checksum behind them.
  const written = (record) => (record[0] === 1 ? record.subarray(1, -4) : record);
  const text = (lines) => (typeof lines === "string" ? lines : new TextDecoder().decode(written(lines)));
  const parsed = (value) => {
    if (value instanceof Uint8Array) return { packed: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")) };
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  };
  const signedIn = async () => {
    const vault = await open("holdfast");
    try {
      const session = await settled(vault.transaction("entries").objectStore("entries").get("session"));
      return session && JSON.parse(session);
    } finally {
      vault.close();
    }
  };

  const found = (await indexedDB.databases()).map(({ name }) => name);
  let name = database;
  if (!name) {
    const session = found.includes("holdfast") ? await signedIn() : undefined;
    name = session ? `holdfast/${session.workspace}/${session.person.id}` : found.find((name) => name.startsWith("holdfast/alone/"));
  }
  if (!found.includes(name)) return Object.fromEntries(stores.map((store) => [store, count ? 0 : []]));
  const connection = await open(name);
  try {
    const names = stores ?? [...connection.objectStoreNames];
    const tx = connection.transaction(names, "readonly");
    const result = {};
    for (const store of names) {
      const place = tx.objectStore(store);
      const [keys, values] = await Promise.all([settled(place.getAllKeys()), settled(place.getAll())]);
      let rows = keys.map((key, at) => ({ key, value: parsed(values[at]) }));
      if (store === "events") {
        const lines = values.flatMap((record) => text(record.lines ?? record).split("\n").filter(Boolean));
        rows = lines.map((line) => ({ key: line.slice(0, 36), value: parsed(line.slice(37)) }));
      }
      if (ticket) rows = rows.filter(({ key }) => key === ticket);
      result[store] = count ? rows.length : rows;
    }
    return result;
  } finally {
    connection.close();
  }
}
