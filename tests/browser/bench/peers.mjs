// The same 10,000 small documents from one browser over a local server to another that is open and has nothing to do:
// beside PouchDB and RxDB. What the app sends as events the others get as documents, field by field.

import { existsSync } from "node:fs";

import { PEERS } from "../support/env.mjs";
import { countOf, databaseOf } from "../support/device.mjs";
import { EVENTS } from "./events.mjs";
import { arrival, idle } from "./in_page.mjs";
import { Peer } from "./peer.mjs";
import { faster, median, milliseconds } from "./rows.mjs";
import { Scope } from "./scope.mjs";

const RUNS = 3;
const LIMIT = 5;

/** One row; the three take turns. */
export async function peers(t, desk) {
  if (!existsSync(PEERS)) throw new Error("PouchDB and RxDB are not installed: `cargo xtask bench` does that (HOLDFAST_PEERS)");
  const documents = desk.events.map(({ event }) => event);
  const [pouchdb, rxdb] = ["pouchdb", "rxdb"].map((name) => new Peer(t, name));
  const took = { holdfast: [], pouchdb: [], rxdb: [] };
  for (let run = 0; run < RUNS; run += 1) {
    took.holdfast.push(await Scope.within((t) => holdfast(t, desk)));
    took.pouchdb.push(await Scope.within((t) => pouchdb.run(t, documents)));
    took.rxdb.push(await Scope.within((t) => rxdb.run(t, documents)));
  }
  const better = median(took.pouchdb) < median(took.rxdb) ? took.pouchdb : took.rxdb;
  const detail =
    `of ${Math.round(JSON.stringify(documents).length / EVENTS)} B each; from the moment the first browser may send until ` +
    `the second has all of them in its IndexedDB: Holdfast ${milliseconds(took.holdfast)}, PouchDB ` +
    `${milliseconds(took.pouchdb)}, RxDB ${milliseconds(took.rxdb)}; median and range of ${RUNS} runs in turn`;
  const name = "10,000 documents to a second browser, as fast as the better of PouchDB and RxDB";
  return [faster(name, took.holdfast, better, LIMIT, detail)];
}

/** How long our events take from one device to another, in milliseconds. */
async function holdfast(t, desk) {
  const run = await desk.begin(t);
  const reader = await run.reader();
  const sender = await run.sender();
  for (const { page } of [reader, sender]) await page.evaluate(idle);
  // The position is stored in one transaction with the events up to it.
  const local = { database: await databaseOf(reader.page), store: "facts" };
  const arrived = reader.page.evaluate(arrival, { ...local, cursor: desk.head + EVENTS });
  const begun = Date.now();
  await sender.context.setOffline(false);
  const took = (await arrived) - begun;
  const events = await countOf(reader.page, "events");
  if (events !== desk.head + EVENTS) throw new Error(`the second browser has ${events} of ${desk.head + EVENTS} events`);
  return took;
}
