// The SLA engine, natively and in the browser, by the same work.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

import { browse, firstTab } from "../support/browser.mjs";
import { BIN, PROBE, PROBE_BIN } from "../support/env.mjs";
import { folder } from "../support/folders.mjs";
import { serveStatic } from "../support/static.mjs";

/** Each figure is the fastest of so many rounds: what else the machine does only adds to it. */
const ROUNDS = 9;

/** Rows of what the engine promises. */
export async function sla(t) {
  const native = JSON.parse(execFileSync(PROBE_BIN, { encoding: "utf8" }));
  const page = await inBrowser(t);
  const ns = (value) => `${value.toFixed(0)} ns`;
  const most = (name, figure, limit, show, detail) => ({ name, figure: show(figure), limit: show(limit), ok: figure <= limit, detail });
  const times = (value) => value.toFixed(2);
  const both = (what) => `${ns(page[what])} in the browser, ${ns(native[what])} natively`;
  const faster = native.walk_ns / native.add_ns;
  return [
    most("adding working time, natively", native.add_ns, 100, ns, "a calendar compiled for ten years, anywhere in three of them"),
    most("measuring working time, natively", native.within_ns, 100, ns, "the same"),
    most("adding, in the browser against natively", page.add_ns / native.add_ns, 4, times, both("add_ns")),
    most("measuring, in the browser against natively", page.within_ns / native.within_ns, 4, times, both("within_ns")),
    {
      name: "adding 40 hours against a minute loop",
      figure: `${faster.toFixed(0)} times`,
      limit: "1000 times",
      ok: faster >= 1000,
      detail: `the loop of seed 001 takes ${ns(native.walk_ns)}`,
    },
    most("compiling a calendar for ten years", native.compile_ns / 1e6, 1, (value) => `${value.toFixed(2)} ms`, "natively"),
    most("all clocks, natively, an event", native.clocks_ns_an_event, 100, ns, "100,000 tickets of ten events"),
    zones(),
    most("one event in a queue of 10,000, against one ticket's clocks", native.one_event_ns / (10 * native.clocks_ns_an_event), 2, times, `${ns(native.one_event_ns)} until the queue knows its deadline and its next change`),
    most("all clocks, in the browser against natively", page.clocks_ns_an_event / native.clocks_ns_an_event, 3, times, both("clocks_ns_an_event")),
  ];
}

/** What a zone adds to what a device fetches: its whole table from 1900 to 2100, as the API sends it. */
function zones() {
  const table = execFileSync(BIN, ["sla", "zone", "Europe/Berlin"]);
  const bytes = brotliCompressSync(table).length;
  return {
    name: "a time zone's table, with brotli",
    figure: `${(bytes / 1000).toFixed(1)} KB`,
    limit: "5.0 KB",
    ok: bytes <= 5_000,
    detail: `Europe/Berlin with every change from 1900 to 2100, ${table.length} B before; a device gets those of its calendars`,
  };
}

async function inBrowser(t) {
  const host = await serveStatic(t, PROBE, { extra: { "index.html": "<!doctype html><title>Probe</title>" } });
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await page.goto(host.url);
  const figures = await page.evaluate(async (rounds) => {
    const { default: init, Probe } = await import("./holdfast_probe.js");
    await init();
    const probe = new Probe();
    const fastest = (times, work) => {
      const all = Array.from({ length: rounds }, () => {
        const began = performance.now();
        work(times);
        return ((performance.now() - began) * 1e6) / times;
      });
      return Math.min(...all);
    };
    return {
      add_ns: fastest(200_000, (times) => probe.add(times)),
      within_ns: fastest(200_000, (times) => probe.within(times)),
      clocks_ns_an_event: fastest(100_000, (times) => probe.clocks(times)) / 10,
    };
  }, ROUNDS);
  await context.close();
  return figures;
}
