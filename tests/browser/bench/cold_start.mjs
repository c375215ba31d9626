// From navigation to a queue that answers, with no network and no server, against one raw `getAll` of the same headers.

import { getAll, idle, keepRecords, watchStart } from "./in_page.mjs";
import { milliseconds, most, ratio } from "./rows.mjs";

const RUNS = 5;
const LIMIT = 2;
/** What is promised of the big desk: so many milliseconds, and so much of the yardstick. */
const BIG_MS = 600;
const BIG_LIMIT = 0.25;
const NAME = "bench-headers";
const AT_ONCE = 2_000;

/** One row, on the desk of the real log. */
export async function coldStart(desk) {
  const { answered, reads, detail } = await measured(desk);
  return [ratio("cold start offline, 24,918 tickets", answered, reads, LIMIT, detail)];
}

/** Two rows, on the big desk: the same, and the time itself. */
export async function bigColdStart(desk) {
  const { answered, reads, detail } = await measured(desk);
  const name = `cold start offline, ${desk.headers.length.toLocaleString("en")} tickets`;
  return [most(name, answered, BIG_MS, detail), ratio(`${name}, against one getAll`, answered, reads, BIG_LIMIT, detail)];
}

/** Both sides have a page of their own each time, loaded anew, and take turns. */
async function measured({ context, url, headers, words }) {
  const key = await prepared(context, url, headers);
  const starts = [];
  const reads = [];
  for (let run = -1; run < RUNS; run += 1) {
    const start = await inNewPage(context, url, key, (page) => page.evaluate(() => window.started));
    const read = await inNewPage(context, url, key, async (page) => {
      await page.evaluate(() => window.started);
      await page.evaluate(idle, 25);
      return page.evaluate(getAll, { name: NAME, count: headers.length });
    });
    // The first of each warms up what the machine keeps, not what the page keeps.
    if (run < 0) continue;
    starts.push(start);
    reads.push(read);
  }
  const answered = starts.map((start) => start.answered);
  const detail =
    `${words}; queue answers a key after ${milliseconds(answered)}, rows painted after ` +
    `${milliseconds(starts.map((start) => start.rows))}; one getAll of ${headers.length} objects ${milliseconds(reads)}; ` +
    `median and range of ${RUNS} runs in turn, server stopped and browser offline`;
  return { answered, reads, detail };
}

/** Writes the yardstick's records, and finds a key that changes the list. */
async function prepared(context, url, headers) {
  return inNewPage(context, url, "z", async (page) => {
    await page.locator(".row").first().waitFor();
    for (let at = 0; at < headers.length; at += AT_ONCE) {
      await page.evaluate(keepRecords, { name: NAME, records: headers.slice(at, at + AT_ONCE) });
    }
    const shown = () => page.locator(".row").count();
    await page.locator("#find").fill("");
    await page.evaluate(idle, 5);
    const all = await shown();
    for (const key of "zxqvwkjyp8") {
      await page.locator("#find").fill(key);
      await page.evaluate(idle, 5);
      if ((await shown()) !== all) return key;
    }
    throw new Error(`no key changes the list of ${all} rows`);
  });
}

async function inNewPage(context, url, key, use) {
  const page = await context.newPage();
  try {
    await page.addInitScript((key) => sessionStorage.setItem("bench-key", key), key);
    await page.addInitScript(watchStart);
    await page.goto(url, { waitUntil: "commit" });
    return await use(page);
  } finally {
    await page.close();
  }
}
