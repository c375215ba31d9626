// Two devices of a desk that have read everything. On one of them 10,000 events wait: they were put into its outbox past
// the app, in the form in which the app keeps them.

import { cp } from "node:fs/promises";
import { join } from "node:path";

import { Api } from "../support/api.mjs";
import { pillSays, signIn } from "../support/app.mjs";
import { browse, firstTab } from "../support/browser.mjs";
import { copyDatabase } from "../support/desk.mjs";
import { countOf, databaseOf, positionOf, stored } from "../support/device.mjs";
import { folder } from "../support/folders.mjs";
import { Server } from "../support/server.mjs";
import { until } from "../support/until.mjs";
import { EVENTS, TICKETS, madeEvents } from "./events.mjs";
import { putTexts } from "./in_page.mjs";

const SENDER = "ana";
const READER = "ben";
const AT_ONCE = 10;
/** Both have been open for a while: every part of the app is there. */
const WHOLE = ".shell[data-whole]";

/** The desk with its two devices, to be copied for every run. */
export class Waiting {
  /** @param {{after: (undo: () => any) => void}} t how long all of it is kept */
  static async prepare(t) {
    const desk = new Waiting();
    desk.place = folder(t);
    desk.database = join(desk.place, "desk.sqlite");
    const server = await Server.start(t, { database: desk.database, args: ["--demo", "--log", "warn"] });
    // Every copy is served at the same address, which the devices know.
    desk.port = server.port;
    const api = await Api.signIn(server.url, SENDER);
    const tickets = await raised(api);
    desk.head = await api.head();
    await (await desk.#device(t, server, READER)).context.close();
    const { context, page } = await desk.#device(t, server, SENDER);
    await context.setOffline(true);
    await desk.#wait(page, api, tickets);
    await context.close();
    await server.stop();
    console.log(`${EVENTS} events wait on a device, ${TICKETS} tickets are on it`);
    return desk;
  }

  async #device(t, server, login) {
    const context = await browse(t, join(this.place, login));
    const page = await firstTab(context);
    await signIn(page, server.url, login);
    await pillSays(page, "synced", /./, 240_000);
    if ((await positionOf(page)).cursor < this.head) throw new Error(`${login}'s device has not read everything`);
    await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
    return { context, page };
  }

  async #wait(page, api, tickets) {
    const { facts } = await stored(page, ["facts"]);
    const device = facts.find(({ key }) => key === "device").value;
    const agents = (await api.reference()).directory.people.filter(({ role }) => role === "agent").map(({ id }) => id);
    this.events = madeEvents({ device, by: api.person.id, agents, tickets, from: Date.now() });
    const texts = this.events.map((proposed) => JSON.stringify({ proposed }));
    await page.evaluate(putTexts, { name: await databaseOf(page), store: "outbox", texts });
    const count = await countOf(page, "outbox");
    if (count !== EVENTS) throw new Error(`${count} events wait instead of ${EVENTS}`);
  }

  /**
   * A copy of all of it, with a server that runs.
   * @param {{after: (undo: () => any) => void}} t
   * @returns {Promise<Run>}
   */
  async begin(t) {
    const place = folder(t);
    const database = copyDatabase(this.database, join(place, "desk.sqlite"));
    for (const login of [SENDER, READER]) await cp(join(this.place, login), join(place, login), { recursive: true });
    const server = await Server.start(t, { database, port: this.port, args: ["--log", "warn"] });
    return new Run(t, this, place, server);
  }
}

/** One copy at work. */
class Run {
  constructor(t, desk, place, server) {
    Object.assign(this, { t, desk, place, server });
  }

  /** Opens the device on which events wait, offline. `watch` runs in the page before anything else. */
  async sender(watch) {
    const context = await browse(this.t, join(this.place, SENDER));
    await context.setOffline(true);
    if (watch) await context.addInitScript(watch);
    const page = await firstTab(context);
    await page.goto(this.server.url);
    await pillSays(page, "offline", /./);
    await page.locator(WHOLE).waitFor();
    return { context, page };
  }

  /** Opens the other device, which has nothing to do. */
  async reader() {
    const context = await browse(this.t, join(this.place, READER));
    const page = await firstTab(context);
    await page.goto(this.server.url);
    await pillSays(page, "synced", /./);
    await page.locator(WHOLE).waitFor();
    return { context, page };
  }

  /** Everything waiting has arrived, once, and nothing of it was refused. */
  async check(page) {
    const head = await (await Api.signIn(this.server.url, SENDER)).head();
    const left = (await countOf(page, "outbox")) + (await countOf(page, "parked"));
    if (head !== this.desk.head + EVENTS || left > 0) {
      throw new Error(`the server has ${head - this.desk.head} of ${EVENTS} events, ${left} are left on the device`);
    }
  }
}

/** A thousand tickets, the newest of a busy desk: all of them are new. */
async function raised(api) {
  const { directory } = await api.reference();
  const requesters = directory.people.filter(({ role }) => role === "requester");
  const tickets = [];
  while (tickets.length < TICKETS) {
    const some = Array.from({ length: AT_ONCE }, (_, at) =>
      api.raise({
        subject: `The tunnel to depot ${tickets.length + at} drops every few minutes`,
        requester: requesters[at % requesters.length].id,
        channel: "phone",
        priority: "p3",
        team: directory.teams[at % directory.teams.length].id,
      }),
    );
    tickets.push(...(await Promise.all(some)));
  }
  return tickets;
}
