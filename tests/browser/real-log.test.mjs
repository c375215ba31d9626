// A year of a real service desk in the app: what an agent does on 24,918 tickets, and whether the search finds what there is to
// be found. What is right is counted from the log's file and from what the server's API says, never from what the app has.

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";

import { TICKETS, everyHeader, importTheLog } from "./bench/desk.mjs";
import { go, handsOff, pillSays, saved, signIn, transition } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { copyDatabase } from "./support/desk.mjs";
import { countOf } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { asks, inLines, readLog } from "./support/plain-search.mjs";
import { Server, holdfast } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst, wholeFile } from "./support/whole-file.mjs";

const A_DAY_MS = 24 * 60 * 60 * 1000;
/** Loading everything takes a while on two processors, and so does sending some hundred changes. */
const LONG = { within: 180_000 };
/** High enough that many of what was found are in sight. */
const TALL = { viewport: { width: 1440, height: 2400 } };

const file = wholeFile();
let database, isReal, me, login, headers, reference, tickets;
before(async () => {
  const place = folder(file);
  database = join(place, "desk.sqlite");
  const { log, last } = importTheLog(place, database);
  isReal = last !== undefined;
  tickets = await readLog(log, last);
  // Nobody has as much to do.
  const [name] = mostOften([...tickets.values()].map(({ last }) => last.assigned_to).filter(Boolean));
  login = name.toLowerCase().replaceAll(" ", ".");
  holdfast(["password", "--database", database, login], "holdfast\n");
  const server = await Server.start(file, { database, args: ["--log", "warn"] });
  headers = await everyHeader(server.url, login);
  reference = await (await Api.signIn(server.url, login)).reference();
  await server.stop();
  me = reference.directory.people.find((person) => person.name === name);
  for (const header of headers) tickets.get(header.tags[0]).header = header;
  for (const ticket of tickets.values()) ticket.lines = inLines([`HF-${ticket.header.number}`, ...ticket.texts]);
});

function mostOften(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
}

/** A copy of the desk with a server, and a browser that has read all of it. */
async function aDesk(test, options) {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: copyDatabase(database, join(place, "desk.sqlite")), args: ["--log", "warn"] });
  const context = await browse(t, join(place, "profile"), options);
  const page = await firstTab(context);
  await signIn(page, server.url, login);
  await pillSays(page, "synced", /Synced/, LONG.within);
  return { server, context, page };
}

const foot = (page) => page.locator(".list-foot").textContent();
const rows = (page) => page.locator(".row").evaluateAll((rows) => rows.map(({ id }) => id.slice(2)));
const shows = (page, expected, what) => {
  const says = new RegExp(`^${expected} tickets?,`);
  return until(`${expected} tickets: ${what}`, async () => says.test(await foot(page)), { told: () => foot(page) });
};

/** Waits until all texts are in the index. */
async function searchesAll(page) {
  await page.locator("#find").fill("incident");
  await until("all texts to be searched", async () => /tickets found$/.test(await foot(page)), LONG);
}

const isOpen = ({ kind }) => !["resolved", "closed"].includes(kind);
const nameOf = (rows, id) => rows.find((row) => row.id === id)?.name;

test("searching finds what the log says, and what is meant comes first", async (t) => {
  const { page } = await aDesk(t, TALL);
  await go(page, "/queue/all");
  await searchesAll(page);

  const ranks = [];
  const shares = [];
  const asked = queries();
  for (const query of asked) {
    const found = await finds(page, query);
    if (query.one) ranks.push(1 / (found.indexOf(query.one.header.id) + 1 || Infinity));
    if (query.best) {
      const ten = found.slice(0, 10);
      const good = new Set(having(query.best).map(({ header }) => header.id));
      shares.push(ten.filter((id) => good.has(id)).length / Math.min(10, good.size));
    }
  }
  const mean = (figures) => figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  t.diagnostic(`${asked.length} searches in ${TICKETS} tickets found what the log has`);
  t.diagnostic(`mean reciprocal rank of the one that is meant ${mean(ranks).toFixed(3)} (${ranks.length} searches)`);
  t.diagnostic(`of the first ten so many are of what is meant ${mean(shares).toFixed(3)} (${shares.length} searches)`);
  assert.ok(mean(ranks) >= 0.99);
  // Every name is a word with a number, and the numbers of sites are those of categories as well: in the made-up log nearly all.
  assert.ok(mean(shares) >= (isReal ? 0.8 : 0.4));
});

