// The first time that a device reads the big desk: when its person can begin, how long all of it takes beside a plain
// download of the same bytes, and what the page is busy with meanwhile.

import { join } from "node:path";

import { Api } from "../support/api.mjs";
import { copyDatabase } from "../support/desk.mjs";
import { browse, firstTab } from "../support/browser.mjs";
import { sessionOn } from "../support/device.mjs";
import { folder } from "../support/folders.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { idle, plainly, watchLoading, watchStart } from "./in_page.mjs";
import { PeakHeap } from "./memory.mjs";
import { kilobytes, median, megabytes, milliseconds, ratio } from "./rows.mjs";
import { Scope } from "./scope.mjs";
import { Traffic } from "./traffic.mjs";

const RUNS = 3;
/** The share of the bytes after which the own queue is there. */
const SHARE = 0.03;
const LIMIT = 3;
/** A task that is longer than this, in milliseconds, is one that a person notices. */
const LONGEST_TASK = 50;
/** What is read; the rest is signing in and asking for news. */
const isReading = ({ path }) => /\/api\/v1\/(load|pull|reference)$/.test(path);

/** Three rows; the two sides take turns. */
export async function bootstrap(t, desk) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await Scope.within((t) => once(t, desk)));
  }
  const ours = runs.map(({ app }) => app.took);
  const plain = runs.map(({ plain }) => plain.took);
  const { app } = runs[0];
  const detail =
    `${desk.words}: ${milliseconds(ours)} from signing in to "synced", ${milliseconds(plain)} for a page that asks the same ` +
    `${app.requests.length} requests one after the other and stores each answer as it is, ${megabytes(runs[0].plain.bytes)} in all, ` +
    `${megabytes(app.bytes)} on the wire; median and range of ${RUNS} runs in turn`;
  const name = `reading ${desk.words}`;
  return [atUse(name, runs, desk), ratio(`${name}, against a plain download`, ours, plain, LIMIT, detail), busy(name, runs)];
}

function atUse(name, runs, { headers }) {
  const [{ app }] = runs;
  const shares = runs.map(({ app }) => app.atUse / app.bytes);
  const figure = median(shares);
  const own = new Set(headers.filter(({ agent }) => agent === app.person).map(({ id }) => `t-${id}`));
  const ownAtLast = app.last.filter((row) => own.has(row));
  // It is no use if not all of the person's own tickets are in it.
  const isOwnQueue = ownAtLast.length > 0 && ownAtLast.every((row) => app.first.includes(row));
  const percent = (share) => `${(share * 100).toFixed(2)} %`;
  return {
    name: `${name}: bytes before the own queue can be used`,
    figure: percent(figure),
    limit: percent(SHARE),
    ok: isOwnQueue && figure <= SHARE,
    detail:
      `all that the page's requests had brought, the shell included: ${runs.map(({ app }) => kilobytes(app.atUse)).join(", ")} of ` +
      `${megabytes(runs[0].app.bytes)}; the queue answers a key ${milliseconds(runs.map(({ app }) => app.answered))} after signing in; ` +
      `${isOwnQueue ? "all" : "NOT all"} of the person's ${ownAtLast.length} in it, ${app.first.length} of the ${app.last.length} rows that are shown in the end`,
  };
}

function busy(name, runs) {
  const longest = runs.map(({ app }) => Math.max(0, ...app.tasks));
  const figure = median(longest);
  const long = runs.map(({ app }) => `${app.tasks.length} (longest ${Math.max(0, ...app.tasks).toFixed(0)} ms)`);
  const gaps = runs.map(({ app }) => `${app.gaps.length} (longest ${Math.max(0, ...app.gaps).toFixed(0)} ms)`);
  return {
    name: `${name}: longest task in the page meanwhile`,
    figure: figure === 0 ? `under ${LONGEST_TASK} ms` : `${figure.toFixed(0)} ms`,
    limit: `${LONGEST_TASK} ms`,
    ok: figure <= LONGEST_TASK,
    detail:
      `tasks of ${LONGEST_TASK} ms and more in each run: ${long.join(", ")}; more than that between two frames: ${gaps.join(", ")}; ` +
      `heap at its peak, wasm included: ${runs.map(({ app }) => megabytes(app.peak)).join(", ")}`,
  };
}

async function once(t, desk) {
  const place = folder(t);
  const database = copyDatabase(desk.database, join(place, "desk.sqlite"));
  const server = await Server.start(t, { database, args: ["--log", "warn"] });
  const app = await Scope.within((t) => byTheApp(t, server.url, desk.login));
  return { app, plain: await Scope.within((t) => byABarePage(t, server.url, desk.login, app.requests)) };
}

async function byTheApp(t, url, login) {
  const context = await browse(t, join(folder(t), "profile"));
  // No ticket has these letters, so that they change the list.
  await context.addInitScript(() => sessionStorage.setItem("bench-key", "zqxj"));
  await context.addInitScript(watchStart);
  await context.addInitScript(watchLoading);
  const page = await firstTab(context);
  const traffic = await Traffic.of(page);
  const heap = await PeakHeap.watch(page);
  await page.goto(url);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
  const { answered, shown } = await page.evaluate(() => window.started);
  const atUse = traffic.bytes();
  await page.locator("#find").fill("");
  const loading = () => page.evaluate(() => window.loading);
  await until("everything to be read", async () => (await loading()).synced !== undefined, { within: 900_000 });
  const peak = await heap.end();
  const { begun, synced, tasks, gaps } = await loading();
  const bytes = traffic.bytes();
  await page.evaluate(idle);
  const last = await page.evaluate(() => [...document.querySelectorAll(".row")].map((row) => row.id));
  const person = (await sessionOn(page)).person.id;
  const requests = traffic.requests.filter(isReading).map(({ path, search, method, body }) => ({ path, search, method, body }));
  return { took: synced - begun, answered: answered - begun, atUse, bytes, person, first: shown.split(","), last, tasks, gaps, peak, requests };
}

/** The same requests once more, by a page with nothing of the app. */
async function byABarePage(t, url, login, requests) {
  const { session } = await Api.signIn(url, login);
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await page.goto(`${url}/icon.svg`);
  return page.evaluate(plainly, { requests, token: session.access_token });
}
