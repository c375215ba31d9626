// The airplane day: two devices whose clocks are ten minutes off, one each way, work through two hundred things each while
// the server is gone, and each is killed twice. Then everything converges: nothing lost, nothing doubled, every conflict shown.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, raise, saved, signIn, transition, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { headersOn, stored } from "./support/device.mjs";
import { dice } from "./support/dice.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { MortalBrowser } from "./support/mortal.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const ACTIONS = Number(process.env.HOLDFAST_ACTIONS ?? 200);
const OFF_MS = 10 * 60_000;

// Verifies: F05, F07, F20, F46, F63.
test(`two devices, ${ACTIONS} actions each with no server, killed twice each, agree in the end`, async (test) => {
  const t = lastFirst(test);
  const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
  test.diagnostic(`seed ${seed}: HOLDFAST_SEED=${seed} does the same`);
  const place = folder(t);
  const database = join(place, "desk.sqlite");
  const how = { database, args: ["--demo", "--log", "error"] };
  let server = await Server.start(t, how);
  const before = await (await Api.signIn(server.url, "ines")).head();
  const devices = await Promise.all(
    ["ana", "ben"].map(async (login, at) => {
      const line = await Line.lay(t, server);
      const device = { login, line, browser: new MortalBrowser(t, join(place, login)), off: at ? OFF_MS : -OFF_MS, random: dice(seed + at) };
      await start(device);
      await signIn(device.page, line.url, login);
      await pillSays(device.page, "synced", /Synced/);
      await until("the shell to be kept", () => device.page.evaluate(() => navigator.serviceWorker.controller !== null));
      return device;
    }),
  );
  await server.stop();
  await Promise.all(devices.map(({ line }) => line.cut()));

  await Promise.all(devices.map(work));
  const made = new Map();
  for (const { page } of devices) {
    for (const { value } of (await stored(page, ["outbox"])).outbox) made.set(value.proposed.event.id, value.proposed.event);
  }
  assert.equal(made.size, 2 * ACTIONS, "everything that was said to be saved waits");

  server = await Server.start(t, how);
  for (const { line } of devices) {
    line.server = server;
    await line.mend();
  }
  const api = await Api.signIn(server.url, "ines");
  for (const { page, login } of devices) {
    await until(`${login}'s outbox to be empty`, async () => (await stored(page, ["outbox"])).outbox.length === 0, { within: 240_000 });
  }
  const recorded = (await everything(api)).filter(({ seq }) => seq > before);
  const arrived = recorded.map(({ event }) => event.id);
  assert.equal(new Set(arrived).size, arrived.length, "nothing is there twice");
  const parked = (await Promise.all(devices.map(async ({ page }) => (await stored(page, ["parked"])).parked.map(({ value }) => value.proposed.event.id)))).flat();
  for (const id of made.keys()) {
    assert.equal(Number(arrived.includes(id)) + Number(parked.includes(id)), 1, `${id} arrived or needs a person, and not both`);
  }
  assert.equal(arrived.length + parked.length, made.size, "and there is nothing else");
  test.diagnostic(`${arrived.length} arrived, ${parked.length} need a person`);

  for (const { page, login } of devices) {
    const mine = (await stored(page, ["parked"])).parked.length;
    await pillSays(page, mine ? "needs" : "synced", mine ? new RegExp(`^${mine} needs? you`) : /Synced/);
    await go(page, "/work");
    await until(`${login} to see every conflict`, async () => (await page.locator(".job").count()) >= Math.min(mine, 1));
  }
  // Both read everything, and agree with the server to the last field.
  const head = await api.head();
  const [one, other] = await Promise.all(
    devices.map(async ({ page, login }) => {
      await until(`${login} to have read everything`, async () => (await stored(page, ["facts"])).facts.find(({ key }) => key === "position").value.cursor === head);
      return (await headersOn(page)).sort((a, b) => (a.id < b.id ? -1 : 1));
    }),
  );
  assert.deepEqual(one, other);
  for (const header of one) assert.deepEqual(await api.ticket(header.id).then(({ number, status, subject }) => ({ number, status, subject })), { number: header.number, status: header.status, subject: header.subject });
  for (const { event, received_at, stamp } of recorded) {
    assert.ok(event.at <= received_at, "nothing happened after the server got it");
    assert.ok(Math.abs(new Date(stamp.occurred_at) - new Date(event.at)) < OFF_MS * 2 + 3_600_000, "a wrong clock is corrected, not believed");
  }
});

/** Starts a device's browser, with its wrong clock. */
async function start(device) {
  device.page = await device.browser.start();
  await device.page.addInitScript((off) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + off;
  }, device.off);
}

/** A long day of small things, on few tickets, so that two people get in each other's way. */
async function work(device) {
  const { login, line, random } = device;
  const kills = [Math.floor(ACTIONS * 0.35), Math.floor(ACTIONS * 0.7)];
  const shared = (await headersOn(device.page)).filter(({ kind }) => kind === "open").sort((a, b) => a.number - b.number).slice(0, 5);
  await openTicket(device.page, shared[0].id);
  for (let action = 0; action < ACTIONS; action++) {
    const { page } = device;
    const roll = random();
    const words = `${login} ${action}`;
    if (roll < 0.08) {
      await saved(page, "Ticket raised", () => raise(page, `Raised by ${words}`));
      await page.locator(".ticket-head h1", { hasText: words }).waitFor();
    } else if (roll < 0.2) {
      await openTicket(page, shared[Math.floor(random() * shared.length)].id);
      const verb = (await page.locator(".verbs button:not(:has-text('Take it'))").allTextContents()).map((text) => text.trim()).filter(Boolean);
      if (verb.length) await saved(page, "Done", () => transition(page, verb[Math.floor(random() * verb.length)], words));
      else await saved(page, "Note for the team", () => write(page, "n", words));
    } else if (roll < 0.35) {
      await openTicket(page, shared[Math.floor(random() * shared.length)].id);
      await saved(page, "Reply", () => write(page, "r", words));
    } else {
      await saved(page, "Note for the team", () => write(page, "n", words));
    }
    if (kills.includes(action)) {
      await device.browser.kill();
      await start(device);
      await device.page.goto(`${line.url}/#/tickets/${shared[0].id}`);
      await device.page.locator(".ticket-head h1").waitFor();
      await device.page.locator(".log .item").first().waitFor();
      await device.page.locator(".shell[data-whole]").waitFor();
    }
  }
}

/** The whole history, as the server tells it to an agent. */
async function everything(api) {
  const events = [];
  for (let after = 0, head = 1; after < head; ) {
    const page = await api.pull(after);
    events.push(...page.events);
    [after, head] = [page.cursor, page.head];
  }
  return events;
}
