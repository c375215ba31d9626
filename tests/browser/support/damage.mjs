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

/** Takes the last byte of the first record of a store, past the app. */
export async function spoilRecord(page, store) {
  await page.evaluate(
    ([name, store]) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const tx = request.result.transaction([store], "readwrite");
          tx.objectStore(store).openCursor().onsuccess = ({ target: { result: cursor } }) => {
            const bytes = cursor.value;
            cursor.update(bytes.slice(0, bytes.length - 1));
          };
          tx.onabort = () => reject(tx.error);
          tx.oncomplete = () => resolve(request.result.close());
        };
      }),
    [await nameOf(page), store],
  );
}
