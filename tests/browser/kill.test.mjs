// Once the app has said that something is saved, nothing takes it away: the browser is killed (SIGKILL, all of its
// processes) at a random moment within 50 ms after, and started again on the same profile with no server in reach.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, saved, signIn, ticketAt, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { MortalBrowser } from "./support/mortal.mjs";
import { countOf, positionOf, stored } from "./support/device.mjs";
import { dice } from "./support/dice.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const TIMES = 50;
const WITHIN_MS = 50;

// Verifies: F63.
test(`killed ${TIMES} times within ${WITHIN_MS} ms after "saved", nothing is lost and nothing is doubled`, async (test) => {
  const t = lastFirst(test);
  const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
  test.diagnostic(`seed ${seed}: HOLDFAST_SEED=${seed} waits as long before each kill`);
  const random = dice(seed);

  const { browser, line, api, ticket, ...desk } = await signedIn(t);
  let { page } = desk;
  const head = await api.head();
  await line.cut();

  const texts = [];
  const began = Date.now();
  for (let round = 1; round <= TIMES; round++) {
    const text = `Round ${round} of seed ${seed}`;
    await openTicket(page, ticket.id);
    await saved(page, round % 2 ? "Reply" : "Note for the team", () => write(page, round % 2 ? "r" : "n", text));
    texts.push(text);
    await browser.kill(random() * WITHIN_MS);

    page = await browser.start();
    await page.goto(line.url + ticketAt(ticket.id));
    const item = page.locator(".log .item[data-state=waiting]", { hasText: text });
    await until(`round ${round}`, () => item.isVisible(), { told: () => page.locator("body").innerText() });
    await everythingIsThere(page, texts);
  }
  test.diagnostic(`${TIMES} of ${TIMES} in ${Math.round((Date.now() - began) / 1000)} s`);

  const made = (await stored(page, ["outbox"])).outbox.map(({ value }) => value.proposed.event.id);
  await line.mend();
  await until("everything to arrive", async () => (await api.head()) >= head + TIMES, { within: 90_000 });
  await until("the device to have read it", async () => (await positionOf(page)).cursor === head + TIMES);
  assert.equal(await countOf(page, "outbox"), 0);
  const history = await api.history(ticket.id);
  assert.equal(await api.head(), head + TIMES, "nothing arrived twice");
  assert.deepEqual(history.slice(-TIMES).map(({ event }) => event.id), made, "each arrived, in the order it was made");
  assert.deepEqual(history.slice(-TIMES).map(textOf), texts);
  await go(page, "/work");
  await page.locator(".blank", { hasText: "Everything is sent" }).waitFor();
});

test("killed right after signing in, the desk opens with no network, and what was saved is there", async (test) => {
  const t = lastFirst(test);
  const { browser, line, ticket, page } = await signedIn(t);
  await openTicket(page, ticket.id);
  await line.cut();
  await saved(page, "Reply", () => write(page, "r", "Saved a moment before the power went"));
  await browser.kill();
  const after = await browser.start();
  await after.goto(line.url + ticketAt(ticket.id));
  const item = after.locator(".log .item[data-state=waiting]", { hasText: "a moment before the power went" });
  await until("the reply", () => item.isVisible(), { told: () => after.locator("body").innerText() });
});

test("killed while a reply is being written, the draft that was said to be saved is there", async (test) => {
  const t = lastFirst(test);
  const { browser, line, ticket, page } = await signedIn(t);
  await openTicket(page, ticket.id);
  await page.locator("#composer-text").fill("Half a sentence about the");
  await page.locator(".composer .promise", { hasText: "Draft saved on this device" }).waitFor();
  await browser.kill();
  await line.cut();
  const after = await browser.start();
  await after.goto(line.url + ticketAt(ticket.id));
  await until("the draft", async () => (await after.locator("#composer-text").inputValue()) === "Half a sentence about the");
});

/** A demonstration desk, and a mortal browser in which ana has just signed in. */
async function signedIn(t) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo"] });
  const line = await Line.lay(t, server);
  const api = await Api.signIn(server.url, "ana");
  const [ticket] = await api.tickets("status=open&limit=1");
  const browser = new MortalBrowser(t, join(place, "profile"));
  const page = await browser.start();
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  return { server, line, api, ticket, browser, page };
}

/** Every text so far waits in the outbox, once and in order, under counters without gaps; none is a draft any more. */
async function everythingIsThere(page, texts) {
  const { outbox, drafts } = await stored(page, ["outbox", "drafts"]);
  assert.deepEqual(drafts, [], "what was saved is not offered to be sent again");
  assert.deepEqual(outbox.map(({ value }) => textOf(value.proposed)), texts);
  assert.deepEqual(outbox.map(({ key }) => key), texts.map((_, at) => at + 1));
}

const textOf = ({ event }) => event.changes.map((change) => change.text ?? Object.values(change)[0]?.text).find(Boolean);
