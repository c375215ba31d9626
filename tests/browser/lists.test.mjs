// Lists as people use them: filters, orders, columns, the board, and what is done to many tickets at once; counted against
// what the server's API says.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { createGunzip } from "node:zlib";

import { everyHeader } from "./bench/desk.mjs";
import { go, pillSays, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { copyDatabase } from "./support/desk.mjs";
import { countOf, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { picture, violations } from "./support/looks.mjs";
import { MortalBrowser } from "./support/mortal.mjs";
import { Server, holdfast } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst, wholeFile } from "./support/whole-file.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TICKETS = 1500;

const file = wholeFile();
let database, login, headers, reference;
before(async () => {
  const place = folder(file);
  database = join(place, "desk.sqlite");
  const log = join(place, "desk.jsonl.gz");
  const until = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000", "");
  holdfast(["generate", "--form", "holdfast", "--tickets", `${TICKETS}`, "--seed", "7", "--until", until, "--out", log]);
  holdfast(["import", "--database", database, log]);
  const lines = createInterface(createReadStream(log).pipe(createGunzip()));
  const [first] = await once(lines, "line");
  lines.close();
  login = JSON.parse(first).people.find(({ role }) => role === "lead").login;
  holdfast(["password", "--database", database, login], "holdfast\n");
  const server = await Server.start(file, { database, args: ["--log", "warn"] });
  headers = (await everyHeader(server.url, login)).filter(({ deleted }) => !deleted);
  reference = await (await Api.signIn(server.url, login)).reference();
  await server.stop();
});

/** A copy of the desk with a server, a line to it, and a browser that has read it. */
async function aDesk(test, options = {}) {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: copyDatabase(database, join(place, "desk.sqlite")), args: ["--log", "warn"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"), options);
  const page = await firstTab(context);
  await signIn(page, line.url, login);
  await pillSays(page, "synced", /Synced/);
  return { t, server, line, context, page };
}

const count = async (page) => Number(/^(\d+) tickets?,/.exec(await page.locator(".list-foot").textContent())?.[1]);
const shows = (page, expected, what) => until(`${expected} tickets: ${what}`, async () => (await count(page)) === expected, { told: async () => `there are ${await count(page)}` });
const chips = (page) => page.locator(".filter > .chip:first-child .cut").allTextContents();
const isOpen = ({ kind }) => !["resolved", "closed"].includes(kind);
const focused = (page) => page.evaluate(() => document.activeElement?.id);
const rowsShown = (page) => page.locator(".row").evaluateAll((rows) => rows.map(({ id }) => id.slice(2)));

describe("filters", () => {
  test("are chosen by keyboard, stand as chips and in the address, and come back after a reload", async (t) => {
    const { page } = await aDesk(t);
    await go(page, "/queue/all");
    await shows(page, headers.length, "everything");
    await page.keyboard.press("f");
    await page.locator("dialog[open] .palette-input").waitFor();
    await page.keyboard.type("prio");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open][aria-label=Priority]").waitFor();
    const [first, second] = reference.rules.priorities;
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const either = headers.filter(({ priority }) => [first.id, second.id].includes(priority));
    await shows(page, either.length, "of two priorities, while the list of choices is still open");
    assert.deepEqual(await page.locator("dialog[open] .choice[aria-checked=true]").count(), 2);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    assert.deepEqual(await chips(page), [`Priority: ${first.name} or ${second.name}`]);
    assert.match(await page.evaluate(() => location.hash), /q=priority/);
    await page.reload();
    await page.locator(".filter").waitFor();
    await shows(page, either.length, "after a reload");
    // Backspace in the empty search takes the last filter away.
    await page.keyboard.press("/");
    await until("the search", async () => (await focused(page)) === "find");
    await page.keyboard.press("Backspace");
    await shows(page, headers.length, "everything again");
    assert.deepEqual(await chips(page), []);
  });

  test("can be linked to, turned round, changed and cleared", async (t) => {
    const { page } = await aDesk(t);
    const status = reference.rules.workflow.statuses[1];
    await go(page, `/queue/all?q=${encodeURIComponent(`is:open -status:${status.id} site:nowhere`)}`);
    await shows(page, 0, "at no such site");
    assert.deepEqual(await chips(page), ["Still to be done", `Not status: ${status.name}`, "Site: nowhere"]);
    assert.equal(await page.locator(".filter[data-unknown]").count(), 1);
    assert.match(await page.locator(".filter[data-unknown]").textContent(), /nothing here is called so/);
    await page.getByRole("button", { name: "Remove the filter Site: nowhere" }).click();
    const rest = headers.filter((header) => isOpen(header) && header.status !== status.id);
    await shows(page, rest.length, "open, in another status");
    // From "not" to "only".
    await page.locator(".filter .chip", { hasText: "Not status" }).click();
    await page.locator("dialog[open] .choice", { hasText: "Everything but these" }).click();
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await shows(page, headers.filter((header) => header.status === status.id).length, "in this status");
    await page.locator(".chips > .btn", { hasText: "Clear" }).click();
    await shows(page, headers.length, "everything");
  });

  test("count what the headers say", async (t) => {
    const { page } = await aDesk(t);
    const person = (id) => reference.directory.people.find((person) => person.id === id)?.name;
    const team = (id) => reference.directory.teams.find((team) => team.id === id)?.name;
    const some = headers.filter(({ agent, team, site, category }) => agent && team && site && category)[3];
    const by = {
      assignee: [person(some.agent), ({ agent }) => agent === some.agent],
      team: [team(some.team), (header) => header.team === some.team],
      site: [some.site, ({ site }) => site === some.site],
      category: [some.category, ({ category }) => category === some.category],
      channel: [some.channel, ({ channel }) => channel === some.channel],
      requester: [person(some.requester), ({ requester }) => person(requester) === person(some.requester)],
      is: ["done", (header) => !isOpen(header)],
    };
    for (const [field, [value, keeps]] of Object.entries(by)) {
      await go(page, `/queue/all?q=${encodeURIComponent(`${field}:"${value}"`)}`);
      await shows(page, headers.filter(keeps).length, `${field}: ${value}`);
    }
    await go(page, "/queue/all?q=replies%3E2");
    await shows(page, headers.filter(({ replies }) => replies > 2).length, "more than two replies");
  });
});

test("a queue is sorted by whatever is chosen, in both directions, as the headers say", async (t) => {
  const { page } = await aDesk(t, { viewport: { width: 1440, height: 900 } });
  await go(page, "/queue/all");
  await shows(page, headers.length, "everything");
  await page.getByRole("button", { name: "Columns" }).click();
  for (const name of ["Number", "Status", "Priority", "Assignee", "Raised", "Changed"]) {
    await page.locator("dialog[open] .choice", { hasText: new RegExp(`^${name}$`) }).click();
  }
  await page.keyboard.press("Escape");
  await page.locator(".heads").waitFor();
  await picture(page, "columns-light");
  const of = new Map(headers.map((header) => [header.id, header]));
  const place = (rows, id) => rows.findIndex((row) => row.id === id);
  const person = (id) => reference.directory.people.find((person) => person.id === id)?.name.toLowerCase();
  const keys = {
    number: (header) => header.number,
    status: ({ status }) => place(reference.rules.workflow.statuses, status),
    priority: ({ priority }) => place(reference.rules.priorities, priority),
    assignee: ({ agent }) => person(agent) ?? "\uffff",
    created: ({ created_at }) => Date.parse(created_at),
    updated: ({ updated_at }) => Date.parse(updated_at),
  };
  for (const [column, key] of Object.entries(keys)) {
    const head = page.locator(`.heads [data-column=${column}]`);
    for (const direction of ["ascending", "descending"]) {
      await head.locator("button").click();
      await until(`${column} ${direction}`, async () => (await head.getAttribute("aria-sort")) === direction);
      assert.match(await page.evaluate(() => location.hash), new RegExp(`sort=${direction === "ascending" ? "" : "-"}${column}`));
      const shown = (await rowsShown(page)).map((id) => key(of.get(id)));
      assert.ok(shown.length > 20);
      const sorted = [...shown].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0) * (direction === "ascending" ? 1 : -1));
      assert.deepEqual(shown, sorted, `${column} ${direction}`);
      const extreme = headers.map(key).filter((value) => value !== "\uffff").reduce((one, other) => ((direction === "ascending" ? other < one : other > one) ? other : one));
      assert.equal(shown[0], extreme, `${column} ${direction}: the first of all comes first`);
    }
  }
  // By keyboard, from the list of orders.
  await page.keyboard.press("o");
  await page.locator("dialog[open] .palette-input").waitFor();
  await page.keyboard.type("replies");
  await page.keyboard.press("Enter");
  await until("by replies", async () => /by replies/.test(await page.locator(".list-foot").textContent()));
  assert.deepEqual(await violations(page), []);
  await page.reload();
  await page.locator(".heads").waitFor();
  assert.equal(await page.locator(".heads [data-column]").count(), 7, "the columns are remembered");
});

