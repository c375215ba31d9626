// A byte of what the device keeps of the server's changes: it is noticed and mended on the device. Nothing that waits is
// touched by it, a history that is not whole any more is fetched, and nothing is shown that is wrong.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { Kept } from "./support/damage.mjs";
import { countOf, headersOn, historyOn, positionOf, stored } from "./support/device.mjs";
import { dice } from "./support/dice.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const SEED = 20;
const WAITS = "Waits through all of it";

/** A desk that has everything, with no network and a note that waits. */
async function deskOnADevice(t) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  const page = await firstTab(context);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  const api = await Api.signIn(server.url, "ana");
  const [busy] = await api.tickets("status=open&limit=1");
  await openTicket(page, busy.id);
  const kept = await Kept.of(context, page, line.url);
  await line.cut();
  await saved(page, "Note for the team", () => write(page, "n", WAITS));
  await kept.remember();
  return { line, page, api, busy, kept, before: await state(page) };
}

/** What is on the device, but for where the server stands and when it last spoke. */
async function state(page) {
  const { outbox, parked, drafts } = await stored(page, ["outbox", "parked", "drafts"]);
  const headers = Object.fromEntries((await headersOn(page)).map((header) => [header.id, header]));
  return { outbox, parked, drafts, headers };
}

/** The tickets of the queue of everything, and what the device counts in it. */
async function shown(page) {
  await page.locator(".shell[data-whole] .row").first().waitFor();
  return page.evaluate(() => document.querySelector(".rows").style.cssText + [...document.querySelectorAll(".row")].map(({ id }) => id).join());
}

/** Opens the app anew at the queue of everything. */
async function openAnew(page) {
  await go(page, "/queue/all");
  await page.reload();
  return shown(page);
}

/** A ticket's events as the page shows them. */
const linesOf = async (page, ticket) => {
  await openTicket(page, ticket);
  return page.locator(".log .item").allInnerTexts();
};

const allWhole = async (kept) => (await kept.records()).every(({ isWhole }) => isWhole);

/** The first byte, the last one and some between them, each with another change. */
function* places(records, random, some) {
  for (const record of records) {
    const between = Array.from({ length: some }, () => 1 + Math.floor(random() * (record.length - 2)));
    for (const at of [0, ...between, record.length - 1]) yield { record, at, by: 1 + Math.floor(random() * 255) };
  }
}

// Verifies: F53, F67.
test("whichever byte of the headers or of the directory changes, they are made again of the events, with no network", async (t) => {
  const { page, busy, kept, before } = await deskOnADevice(t);
  const queue = await openAnew(page);
  const lines = await linesOf(page, busy.id);
  const records = (await kept.records()).filter(({ store }) => store !== "events");
  assert.deepEqual([...new Set(records.map(({ store }) => store))], ["open", "done", "directory"]);
  for (const { record, at, by } of places(records, dice(SEED), 1)) {
    const what = `byte ${at} of ${JSON.stringify(record)} changed by ${by}`;
    await kept.spoil(record, at, by);
    assert.equal(await openAnew(page), queue, what);
    assert.deepEqual(await linesOf(page, busy.id), lines, what);
    await until(`it to be whole again: ${what}`, () => allWhole(kept));
    assert.deepEqual(await state(page), before, what);
    assert.equal(await page.locator(".trouble p").count(), 0, "nobody has to know");
    await kept.restore();
  }
});

// Verifies: F53.
test("whichever byte of the events changes, no history is shown with a hole, and it comes back with the network", async (t) => {
  const { line, page, api, kept, before } = await deskOnADevice(t);
  const queue = await openAnew(page);
  const whole = await historiesOn(page);
  const records = (await kept.records()).filter(({ store }) => store === "events");
  const fetchedAgain = [];
  for (const { record, at, by } of places(records, dice(SEED), 1)) {
    const what = `byte ${at} of ${record.store} ${record.key} changed by ${by}`;
    await kept.spoil(record, at, by);
    const [ticket] = record.tickets;
    assert.equal(await openAnew(page), queue, what);
    await go(page, `/tickets/${ticket}`);
    await page.locator(".log", { hasText: "It comes back when there is a network" }).waitFor();
    await until(`it to be whole again: ${what}`, () => allWhole(kept));
    const left = await historiesOn(page);
    for (const lost of record.tickets) assert.equal(left[lost], undefined, what);
    const others = Object.keys(whole).filter((ticket) => !record.tickets.includes(ticket));
    assert.deepEqual(Object.keys(left).sort(), others.sort(), what);
    for (const other of others) assert.deepEqual(left[other], whole[other], what);
    assert.deepEqual(await state(page), before, what);
    fetchedAgain.push(ticket);
    if (record !== records.at(-1) || at !== record.length - 1) await kept.restore();
  }
  await line.mend();
  const ticket = fetchedAgain.at(-1);
  await until("it to be here again", async () => (await historyOn(page, ticket)).length >= whole[ticket].length, { within: 60_000 });
  await until("what waited to arrive", async () => (await countOf(page, "outbox")) === 0, { within: 60_000 });
  assert.equal((await api.history(before.outbox[0].value.proposed.event.ticket)).filter(({ event }) => JSON.stringify(event).includes(WAITS)).length, 1);
});

/** The ids of the events of every ticket on the device. */
async function historiesOn(page) {
  const { events } = await stored(page, ["events"]);
  const histories = {};
  for (const { key, value } of events) (histories[key] ??= []).push(value.event.id);
  return histories;
}

// Verifies: F53.
test("headers are damaged and not every history is here: what is left is shown at once, and everything is loaded again", async (t) => {
  const { line, page, api, kept, before } = await deskOnADevice(t);
  await go(page, "/me");
  await page.getByRole("button", { name: "Free space" }).click();
  await page.locator(".notice", { hasText: "finished tickets were removed" }).waitFor();
  const queue = await openAnew(page);
  const [record] = await kept.records(["open"]);
  await kept.spoil(record, 100, 1);
  assert.equal(await openAnew(page), queue);
  assert.deepEqual(await state(page), before, "what was dropped is as the other log says");
  await page.locator(".trouble", { hasText: "What you did is kept; what is missing is read again" }).waitFor();
  const head = await api.head();
  await line.mend();
  await until("everything to be here again", async () => (await positionOf(page))?.cursor === head + 1 && (await countOf(page, "outbox")) === 0, { within: 90_000 });
  await until("every event too", async () => (await countOf(page, "events")) === head + 1, { within: 60_000 });
  assert.equal(await api.head(), head + 1, "nothing arrives twice");
  assert.deepEqual(Object.keys((await state(page)).headers).sort(), Object.keys(before.headers).sort());
  assert.ok(await allWhole(kept));
});

// Verifies: F53.
test("the directory and the histories are damaged at once: no history is left, and every one comes back", async (t) => {
  const { line, page, busy, kept, before } = await deskOnADevice(t);
  const whole = (await historyOn(page, busy.id)).length;
  const [events] = await kept.records(["events"]);
  const [directory] = await kept.records(["directory"]);
  await kept.spoil(events, 50, 1);
  await kept.spoil(directory, 50, 1);
  await openAnew(page);
  await go(page, `/tickets/${busy.id}`);
  await page.locator(".log", { hasText: "It comes back when there is a network" }).waitFor();
  assert.deepEqual(await historiesOn(page), {});
  assert.deepEqual(await state(page), before);
  await line.mend();
  await until("it to be here again", async () => (await historyOn(page, busy.id)).length >= whole, { within: 60_000 });
});
