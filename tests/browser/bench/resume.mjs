// A browser that is killed while it reads the big desk for the first time: what it had stored is not fetched again.

import { join } from "node:path";

import { pill } from "../support/app.mjs";
import { copyDatabase } from "../support/desk.mjs";
import { positionOf } from "../support/device.mjs";
import { folder } from "../support/folders.mjs";
import { MortalBrowser } from "../support/mortal.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { Traffic } from "./traffic.mjs";

/** The answer that was being stored, and the one that was asked for meanwhile. */
const AT_WORK = 2;
const isLoad = ({ path }) => path.endsWith("/api/v1/load");

/** One row. */
export async function resume(t, desk) {
  const place = folder(t);
  const database = copyDatabase(desk.database, join(place, "desk.sqlite"));
  const server = await Server.start(t, { database, args: ["--log", "warn"] });
  const browser = new MortalBrowser(t, join(place, "profile"));

  const page = await browser.start();
  const before = await Traffic.of(page);
  await page.goto(server.url);
  await page.locator("#login").fill(desk.login);
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  // Tickets are read in the order of their ids.
  const middle = desk.headers.map(({ id }) => id).sort()[Math.floor(desk.headers.length / 2)];
  await until("half of it", () => before.requests.some((request) => placeOf(request) >= middle), { within: 300_000 });
  await browser.kill();

  const again = await browser.start();
  // Past the app, before it runs.
  await again.goto(`${server.url}/icon.svg`);
  const stored = (await positionOf(again)).loading?.place;
  const after = await Traffic.of(again);
  await again.goto(server.url);
  await until("the rest", async () => (await pill(again))?.state === "synced" && (await positionOf(again)).loading === undefined, { within: 300_000 });
  const last = after.requests.filter(isLoad).map(bodyOf);
  await browser.kill();
  return [row(desk, stored, before.requests.filter(isLoad).filter(({ is_whole }) => is_whole), last, before, after)];
}

function row(desk, stored, first, last, before, after) {
  const asked = new Set(first.map(bodyOf));
  const twice = last.filter((body) => asked.has(body)).length;
  const goesOn = JSON.stringify(JSON.parse(last[0] ?? "{}").place) === JSON.stringify(stored);
  const ok = first.length > 0 && last.length > 0 && stored !== undefined && goesOn && twice <= AT_WORK;
  const megabytes = (traffic) => `${(traffic.bytes(isLoad) / 1e6).toFixed(1)} MB`;
  return {
    name: `reading ${desk.words}, killed half-way: answers fetched twice`,
    figure: `${twice}`,
    limit: `${AT_WORK}`,
    ok,
    detail:
      `of ${first.length} (${megabytes(before)}) before and ${last.length} (${megabytes(after)}) after the browser was killed; the first ` +
      `question after it is ${goesOn ? "" : "NOT "}for what follows the last stored answer; ${AT_WORK} may have come and not been stored`,
  };
}

const bodyOf = ({ body }) => body ?? "{}";
/** Behind which ticket a request of everything goes on. */
const placeOf = (request) => (isLoad(request) && JSON.parse(bodyOf(request)).place?.after) || "";
