// The desk to measure: every ticket of the log at the moment of the last one's creation, on a device that has read it all.

import { join } from "node:path";

import { Api } from "../support/api.mjs";
import { pillSays, signIn } from "../support/app.mjs";
import { browse, firstTab } from "../support/browser.mjs";
import { countOf } from "../support/device.mjs";
import { REAL_LOG } from "../support/env.mjs";
import { folder } from "../support/folders.mjs";
import { Server, holdfast } from "../support/server.mjs";
import { until } from "../support/until.mjs";

/** As many as the real log has. */
export const TICKETS = 24_918;
/** The last ticket of the real log was raised at this minute. Two of them are still open then. */
const LAST_OF_THE_REAL_ONE = "2017-02-16 14:17";
const MAPPING = ["--mapping", "servicenow-incidents", "--time-zone", "Europe/Lisbon"];

/** An agent of the demonstration, whose people and tickets are on the desk as well: somebody has to have a queue. */
export const AGENT = "ana";

/**
 * Imports the log and lets a device read all of it; then the server is stopped, and the browser is offline.
 * @returns {Promise<{context: any, url: string, headers: object[], words: string}>}
 */
export async function fullDesk(t) {
  const place = folder(t);
  const database = join(place, "desk.sqlite");
  await (await Server.start(t, { database, args: ["--demo"] })).stop();
  const { words } = importTheLog(place, database);
  const server = await Server.start(t, { database, args: ["--log", "warn"] });
  const headers = await everyHeader(server.url, AGENT);
  const context = await deviceWithAll(t, { server, login: AGENT, headers });
  return { context, url: server.url, headers, words };
}

/**
 * A device of somebody that has read everything; then the server is stopped, and the browser is offline.
 * @returns {Promise<any>} the browser
 */
export async function deviceWithAll(t, { server, login, headers }) {
  const context = await browse(t, join(folder(t), "profile"));
  const page = firstTab(context);
  await signIn(page, server.url, login);
  await pillSays(page, "synced", /./, 600_000);
  const on = (await countOf(page, "open")) + (await countOf(page, "done"));
  if (on < headers.length) throw new Error(`${on} headers on the device of ${headers.length}`);
  await until("the service worker", () => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  console.log(`${headers.length} tickets are on the device`);
  await server.stop();
  await context.setOffline(true);
  return context;
}

/**
 * Imports the log, the real one if it is here, and says which.
 * @returns {{log: string, last?: string, words: string}} with the minute after which its rows were left out
 */
export function importTheLog(place, database) {
  const { log, last, words } = theLog(place);
  console.log(words);
  const end = last ? ["--until", last, "--until-is-now"] : [];
  holdfast(["import", "--database", database, ...MAPPING, ...end, log]);
  return { log, last, words };
}

function theLog(place) {
  if (REAL_LOG) {
    return { log: REAL_LOG, last: LAST_OF_THE_REAL_ONE, words: `the real log, ${TICKETS} tickets` };
  }
  const log = join(place, "made-up.csv.gz");
  holdfast(["generate", "--seed", "1", "--tickets", `${TICKETS}`, "--out", log]);
  return { log, words: `a made-up log of ${TICKETS} tickets, because the real one is not here (HOLDFAST_DATA)` };
}

/** The headers of all tickets that somebody sees, as the API tells them. */
export async function everyHeader(url, login) {
  const api = await Api.signIn(url, login);
  const headers = [];
  for (;;) {
    const after = headers.at(-1)?.number;
    const page = await api.tickets(after === undefined ? "limit=200" : `limit=200&after=${after}`);
    headers.push(...page);
    if (page.length < 200) return headers;
  }
}
