// A desk with a real history: the incident log, imported once and copied for every test that wants it.

import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";

import { REAL_LOG } from "./env.mjs";
import { folder } from "./folders.mjs";
import { holdfast } from "./server.mjs";

/**
 * Imports the log as the desk stood in the middle of it, moved to now, so that tickets are open and deadlines near.
 * Without the real log, one of the same form is made up, and the test says so.
 * @param {{after: (undo: () => any) => void, diagnostic?: (words: string) => void}} t
 * @returns {{database: string, real: boolean, copy: (to: string) => string}}
 */
export function importedDesk(t) {
  const place = folder(t);
  const database = join(place, "imported.sqlite");
  // The real log is of a whole year, the made-up one of the months from March on.
  const [log, until] = REAL_LOG ? [REAL_LOG, "2016-05-31 12:00"] : [join(place, "made-up.csv.gz"), "2016-03-10 12:00"];
  if (!REAL_LOG) holdfast(["generate", "--seed", "1", "--tickets", "6000", "--out", log]);
  console.log(REAL_LOG ? `the real log: ${REAL_LOG}` : "there is no real log here (HOLDFAST_DATA): a made-up one of the same form is used");
  const mapping = ["--mapping", "servicenow-incidents", "--time-zone", "Europe/Lisbon"];
  holdfast(["import", "--database", database, ...mapping, "--until", until, "--until-is-now", log]);
  return { database, real: Boolean(REAL_LOG), copy: (to) => copyDatabase(database, to) };
}

/** Copies the database of a server that is stopped. */
export function copyDatabase(from, to) {
  for (const end of ["", "-wal", "-shm", "-life"]) {
    if (existsSync(from + end)) copyFileSync(from + end, to + end);
  }
  return to;
}
