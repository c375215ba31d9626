// What a first visit loads until the queue can be used, and what a visit after that loads.

import { join } from "node:path";

import { browse, firstTab } from "../support/browser.mjs";
import { folder } from "../support/folders.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { AGENT } from "./desk.mjs";
import { watchStart } from "./in_page.mjs";
import { kilobytes } from "./rows.mjs";
import { Wire, isApi } from "./wire.mjs";

const LIMIT = 300_000;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Two rows, from a browser that was never here, on the demonstration desk. */
export async function downloads(t) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "warn"] });
  const wire = await Wire.lay(t, server.port);
  const profile = join(place, "profile");
  return [await firstVisit(t, profile, wire), await repeatVisit(t, profile, wire)];
}

async function firstVisit(t, profile, wire) {
  const context = await browse(t, profile);
  await context.addInitScript(watchStart);
  const page = firstTab(context);
  const loaded = await listen(context, page);
  await page.goto(wire.url);
  await page.locator("#login").fill(AGENT);
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  await page.evaluate(() => window.started);
  const atUse = loaded();
  const wiredAtUse = sum(wire.answers.map(({ bytes }) => bytes));
  const active = () => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated");
  await until("the service worker", active);
  const all = await wire.quiet();
  await context.close();

  const shell = sum(atUse.filter(({ path }) => !isApi(path)).map(({ bytes }) => bytes));
  const api = sum(atUse.filter(({ path }) => isApi(path)).map(({ bytes }) => bytes));
  const isSecond = ({ path }, at) => !isApi(path) && all.findIndex((other) => other.path === path) < at;
  const again = sum(all.filter(isSecond).map(({ bytes }) => bytes));
  const wired = sum(all.map(({ bytes }) => bytes));
  const largest = atUse.sort((one, other) => other.bytes - one.bytes).slice(0, 6);
  const total = shell + api;
  return {
    name: "first visit download",
    figure: kilobytes(total),
    limit: kilobytes(LIMIT),
    ok: total > 0 && total <= LIMIT,
    detail:
      `until the queue can be used, as the browser counts the page's own requests: shell ${kilobytes(shell)}, API ` +
      `${kilobytes(api)}; on the wire by then, icons and service worker included, ${kilobytes(wiredAtUse)}; in the end ` +
      `${kilobytes(wired)}, of which ${kilobytes(again)} are files that came twice; the largest: ${largest.map(({ path, bytes }) => `${path} ${kilobytes(bytes)}`).join(", ")}`,
  };
}

async function repeatVisit(t, profile, wire) {
  const context = await browse(t, profile);
  await context.addInitScript(watchStart);
  const page = firstTab(context);
  await page.goto(wire.url);
  await page.evaluate(() => window.started);
  const all = await wire.quiet(3_000);
  await context.close();

  // The address of the API may change at any time, so that one small file is asked for again.
  const isConfig = ({ path }) => path.endsWith("/config.json");
  const shell = all.filter(({ path }) => !isApi(path));
  const content = sum(shell.filter((answer) => !isConfig(answer)).map(({ body }) => body));
  const list = shell.map(({ path, status, bytes, body }) => `${path} ${status}, ${body} B of content in ${bytes} B`);
  const api = kilobytes(sum(all.filter(({ path }) => isApi(path)).map(({ bytes }) => bytes)));
  return {
    name: "repeat visit download",
    figure: `${content} B`,
    limit: "0 B",
    ok: content === 0,
    detail: `the shell's files, in a browser that was closed in between; asked for all the same: ${list.join("; ") || "nothing"}; API ${api}`,
  };
}

/** Counts what the page's own requests bring over the network. */
async function listen(context, page) {
  const network = await context.newCDPSession(page);
  const requests = new Map();
  network.on("Network.requestWillBeSent", ({ requestId, request }) => {
    requests.set(requestId, { path: new URL(request.url).pathname, bytes: 0 });
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) request.bytes += encodedDataLength;
  });
  await network.send("Network.enable");
  return () => [...requests.values()].map((request) => ({ ...request }));
}
