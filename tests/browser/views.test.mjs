// Views that people save: their own and shared ones, offline as well, and what the server has of them.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, pillSays, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { picture, violations } from "./support/looks.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const LOOKS = [
  ["views-1440-light", { viewport: { width: 1440, height: 900 }, colorScheme: "light" }],
  ["views-390-dark", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, colorScheme: "dark" }],
];

/** A browser of somebody who has signed in and read everything. */
async function at(t, place, line, login, options = {}) {
  const context = await browse(t, join(place, login), options);
  const page = await firstTab(context);
  await signIn(page, line.url, login);
  await pillSays(page, "synced", /Synced/);
  return { context, page };
}

async function aDesk(test) {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "warn"] });
  const line = await Line.lay(t, server);
  return { t, place, server, line };
}

const dialog = (page) => page.locator("dialog[open]");
const inRail = (page, name) => page.locator(".rail-link", { has: page.getByText(name, { exact: true }) });
const isInRail = (page, name) => until(`the view ${name}`, async () => (await inRail(page, name).count()) === 1);
const isGone = (page, name) => until(`no view ${name}`, async () => (await inRail(page, name).count()) === 0);
const counted = async (page, name) => Number(await inRail(page, name).locator(".num").textContent());
const open = (page) => page.locator(".list-foot").textContent();

/** Saves what is shown under a name. */
async function save(page, name, { shared = false } = {}) {
  await page.getByRole("button", { name: "Save as a view" }).click();
  await dialog(page).locator("#view-name").fill(name);
  if (shared) await dialog(page).getByRole("checkbox").check();
  await page.keyboard.press("Enter");
  await dialog(page).waitFor({ state: "detached" });
}

