// Badges count by themselves: exactly when their text changes, and nothing else wakes.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go } from "./support/app.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { DIST } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { serveStatic } from "./support/static.mjs";
import { until } from "./support/until.mjs";

test("a badge changes when its text does, and what is missed by then moves by itself", async (t) => {
  const host = await serveStatic(t, DIST);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await page.clock.install();
  await page.goto(host.url);
  await page.locator(".row").first().waitFor();
  await page.clock.runFor(1_000);
  await page.locator(".shell[data-whole]").waitFor();
  await go(page, "/queue/all");
  await until("every ticket to be listed", async () => (await page.locator(".row .badge").count()) > 20);
  await page.evaluate(() => {
    globalThis.changed = [];
    const list = document.querySelector(".rows");
    const note = ({ target }) => changed.push(target.parentElement?.closest(".badge") ?? target);
    new MutationObserver((news) => news.forEach(note)).observe(list, { subtree: true, characterData: true, childList: true });
  });
  const badges = () =>
    page.evaluate(() => [...document.querySelectorAll(".row")].map((row) => ({ id: row.id, state: row.dataset.due, text: row.querySelector(".badge").textContent })));
  const counts = ({ text }) => /min|^in \d+ h|\d h \d\d late/.test(text);

  const before = await badges();
  await page.clock.runFor(60_000);
  const after = await badges();
  const changed = after.filter(({ text }, at) => text !== before[at].text);
  assert.deepEqual(changed.map(({ id }) => id), before.filter(counts).map(({ id }) => id), "a minute later everything that counts minutes says so");
  const touched = await page.evaluate(() => changed.map((badge) => badge.closest(".row")?.id));
  assert.deepEqual([...touched].sort(), changed.map(({ id }) => id).sort(), "and each was touched once, nothing else at all");

  const risk = after.find(({ state }) => state === "risk");
  const minutes = Number(/in (\d+) min/.exec(risk.text)[1]);
  const dueSoon = page.locator(".rail-link", { hasText: "Due soon" }).locator(".num");
  const late = () => page.evaluate((id) => document.getElementById(id).querySelector(".badge").dataset.state, risk.id);
  assert.equal(await late(), "risk");
  const pressing = Number(await dueSoon.textContent());
  await page.clock.runFor((minutes + 1) * 60_000);
  assert.equal(await late(), "breached", "its time was up");
  const more = (await badges()).filter(({ state }) => state === "risk" || state === "breached").length;
  assert.equal(Number(await dueSoon.textContent()), more, "the count of what presses follows");
  assert.ok(more >= pressing);
});

test("every badge tells why", async (t) => {
  const host = await serveStatic(t, DIST);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await page.goto(host.url);
  await page.locator(".shell[data-whole] .row").first().waitFor();
  await page.locator(".row").first().focus();
  await page.keyboard.press("w");
  const dialog = page.locator("dialog[open]");
  await dialog.getByRole("heading", { name: "Why then?" }).waitFor();
  assert.match(await dialog.locator(".why-steps").last().innerText(), /began: .* allowed by “Standard”, counted by “Around the clock”[\s\S]*(due|its time was up|stands still)/);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("row")), "the focus is back where it was");
  await page.keyboard.press("Enter");
  await page.locator(".ticket-sub .badge-why").click();
  await dialog.getByRole("heading", { name: "Why then?" }).waitFor();
});