const having = (has) => [...tickets.values()].filter(has);
const hasText = (text) => ({ lines }) => lines.includes(inLines([text]));

/**
 * What is typed, what is meant where that has a typo, which tickets a filter leaves; the one ticket that should come first, or
 * those of which the first ten should be.
 */
function queries() {
  const all = [...tickets.values()];
  const some = all.filter((_, at) => at % Math.floor(all.length / 12) === 7);
  const names = ["caller_id", "category", "subcategory", "location", "u_symptom", "assignment_group"];
  const whole = some.filter(({ first, last }) => names.every((name) => first[name] && last[name]));
  const one = some.flatMap((one) => [
    { typed: `HF-${one.header.number}`, one },
    { typed: `${one.header.number}`, one },
    { typed: one.first.number, one },
    { typed: one.first.number.toLowerCase().slice(0, -2) },
    { typed: `${one.first.caller_id} ${one.first.number}`, one },
  ]);
  const many = whole.flatMap(({ header, first: { caller_id, opened_at, location, u_symptom, category, subcategory }, last }) => [
    ...[caller_id, location, last.assigned_to].filter(Boolean).map((name) => ({ typed: name, best: hasText(name) })),
    { typed: `"${location}"` },
    { typed: `"opened by ${caller_id} at ${opened_at}"` },
    { typed: `"${u_symptom}: ${category}, ${subcategory}" ${location}` },
    { typed: `${u_symptom} ${category.replace("Category", "categ")}` },
    { typed: caller_id.replace("Caller", "calelr"), meant: caller_id },
    { typed: subcategory.replace("Subcategory", "subcategroy"), meant: subcategory },
    { typed: location.replace("Location", "loction"), meant: location },
    filtered({ priority: "P2 High" }, ({ priority }) => priority === "p2", u_symptom),
    filtered({ site: location }, ({ site }) => site === location, category),
    filtered({ team: nameOf(reference.directory.teams, header.team) }, ({ team }) => team === header.team, caller_id),
  ]);
  const nothing = ["zeppelin", "INC9999999", "HF-99999", '"incident opened"'].map((typed) => ({ typed }));
  return [...one, ...many, ...nothing];
}

function filtered(terms, keeps, typed) {
  const asked = Object.entries(terms).map(([field, value]) => `${field}:"${value}"`);
  return { typed, keeps, at: `/queue/all?q=${encodeURIComponent(`${asked.join(" ")} ${typed}`)}` };
}

/** Searches, waits for the right number, and looks at what is in sight; the ids of that, the best first. */
async function finds(page, { typed, meant = typed, keeps = () => true, at }) {
  const has = asks(meant);
  const right = new Set(having((ticket) => has(ticket) && keeps(ticket.header)).map(({ header }) => header.id));
  // What was found before says nothing of this. Whoever goes elsewhere leaves the search.
  await handsOff(page);
  await go(page, "/queue/all");
  await shows(page, TICKETS, "nothing is searched for");
  await (at ? go(page, at) : page.locator("#find").fill(typed));
  const says = new RegExp(`^(The best \\d+ of )?${right.size} tickets? found$`);
  let found;
  await until(
    `${at ?? typed} to find ${right.size}`,
    async () => {
      found = await rows(page);
      return says.test(await foot(page)) && found.length >= Math.min(right.size, 20) && found.every((id) => right.has(id));
    },
    { told: async () => `${await foot(page)}; wrong in sight: ${found.filter((id) => !right.has(id)).length}` },
  );
  return found;
}