test("what is shown is saved under a name, found in the rail with its count, changed and deleted", async (test) => {
  const { t, place, server, line } = await aDesk(test);
  const { page, context } = await at(t, place, line, "ana");
  await go(page, `/queue/all?q=${encodeURIComponent("is:open priority:p1,p2")}&sort=-created&as=board`);
  await page.getByRole("button", { name: "Save as a view" }).click();
  assert.match(await dialog(page).textContent(), /Priority: P1 Critical or P2 High/);
  // Without a name there is nothing to find it by.
  await page.keyboard.press("Enter");
  await until("what is wrong", async () => /a view needs a name/.test(await dialog(page).textContent()));
  await page.keyboard.type("  Urgent  ");
  await page.keyboard.press("Enter");
  await isInRail(page, "Urgent");
  assert.match(await page.evaluate(() => location.hash), /^#\/queue\/[0-9a-f-]{36}$/, "all that was asked is the view now");
  await page.locator(".board").waitFor();
  const api = await Api.signIn(server.url, "ana");
  const [view] = await until("the server to have it", async () => (await api.views()).length === 1 && api.views());
  const { id, name, query, sort, board, owner, shared } = view;
  assert.deepEqual({ name, query, sort, board, owner, shared }, { name: "Urgent", query: "is:open priority:p1,p2", sort: "-created", board: true, owner: api.person.id, shared: false });
  const headers = await api.tickets("limit=500");
  const urgent = headers.filter(({ kind, priority }) => !["resolved", "closed"].includes(kind) && ["p1", "p2"].includes(priority));
  assert.ok(urgent.length > 3);
  assert.equal(await counted(page, "Urgent"), urgent.length);
  // As a list, and sorted by something else: that is beside the view, until it is saved.
  await page.getByRole("button", { name: "Board" }).click();
  await until("the list", async () => /as=list/.test(await page.evaluate(() => location.hash)));
  await save(page, "Urgent ones");
  await isInRail(page, "Urgent ones");
  await isGone(page, "Urgent");
  await until("the server to have the change", async () => (await api.views())[0].name === "Urgent ones");
  assert.deepEqual((await api.views()).map(({ id, board }) => ({ id, board })), [{ id, board: false }]);
  await page.reload();
  await isInRail(page, "Urgent ones");
  await until("its tickets", async () => (await open(page)).startsWith(`${urgent.length} tickets`));
  await page.getByRole("button", { name: "Save as a view" }).click();
  await dialog(page).getByRole("button", { name: "Delete" }).click();
  await isGone(page, "Urgent ones");
  assert.equal(await page.evaluate(() => location.hash), "#/queue/mine");
  await until("nothing on the server", async () => (await api.views()).length === 0);
  assert.deepEqual(context.complaints, []);
});

test("a view that is saved with no network is there after a reload, and on the server once there is one", async (test) => {
  const { t, place, server, line } = await aDesk(test);
  const { page, context } = await at(t, place, line, "ben");
  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  await context.setOffline(true);
  await go(page, "/queue/all?q=is%3Awaiting");
  await save(page, "Hanging");
  await isInRail(page, "Hanging");
  await page.reload();
  await isInRail(page, "Hanging");
  const api = await Api.signIn(server.url, "ben");
  assert.deepEqual(await api.views(), []);
  await context.setOffline(false);
  await until("the server to have it", async () => (await api.views()).map(({ name }) => name).join() === "Hanging");
  assert.equal((await api.views())[0].query, "is:waiting");
});

test("a shared view comes to everybody who works for the desk, and goes when it is not shared any more", async (test) => {
  const { t, place, server, line } = await aDesk(test);
  const ana = await at(t, place, line, "ana");
  const ben = await at(t, place, line, "ben");
  const ines = await at(t, place, line, "ines");
  const samuel = await at(t, place, line, "samuel");
  await go(ana.page, "/queue/all?q=is%3Alate");
  await save(ana.page, "On fire", { shared: true });
  await isInRail(ben.page, "On fire");
  // Whoever does not own it saves one of their own.
  await inRail(ben.page, "On fire").click();
  await ben.page.getByRole("button", { name: "Save as a view" }).click();
  assert.match(await dialog(ben.page).textContent(), /Ana Ruiz shares this view/);
  assert.equal(await dialog(ben.page).getByRole("button", { name: /Delete|Stop sharing/ }).count(), 0);
  await dialog(ben.page).locator("#view-name").fill("Also on fire");
  await ben.page.keyboard.press("Enter");
  await isInRail(ben.page, "Also on fire");
  await isInRail(ben.page, "On fire");
  await inRail(ben.page, "On fire").click();
  // A lead takes back what somebody else shares; its owner keeps it, and whoever looks at it sees everything.
  await isInRail(ines.page, "On fire");
  await inRail(ines.page, "On fire").click();
  await ines.page.getByRole("button", { name: "Save as a view" }).click();
  await dialog(ines.page).getByRole("button", { name: "Stop sharing it" }).click();
  await isGone(ines.page, "On fire");
  await isGone(ben.page, "On fire");
  await until("everything in its place", async () => (await ben.page.locator(".pane-head h2").textContent()) === "All tickets");
  await isInRail(ana.page, "On fire");
  const owned = await (await Api.signIn(server.url, "ana")).views();
  assert.deepEqual(owned.map(({ name, shared }) => ({ name, shared })), [{ name: "On fire", shared: false }]);
  assert.equal(await inRail(samuel.page, "On fire").count(), 0);
  for (const { context } of [ana, ben, ines, samuel]) assert.deepEqual(context.complaints, []);
});

for (const [name, options] of LOOKS) {
  test(`nothing of it has a serious hindrance, ${name}`, async (test) => {
    const { t, place, line } = await aDesk(test);
    const { page } = await at(t, place, line, "ines", options);
    await go(page, "/queue/all?q=is%3Aopen%20priority%3Ap1");
    await save(page, "The worst of everything that can be", { shared: true });
    await isInRail(page, "The worst of everything that can be");
    await page.getByRole("button", { name: "Save as a view" }).click();
    await dialog(page).waitFor();
    await picture(page, name);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    if (options.isMobile) await page.getByRole("button", { name: "Queues" }).click();
    await picture(page, `${name}-rail`);
    assert.deepEqual(await violations(page), []);
  });
}
