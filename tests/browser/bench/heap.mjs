// What the page of the big desk holds in memory, and how much more after a day's worth of live news.

import { randomUUID } from "node:crypto";

import { Api } from "../support/api.mjs";
import { pillSays } from "../support/app.mjs";
import { positionOf } from "../support/device.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { madeEvents } from "./events.mjs";
import { idle } from "./in_page.mjs";
import { everything } from "./list_page.mjs";
import { Memory } from "./memory.mjs";
import { megabytes } from "./rows.mjs";

const LIMIT = 200e6;
const GROWTH = 10e6;
/** Eight hours of a busy desk, in about a minute: so many events, so many at a time. */
const EVENTS = 5_000;
const AT_ONCE = 100;
const EVERY_MS = 1_000;

/** Two rows, on the big desk. */
export async function heap(t, desk) {
  return everything(desk, (page, memory) => measured(t, desk, page, memory), (page) => Memory.of(page));
}

async function measured(t, desk, page, memory) {
  await page.locator("#find").fill("a");
  await page.locator("#find").fill("");
  const all = await settled(page, memory);
  const { api, events } = await working(t, desk);
  await desk.context.setOffline(false);
  await pillSays(page, "synced", /./, 120_000);
  await send(api, page, events.slice(0, AT_ONCE));
  const before = await settled(page, memory);
  for (let at = AT_ONCE; at < EVENTS + AT_ONCE; at += AT_ONCE) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    await send(api, page, events.slice(at, at + AT_ONCE));
  }
  const after = await settled(page, memory);
  const growth = after.total - before.total;
  const parts = ({ scripts, wasm }) => `${megabytes(scripts)} of scripts and ${megabytes(wasm)} of wasm`;
  return [
    {
      name: `heap with ${desk.words}`,
      figure: megabytes(all.total),
      limit: megabytes(LIMIT),
      ok: all.total <= LIMIT,
      detail: `with all tickets listed, after a search and a collection: ${parts(all)}; ${memory.workers} workers counted as well`,
    },
    {
      name: `growth of the heap over ${EVENTS.toLocaleString("en")} live events, eight hours of a busy desk`,
      figure: megabytes(growth),
      limit: megabytes(GROWTH),
      ok: growth <= GROWTH,
      detail: `${AT_ONCE} at a time, each read before the next; before ${parts(before)}, after ${parts(after)}`,
    },
  ];
}

async function settled(page, memory) {
  await page.evaluate(idle, 50);
  return memory.used();
}

/** A colleague at another desk, and what they are going to do. */
async function working(t, { database, port, colleague, headers }) {
  const server = await Server.start(t, { database, port, args: ["--log", "warn"] });
  const api = await Api.signIn(server.url, colleague);
  const agents = (await api.reference()).directory.people.filter(({ role }) => role === "agent").map(({ id }) => id);
  const tickets = headers.filter(({ kind, team }) => team && !["resolved", "closed"].includes(kind));
  const events = madeEvents({ device: randomUUID(), by: api.person.id, agents, tickets, from: Date.now() });
  return { api, events };
}

/** Sends some of it, and waits until the page has read it. */
async function send(api, page, events) {
  const answers = await api.push(events);
  const refused = answers.filter(({ verdict }) => verdict !== "accepted");
  if (refused.length > 0) throw new Error(`the server refused ${refused.length} events: ${JSON.stringify(refused[0])}`);
  const head = await api.head();
  await until("the page to have read the news", async () => (await positionOf(page)).cursor >= head);
}
