// The main job, end to end: an agent works a real queue with no network, a colleague works the same queue with one,
// and everything arrives once. Three ways in which the network is gone.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { choose, go, openTicket, pillSays, raise, saved, ticketAt, transition } from "./support/app.mjs";
import { Colleagues, openTickets } from "./support/colleagues.mjs";
import { countOf, historyOn, positionOf, sessionOn, stored } from "./support/device.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst, wholeFile } from "./support/whole-file.mjs";

const NOTE = "Replaced the router, the tunnel is stable for half an hour.";
const WAYS_OUT = ["Do it again", "Turn into a note", "Export", "Discard"];

const file = wholeFile();
let colleagues;
before(async () => {
  colleagues = await Colleagues.prepare(file);
});

describe("a day with no network", { concurrency: false }, () => {
  test("the server is gone, and the browser believes to be online", async (t) => {
    const day = await begin(t);
    await day.a.line.cut();
    await workOffline(day, { believesOnline: true });
    await colleagueCloses(day);
    // The network comes back badly: the first answer to a push is lost on its way.
    let lost = 0;
    day.a.line.loses = ({ path }) => path.endsWith("/push") && lost++ === 0;
    await day.a.line.mend();
    await everythingArrives(day);
    assert.ok(lost > 1, "after the lost answer the device asked again");
  });

  test("the browser is offline, the service worker included", async (t) => {
    const day = await begin(t);
    await day.a.context.setOffline(true);
    await workOffline(day, { believesOnline: false });
    await colleagueCloses(day);
    await day.a.context.setOffline(false);
    await everythingArrives(day);
  });

  test("the server's process is stopped, for both", async (t) => {
    const day = await begin(t);
    // While no server is there, no line has an end either.
    await Promise.all([day.server.stop(), day.a.line.cut(), day.b.line.cut()]);
    await workOffline(day, { believesOnline: true });
    // It starts again, but only the colleague reaches it.
    const server = await Server.start(day.t, { database: day.database });
    day.api.url = `${server.url}/api/v1`;
    day.a.line.server = day.b.line.server = server;
    await day.b.line.mend();
    await colleagueCloses(day);
    await day.a.line.mend();
    await everythingArrives(day);
  });
});

/** Both at work on copies of the desk; three tickets of theirs are picked for the day, A's own first. */
async function begin(t) {
  const undo = lastFirst(t);
  const { devices, ...desk } = await colleagues.atWork(undo);
  const [a, b] = devices;
  const me = (await sessionOn(a.page)).person;
  const given = (await openTickets(desk.api, await teamOf(desk.api, me))).filter(({ agent }) => agent);
  assert.ok(given.length >= 3, `the team of ${me.name} has enough to do`);
  const own = ({ agent }) => Number(agent === me.id);
  const [resolved, passedOn, raisedUp] = given.sort((one, other) => own(other) - own(one));
  return { t: undo, a, b, ...desk, tickets: { resolved, passedOn, raisedUp } };
}

async function teamOf(api, person) {
  const tickets = await api.tickets(`agent=${person.id}&limit=200`);
  return tickets.find(({ kind, team }) => team && (kind === "open" || kind === "new")).team;
}

/** A closes its tab, opens a ticket by its link, and works: by keyboard, and with no network at all. */
async function workOffline(day, { believesOnline }) {
  const { a, tickets } = day;
  const passed = a.line.requests.length;
  const page = (day.a.page = await anotherTab(a));
  await page.goto(a.line.url + ticketAt(tickets.resolved.id));
  await page.locator(".ticket-head h1", { hasText: tickets.resolved.subject }).waitFor();
  await page.locator(".log .item").first().waitFor();
  assert.equal(await page.evaluate(() => navigator.onLine), believesOnline);
  await pillSays(page, "offline", /^Offline since \d\d:\d\d$/);

  // The ticket was opened by its link; from the verb on it is the keyboard alone.
  await page.locator(".verbs button", { hasText: "Resolve" }).focus();
  await page.keyboard.press("Enter");
  await until("the dialog to take words", () => page.evaluate(() => document.activeElement?.id === "transition-text"));
  await page.keyboard.type(NOTE);
  await saved(page, "Done", () => page.keyboard.press("Control+Enter"));
  await page.locator(".log .item[data-kind=note][data-state=waiting]", { hasText: NOTE }).waitFor();
  await pillSays(page, "offline", /, 1 waiting$/);

  await openTicket(page, tickets.passedOn.id);
  await saved(page, "Given on", () => choose(page, "a", "Give it back to the team"));
  await pillSays(page, "offline", /, 2 waiting$/);

  await openTicket(page, tickets.raisedUp.id);
  const other = tickets.raisedUp.priority === "p1" ? "P2" : "P1";
  await saved(page, "Priority changed", () => choose(page, "p", other));
  await pillSays(page, "offline", /, 3 waiting$/);

  await saved(page, "Ticket raised", () => raise(page, "The badge reader of gate 4 is dark"));
  await page.locator(".ticket-head h1", { hasText: "The badge reader of gate 4 is dark" }).waitFor();
  day.raised = await page.evaluate(() => location.hash.split("/").at(-1));
  await pillSays(page, "offline", /, 4 waiting$/);
  day.made = (await stored(page, ["outbox"])).outbox.map(({ value }) => value.proposed.event);
  assert.equal(day.made.length, 4);
  day.passed = passed;
  nothingPassed(day);
}