test("an agent's day: views, filters, orders, many at once, and work with no network", async (t) => {
  const { server, context, page } = await aDesk(t);
  const api = await Api.signIn(server.url, login);
  assert.equal(headers.length, TICKETS);
  await go(page, "/queue/all");
  await shows(page, TICKETS, "everything");
  await viewsCount(page, api, headers);

  // A filter of some hundred: what the agent's team did for one site, or for several.
  const mine = headers.filter(({ agent, team }) => agent === me.id && team);
  const [team] = mostOften(mine.map(({ team }) => team));
  const ofTeam = headers.filter((header) => header.team === team);
  const bySite = (site) => ofTeam.filter((header) => header.site === site);
  const site = mostOften(ofTeam.map(({ site }) => site)).find((site) => site && bySite(site).length <= 600);
  const chosen = bySite(site).filter(({ kind }) => kind === "closed");
  assert.ok(chosen.length >= (isReal ? 300 : 40), `${chosen.length} tickets are many`);
  const filter = `team:"${nameOf(reference.directory.teams, team)}" site:"${site}"`;
  const show = (more, rest = "") => go(page, `/queue/all?q=${encodeURIComponent(`${filter} ${more}`)}${rest}`);
  await show("is:closed", "&sort=created");
  await shows(page, chosen.length, `closed ones of ${filter}`);
  const raised = new Map(headers.map(({ id, created_at }) => [id, Date.parse(created_at)]));
  const inOrder = chosen.map(({ id }) => raised.get(id)).sort((one, other) => one - other);
  await until("the oldest first", async () => {
    const shown = (await rows(page)).map((id) => raised.get(id));
    return shown.length > 15 && `${shown}` === `${inOrder.slice(0, shown.length)}`;
  });

  // All of them are to be done again.
  await allOf(page, chosen.length);
  await doTo(page, "Status", "Open");
  await page.locator("#many-text").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator(".many-said", { hasText: `${chosen.length} tickets: moved to Open` }).waitFor({ timeout: 60_000 });
  const ids = new Set(chosen.map(({ id }) => id));
  const reopened = await settled(page, server);
  for (const { id, status } of headers) assert.equal(reopened.get(id).status, ids.has(id) ? "open" : status);
  await viewsCount(page, api, [...reopened.values()]);

  // The board has them in its columns.
  await show("");
  await page.keyboard.press("v");
  await page.locator(".board").waitFor();
  const columns = await page.locator(".column-head > :last-child").allTextContents();
  const now = [...reopened.values()].filter((header) => header.team === team && header.site === site);
  const counts = reference.rules.workflow.statuses.map(({ id }) => `${now.filter(({ status }) => status === id).length}`);
  assert.deepEqual(columns, counts);
  await page.keyboard.press("v");
  await page.locator(".board").waitFor({ state: "detached" });

  // Another priority, and back.
  await show("is:open");
  await shows(page, now.filter(isOpen).length, "open ones");
  const before = now.filter(isOpen);
  const changed = before.filter(({ priority }) => priority !== "p1");
  await allOf(page, before.length);
  await doTo(page, "Priority", "P1 Critical");
  await page.locator(".many-said", { hasText: `${changed.length} tickets: priority P1 Critical` }).waitFor({ timeout: 60_000 });
  const urgent = await settled(page, server);
  for (const { id } of before) assert.equal(urgent.get(id).priority, "p1");
  await page.locator(".many .btn", { hasText: "Undo" }).click();
  await page.locator(".many-said", { hasText: "taken back" }).waitFor({ timeout: 60_000 });
  const back = await settled(page, server);
  for (const { id, priority } of before) assert.equal(back.get(id).priority, priority);

  // With no network, after a reload: a ticket is searched for, read and resolved.
  await go(page, "/queue/all");
  await searchesAll(page);
  await context.setOffline(true);
  await page.reload();
  await page.locator(".shell[data-whole]").waitFor();
  await pillSays(page, "offline");
  const one = before.find(({ tags }) => tickets.get(tags[0]).first.caller_id);
  const { first } = tickets.get(one.tags[0]);
  await go(page, "/queue/all");
  await page.locator("#find").fill(first.number);
  await until("the ticket to be found", async () => (await foot(page)) === "1 ticket found", { ...LONG, told: () => foot(page) });
  await page.locator(`#t-${one.id}`).click();
  await page.locator(".ticket-head h1", { hasText: one.subject }).waitFor();
  const description = `Incident ${first.number}, opened by ${first.caller_id} at ${first.opened_at}.`;
  await page.locator(".log .item", { hasText: description }).waitFor();
  const words = "Done on the way, with no network.";
  await saved(page, "Done", () => transition(page, "Resolve", words));
  await pillSays(page, "offline", /, 1 waiting$/);
  const head = await api.head();
  await context.setOffline(false);
  await pillSays(page, "synced", /Synced/);
  await settled(page, server);
  assert.equal(await api.head(), head + 1);
  const { event } = (await api.history(one.id)).at(-1);
  assert.equal((await api.ticket(one.id)).kind, "resolved");
  assert.ok(event.changes.some(({ text }) => text === words), "with its words");
});

