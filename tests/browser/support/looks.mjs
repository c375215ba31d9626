// What a page looks like to the tools that judge it: axe-core for everybody's use, pictures for people.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { SHOTS } from "./env.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const GRAVE = ["serious", "critical"];

/** What axe-core finds on the page that keeps somebody from using it: one line a rule. */
export async function violations(page) {
  // By the debugger, as the content policy of the page lets no other script in.
  await page.evaluate(`window.axe || (() => { ${AXE} })()`);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  if (found.passes.length === 0) throw new Error("axe-core looked at nothing");
  return found.violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length}): ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary.split("\n")[1]?.trim()}`).join(" | ")}`);
}

/** Leaves a picture of the page where HOLDFAST_SHOTS says, if it says so. */
export async function picture(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
