// The SLA engine in the browser: the same answers, to the letter, as natively.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { browse, firstTab } from "./support/browser.mjs";
import { BIN, CASES, PROBE } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { serveStatic } from "./support/static.mjs";

const holdfast = (...args) => execFileSync(BIN, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });

test("calendars and clocks answer every case in the browser as they do natively", async (t) => {
  const host = await serveStatic(t, PROBE, { extra: { "index.html": "<!doctype html><title>Probe</title>" } });
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await page.goto(host.url);
  for (const [name, count] of [["calendar-cases.jsonl.gz", 8000], ["ticket-cases.jsonl", 17]]) {
    const file = join(CASES, name);
    assert.match(holdfast("sla", "check", file), new RegExp(`^${count} passed, 0 failed$`, "m"));
    const raw = readFileSync(file);
    const cases = (name.endsWith(".gz") ? gunzipSync(raw) : raw).toString().trim();
    const names = new Set(cases.split("\n").map((line) => (({ tz, calendar }) => tz ?? calendar.tz)(JSON.parse(line))));
    const zones = [...names].map((zone) => holdfast("sla", "zone", zone)).join("");
    const answers = await page.evaluate(
      async ([cases, zones]) => {
        const probe = await import("./holdfast_probe.js");
        await probe.default();
        return probe.answers(cases, zones);
      },
      [cases, zones],
    );
    assert.equal(answers.trim().split("\n").length, count);
    assert.equal(answers, holdfast("sla", "eval", file));
  }
});
