// From the click on "Send" to "Saved on this device", against one raw strict put in the same page.

import { replies } from "./in_page.mjs";
import { milliseconds, ratio } from "./rows.mjs";

const PAIRS = 40;
const LIMIT = 3;

/** One row, on the desk with all its tickets. */
export async function saved({ context, url, words }) {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".row").first().click();
  await page.locator(".log .item").first().waitFor();
  const { puts, told } = await page.evaluate(replies, { name: "bench-puts", pairs: PAIRS, warm: 5 });
  await page.close();
  const ours = told.map((reply) => reply.saved);
  const detail =
    `${words}; a reply is saved and said so after ${milliseconds(ours)}, painted after ` +
    `${milliseconds(told.map((reply) => reply.painted))}; one strict put ${milliseconds(puts)}; ` +
    `median and range of ${PAIRS} pairs in turn, offline`;
  return [ratio("from click to saved", ours, puts, LIMIT, detail)];
}