test("the board has a column for each status, with what the list has of it, and arrows lead through it", async (t) => {
  const { page } = await aDesk(t);
  await go(page, "/queue/all?q=is%3Aopen");
  await page.keyboard.press("v");
  await page.locator(".board").waitFor();
  assert.match(await page.evaluate(() => location.hash), /as=board/);
  const { statuses } = reference.rules.workflow;
  const found = await page.locator(".column-head").evaluateAll((heads) => heads.map((head) => [...head.children].map(({ textContent }) => textContent)));
  const expected = statuses.map(({ id, name }) => [name, `${headers.filter((header) => isOpen(header) && header.status === id).length}`]);
  assert.deepEqual(found, expected);
  await picture(page, "board-light");
  const filled = statuses.filter((_, place) => Number(expected[place][1]) > 1);
  const inColumn = () => page.evaluate(() => [...document.querySelectorAll(".column")].findIndex((column) => column.contains(document.activeElement)));
  await page.locator(".column .row").first().focus();
  await page.keyboard.press("ArrowDown");
  const at = await inColumn();
  assert.equal(statuses[at].id, filled[0].id);
  await page.keyboard.press("ArrowRight");
  await until("the next column", async () => statuses[await inColumn()]?.id === filled[1].id);
  await page.keyboard.press("ArrowLeft");
  await until("the column before", async () => (await inColumn()) === at);
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.keyboard.press("v");
  await page.locator(".board").waitFor({ state: "detached" });
});