/**
 * Nothing of A's has reached the server since the network was cut. Looking for a newer service worker is the browser's
 * own doing, outside of the page and of the worker, and is not cut by `setOffline`.
 */
function nothingPassed({ a, passed }) {
  const paths = a.line.requests.slice(passed).map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => path !== "/sw.js"), [], "nothing of A's reaches the server");
}

/** The tab is closed; the browser lives on. */
async function anotherTab({ context, page }) {
  const other = await context.newPage();
  await page.close();
  return other;
}

/** B, with a network, closes the ticket that A has resolved without one. */
async function colleagueCloses(day) {
  const { api, b, tickets } = day;
  await pillSays(b.page, "synced", /Synced/, 90_000);
  await openTicket(b.page, tickets.resolved.id);
  await saved(b.page, "Done", () => transition(b.page, "Close", "Not needed any more."));
  await until("the close to arrive", async () => (await api.ticket(tickets.resolved.id)).kind === "closed");
  nothingPassed(day);
}

/** The network is back, and nobody presses anything. */
async function everythingArrives(day) {
  const { a, b, api, head, tickets, raised, made } = day;
  // B's close, and of A's four all but the one that was refused.
  const expected = head + 1 + 3;
  await until("the server to have everything", async () => (await api.head()) === expected, { within: 90_000 });
  await pillSays(a.page, "needs", /^1 needs you$/, 90_000);
  for (const { page } of [a, b]) {
    await until("the device to have read it", async () => (await positionOf(page)).cursor === expected);
    assert.equal(await countOf(page, "events"), expected);
    assert.deepEqual((await stored(page, ["outbox"])).outbox, [], "nothing waits any more");
  }
  assert.equal(await api.head(), expected, "nothing arrived twice");

  for (const ticket of [tickets.resolved.id, tickets.passedOn.id, tickets.raisedUp.id, raised]) {
    const said = await api.history(ticket);
    assert.deepEqual(await historyOn(a.page, ticket), said, "A has the server's history");
    assert.deepEqual(await historyOn(b.page, ticket), said, "B has the server's history");
    const ids = said.map(({ event }) => event.id);
    assert.equal(new Set(ids).size, ids.length, "no event is there twice");
  }
  assert.equal((await api.ticket(tickets.passedOn.id)).agent, undefined);
  assert.notEqual((await api.ticket(tickets.raisedUp.id)).priority, tickets.raisedUp.priority);
  assert.equal((await api.ticket(raised)).subject, "The badge reader of gate 4 is dark");

  const pushed = a.line.requests.slice(day.passed).filter(({ path }) => path.endsWith("/push"));
  const ids = new Set(pushed.flatMap(({ body }) => JSON.parse(body).events.map(({ event }) => event.id)));
  const [refused, ...rest] = made.map(({ id }) => id);
  for (const id of rest) assert.ok(ids.has(id), "what arrived is what was made offline");
  await refusedWorkIsKept(day, refused);
  assert.deepEqual(a.context.complaints.filter(isOurs), []);
}

/** A's refused transition waits for A, with its reason, its note and the ways out. */
async function refusedWorkIsKept({ a, tickets }, refused) {
  const { page } = a;
  const { parked } = await stored(page, ["parked"]);
  assert.deepEqual(parked.map(({ value }) => value.proposed.event.id), [refused]);

  await go(page, "/work");
  const job = page.locator(".job[data-state=refused]");
  await job.waitFor();
  assert.equal(await job.count(), 1);
  assert.match(await job.locator(".job-why").textContent(), /The ticket is Closed and cannot go to Resolved/);
  assert.match(await job.locator(".job-text").textContent(), new RegExp(NOTE));
  assert.deepEqual((await job.locator(".job-ways button").allTextContents()).sort(), [...WAYS_OUT].sort());

  await openTicket(page, tickets.resolved.id);
  const item = page.locator(".log .item[data-state=refused]");
  await item.waitFor();
  assert.match(await item.textContent(), new RegExp(NOTE));
  assert.match(await item.locator(".refusal p").textContent(), /cannot go to Resolved/);
  assert.equal(await item.locator(".refusal button").count(), WAYS_OUT.length);
}

// That a request has failed is the browser's to say, and is what was done to it.
const isOurs = (complaint) => !/Failed to load resource|net::ERR_/.test(complaint);
