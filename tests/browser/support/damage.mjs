// What browsers do to a page's databases, done on purpose.

import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { databases } from "./device.mjs";

/** The name of the database of whoever is signed in. */
export const nameOf = async (page) => (await databases(page)).find((name) => name.startsWith("holdfast/"));

/** From now on the pages of a context leave their connections where `dropAll` and `dropWithin` find them. */
export function leaveConnections(context) {
  return context.addInitScript(() => {
    window.connections = [];
    window.opened = 0;
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...given) {
      const request = open.apply(this, given);
      if (!given[0].startsWith("holdfast/")) return request;
      window.opened += 1;
      request.addEventListener("success", () => window.connections.push(request.result));
      return request;
    };
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = function (...given) {
      const request = add.apply(this, given);
      if (window.dropsWithin) {
        window.dropsWithin = false;
        this.transaction.db.close();
        this.transaction.abort();
      }
      return request;
    };
  });
}

/** Drops every connection of the page, with a word to it or, as some browsers do, without. */
export const dropAll = (page, { told }) =>
  page.evaluate((told) => {
    for (const connection of window.connections.splice(0)) {
      connection.close();
      if (told) connection.dispatchEvent(new Event("close"));
    }
  }, told);

/** The next event is written when the connection goes: it and its transaction are lost. */
export const dropWithin = (page) => page.evaluate(() => void (window.dropsWithin = true));

/** The browser throws away the databases of an origin, whoever uses them, as it does when it needs room. */
export async function throwAway(page, url, kinds = "indexeddb") {
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(url).origin, storageTypes: kinds });
}

/** A page of the same origin on which no app runs. */
export async function barePage(context, url) {
  const page = await context.newPage();
  await page.goto(`${url}/icon.svg`);
  return page;
}

/** Writes nonsense over the files of every database of a profile whose browser is closed. */
export function spoilFiles(profile) {
  const folder = join(profile, "Default", "IndexedDB");
  const spoilt = readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  for (const path of spoilt) writeFileSync(path, "this was a database once");
  return spoilt.length;
}

/** Takes everything that pages have stored out of a profile whose browser is closed. */
export function emptyProfile(profile, { except = [] } = {}) {
  for (const name of ["IndexedDB", "Local Storage", "Service Worker", "Session Storage", "WebStorage"]) {
    if (!except.includes(name)) rmSync(join(profile, "Default", name), { recursive: true, force: true });
  }
}

/** The stores whose records end with a checksum. */
export const CHECKED = ["open", "done", "events", "directory"];

/** What the signed-in person's device keeps, worked on past the app: from a page of the same origin, with no app in it. */
export class Kept {
  #page;
  #name;

  static async of(context, page, url) {
    const kept = new Kept();
    kept.#name = await nameOf(page);
    kept.#page = await barePage(context, url);
    await kept.#page.evaluate(arrange, kept.#name);
    return kept;
  }

  /** Its records: `{ store, key, length, isWhole, tickets }`; the last for events alone. */
  records(stores = CHECKED) {
    return this.#page.evaluate((stores) => window.records(stores), stores);
  }

  /** Changes a byte of a record. */
  spoil({ store, key }, at, by) {
    return this.#page.evaluate((given) => window.spoil(...given), [store, key, at, by]);
  }

  /** Remembers everything as it is now. */
  remember() {
    return this.#page.evaluate(() => window.remember());
  }

  /** Puts back what is remembered. */
  restore() {
    return this.#page.evaluate(() => window.restore());
  }

  /** Puts each event, and each entry of the directory, into a record of its own, and writes the last headers so often again. */
  scatter(times) {
    return this.#page.evaluate((times) => window.scatter(times), times);
  }
}

// Runs in the page: tools for one database, which is open only while one of them is at work.
function arrange(name) {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const within = async (stores, work) => {
    const connection = await settled(indexedDB.open(name));
    try {
      const tx = connection.transaction(stores, "readwrite");
      const done = new Promise((resolve, reject) => ([tx.oncomplete, tx.onabort] = [resolve, () => reject(tx.error)]));
      const result = await work((store) => tx.objectStore(store));
      await done;
      return result;
    } finally {
      connection.close();
    }
  };
  const all = async (store) => {
    const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
    return keys.map((key, at) => [key, values[at]]);
  };
  const sum = (bytes) => {
    let [low, high] = [1, 0];
    for (const byte of bytes) high = (high + (low = (low + byte) % 65521)) % 65521;
    return ((high << 16) | low) >>> 0;
  };
  const sealed = (...parts) => {
    const body = Uint8Array.from(parts.flatMap((part) => [...part]));
    return Uint8Array.from([...body, ...new Uint8Array(new Uint32Array([sum(body)]).buffer)]);
  };
  const isWhole = (bytes) => sum(bytes.subarray(0, -4)) === new DataView(bytes.buffer, bytes.length - 4).getUint32(0, true);
  const linesOf = (bytes) => new TextDecoder().decode(bytes.subarray(1, -4)).split("\n").filter(Boolean);

  window.records = (stores) =>
    within(stores, async (place) => {
      const found = [];
      for (const store of stores) {
        for (const [key, bytes] of await all(place(store))) {
          const tickets = store === "events" && isWhole(bytes) ? [...new Set(linesOf(bytes).map((line) => line.slice(0, 36)))] : [];
          found.push({ store, key, length: bytes.length, isWhole: isWhole(bytes), tickets });
        }
      }
      return found;
    });
  window.spoil = (store, key, at, by) =>
    within([store], async (place) => {
      const bytes = await settled(place(store).get(key));
      bytes[at] ^= by;
      place(store).put(bytes, key);
    });
  const stores = ["open", "done", "events", "directory", "outbox", "parked", "drafts", "facts"];
  let kept = [];
  window.remember = async () => {
    kept = await within(stores, (place) => Promise.all(stores.map(async (store) => [store, await all(place(store))])));
  };
  window.restore = () =>
    within(stores, async (place) => {
      for (const [store, rows] of kept) {
        place(store).clear();
        for (const [key, value] of rows) place(store).put(value, key);
      }
    });
  window.scatter = (times) =>
    within(["open", "done", "events", "directory"], async (place) => {
      const [events, directory, encoder] = [place("events"), place("directory"), new TextEncoder()];
      const lines = (await all(events)).flatMap(([, bytes]) => linesOf(bytes));
      events.clear();
      directory.clear();
      for (const line of lines) {
        const key = await settled(events.add(sealed([1], encoder.encode(`${line}\n`))));
        const id = line.slice(0, 36).replaceAll("-", "").match(/../g).map((byte) => parseInt(byte, 16));
        directory.add(sealed(new Uint8Array(new Uint32Array([key]).buffer), id));
      }
      for (const log of ["open", "done"]) {
        const [[, last]] = (await all(place(log))).slice(-1);
        for (let time = 0; time < times; time++) place(log).add(last);
      }
      return lines.length;
    });
}