/** Chooses in the dialog that a button of the bar opens. */
async function doTo(page, button, words) {
  await page.locator(".many-do", { hasText: button }).click();
  await page.locator("dialog[open] .palette-input").waitFor();
  await page.keyboard.type(words);
  await until(`a choice for ${words}`, async () => (await page.locator("dialog[open] .choice").first().textContent()).includes(words));
  await page.keyboard.press("Enter");
}

const result = (page) => page.locator(".many-said").textContent({ timeout: 60_000 });

describe("many tickets at once", () => {
  test("all are selected at once, given to somebody, refused where they cannot be, and taken back", async (t) => {
    const { page, server } = await aDesk(t);
    const api = await Api.signIn(server.url, login);
    await go(page, "/queue/all");
    const words = headers.length.toLocaleString("en");
    await shows(page, headers.length, "everything");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.locator(".many", { hasText: "1 selected" }).waitFor();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await page.locator(".many", { hasText: "3 selected" }).waitFor();
    assert.equal(await page.locator(".row[aria-selected=true]").count(), 3);
    await page.locator(".row").nth(6).click({ modifiers: ["Shift"] });
    await page.locator(".many", { hasText: "7 selected" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".many").waitFor({ state: "detached" });
    await page.locator(".row").first().focus();
    await page.keyboard.press("Control+a");
    await page.locator(".many", { hasText: `${words} selected` }).waitFor();
    await picture(page, "selected-light");
    assert.deepEqual(await violations(page), []);

    // The person has some of them already.
    const own = (agent, { team }) => (agent.teams.includes(team) ? team : (agent.teams[0] ?? team));
    const theirs = (agent) => headers.filter((header) => header.agent === agent.id && own(agent, header) === header.team);
    const agent = reference.directory.people.find((person) => person.role === "agent" && theirs(person).length > 5);
    const already = theirs(agent);
    await doTo(page, "Assign", agent.name);
    const said = await result(page);
    assert.match(said, new RegExp(`^${(headers.length - already.length).toLocaleString("en")} tickets: given to ${agent.name}. Saved on this device.`));
    assert.equal(await page.locator(".many-why").count(), 1);
    await page.locator(".many-refused").evaluate((details) => (details.open = true));
    assert.match(await page.locator(".many-why").textContent(), /It is so already/);
    assert.equal(await page.locator(".many-links a").count(), Math.min(100, already.length));
    await picture(page, "result-light");
    assert.deepEqual(await violations(page), []);
    const given = await until("the server to have them", async () => {
      const now = await everyHeader(server.url, login);
      return now.every((header) => header.deleted || header.agent === agent.id) && now;
    }, { within: 120_000 });
    const head = await api.head();

    await page.locator(".many .btn", { hasText: "Undo" }).click();
    await until("what is said of the undo", async () => /taken back/.test(await result(page)));
    const back = await until("the server to have them back", async () => {
      const now = new Map((await everyHeader(server.url, login)).map((header) => [header.id, header]));
      return headers.every(({ id, agent, team }) => now.get(id).agent === agent && now.get(id).team === team) && now;
    }, { within: 120_000 });
    for (const { id, status } of headers) {
      const now = back.get(id).status;
      assert.ok(now === status || given.find((header) => header.id === id).status === now, "the status where the workflow has a way back");
    }
    assert.ok((await api.head()) > head);
    await until("everything to be settled", async () => (await countOf(page, "outbox")) === 0);
  });

  test("a status is offered where it is allowed, words are asked for once, and said that they stay", async (t) => {
    const { page, server } = await aDesk(t);
    const { statuses, transitions } = reference.rules.workflow;
    const resolved = statuses.find(({ kind }) => kind === "resolved");
    await go(page, "/queue/all");
    await shows(page, headers.length, "everything");
    await page.locator(".row").first().focus();
    await page.keyboard.press("Control+a");
    const can = headers.filter(({ status }) => transitions.some(({ from, to }) => from === status && to === resolved.id));
    await doTo(page, "Status", resolved.name);
    await page.locator("#many-text").waitFor();
    assert.match(await page.locator("#many-warns").textContent(), /can be taken back/);
    await page.locator("#many-text").fill("All done with the summer cleaning.");
    assert.match(await page.locator("#many-warns").textContent(), /cannot be taken back/);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Control+Enter");
    assert.match(await result(page), new RegExp(`^${can.length > 999 ? can.length.toLocaleString("en") : can.length} tickets: moved to ${resolved.name}`));
    await until("everything to arrive", async () => (await countOf(page, "outbox")) === 0, { within: 120_000 });
    const now = new Map((await everyHeader(server.url, login)).map((header) => [header.id, header]));
    assert.ok(can.every(({ id }) => now.get(id).status === resolved.id));
    const { drafts } = await stored(page, ["drafts"]);
    assert.deepEqual(drafts, [], "what was said is no draft any more");
  });

  test("killed in the middle, what was saved is saved once, and the rest is as it was", async (test) => {
    const t = lastFirst(test);
    const place = folder(t);
    const server = await Server.start(t, { database: copyDatabase(database, join(place, "desk.sqlite")), args: ["--log", "warn"] });
    const line = await Line.lay(t, server);
    const browser = new MortalBrowser(t, join(place, "profile"));
    let page = await browser.start();
    await signIn(page, line.url, login);
    await pillSays(page, "synced", /Synced/);
    await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
    const api = await Api.signIn(server.url, login);
    const head = await api.head();
    await line.cut();
    await go(page, "/queue/all");
    await shows(page, headers.length, "everything");
    await page.locator(".row").first().focus();
    await page.keyboard.press("Control+a");
    await page.locator(".many-do", { hasText: "Tag" }).click();
    await page.locator("dialog[open] .palette-input").waitFor();
    await page.keyboard.type("swept");
    await page.keyboard.press("Enter");
    await until("some to be done, and not all", async () => {
      const waiting = await countOf(page, "outbox");
      return waiting >= 250;
    });
    await browser.kill();
    page = await browser.start();
    await page.goto(`${line.url}/#/queue/all`);
    await page.locator(".row").first().waitFor();
    const { outbox } = await stored(page, ["outbox"]);
    const tickets = outbox.map(({ value }) => value.proposed.event.ticket);
    test.diagnostic(`${tickets.length} of ${headers.length} were saved before the end`);
    assert.ok(tickets.length === headers.length || tickets.length % 250 === 0, `${tickets.length}: whole steps`);
    assert.equal(new Set(tickets).size, tickets.length, "none is there twice");
    await pillSays(page, "offline", new RegExp(`${tickets.length} waiting`));
    await line.mend();
    await until("everything to arrive", async () => (await countOf(page, "outbox")) === 0, { within: 120_000 });
    assert.equal(await api.head(), head + tickets.length, "each arrived once");
    const tagged = (await everyHeader(server.url, login)).filter(({ tags }) => tags?.includes("swept")).map(({ id }) => id);
    assert.deepEqual(tagged.sort(), tickets.sort());
  });
});

test("a queue is found as it was left, and a ticket knows its place in it", async (t) => {
  const { page } = await aDesk(t);
  await go(page, "/queue/all");
  await shows(page, headers.length, "everything");
  const top = () => page.evaluate(() => document.querySelector(".rows")?.scrollTop);
  await page.locator(".rows").evaluate((rows) => (rows.scrollTop = 9000));
  await until("the list to be scrolled", async () => (await page.locator(".row").first().getAttribute("aria-posinset")) > 100);
  const place = 256;
  const row = page.locator(`.row[aria-posinset="${place}"]`);
  const id = await row.getAttribute("id");
  await row.click();
  await page.locator(".steps", { hasText: `${place} of ${headers.length}` }).waitFor();
  await page.getByRole("button", { name: "Next ticket" }).click();
  await page.locator(".steps", { hasText: `${Number(place) + 1} of` }).waitFor();
  await page.getByRole("button", { name: "Ticket before" }).click();
  await page.locator(".steps", { hasText: `${place} of` }).waitFor();
  await page.evaluate(() => document.querySelector("#main").focus());
  await page.keyboard.press("Escape");
  await until("the focus on the row", async () => (await focused(page)) === id, { told: () => focused(page) });
  assert.equal(await top(), 9000);
  await go(page, "/queue/recent");
  await until("another queue", async () => (await count(page)) < headers.length && (await top()) === 0);
  await go(page, "/queue/all");
  await until("where it was left", async () => (await top()) === 9000, { told: top });
});

test("a list that was empty is drawn to its end when it has something again", async (t) => {
  const { page } = await aDesk(t, { viewport: { width: 1440, height: 1400 } });
  const isFull = (what) =>
    until(`rows down to the end: ${what}`, () =>
      page.evaluate(() => {
        const { left, bottom, width } = document.querySelector(".rows").getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, bottom - 2)?.closest(".row") !== null;
      }),
    );
  await go(page, "/queue/all");
  await shows(page, headers.length, "everything");
  await isFull("at first");
  // What is found has taller rows, of which fewer fit.
  await page.locator("#find").fill("printer");
  await page.locator(".rows[data-found]").waitFor();
  await page.locator(".list-foot", { hasText: "tickets found" }).waitFor();
  await go(page, `/queue/all?q=${encodeURIComponent("is:unsent")}`);
  await page.locator('[data-pane=list] .blank').waitFor();
  await go(page, "/queue/all");
  await shows(page, headers.length, "everything again");
  await isFull("after there was nothing");
});

