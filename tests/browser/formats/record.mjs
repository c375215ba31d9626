// Records what the app of today keeps on a device, with work that waits, as the fixture of its database format:
// `node formats/record.mjs`, once for each format, before it is released. The file is never changed after that.
//
// Ids of the demonstration are the same everywhere; what differs from server to server stands as {{…}}.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { choose, go, openTicket, pillSays, raise, saved, signIn, transition, write } from "../support/app.mjs";
import { Api } from "../support/api.mjs";
import { browse, firstTab } from "../support/browser.mjs";
import { positionOf, sessionOn } from "../support/device.mjs";
import { folder } from "../support/folders.mjs";
import { Line } from "../support/line.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";

const undo = [];
const t = { after: (step) => undo.push(step) };
try {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const page = await firstTab(await browse(t, join(place, "profile")));
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const api = await Api.signIn(server.url, "ana");
  const [first, second, third] = await api.tickets("status=open&limit=3");
  await work(page, line, [first, second, third]);

  const position = await positionOf(page);
  const session = await sessionOn(page);
  const names = { [session.workspace]: "workspace", [position.epoch]: "epoch", [session.access_token]: "access token", [session.refresh_token]: "refresh token" };
  let text = JSON.stringify(await page.evaluate(dump), null, 1);
  for (const [value, name] of Object.entries(names)) text = text.replaceAll(value, `{{${name}}}`);
  const format = JSON.parse(text);
  const desk = Object.values(format).find(({ stores }) => stores.outbox);
  const to = join(dirname(fileURLToPath(import.meta.url)), `${desk.version}.json`);
  writeFileSync(to, `${JSON.stringify(format, null, 1)}\n`);
  console.log(`${to}: ${desk.stores.outbox.rows.length} things wait in it`);
} finally {
  for (const step of undo.reverse()) await step();
}

/** One of everything that can wait: sent alone it is too large for the server, the rest finds no server at all. */
async function work(page, line, [first, second, third]) {
  const tooLarge = { status: 413, type: "application/problem+json", body: JSON.stringify({ title: "No", status: 413 }) };
  line.replaces = ({ path }) => (path.endsWith("/push") ? tooLarge : undefined);
  await openTicket(page, third.id);
  await saved(page, "Note for the team", () => write(page, "n", "The server did not take this"));
  await pillSays(page, "needs", /1 needs you/);
  await line.cut();
  await raise(page, "Raised before the format changed");
  await page.locator(".ticket-head h1", { hasText: "Raised before" }).waitFor();
  await saved(page, "Reply", () => write(page, "r", "A reply to what has no number yet"));
  await openTicket(page, first.id);
  await saved(page, "Reply", () => write(page, "r", "A reply that waits"));
  await saved(page, "Done", () => transition(page, "Resolve", "And how it was resolved"));
  await openTicket(page, second.id);
  await saved(page, "Note for the team", () => write(page, "n", "A note that waits"));
  await choose(page, "p", "P1");
  await choose(page, "a", "Ben");
  await until("all of it", async () => (await page.locator(".pill").first().textContent()).includes("7 waiting"));
  await page.locator("#composer-text").fill("A draft");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  await go(page, "/work");
}

// Runs in the page: every database as it is, texts as they are stored.
async function dump() {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  // JSON has no bytes.
  const written = (value) => (value instanceof Uint8Array ? { bytes: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join("")) } : value);
  const all = {};
  for (const { name, version } of await indexedDB.databases()) {
    const connection = await settled(indexedDB.open(name));
    const tx = connection.transaction([...connection.objectStoreNames]);
    const stores = {};
    for (const store of connection.objectStoreNames) {
      const place = tx.objectStore(store);
      const [keys, values] = await Promise.all([settled(place.getAllKeys()), settled(place.getAll())]);
      const indexes = [...place.indexNames].map((name) => place.index(name)).map(({ name, keyPath, multiEntry }) => ({ name, keyPath, multiEntry }));
      stores[store] = { autoIncrement: place.autoIncrement, indexes, rows: keys.map((key, at) => [key, written(values[at])]) };
    }
    connection.close();
    all[name] = { version, stores };
  }
  return all;
}
