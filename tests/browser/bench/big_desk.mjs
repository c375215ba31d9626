// The big desk: a hundred thousand tickets with a million events. Making it takes minutes, so it is kept where
// HOLDFAST_BIG says, if it says so.

import { once } from "node:events";
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

import { Api } from "../support/api.mjs";
import { copyDatabase } from "../support/desk.mjs";
import { BIG } from "../support/env.mjs";
import { folder } from "../support/folders.mjs";
import { Server, holdfast } from "../support/server.mjs";
import { deviceWithAll, everyHeader } from "./desk.mjs";

const TICKETS = "100000";
const SEED = "5";

/**
 * The database of the big desk, with the logins of an agent and of a lead, and every header as the API tells
 * it. Made once.
 * @param {{after: (undo: () => any) => void}} t how long it is kept, where it is not kept for ever
 * @returns {Promise<{database: string, login: string, colleague: string, headers: object[], events: number, words: string}>}
 */
export async function bigDesk(t) {
  const place = BIG ?? folder(t);
  mkdirSync(place, { recursive: true });
  const database = join(place, "desk.sqlite");
  const about = join(place, "desk.json");
  if (!existsSync(about)) {
    const people = await imported(place, database);
    writeFileSync(about, JSON.stringify({ ...people, ...(await told(t, database, people.login)) }));
  }
  const desk = JSON.parse(readFileSync(about, "utf8"));
  const words = `${desk.headers.length.toLocaleString("en")} tickets, ${desk.events.toLocaleString("en")} events`;
  console.log(`the big desk: ${words}`);
  return { database, ...desk, words };
}

/**
 * A device that has read all of the big desk, with no network and no server.
 * @returns {Promise<{context: any, url: string, port: number}>} the desk with its device; a server is expected at the port
 */
export async function bigDevice(t, desk) {
  const database = copyDatabase(desk.database, join(folder(t), "desk.sqlite"));
  const server = await Server.start(t, { database, args: ["--log", "warn"] });
  const context = await deviceWithAll(t, { server, ...desk });
  return { ...desk, database, context, url: server.url, port: server.port };
}

/** Makes up the desk and lets two people of it sign in. */
async function imported(place, database) {
  const file = join(place, "desk.jsonl.gz");
  // What was left by one that was broken off.
  rmSync(database, { force: true });
  holdfast(["generate", "--form", "holdfast", "--tickets", TICKETS, "--seed", SEED, "--out", file]);
  holdfast(["import", "--database", database, file]);
  const { people } = await firstLine(file);
  // One to sit at the desk, and one who may do something to every ticket.
  const [login, colleague] = ["agent", "lead"].map((wanted) => people.find(({ role }) => role === wanted).login);
  for (const person of [login, colleague]) holdfast(["password", "--database", database, person], "holdfast\n");
  return { login, colleague };
}

/** The first line of an export: rules, teams and people. */
async function firstLine(file) {
  const lines = createInterface(createReadStream(file).pipe(createGunzip()));
  try {
    const [line] = await once(lines, "line");
    return JSON.parse(line);
  } finally {
    lines.close();
  }
}

async function told(t, database, login) {
  const server = await Server.start(t, { database, args: ["--log", "warn"] });
  const headers = await everyHeader(server.url, login);
  const events = await (await Api.signIn(server.url, login)).head();
  await server.stop();
  return { headers, events };
}
