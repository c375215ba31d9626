// The browser's side of keeping things: no room, a private window, tabs that slept for days or are flipped through.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { chromium } from "playwright-core";

import { go, openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { ARGS, browse, firstTab } from "./support/browser.mjs";
import { countOf, historyOn, stored } from "./support/device.mjs";
import { CHROMIUM } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { picture } from "./support/looks.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

async function serverFor(t) {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const api = await Api.signIn(server.url, "ana");
  const [ticket] = await api.tickets("status=open&limit=1");
  return { server, api, ticket };
}

// Verifies: F51, F27.
test("with no room left nothing is said to be saved, the words stay, and later it works", async (t) => {
  const { server, api, ticket } = await serverFor(t);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  const session = await page.context().newCDPSession(page);
  const origin = `${server.url}/`;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 2_200_000 });
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await openTicket(page, ticket.id);
  const notes = page.locator(".log .item[data-kind=note]");
  const full = page.locator(".notice", { hasText: "Not saved. This device has no room left" });
  const said = [];
  let words;
  let began;
  for (let number = 0; (await full.count()) === 0; number++) {
    assert.ok(number < 40, "a device with 2 MB is full at some time");
    words = `Note ${number} ${"is long. ".repeat(2_000)}`.trim();
    const before = await notes.count();
    began = Date.now();
    said.push(words);
    await write(page, "n", words);
    await until("an answer", async () => (await notes.count()) > before || (await full.count()) > 0);
  }
  assert.ok(Date.now() - began < 3_000, "it is said at once");
  assert.equal(await page.locator("#composer-text").inputValue(), words, "the words are still there");
  await full.getByRole("link", { name: "Free space" }).click();
  await page.getByRole("button", { name: "Free space" }).click();
  await page.locator(".notice", { hasText: /The histories of \d+ finished tickets were removed/ }).waitFor();
  await openTicket(page, ticket.id);
  await until("the words", async () => (await page.locator("#composer-text").inputValue()) === words);
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  // The browser remembers for some seconds how much room there was.
  await until("it to be saved", async () => {
    await page.locator("#composer-text").focus();
    await page.keyboard.press("Control+Enter");
    return (await page.locator("#composer-text").inputValue()) === "";
  }, { within: 90_000 });
  const arrived = async () => (await api.history(ticket.id)).map(({ event }) => event.changes[0].text);
  await until("it to arrive", async () => (await arrived()).includes(words));
  // Also what was saved just before the device was full; in the order in which it was said, and once.
  assert.deepEqual((await arrived()).slice(-said.length), said);
});

// Verifies: F51.
test("space is freed: the histories of finished tickets go, come back when they are opened, and nothing else is touched", async (t) => {
  const { server, api } = await serverFor(t);
  const line = await Line.lay(t, server);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const [open] = await api.tickets("status=open&limit=1");
  const { done } = await stored(page, ["done"]);
  const [ticket, mine, busy] = done.map(({ key }) => key);
  const whole = (await historyOn(page, ticket)).length;
  assert.ok(whole > 0);
  // One with something of this device's own in it, one for which something waits, and words that are being typed.
  await openTicket(page, mine);
  await saved(page, "Note for the team", () => write(page, "n", "Sent from here"));
  await until("it to be settled", async () => (await countOf(page, "outbox")) === 0);
  await pillSays(page, "synced", /Synced/);
  await line.cut();
  await openTicket(page, busy);
  await saved(page, "Note for the team", () => write(page, "n", "Not sent yet"));
  await openTicket(page, open.id);
  await page.locator("#composer-text").fill("Being typed");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  const before = await stored(page, ["outbox", "parked", "drafts", "open", "done", "facts"]);

  await go(page, "/me");
  await page.getByText(/Holdfast takes \d+ MB here, of [\d.]+ [MG]B that this browser gives it/).waitFor();
  await picture(page, "me-space");
  await page.getByRole("button", { name: "Free space" }).click();
  await page.locator(".notice", { hasText: `The histories of ${done.length - 2} finished tickets were removed` }).waitFor();
  assert.deepEqual(await historyOn(page, ticket), []);
  for (const still of [mine, busy, open.id]) assert.ok((await historyOn(page, still)).length > 0, "what may be needed stays");
  const { facts: _, ...after } = await stored(page, ["outbox", "parked", "drafts", "open", "done", "facts"]);
  const { facts: __, ...expected } = before;
  assert.deepEqual(after, expected);
  await page.getByRole("button", { name: "Free space" }).click();
  await page.locator(".notice", { hasText: "There is nothing to free" }).waitFor();

  await go(page, `/tickets/${ticket}`);
  await page.locator(".log", { hasText: "It comes back when there is a network" }).waitFor();
  await picture(page, "history-not-here");
  await line.mend();
  await until("the history", async () => (await page.locator(".log .item[data-kind=message]").count()) > 0, { within: 90_000 });
  await until("it to be kept again", async () => (await historyOn(page, ticket)).length === whole);
  assert.equal(await page.getByText("It comes back when there is a network").count(), 0);
  await line.cut();
  await page.reload();
  await page.locator(".log .item[data-kind=message]").first().waitFor();
});

// Verifies: F66.
test("a private window works, and says that it forgets", async (t) => {
  const { server, api, ticket } = await serverFor(t);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  t.after(() => browser.close());
  const page = await (await browser.newContext()).newPage();
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await openTicket(page, ticket.id);
  await saved(page, "Note for the team", () => write(page, "n", "From a private window"));
  await until("it to arrive", async () => JSON.stringify(await api.history(ticket.id)).includes("From a private window"));
  await go(page, "/me");
  await page.getByText(/This browser (may remove it|does not say whether it keeps it)/).waitFor();
});

// Verifies: F57.
test("a tab that slept for three days goes on and sends", async (t) => {
  const { server, api, ticket } = await serverFor(t);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await page.clock.install();
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await openTicket(page, ticket.id);
  await page.clock.fastForward(72 * 3_600_000);
  await saved(page, "Note for the team", () => write(page, "n", "After three days"));
  await until("it to arrive", async () => JSON.stringify(await api.history(ticket.id)).includes("After three days"));
  await pillSays(page, "synced", /Synced/);
});

// Verifies: F62.
test("a tab that is hidden and shown fifty times goes on and sends", async (t) => {
  const { server, api, ticket } = await serverFor(t);
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await openTicket(page, ticket.id);
  await page.evaluate(() => {
    for (let flip = 0; flip < 50; flip++) {
      const state = flip % 2 ? "visible" : "hidden";
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      window.dispatchEvent(new Event(flip % 2 ? "online" : "offline"));
    }
  });
  await saved(page, "Note for the team", () => write(page, "n", "After all that"));
  await until("it to arrive", async () => JSON.stringify(await api.history(ticket.id)).includes("After all that"));
  await pillSays(page, "synced", /Synced/);
  assert.equal((await api.history(ticket.id)).filter(({ event }) => JSON.stringify(event).includes("After all that")).length, 1);
});