/** Waits until everything has arrived; the headers by their ids, as the server has them then. */
async function settled(page, server) {
  await until("everything to arrive", async () => (await countOf(page, "outbox")) === 0, LONG);
  return new Map((await everyHeader(server.url, login)).map((header) => [header.id, header]));
}

/** Selects everything that the list has. */
async function allOf(page, count) {
  await page.locator(".row").first().focus();
  await page.keyboard.press("Control+a");
  await page.locator(".many", { hasText: `${count.toLocaleString("en")} selected` }).waitFor();
}

/** Chooses in the dialog that a button of the bar opens. */
async function doTo(page, button, words) {
  await page.locator(".many-do", { hasText: button }).click();
  await page.locator("dialog[open] .palette-input").waitFor();
  await page.keyboard.type(words);
  const first = page.locator("dialog[open] .choice").first();
  await until(`a choice for ${words}`, async () => (await first.textContent()).includes(words));
  await page.keyboard.press("Enter");
}

/** Every view of the rail has as many tickets as these headers and the server's clocks say. */
async function viewsCount(page, api, headers) {
  const open = headers.filter(isOpen);
  const clock = new Map();
  for (const { id } of open) clock.set(id, next(await api.clocks(id)));
  const isMine = ({ agent, team }) => agent === me.id || (!agent && me.teams.includes(team));
  const expected = {
    mine: open.filter(isMine),
    teams: open.filter(({ team }) => me.teams.includes(team)),
    unassigned: open.filter(({ agent }) => !agent),
    "due-soon": open.filter(({ id }) => ["at_risk", "breached"].includes(clock.get(id))),
    breached: open.filter(({ id }) => clock.get(id) === "breached"),
    waiting: headers.filter(({ kind }) => ["pending", "on_hold"].includes(kind)),
    recent: headers.filter(({ updated_at }) => Date.parse(updated_at) > Date.now() - A_DAY_MS),
    sites: open.filter(({ site }) => site),
    all: headers,
  };
  const right = JSON.stringify(Object.entries(expected).map(([view, { length }]) => [view, `${length}`]));
  const said = (links) => links.map((link) => [link.hash.split("/").at(-1), link.querySelector(".num").textContent]);
  const rail = async () => JSON.stringify(await page.locator(".rail-link:has(.num)").evaluateAll(said));
  await until(`the counts of the views to be ${right}`, async () => (await rail()) === right, { told: rail });
}

/** How the clock stands that an agent has to look at next: of those that are not over, the one that is due first. */
function next(clocks) {
  const left = clocks.filter(({ state, stopped_at }) => state !== "none" && !stopped_at);
  const due = ({ due }) => (due ? Date.parse(due) : Infinity);
  return left.sort((one, other) => due(one) - due(other))[0]?.state;
}
