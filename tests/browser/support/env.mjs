// Where the things are that a test starts. `cargo xtask test` says so; run by hand, the places of a checkout are taken.

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const given = (name, otherwise) => process.env[name] || otherwise;

/** The server's binary. */
export const BIN = given("HOLDFAST_BIN", join(root, "target/native/holdfast"));
/** The app's files as the build left them. */
export const DIST = given("HOLDFAST_DIST", join(root, "dist"));
/** The SLA engine alone, as a page loads it. */
export const PROBE = given("HOLDFAST_PROBE", join(root, "target/wasm/probe"));
/** The same as a native program that measures itself. */
export const PROBE_BIN = given("HOLDFAST_PROBE_BIN", join(root, "target/native/holdfast-probe"));
/** The databases to measure beside, with their packages. */
export const PEERS = given("HOLDFAST_PEERS", join(root, "target/peers"));
/** The cases that every implementation has to agree on. */
export const CASES = join(root, "tests/sla");
/** The browser. */
export const CHROMIUM = given("HOLDFAST_CHROMIUM", "/usr/bin/chromium");
/** The other browser; its test is left out where it is missing. */
export const FIREFOX = given("HOLDFAST_FIREFOX", "/usr/bin/firefox-esr");
/** The real incident log, where there is one. */
export const REAL_LOG = realLog();
/** Where the big desk of the bench is kept from one run to the next; made anew each time when it is not set. */
export const BIG = process.env.HOLDFAST_BIG;
/** Where pictures of the pages are left; nowhere when it is not set. */
export const SHOTS = process.env.HOLDFAST_SHOTS;

function realLog() {
  const folder = given("HOLDFAST_DATA", resolve(root, "../shared/data"));
  return [folder, join(folder, "incident_event_log.csv.gz")].find((path) => /\.csv(\.gz)?$/.test(path) && existsSync(path));
}
