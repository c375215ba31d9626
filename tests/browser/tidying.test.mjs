// What lies scattered over many small records is put together when the app is opened: nothing is lost or doubled by it,
// whenever the browser is killed (SIGKILL, all of its processes).

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { openTicket, pillSays, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { Kept } from "./support/damage.mjs";
import { headersOn, historyOn, stored } from "./support/device.mjs";
import { dice } from "./support/dice.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { MortalBrowser } from "./support/mortal.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const TIMES = 6;
/** From the first change of a record of headers on, and in every other round of one of events. Some are after the last. */
const WITHIN_MS = 150;
/** What a colleague did: one by one, and more at a time. */
const [ONE_BY_ONE, AT_A_TIME, MORE] = [10, 100, 5];

// Verifies: F63.
test(`killed ${TIMES} times while records are put together, everything is there once`, async (test) => {
  const t = lastFirst(test);
  const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
  test.diagnostic(`seed ${seed}: HOLDFAST_SEED=${seed} waits as long before each kill`);
  const random = dice(seed);
  const { line, profile, before, ticket } = await scattered(t);
  await line.cut();
  const left = [];
  for (let round = 0; round < TIMES; round++) {
    const copy = join(folder(t), "profile");
    await cp(profile, copy, { recursive: true });
    const browser = new MortalBrowser(t, copy);
    const page = await browser.start();
    const began = new Promise((resolve) => page.exposeFunction("beganToTidy", resolve));
    const log = round % 2 ? "open" : "events";
    await page.addInitScript((log) => {
      const { delete: remove } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.delete = function (...given) {
        if (this.name === log) window.beganToTidy?.();
        return remove.apply(this, given);
      };
    }, log);
    await page.goto(line.url);
    await began;
    await browser.kill(random() * WITHIN_MS);
    const after = await browser.start();
    await after.goto(`${line.url}/icon.svg`).catch(() => {});
    left.push(await everything(after, before));
    if (round === TIMES - 1) {
      await after.goto(line.url);
      await openTicket(after, ticket.id);
      assert.deepEqual((await historyOn(after, ticket.id)).map(({ event }) => event.id), before.history);
      await until("few records to be left", async () => (await everything(after, before)) < 60);
      await after.reload();
      await openTicket(after, ticket.id);
      assert.deepEqual(await after.locator(".log .item").count(), before.lines, "the directory leads to all of it");
    }
    await browser.kill();
  }
  test.diagnostic(`records that were left: ${left.join(", ")} of ${before.records}`);
});

/** Every ticket and every event is on the device once, in the order in which the server has them; how many records that takes. */
async function everything(page, before) {
  const { events } = await stored(page, ["events"]);
  assert.deepEqual(events.map(({ value }) => value.seq).sort((one, next) => one - next), before.events);
  assert.deepEqual(Object.fromEntries((await headersOn(page)).map((header) => [header.id, header])), before.headers);
  const of = {};
  for (const { key, value } of events) (of[key] ??= []).push(value.seq);
  for (const seqs of Object.values(of)) assert.deepEqual(seqs, seqs.toSorted((one, next) => one - next));
  return recordsOn(page);
}

/** How many records there are of events and of the directory. */
const recordsOn = (page) =>
  page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("holdfast/"));
    const settled = (request) => new Promise((resolve, reject) => ([request.onsuccess, request.onerror] = [() => resolve(request.result), () => reject(request.error)]));
    const connection = await settled(indexedDB.open(name));
    const tx = connection.transaction(["events", "directory"]);
    const counts = await Promise.all(["events", "directory"].map((store) => settled(tx.objectStore(store).count())));
    connection.close();
    return counts[0] + counts[1];
  });

/** A device on which what came from the server lies in small records, as after long days of a colleague's work. */
async function scattered(t) {
  const place = folder(t);
  const profile = join(place, "profile");
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const browser = new MortalBrowser(t, profile);
  const page = await browser.start();
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  // A colleague's work, each as it comes; then the same for what came before.
  const ben = await Api.signIn(server.url, "ben");
  const tickets = await ben.tickets("status=open&limit=20");
  const [ticket] = tickets;
  const notes = notesOf(ben.person.id, tickets);
  for (const count of [...Array(ONE_BY_ONE).fill(1), ...Array(MORE).fill(AT_A_TIME)]) {
    const made = Array.from({ length: count }, () => notes.next().value);
    const answers = await ben.push(made);
    assert.ok(answers.every(({ verdict }) => verdict === "accepted"), JSON.stringify(answers[0]));
    const { event } = made.at(-1);
    await until("the page to have read it", async () => (await historyOn(page, event.ticket)).some(({ event: { id } }) => id === event.id));
  }
  await openTicket(page, ticket.id);
  const lines = await page.locator(".log .item").count();
  const context = page.context();
  const kept = await Kept.of(context, page, line.url);
  await page.goto("about:blank");
  const records = (await kept.scatter(600)) * 2;
  const bare = context.pages().at(-1);
  const before = {
    events: (await stored(bare, ["events"])).events.map(({ value }) => value.seq).sort((one, next) => one - next),
    headers: Object.fromEntries((await headersOn(bare)).map((header) => [header.id, header])),
    history: (await ben.history(ticket.id)).map(({ event }) => event.id),
    lines,
    records,
  };
  await browser.close();
  return { line, profile, before, ticket };
}

/** Notes of one device, on one ticket after the other. */
function* notesOf(by, tickets) {
  const device = randomUUID();
  for (let number = 1; ; number++) {
    const at = new Date().toISOString();
    const changes = [{ kind: "noted", text: `Update ${number}` }];
    const stamp = { device, device_seq: number, occurred_at: at, offset_ms: 0 };
    yield { stamp, event: { id: randomUUID(), ticket: tickets[number % tickets.length].id, by, at, changes } };
  }
}
