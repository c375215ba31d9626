// 10,000 waiting events on their way to a local server, against the same bytes in one plain request that a bare table
// keeps; and what the page is busy with meanwhile.

import { join } from "node:path";

import { browse, firstTab } from "../support/browser.mjs";
import { folder } from "../support/folders.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { EVENTS } from "./events.mjs";
import { idle, watchSending } from "./in_page.mjs";
import { median, milliseconds, ratio } from "./rows.mjs";
import { Scope } from "./scope.mjs";

const RUNS = 3;
const LIMIT = 5;
/** A task that is longer than this, in milliseconds, is one that a person notices. */
const LONGEST_TASK = 50;

/** Two rows; the two sides take turns. */
export async function outbox(desk) {
  const lines = desk.events.map((proposed) => JSON.stringify(proposed)).join("\n");
  const plain = [];
  const sent = [];
  for (let run = 0; run < RUNS; run += 1) {
    plain.push(await Scope.within((t) => inOneRequest(t, lines)));
    sent.push(await Scope.within((t) => fromTheOutbox(t, desk)));
  }
  const arrived = sent.map((run) => run.arrived);
  const confirmed = milliseconds(sent.map((run) => run.synced));
  const detail =
    `${EVENTS} events, ${(lines.length / 1e6).toFixed(1)} MB: from the network's return until the last is on the server ` +
    `${milliseconds(arrived)}, until all came back and the app says "synced" ${confirmed}; one request into a bare table ` +
    `${milliseconds(plain)}; ${sent[0].pushes} requests instead of one; median and range of ${RUNS} runs in turn`;
  return [ratio("10,000 waiting events to the server", arrived, plain, LIMIT, detail), longestTask(sent)];
}

function longestTask(sent) {
  const longest = sent.map(({ tasks }) => Math.max(0, ...tasks));
  const figure = median(longest);
  const long = sent.map(({ tasks }) => `${tasks.length} (${tasks.reduce((sum, task) => sum + task, 0).toFixed(0)} ms together)`);
  return {
    name: "longest task in the page meanwhile",
    figure: figure === 0 ? `under ${LONGEST_TASK} ms` : `${figure.toFixed(0)} ms`,
    limit: `${LONGEST_TASK} ms`,
    ok: figure <= LONGEST_TASK,
    detail: `from the network's return until "synced"; tasks of ${LONGEST_TASK} ms and more in each run: ${long.join(", ")}`,
  };
}

/** How long one request takes until its lines are on the disk, in milliseconds. */
async function inOneRequest(t, lines) {
  const place = folder(t);
  const server = await Server.run(t, ["bench-bare", "--database", join(place, "bare.sqlite")]);
  const context = await browse(t, join(place, "profile"));
  const page = await firstTab(context);
  await page.goto(server.url);
  return page.evaluate(async (body) => {
    const begun = performance.now();
    const answer = await fetch("/", { method: "POST", body });
    const took = performance.now() - begun;
    if (answer.status !== 204) throw new Error(`the bare table's server answered ${answer.status}`);
    return took;
  }, lines);
}

/** How long the app takes, and how long its page was busy at a time, in milliseconds. */
async function fromTheOutbox(t, desk) {
  const run = await desk.begin(t);
  const { context, page } = await run.sender(watchSending);
  await page.evaluate(idle);
  await context.setOffline(false);
  const sending = () => page.evaluate(() => window.sending);
  await until("the app to be synced", async () => (await sending()).synced !== undefined, { within: 300_000 });
  await page.evaluate(idle);
  await run.check(page);
  const { online, synced, pushes, tasks } = await sending();
  return {
    arrived: Math.max(...pushes) - online,
    synced: synced - online,
    pushes: pushes.length,
    tasks: tasks.filter(({ begun }) => begun < synced).map(({ took }) => took),
  };
}
