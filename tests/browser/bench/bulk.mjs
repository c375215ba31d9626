// Many tickets written at once, in one browser: packed as the app does it, beside one record a ticket in IndexedDB as it
// is, in Dexie, in PouchDB and in RxDB.

import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { browse, firstTab } from "../support/browser.mjs";
import { PEERS, PROBE } from "../support/env.mjs";
import { folder } from "../support/folders.mjs";
import { serveStatic } from "../support/static.mjs";
import { fill, forgetAll } from "./in_page.mjs";
import { makePage } from "./peer.mjs";
import { faster, median, milliseconds } from "./rows.mjs";

const TICKETS = 50_000;
const RUNS = 3;
/** How many tickets go into one transaction of plain IndexedDB; the faster counts. */
const BATCHES = [TICKETS, 1_000];

/** Three rows; all sides take turns, each on a page loaded anew and with no database. */
export async function bulk(t, { headers }) {
  if (!existsSync(PEERS)) throw new Error("Dexie, PouchDB and RxDB are not installed: `cargo xtask bench` does that (HOLDFAST_PEERS)");
  if (headers.length < TICKETS) throw new Error(`the big desk has ${headers.length} tickets and not ${TICKETS}`);
  const json = JSON.stringify(headers.slice(0, TICKETS));
  const names = ["packed", "raw", "dexie", "pouchdb", "rxdb"];
  const host = await site(t, names, json);
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  const took = Object.fromEntries(names.map((name) => [name, []]));
  const batches = BATCHES.map(() => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [at, atOnce] of BATCHES.entries()) batches[at].push(await once(page, host.url, "raw", atOnce));
    for (const name of names.filter((name) => name !== "raw")) took[name].push(await once(page, host.url, name));
  }
  took.raw = batches.reduce((best, batch) => (median(batch) < median(best) ? batch : best));
  await context.close();
  return rows(took, batches, json.length);
}

function rows(took, batches, bytes) {
  const inBatches = batches.map((batch, at) => `${milliseconds(batch)} with ${BATCHES[at]} a transaction`).join(", ");
  const told = {
    raw: `one record a ticket and three indexes (status, updated_at, agent), relaxed: ${inBatches}`,
    dexie: `one bulkAdd with the same indexes, relaxed: ${milliseconds(took.dexie)}`,
    pouchdb: `one bulkDocs without any index: ${milliseconds(took.pouchdb)}; RxDB on Dexie, one bulkInsert with the same indexes: ${milliseconds(took.rxdb)}`,
  };
  const ours =
    `packed records of 512, from headers in memory until the transaction is complete: ${milliseconds(took.packed)}; ` +
    `${Math.round(bytes / TICKETS)} B of JSON a ticket, median and range of ${RUNS} runs in turn`;
  const row = (name, other, limit) =>
    faster(`50,000 tickets written in bulk, as fast as ${name}`, took.packed, took[other], limit, `${told[other]}; ${ours}`);
  return [row("raw IndexedDB", "raw", 10), row("Dexie", "dexie", 10), row("PouchDB", "pouchdb", 20)];
}

/** One site with a page for each, so that all have the same origin and the same browser. */
async function site(t, names, json) {
  const place = folder(t);
  cpSync(PROBE, place, { recursive: true });
  writeFileSync(join(place, "headers.json"), json);
  for (const name of names) makePage(name, place, `${name}.html`);
  return serveStatic(t, place, { extra: { "index.html": "<!doctype html><title>Nothing</title>" } });
}

async function once(page, url, name, atOnce) {
  await page.goto(url);
  await page.evaluate(forgetAll);
  await page.goto(`${url}${name}.html`);
  return page.evaluate(fill, { count: TICKETS, atOnce });
}
