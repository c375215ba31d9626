// A device that was last used under an older format of its database, with work that waits in it, meets the app of today:
// everything is delivered, once.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { handsOff, openTicket, pillSays } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { barePage } from "./support/damage.mjs";
import { countOf, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const FORMATS = join(dirname(fileURLToPath(import.meta.url)), "formats");
const released = readdirSync(FORMATS).filter((name) => name.endsWith(".json")).map((name) => parseInt(name, 10)).sort((a, b) => a - b);

for (const version of released) {
  // Verifies: F55, F56. The names of the databases are those of that time.
  test(`format ${version}: everything that waited is delivered once, and nothing else is lost`, async (t) => {
    const place = folder(t);
    const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
    const line = await Line.lay(t, server);
    const api = await Api.signIn(server.url, "ana");
    const page = await api.pull(0);
    const context = await browse(t, join(place, "profile"));
    const format = filled(readFileSync(join(FORMATS, `${version}.json`), "utf8"), {
      workspace: api.session.workspace.id,
      epoch: page.epoch,
      "access token": api.session.access_token,
      "refresh token": api.session.refresh_token,
    });
    const bare = await barePage(context, line.url);
    await bare.evaluate(make, format);
    await bare.close();

    const { outbox, parked, drafts } = Object.values(format).find(({ stores }) => stores.outbox).stores;
    assert.ok(outbox.rows.length > 0 && parked.rows.length > 0 && drafts.rows.length > 0, "there is something of everything");
    const tab = await firstTab(context);
    await tab.goto(line.url);
    await until("everything to arrive", async () => (await api.head()) === page.head + outbox.rows.length, { within: 90_000 });
    await until("the outbox to be empty", async () => (await countOf(tab, "outbox")) === 0);
    await pillSays(tab, "needs", /1 needs you/);
    const arrived = (await api.pull(page.head)).events;
    const waited = outbox.rows.map(([seq, text]) => ({ id: JSON.parse(text).proposed.event.id, seq }));
    assert.deepEqual(arrived.map(({ event, stamp }) => ({ id: event.id, seq: stamp.device_seq })), waited, "each once, in its order");
    const [, refused] = parked.rows[0];
    assert.deepEqual((await stored(tab, ["parked"])).parked[0].value, JSON.parse(refused), "what needs a person is still there");
    const [key, words] = drafts.rows[0];
    await openTicket(tab, key.replace(/\/note$/, ""));
    await handsOff(tab);
    await tab.keyboard.press("n");
    await until("the draft", async () => (await tab.locator("#composer-text").inputValue()) === words);
    assert.equal(await api.head(), page.head + outbox.rows.length, "nothing comes twice");
  });
}

// Verifies: F55.
test("every format that there is has its fixture", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await page.goto(server.url);
  await page.locator("#login").fill("ana");
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  await page.locator(".row").first().waitFor();
  const databases = await page.evaluate(() => indexedDB.databases());
  const { version } = databases.find(({ name }) => name.startsWith("holdfast/"));
  assert.deepEqual(released, Array.from({ length: version }, (_, at) => at + 1), "record one with `node formats/record.mjs` before a format is released");
});

const filled = (text, values) => JSON.parse(Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, value), text));

// Runs in the page: the databases as the app of that time made and filled them.
async function make(format) {
  const stored = (value) => (value.bytes ? Uint8Array.from(atob(value.bytes), (byte) => byte.charCodeAt(0)) : value);
  for (const [name, { version, stores }] of Object.entries(format)) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.open(name, version);
      request.onerror = () => reject(request.error);
      request.onupgradeneeded = () => {
        for (const [store, { autoIncrement, indexes = [] }] of Object.entries(stores)) {
          const place = request.result.createObjectStore(store, { autoIncrement });
          for (const { name, keyPath, multiEntry } of indexes) place.createIndex(name, keyPath, { multiEntry });
        }
      };
      request.onsuccess = () => {
        const connection = request.result;
        const tx = connection.transaction(Object.keys(stores), "readwrite");
        for (const [store, { rows }] of Object.entries(stores)) for (const [key, value] of rows) tx.objectStore(store).put(stored(value), key);
        tx.onabort = () => reject(tx.error);
        tx.oncomplete = () => resolve(connection.close());
      };
    });
  }
}
