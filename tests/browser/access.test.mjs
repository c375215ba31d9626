// Who sees what, who sends what: requesters, signing out with unsent work, two people on one browser, an ended session.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { dump, headersOn, positionOf, sessionOn, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

async function aDesk(test) {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  return { t, place, server, line, context, page: await firstTab(context) };
}

test("a requester sees only their own tickets, no note, and nothing that is not theirs to do", async (t) => {
  const { server, line, page } = await aDesk(t);
  const ana = await Api.signIn(server.url, "ana");
  const lena = await Api.signIn(server.url, "lena");
  const all = await ana.tickets("limit=200");
  const own = all.filter(({ requester }) => requester === lena.person.id);
  assert.ok(own.length > 0 && own.length < all.length);
  const histories = [];
  // One after the other: a person's share is sixteen requests at a time.
  for (const { id } of all) histories.push(await ana.history(id));
  const notes = histories.flat().flatMap(({ event }) => event.changes.filter(({ kind }) => kind === "noted").map(({ text }) => text));
  assert.ok(notes.length > 0, "the demonstration has notes");
  const onLenas = histories.flat().filter(({ event }) => own.some(({ id }) => id === event.ticket));
  assert.ok(onLenas.some(({ event }) => event.changes.some(({ kind }) => kind === "noted")), "one of them is on a ticket of Lena's");

  await signIn(page, line.url, "lena");
  await pillSays(page, "synced", /Synced/);
  assert.deepEqual((await headersOn(page)).map(({ id }) => id).sort(), own.map(({ id }) => id).sort());
  const device = await dump(page);
  for (const note of notes) assert.ok(!device.includes(JSON.stringify(note).slice(1, -1)), `not on the device: ${note}`);
  assert.doesNotMatch(device, /"noted"/);

  for (const { id } of own) {
    await openTicket(page, id);
    assert.equal(await page.locator(".item[data-kind=note]").count(), 0);
    const text = await page.locator("body").innerText();
    for (const note of notes) assert.ok(!text.includes(note));
    const controls = await page.locator(".props button").allTextContents();
    assert.deepEqual(controls.filter((words) => /Priority|Agent|Category/.test(words)), []);
    assert.equal(await page.locator("button", { hasText: "Take it" }).count(), 0);
    assert.equal(await page.locator("[role=tab]").count(), 0, "there is no note to be written");
    for (const key of ["a", "p"]) {
      await page.evaluate(() => document.querySelector("#main").focus());
      await page.keyboard.press(key);
      assert.equal(await page.locator("dialog[open]").count(), 0, `the key ${key} does nothing`);
    }
  }
  await saved(page, "Reply", () => write(page, "r", "Still not working, sorry."));
  const last = own.at(-1).id;
  await until("the reply to arrive", async () => JSON.stringify(await ana.history(last)).includes("Still not working, sorry."));
  await go(page, "/new");
  await page.locator("#new-subject").waitFor();
  assert.equal(await page.locator("#new-requester, #new-team, #new-channel").count(), 0);
});

// Verifies: F24, F25.
test("signing out with unsent work warns and keeps it; another person neither sees nor sends it", async (t) => {
  const { server, line, page } = await aDesk(t);
  const api = await Api.signIn(server.url, "ines");
  const [ticket] = await api.tickets("status=open&limit=1");
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  const head = await api.head();
  await line.cut();
  await openTicket(page, ticket.id);
  await saved(page, "Reply", () => write(page, "r", "Ana wrote this below ground"));
  await page.locator("#composer-text").fill("And this she did not finish");
  await pillSays(page, "offline", /1 waiting/);

  // Asked, and stayed.
  await go(page, "/me");
  const asked = [];
  const answers = [false, true];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    return answers.shift() ? dialog.accept() : dialog.dismiss();
  });
  await page.locator("button", { hasText: "Sign out" }).click();
  await until("to be asked", () => asked.length === 1);
  assert.match(asked[0], /has not been sent.*stays on this device/);
  assert.equal(await page.locator(".settings").count(), 1, "still signed in");
  // Asked, and left.
  await page.locator("button", { hasText: "Sign out" }).click();
  await page.locator("#login").waitFor();
  assert.equal(asked.length, 2);

  await line.mend();
  await signIn(page, line.url, "ben");
  await pillSays(page, "synced", /Synced/);
  assert.equal(await api.head(), head, "Ben does not send what is Ana's");
  assert.deepEqual((await stored(page, ["outbox"])).outbox, []);
  await openTicket(page, ticket.id);
  assert.doesNotMatch(await page.locator("body").innerText(), /below ground/);
  assert.equal(await page.locator("#composer-text").inputValue(), "", "nor her draft");
  await go(page, "/me");
  await page.locator("button", { hasText: "Sign out" }).click();
  await page.locator("#login").waitFor();
  assert.equal(asked.length, 2, "Ben has nothing to be warned of");

  await signIn(page, line.url, "ana");
  await until("Ana's reply to arrive", async () => (await api.head()) === head + 1);
  await until("the device to have read it", async () => (await positionOf(page)).cursor === head + 1);
  assert.match(JSON.stringify(await api.history(ticket.id)), /below ground/);
  await openTicket(page, ticket.id);
  await until("her draft", async () => (await page.locator("#composer-text").inputValue()) === "And this she did not finish");
});

// Verifies: F14, F15.
test("with an ended session the desk goes on locally, and everything goes out after signing in again", async (t) => {
  const { server, line, page } = await aDesk(t);
  const api = await Api.signIn(server.url, "ines");
  const [ticket] = await api.tickets("status=open&limit=1");
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const head = await api.head();
  // The refresh token is taken back; the access token has run out, as it does after a quarter of an hour.
  const ended = await Api.signIn(server.url, "ana");
  ended.session.refresh_token = (await sessionOn(page)).refresh_token;
  await ended.end();
  line.spoils = ({ path, headers }) => path.startsWith("/api/v1/") && delete headers.authorization;

  await openTicket(page, ticket.id);
  await saved(page, "Reply", () => write(page, "r", "Written with no session"));
  await pillSays(page, "needs", /Sign in to send, 1 waiting/);
  await page.reload();
  await page.locator(".log .item[data-state=waiting]", { hasText: "Written with no session" }).waitFor();
  await saved(page, "Reply", () => write(page, "r", "And one more"));
  await pillSays(page, "needs", /Sign in to send, 2 waiting/);
  assert.equal(await api.head(), head);

  await go(page, "/work");
  await page.locator("a", { hasText: "Sign in again" }).click();
  await page.locator("#password").waitFor();
  assert.equal(await page.locator("#login").inputValue(), "ana");
  line.spoils = () => false;
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  await until("everything to arrive", async () => (await api.head()) === head + 2);
  await pillSays(page, "synced", /Synced/);
});