test("on a phone a ticket leads back to where it was opened, and the board has one column at a time", async (t) => {
  const { page } = await aDesk(t, PHONE);
  await go(page, "/queue/all");
  await shows(page, headers.length, "everything");
  await page.locator(".rows").evaluate((rows) => (rows.scrollTop = 9600));
  await until("the list to be scrolled", async () => (await page.locator(".row").first().getAttribute("aria-posinset")) > 100);
  await page.locator('.row[aria-posinset="206"]').tap();
  await page.locator(".ticket-head h1").waitFor();
  await picture(page, "phone-steps");
  await page.locator(".bar .back").tap();
  await until("where it was left", async () => (await page.evaluate(() => document.querySelector(".rows").scrollTop)) === 9600);
  const isNoWider = async (name) => {
    await picture(page, `phone-${name}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is no wider than the phone`);
    assert.deepEqual(await violations(page), [], name);
  };
  await page.getByRole("button", { name: "Select tickets" }).tap();
  await page.locator(".row").nth(10).tap();
  await page.locator(".row").nth(11).tap();
  await page.locator(".many", { hasText: "2 selected" }).waitFor();
  await isNoWider("selected");
  await page.getByRole("button", { name: "Select nothing" }).tap();
  await page.getByRole("button", { name: "Board" }).tap();
  await page.locator(".board").waitFor();
  assert.equal(await page.locator(".column:visible").count(), 1);
  await isNoWider("board");
  await page.locator(".board-tabs .chip").nth(2).tap();
  await until("another column", async () => page.locator(".column").nth(2).isVisible());
});

