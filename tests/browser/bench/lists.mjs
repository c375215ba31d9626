// Another filter or order, a key stroke in the search field, and choosing everything, over all tickets of the big desk.

import { idle } from "./in_page.mjs";
import { steps, watchFrames } from "./in_list.mjs";
import { ALL, everything } from "./list_page.mjs";
import { milliseconds } from "./rows.mjs";

/** Where the app has what is used here. */
const APP = {
  find: "#find",
  pane: "[data-pane=list]",
  /** The measure of the page's timeline around the computing of a list. */
  measure: "holdfast:list",
  filters: ["status:open", "priority:p1", "is:late", "team:none", "status:closed"].map((words) => `${ALL.slice(2)}?q=${encodeURIComponent(words)}`),
  orders: ["updated", "created", "priority", "due"].map((order) => `${ALL.slice(2)}?sort=${order}`),
  chooseAll: "Control+A",
  /** Each row that is chosen. */
  chosen: ".row[aria-selected=true]",
};
const ROUNDS = 5;
/** What is typed: more than 200 key strokes. */
const WORDS = ["printer", "vpn tunnel", "password reset", "laptop", "network", "mail", "keyboard", "access denied", "screen", "router", "update"];
const LIST_MS = 10;
const STROKE_MS = 16;
const FRAME_MS = 50;

/** Rows of three kinds, on the big desk; what the app cannot do yet is missed by itself. */
export async function lists(desk, measure) {
  const count = desk.headers.length.toLocaleString("en");
  await measure(`another filter over ${count} tickets`, () => changes(desk, `another filter over ${count} tickets`, APP.filters));
  await measure(`another order of ${count} tickets`, () => changes(desk, `another order of ${count} tickets`, APP.orders));
  await measure(`a key stroke of search in ${count} tickets`, () => strokes(desk, `a key stroke of search in ${count} tickets`));
  await measure(`choosing all of ${count} tickets`, () => choosing(desk, `choosing all of ${count} tickets`));
}

async function changes(desk, name, places) {
  const given = Array.from({ length: ROUNDS }, () => [...places, ALL.slice(2)].map((hash) => ({ hash }))).flat();
  const took = await done(desk, given);
  const computed = took.map((step) => step.computed);
  const most = Math.max(...computed);
  const detail =
    `from the address to the list ${milliseconds(computed)}, in the document ${milliseconds(took.map(({ changed }) => changed))}, ` +
    `painted ${milliseconds(took.map(({ painted }) => painted))}; median and range of ${took.length} changes; the figure is the longest`;
  return [{ name, figure: `${most.toFixed(1)} ms`, limit: `${LIST_MS} ms`, ok: most <= LIST_MS, detail }];
}

async function strokes(desk, name) {
  const words = [...WORDS, ...WORDS, ...WORDS].flatMap((word) => Array.from(word, (_, at) => ({ text: word.slice(0, at + 1) })));
  const took = (await done(desk, words)).map(({ changed }) => changed);
  const figure = took.toSorted((one, other) => one - other)[Math.ceil(took.length * 0.99) - 1];
  const detail = `the 99th percentile of ${took.length} key strokes, from the input to the list in the document: ${milliseconds(took)}`;
  return [{ name, figure: `${figure.toFixed(1)} ms`, limit: `${STROKE_MS} ms`, ok: took.length >= 200 && figure <= STROKE_MS, detail }];
}

async function choosing(desk, name) {
  return everything(desk, async (page) => {
    await page.evaluate(idle, 25);
    await page.locator(".row").first().focus();
    await page.evaluate(watchFrames, ".row");
    await page.keyboard.press(APP.chooseAll);
    await page.locator(APP.chosen).first().waitFor({ timeout: 10_000 });
    await page.evaluate(idle);
    const { gaps, rows } = await page.evaluate(() => window.frames_.stop());
    const chosen = await page.locator(APP.chosen).count();
    const longest = Math.max(...gaps);
    const detail = `from the key until nothing is left to do: ${gaps.length} frames; ${chosen} of ${rows} rows in the document are shown as chosen`;
    return [{ name: `${name}: longest frame`, figure: `${longest.toFixed(0)} ms`, limit: `${FRAME_MS} ms`, ok: chosen > 0 && longest <= FRAME_MS, detail }];
  });
}

const done = (desk, given) =>
  everything(desk, async (page) => {
    await page.evaluate(idle, 25);
    return page.evaluate(steps, { given, find: APP.find, pane: APP.pane, measure: APP.measure });
  });
