// Work that was refused waits for its person, and each of the four ways out of that works.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, saved, signIn, transition } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { positionOf, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const NOTE = "Swapped the cable.";

/** Ana resolves a ticket with no network, and Ben closes it: hers is refused. */
async function refused(test) {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo"] });
  const [line, bensLine] = [await Line.lay(t, server), await Line.lay(t, server)];
  const page = await firstTab(await browse(t, join(place, "ana")));
  const ben = await firstTab(await browse(t, join(place, "ben")));
  const api = await Api.signIn(server.url, "ines");
  const [ticket] = await api.tickets("status=open&limit=1");
  await signIn(page, line.url, "ana");
  await signIn(ben, bensLine.url, "ben");
  await Promise.all([page, ben].map((page) => pillSays(page, "synced", /Synced/)));

  await line.cut();
  await openTicket(page, ticket.id);
  await saved(page, "Done", () => transition(page, "Resolve", NOTE));
  await openTicket(ben, ticket.id);
  await saved(ben, "Done", () => transition(ben, "Close", "Nobody needs it."));
  await until("the close to arrive", async () => (await api.ticket(ticket.id)).kind === "closed");
  await line.mend();
  await pillSays(page, "needs", /^1 needs you$/);
  await go(page, "/work");
  const job = page.locator(".job[data-state=refused]", { hasText: NOTE });
  await job.waitFor();
  const [{ value: parked }] = (await stored(page, ["parked"])).parked;
  return { page, ben, api, ticket, job, parked, head: await api.head() };
}

const nothingNeeds = async (page) => {
  await pillSays(page, "synced", /Synced/);
  assert.deepEqual((await stored(page, ["parked"])).parked, []);
  assert.equal(await page.locator(".job[data-state=refused]").count(), 0);
};

const isRead = (page, head) => until("the device to have read it", async () => (await positionOf(page)).cursor === head);

test("do it again: refused while it still cannot be, done once it can", async (t) => {
  const { page, ben, api, ticket, job, parked, head } = await refused(t);
  await job.locator("button", { hasText: "Do it again" }).click();
  await page.locator(".notice", { hasText: "Not saved." }).waitFor();
  assert.equal(await job.count(), 1, "it is still there");

  await saved(ben, "Done", () => transition(ben, "Reopen", "They called again."));
  await until("the reopening to arrive", async () => (await api.head()) === head + 1);
  await isRead(page, head + 1);
  await saved(page, "Done again", () => job.locator("button", { hasText: "Do it again" }).click());
  await until("it to arrive", async () => (await api.ticket(ticket.id)).kind === "resolved");
  assert.equal(await api.head(), head + 2);
  await nothingNeeds(page);
  const last = (await api.history(ticket.id)).at(-1).event;
  assert.notEqual(last.id, parked.proposed.event.id, "it is another event");
  assert.match(JSON.stringify(last.changes), new RegExp(NOTE));
});

test("turn into a note: the words arrive, the transition does not", async (t) => {
  const { page, api, ticket, job, head } = await refused(t);
  await saved(page, "Turned into a note", () => job.locator("button", { hasText: "Turn into a note" }).click());
  await until("it to arrive", async () => (await api.head()) === head + 1);
  await nothingNeeds(page);
  assert.equal((await api.ticket(ticket.id)).kind, "closed");
  const { changes } = (await api.history(ticket.id)).at(-1).event;
  assert.deepEqual(changes.map(({ kind }) => kind), ["noted"]);
  assert.match(changes[0].text, /Wanted at .*Move to Resolved/);
  assert.match(changes[0].text, new RegExp(NOTE));
});

// Verifies: F09.
test("export: a file with everything in it, and the work stays until it is let go", async (t) => {
  const { page, job, parked } = await refused(t);
  const [download] = await Promise.all([page.waitForEvent("download"), job.locator("button", { hasText: "Export" }).click()]);
  assert.equal(download.suggestedFilename(), `holdfast-${parked.proposed.event.id}.json`);
  assert.deepEqual(JSON.parse(await readFile(await download.path(), "utf8")), parked);
  assert.equal(await job.count(), 1);
});

test("discard: only after being asked, and then for good", async (t) => {
  const { page, api, ticket, job, head } = await refused(t);
  const answers = [false, true];
  let asked = 0;
  page.on("dialog", (dialog) => (asked++, answers.shift() ? dialog.accept() : dialog.dismiss()));
  await openTicket(page, ticket.id);
  const item = page.locator(".item[data-state=refused]");
  await item.locator("button", { hasText: "Discard" }).click();
  assert.equal(asked, 1);
  assert.equal(await item.count(), 1, "not without a yes");
  await item.locator("button", { hasText: "Discard" }).click();
  await item.waitFor({ state: "detached" });
  await nothingNeeds(page);
  await page.reload();
  await page.locator(".log .item").first().waitFor();
  await nothingNeeds(page);
  assert.equal(await page.locator(".item[data-state=refused]").count(), 0);
  assert.equal(await job.count(), 0);
  assert.equal(await api.head(), head, "the server has heard nothing of it");
});