for (const colorScheme of ["light", "dark"]) {
  test(`nothing of it has a serious hindrance, ${colorScheme}`, async (t) => {
    const { page } = await aDesk(t, { colorScheme });
    const found = [];
    const judge = async (name) => {
      await picture(page, `lists-${colorScheme}-${name}`);
      found.push(...(await violations(page)).map((words) => `${name}: ${words}`));
    };
    await go(page, `/queue/all?q=${encodeURIComponent("is:open -tag:vip due<2h site:nowhere")}`);
    await page.locator(".filter").first().waitFor();
    await judge("unknown");
    await go(page, `/queue/all?q=${encodeURIComponent("is:open priority:p1,p2")}`);
    await until("the chips", async () => (await chips(page)).length === 2);
    await judge("chips");
    await page.locator(".row").nth(2).focus();
    for (const key of ["x", "ArrowDown", "x", "ArrowDown", "x"]) await page.keyboard.press(key);
    await judge("selected");
    await doTo(page, "Priority", reference.rules.priorities[0].name);
    await page.locator(".many-said").waitFor();
    await judge("result");
    await page.keyboard.press("f");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.type("status");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open][aria-label=Status]").waitFor();
    await page.keyboard.press("Enter");
    await judge("choosing");
    await page.keyboard.press("Escape");
    await go(page, "/queue/all?q=is%3Aopen&as=board");
    await page.locator(".column .row").first().waitFor();
    await judge("board");
    await page.locator(".column .row").nth(1).click();
    await page.locator(".ticket-head h1").waitFor();
    await judge("board-and-ticket");
    assert.deepEqual(found, []);
  });
}
