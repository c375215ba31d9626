// The list of all tickets of the big desk, in a page of its own.

import { until } from "../support/until.mjs";

/** Where all tickets are listed. */
export const ALL = "/#/queue/all";

/** Waits until all texts can be searched. */
async function indexed(page) {
  const foot = page.locator(".list-foot");
  await page.locator("#find").fill("printer");
  await until("all texts in the index", async () => /^[^%]* found$/.test(await foot.textContent()), { within: 300_000, told: () => foot.textContent() });
  await page.locator("#find").fill("");
  await until("all tickets again", async () => !/found/.test(await foot.textContent()));
}

/**
 * Opens it, waits until every ticket is in it and every text in the index, and closes it when it was used. `before` is done to
 * the page first.
 */
export async function everything({ context, url, headers }, use, before = () => {}) {
  const page = await context.newPage();
  try {
    const prepared = await before(page);
    await page.goto(url + ALL);
    const count = async () => Number((await page.locator(".list-foot").textContent()).replaceAll(/\D/g, ""));
    await page.locator(".shell[data-whole]").waitFor();
    await until("all tickets in the list", async () => (await count()) >= headers.length, { within: 120_000 });
    await indexed(page);
    return await use(page, prepared);
  } finally {
    await page.close();
  }
}
