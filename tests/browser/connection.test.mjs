// The connection to the device's database is lost, makes way, or breaks off in the middle: nothing that was saved goes,
// nothing happens twice, and the app goes on.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { barePage, dropAll, dropWithin, leaveConnections, nameOf } from "./support/damage.mjs";
import { positionOf, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

async function deskOnALine(t, before = async () => {}) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  await before(context);
  const page = await firstTab(context);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const api = await Api.signIn(server.url, "ana");
  const [ticket] = await api.tickets("status=open&limit=1");
  return { server, line, context, page, api, ticket };
}

const note = (page, words) => saved(page, "Note for the team", () => write(page, "n", words));
const waiting = async (page) => (await stored(page, ["outbox"])).outbox;
const textsSince = async (api, head) => (await api.pull(head)).events.map(({ event }) => event.changes[0].text);

// Verifies: F52.
test("a connection that the browser drops is opened again, before a write, between two and within one", async (t) => {
  const { line, page, api, ticket } = await deskOnALine(t, leaveConnections);
  const head = await api.head();
  await openTicket(page, ticket.id);
  await line.cut();
  for (const told of [true, false]) {
    await dropAll(page, { told });
    await note(page, `Dropped, ${told ? "and told" : "not told"}`);
  }
  await dropWithin(page);
  await note(page, "Dropped in the middle");
  await dropAll(page, { told: false });
  await page.locator("#composer-text").fill("Half a sentence");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  assert.ok((await page.evaluate(() => window.opened)) <= 6, "it is opened once each time");
  const { outbox, drafts } = await stored(page, ["outbox", "drafts"]);
  const expected = ["Dropped, and told", "Dropped, not told", "Dropped in the middle"];
  assert.deepEqual(outbox.map(({ value }) => value.proposed.event.changes[0].text), expected, "all of it is on the disk, once");
  assert.equal(drafts[0].value, "Half a sentence");
  // And while it keeps in step.
  await dropAll(page, { told: false });
  await line.mend();
  await until("everything to arrive", async () => (await waiting(page)).length === 0, { within: 90_000 });
  await pillSays(page, "synced", /Synced/);
  assert.deepEqual(await textsSince(api, head), expected);
  assert.equal(await page.locator(".trouble p").count(), 0, "there is nothing that anybody has to know");
});

// Verifies: F54.
test("a tab makes way for a newer version of the app, says so, and loses nothing", async (t) => {
  const { line, context, page, ticket } = await deskOnALine(t);
  await openTicket(page, ticket.id);
  await page.locator("#composer-text").fill("Not finished yet");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  const name = await nameOf(page);
  const newer = await barePage(context, line.url);
  const took = await newer.evaluate(async (name) => {
    const { version } = (await indexedDB.databases()).find((database) => database.name === name);
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const request = indexedDB.open(name, version + 1);
      request.onsuccess = () => {
        request.result.close();
        resolve(performance.now() - began);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("the old tab does not make way"));
    });
  }, name);
  assert.ok(took < 3_000, "the newer version does not wait for it");
  await page.locator(".trouble", { hasText: "A newer version of Holdfast is open in another tab" }).waitFor();
  assert.equal(await page.locator("#composer-text").inputValue(), "Not finished yet");
  await page.locator("#composer-text").focus();
  await page.keyboard.press("Control+Enter");
  await page.locator(".notice", { hasText: "Not saved. A newer version of Holdfast" }).waitFor();
  assert.equal(await page.locator("#composer-text").inputValue(), "Not finished yet");
  // What the page loads now is of the newer version.
  await page.addInitScript(asNewer);
  await page.locator(".trouble button", { hasText: "Reload" }).click();
  await until("the draft", async () => (await page.locator("#composer-text").inputValue()) === "Not finished yet");
});

// Verifies: F54.
test("a newer version that has to wait for an old tab says so within three seconds, and goes on when that is closed", async (t) => {
  const { line, context, page } = await deskOnALine(t);
  const name = await nameOf(page);
  const old = await barePage(context, line.url);
  // A tab that hangs, or one of before tabs made way.
  await old.evaluate(
    (name) =>
      new Promise((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(void (window.held = request.result));
      }),
    name,
  );
  await page.close();
  const newer = await context.newPage();
  await newer.addInitScript(asNewer);
  await newer.goto(line.url);
  await newer.locator(".skel").waitFor({ state: "attached" });
  await newer.getByText("If Holdfast is open in another tab, close that tab.").waitFor({ timeout: 3_000 });
  await old.close();
  await newer.locator(".row").first().waitFor();
  await pillSays(newer, "synced", /Synced/);
});

// Verifies: F59, F34.
test("what breaks off in the middle of a transaction leaves nothing of it behind", async (t) => {
  const { page, api, ticket } = await deskOnALine(t, (context) =>
    context.addInitScript(() => {
      for (const method of ["add", "put"]) {
        const real = IDBObjectStore.prototype[method];
        IDBObjectStore.prototype[method] = function (value, key) {
          if (window.breaks && this.name === window.breaks.store && key === window.breaks.key) {
            window.broken = (window.broken ?? 0) + 1;
            throw new DOMException("no more", "DataError");
          }
          return key === undefined ? real.call(this, value) : real.call(this, value, key);
        };
      }
    }),
  );
  await openTicket(page, ticket.id);
  const head = await api.head();
  const before = await positionOf(page);
  const broken = () => page.evaluate(() => window.broken ?? 0);

  // The draft is taken out, then the event is written: in one, or not at all.
  await page.locator("#composer-text").fill("All or nothing");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  await page.evaluate(() => void (window.breaks = { store: "outbox" }));
  await page.locator("#composer-text").focus();
  await page.keyboard.press("Control+Enter");
  await page.locator(".notice", { hasText: "Not saved" }).waitFor();
  assert.ok((await broken()) > 0);
  const { outbox, drafts } = await stored(page, ["outbox", "drafts"]);
  assert.deepEqual(outbox, []);
  assert.deepEqual(drafts.map(({ value }) => value), ["All or nothing"]);

  // The history is written, then how far it was read: in one, or not at all.
  await page.evaluate(() => void ((window.breaks = { store: "facts", key: "position" }), (window.broken = 0)));
  await page.locator("#composer-text").focus();
  await page.keyboard.press("Control+Enter");
  await until("the event to arrive", async () => (await api.head()) === head + 1);
  await until("the page of the history to break off twice", async () => (await broken()) > 1, { within: 60_000 });
  const { events, facts, outbox: still } = await stored(page, ["events", "facts", "outbox"]);
  assert.equal(events.filter(({ value }) => value.seq > before.cursor).length, 0, "nothing of the page is there");
  assert.deepEqual(facts.find(({ key }) => key === "position").value, before);
  assert.equal(still.length, 1, "and the event is still on its way");
  await page.evaluate(() => void (window.breaks = undefined));
  await until("the device to have read it", async () => (await positionOf(page)).cursor === head + 1, { within: 90_000 });
  assert.equal((await waiting(page)).length, 0);
  assert.deepEqual(await textsSince(api, head), ["All or nothing"]);
});

/** Makes the app of a page one whose database has the next format. */
function asNewer() {
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (name, version) {
    return open.call(this, name, name.startsWith("holdfast/") ? version + 1 : version);
  };
}
