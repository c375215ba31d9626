// A real browser on a real profile: what it stores is on the disk, and still there when it starts again.

import { chromium } from "playwright-core";

import { CHROMIUM } from "./env.mjs";

/** How every browser is started. */
export const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a browser on a profile. What the pages complain of is collected in `complaints`.
 * @param {{after: (undo: () => any) => void}} t
 * @param {string} profile its folder
 */
export async function browse(t, profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGS,
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  context.complaints = [];
  const listen = (page) => {
    page.on("pageerror", (error) => context.complaints.push(`${error}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) context.complaints.push(message.text());
    });
  };
  context.pages().forEach(listen);
  context.on("page", listen);
  t.after(() => context.close().catch(() => {}));
  return context;
}

/** The tab a browser starts with. */
export const firstTab = (context) => context.pages()[0] ?? context.newPage();
