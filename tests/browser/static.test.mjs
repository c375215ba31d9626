// The app on a host that only has files: alone on demonstration data, or with an API that is somewhere else.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, pill, pillSays, raise, saved, signIn, transition, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { databases, historyOn } from "./support/device.mjs";
import { DIST } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { Server } from "./support/server.mjs";
import { serveStatic } from "./support/static.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const UNDER = "/some/where/";

test("below a sub-path of any static host the app is a whole desk on one device", async (test) => {
  const t = lastFirst(test);
  const host = await serveStatic(t, DIST, { under: UNDER });
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await page.goto(host.url);
  await page.locator(".row").first().waitFor();
  await page.locator(".shell[data-whole]").waitFor();
  assert.deepEqual(await pill(page), { state: "synced", text: "On this device only" });

  const subject = "The ramp light flickers";
  await saved(page, "Ticket raised", () => raise(page, subject));
  await page.locator(".ticket-head h1", { hasText: subject }).waitFor();
  await page.locator(".log .item").first().waitFor();
  await saved(page, "Note for the team", () => write(page, "n", "Bulb ordered."));
  await saved(page, "Done", () => transition(page, "Resolve", "New bulb."));
  await page.locator(".log .item[data-kind=change]", { hasText: "resolved it" }).waitFor();

  await page.reload();
  await page.locator(".ticket-head h1", { hasText: subject }).waitFor();
  for (const words of ["Bulb ordered.", "New bulb.", "resolved it"]) await page.locator(".log .item", { hasText: words }).waitFor();
  assert.deepEqual(await pill(page), { state: "synced", text: "On this device only" });

  await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  await host.stop();
  await page.reload();
  await page.locator(".ticket-head h1", { hasText: subject }).waitFor();
  await page.locator(".log .item", { hasText: "New bulb." }).waitFor();
  await go(page, "/work");
  await page.locator(".job", { hasText: "Raise" }).waitFor();
  assert.equal(await page.locator("button", { hasText: "Try to send now" }).count(), 0);
  assert.deepEqual(context.complaints.filter((words) => !/Failed to load resource/.test(words)), []);
});

test("with config.json the app on one origin works with an API on another", async (test) => {
  const t = lastFirst(test);
  const place = folder(t);
  const extra = {};
  const host = await serveStatic(t, DIST, { under: UNDER, extra });
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--allow-origin", host.origin] });
  extra["config.json"] = JSON.stringify({ api: `${server.url}/api/v1` });

  const context = await browse(t, join(place, "profile"));
  const page = await firstTab(context);
  await signIn(page, host.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await saved(page, "Ticket raised", () => raise(page, "From another origin"));
  await page.locator(".ticket-head h1", { hasText: "From another origin" }).waitFor();
  await pillSays(page, "synced", /Synced/);
  const id = await page.evaluate(() => location.hash.split("/").at(-1));
  const api = await Api.signIn(server.url, "ana");
  assert.equal((await api.ticket(id)).subject, "From another origin");
  await until("the device to have it", async () => (await historyOn(page, id)).length === 1);
  assert.deepEqual((await databases(page)).filter((name) => name.includes("alone")), []);
  assert.deepEqual(context.complaints, []);
});

test("an API that does not allow the app's origin is not reached, and the app says so", async (test) => {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo"] });
  const extra = { "config.json": JSON.stringify({ api: `${server.url}/api/v1` }) };
  const host = await serveStatic(t, DIST, { under: UNDER, extra });
  const page = await firstTab(await browse(t, join(place, "profile")));
  await page.goto(host.url);
  await page.locator("#login").fill("ana");
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  await page.locator("#wrong", { hasText: "cannot be reached" }).waitFor();
});
