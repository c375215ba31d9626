// Scrolling through all tickets of the big desk at full speed.

import { idle } from "./in_page.mjs";
import { watchFrames } from "./in_list.mjs";
import { everything } from "./list_page.mjs";
import { median } from "./rows.mjs";

const RUNS = 1;
/** How fast, in pixels a second, and how long. */
const SPEED = 20_000;
const SECONDS = 10;
/** The longest that a frame may take, in milliseconds. */
const LIMIT = 25;
/** Rows that there may be in the document: a few screens of them. */
const ROWS = 100;

/** Two rows, on the big desk. */
export async function scroll(desk) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await once(desk));
  const longest = runs.map(({ gaps }) => Math.max(...gaps));
  const rows = Math.max(...runs.map((run) => run.rows));
  const told = runs.map(({ gaps, moved }) => {
    const late = gaps.filter((gap) => gap > LIMIT).length;
    return `${late} of ${gaps.length} (longest ${Math.max(...gaps).toFixed(0)} ms, ${Math.round(moved).toLocaleString("en")} pixels)`;
  });
  const name = `scrolling through ${desk.headers.length.toLocaleString("en")} tickets for ${SECONDS} s`;
  const detail = `wheel at ${SPEED.toLocaleString("en")} pixels a second; frames that took longer than ${LIMIT} ms in each of ${RUNS} runs: ${told.join("; ")}`;
  const figure = median(longest);
  return [
    { name: `${name}: longest frame`, figure: `${figure.toFixed(0)} ms`, limit: `${LIMIT} ms`, ok: figure <= LIMIT, detail },
    { name: `${name}: most rows in the document`, figure: `${rows}`, limit: `${ROWS}`, ok: rows > 0 && rows <= ROWS, detail: "" },
  ];
}

async function once(desk) {
  return everything(desk, async (page) => {
    await page.evaluate(idle, 25);
    const list = page.locator(".rows");
    const { x, y, width, height } = await list.boundingBox();
    const devtools = await page.context().newCDPSession(page);
    await page.evaluate(watchFrames, ".row");
    await devtools.send("Input.synthesizeScrollGesture", {
      x: Math.round(x + width / 2),
      y: Math.round(y + height / 2),
      yDistance: -SPEED * SECONDS,
      speed: SPEED,
      gestureSourceType: "mouse",
    });
    const frames = await page.evaluate(() => window.frames_.stop());
    const moved = await list.evaluate((list) => list.scrollTop);
    // What did not move says nothing.
    if (moved < (SPEED * SECONDS) / 2) throw new Error(`the list was scrolled by ${moved} pixels only`);
    return { ...frames, moved };
  });
}
