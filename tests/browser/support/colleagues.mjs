// Two agents of one busy team of the imported desk, on two devices that have everything: synced once, then copied.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";

import { Api } from "./api.mjs";
import { browse, firstTab } from "./browser.mjs";
import { pillSays, signIn } from "./app.mjs";
import { copyDatabase, importedDesk } from "./desk.mjs";
import { countOf, positionOf } from "./device.mjs";
import { folder } from "./folders.mjs";
import { Line } from "./line.mjs";
import { holdfast, Server } from "./server.mjs";
import { until } from "./until.mjs";

const PASSWORD = "holdfast";

/** The desk, its busiest pair of agents, and the folders of their devices. */
export class Colleagues {
  /** @param {{after: (undo: () => any) => void}} t how long all of it is kept */
  static async prepare(t) {
    const all = new Colleagues();
    all.place = folder(t);
    all.desk = importedDesk(t);
    all.database = all.desk.copy(join(all.place, "desk.sqlite"));
    holdfast(["password", "--database", all.database, "admin"], `${PASSWORD}\n`);
    const first = await Server.start(t, { database: all.database });
    const api = await Api.signIn(first.url, "admin");
    all.logins = await busiestPair(api);
    await first.stop();
    for (const login of all.logins) holdfast(["password", "--database", all.database, login], `${PASSWORD}\n`);

    const server = await Server.start(t, { database: all.database });
    all.lines = [await Line.lay(t, server), await Line.lay(t, server)];
    await Promise.all(all.logins.map((login, at) => all.#fill(t, login, at)));
    await server.stop();
    return all;
  }

  async #fill(t, login, at) {
    const context = await browse(t, this.profile(at));
    const page = await firstTab(context);
    await signIn(page, this.lines[at].url, login, PASSWORD);
    await pillSays(page, "synced", /Synced/, 240_000);
    await until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));
    await context.close();
  }

  /** The folder of a device that has everything. */
  profile(at) {
    return join(this.place, `device-${at}`);
  }

  /**
   * Both of them at work: copies of the server and of the devices, as they were right after the first sync.
   * @param {{after: (undo: () => any) => void}} t
   */
  async atWork(t) {
    const place = folder(t);
    const database = copyDatabase(this.database, join(place, "desk.sqlite"));
    const server = await Server.start(t, { database });
    const api = await Api.signIn(server.url, "admin", PASSWORD);
    const devices = await Promise.all(
      this.lines.map(async (line, at) => {
        line.server = server;
        line.requests = [];
        await line.mend();
        const profile = join(place, `device-${at}`);
        await cp(this.profile(at), profile, { recursive: true });
        const context = await browse(t, profile);
        const page = await firstTab(context);
        await page.goto(line.url);
        await pillSays(page, "synced", /Synced/);
        return { line, context, page, profile, login: this.logins[at] };
      }),
    );
    const head = await api.head();
    for (const { page } of devices) {
      assert.equal((await positionOf(page)).cursor, head, "the device has read everything");
      assert.equal(await countOf(page, "events"), head, "the device has every event that the server has");
    }
    return { server, api, database, devices, head };
  }
}

/** Open tickets of one team: enough of them that a test can take its own. */
export async function openTickets(api, team) {
  const pages = await Promise.all(["open", "new"].map((status) => api.tickets(`status=${status}&team=${team}&limit=200`)));
  return pages.flat();
}

// The logins of the two agents who have the most open tickets in one team.
async function busiestPair(api) {
  const { directory } = await api.reference();
  let best = { tickets: [], people: [] };
  for (const team of directory.teams) {
    const tickets = await openTickets(api, team.id);
    const people = [...new Set(tickets.map(({ agent }) => agent).filter(Boolean))];
    if (people.length >= 2 && tickets.length > best.tickets.length) best = { team, tickets, people };
  }
  const load = (person) => best.tickets.filter(({ agent }) => agent === person).length;
  const pair = best.people.sort((one, other) => load(other) - load(one)).slice(0, 2);
  console.log(`${best.team.name} has ${best.tickets.length} open tickets`);
  return pair.map((id) => loginOf(directory.people.find((person) => person.id === id).name));
}

const loginOf = (name) => name.trim().toLowerCase().split(/[^a-z0-9]+/).filter(Boolean).join(".");
