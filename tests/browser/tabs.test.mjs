// Several tabs on one device: one outbox, one count, and nothing sent twice, whichever of them sleeps or hangs.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const COMMITS = 66;

async function tabsOnALine(t, count, before = async () => {}) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  await before(context);
  const first = await firstTab(context);
  await signIn(first, line.url, "ana");
  await pillSays(first, "synced", /Synced/);
  const pages = [first];
  while (pages.length < count) {
    const page = await context.newPage();
    await page.goto(line.url);
    await page.locator(".shell[data-whole]").waitFor();
    await pillSays(page, "synced", /Synced/);
    pages.push(page);
  }
  const api = await Api.signIn(server.url, "ana");
  return { server, line, context, pages, api, head: await api.head(), tickets: await api.tickets("status=open&limit=5") };
}

const outbox = async (page) => (await stored(page, ["outbox"])).outbox.map(({ value }) => value.proposed);

async function writeInAll({ pages, tickets }, count) {
  await Promise.all(pages.map((page, at) => openTicket(page, tickets[at % tickets.length].id)));
  const write_ = async (page, at) => {
    for (let number = 0; number < count; number++) await saved(page, "Note for the team", () => write(page, "n", `Tab ${at}, note ${number}`));
  };
  await Promise.all(pages.map(write_));
}

/** Every number of the device is there once, in order, with nothing between. */
async function arrivedOnceInOrder({ api, head }, made) {
  const recorded = (await api.pull(head)).events;
  assert.deepEqual(recorded.map(({ event }) => event.id), made.map(({ event }) => event.id), "each once, in the device's order");
  const numbers = recorded.map(({ stamp }) => stamp.device_seq);
  assert.deepEqual(numbers, numbers.map((_, at) => numbers[0] + at), "with nothing between");
}

const pushes = ({ line }) => line.requests.filter(({ path, status }) => path.endsWith("/push") && status === 200);

// Verifies: F03, F04.
test(`three tabs, ${3 * COMMITS} commits with no network: each arrives once, in the device's order, one push at a time`, async (t) => {
  const desk = await tabsOnALine(t, 3);
  await desk.line.cut();
  await writeInAll(desk, COMMITS);
  const made = await outbox(desk.pages[0]);
  assert.equal(made.length, 3 * COMMITS);
  await desk.line.mend();
  await until("everything to arrive", async () => (await outbox(desk.pages[1])).length === 0, { within: 120_000 });
  await arrivedOnceInOrder(desk, made);
  const sent = pushes(desk).sort((one, other) => one.at - other.at);
  for (const [at, push] of sent.entries()) assert.ok(at === 0 || push.at >= sent[at - 1].done, "no push begins before the one before it has ended");
  for (const page of desk.pages) await pillSays(page, "synced", /Synced/, 90_000);
});

// Verifies: F61.
test("where the browser has no locks, two tabs send at once and everything still arrives once", async (t) => {
  const noLocks = (context) => context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: { request: () => { throw new Error("no locks here"); } } }));
  const desk = await tabsOnALine(t, 2, noLocks);
  await desk.line.cut();
  await writeInAll(desk, 10);
  const made = await outbox(desk.pages[0]);
  assert.equal(made.length, 20);
  // Both ask before either is answered.
  let waiting = 0;
  const both = () => new Promise((resolve) => {
    waiting += 1;
    const look = setInterval(() => {
      if (waiting < 2) return;
      clearInterval(look);
      resolve();
    }, 10);
  });
  desk.line.holds = ({ path }) => (path.endsWith("/push") && waiting < 2 ? both() : undefined);
  await desk.line.mend();
  await until("everything to arrive", async () => (await outbox(desk.pages[0])).length === 0, { within: 120_000 });
  assert.ok(pushes(desk).length >= 2, "both have sent");
  await arrivedOnceInOrder(desk, made);
});

// Verifies: F60.
test("a tab that is frozen while it sends does not keep the others from sending", async (t) => {
  const desk = await tabsOnALine(t, 2);
  const [sleeper, other] = desk.pages;
  let reached;
  const asked = new Promise((resolve) => (reached = resolve));
  // The first tab's push hangs on the line for as long as it sleeps.
  desk.line.holds = ({ path }) => (path.endsWith("/push") ? (reached(), new Promise(() => {})) : undefined);
  await openTicket(sleeper, desk.tickets[0].id);
  await saved(sleeper, "Note for the team", () => write(sleeper, "n", "Before it falls asleep"));
  await asked;
  const session = await desk.context.newCDPSession(sleeper);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  desk.line.holds = () => undefined;
  await openTicket(other, desk.tickets[1].id);
  await saved(other, "Note for the team", () => write(other, "n", "And the other goes on"));
  await until("everything to arrive", async () => (await outbox(other)).length === 0, { within: 90_000 });
  const recorded = (await desk.api.pull(desk.head)).events.map(({ event }) => event.changes[0].text);
  assert.deepEqual(recorded, ["Before it falls asleep", "And the other goes on"]);
});

test("what another tab does while this one still opens is not missed", async (t) => {
  const desk = await tabsOnALine(t, 1);
  const [first] = desk.pages;
  await openTicket(first, desk.tickets[0].id);
  await desk.line.cut();
  const late = await desk.context.newPage();
  // What listens to the other tabs comes with the pages behind the queue; here it comes late.
  await late.addInitScript(() => {
    const { fetch } = window;
    const shown = new Promise((resolve) => (window.goOn = resolve));
    window.fetch = async (...given) => {
      if (document.querySelector(".row") && /\.wasm/.test(given[0]?.url ?? given[0])) await shown;
      return fetch(...given);
    };
  });
  await late.goto(desk.line.url);
  await late.locator(".row").first().waitFor();
  await saved(first, "Note for the team", () => write(first, "n", "Before the other listened"));
  assert.equal(await late.locator(".shell[data-whole]").count(), 0, "the other one has not come so far yet");
  await late.evaluate(() => window.goOn());
  await late.locator(".shell[data-whole]").waitFor();
  await openTicket(late, desk.tickets[0].id);
  await late.locator(".log .item", { hasText: "Before the other listened" }).waitFor();
  assert.match(await late.locator(".pill").first().textContent(), /1 waiting/);
});
