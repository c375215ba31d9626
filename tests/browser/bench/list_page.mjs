// The list of all tickets of the big desk, in a page of its own.

import { until } from "../support/until.mjs";

/** Where all tickets are listed. */
export const ALL = "/#/queue/all";

/** Opens it, waits until every ticket is in it, and closes it when it was used. `before` is done to the page first. */
export async function everything({ context, url, headers }, use, before = () => {}) {
  const page = await context.newPage();
  try {
    const prepared = await before(page);
    await page.goto(url + ALL);
    const count = async () => Number((await page.locator(".list-foot").textContent()).replaceAll(/\D/g, ""));
    await page.locator(".shell[data-whole]").waitFor();
    await until("all tickets in the list", async () => (await count()) >= headers.length, { within: 120_000 });
    return await use(page, prepared);
  } finally {
    await page.close();
  }
}
