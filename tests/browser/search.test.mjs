// Searching on the device: everything that is on it, with no network, as it is typed.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, raise, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { dump } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

async function device(t, server, login) {
  const context = await browse(t, join(folder(t), "profile"));
  const page = await firstTab(context);
  await signIn(page, server.url, login);
  await pillSays(page, "synced", /Synced/);
  return page;
}

const subjects = (page) => page.locator(".row .row-what").allTextContents();
const foot = (page) => page.locator(".list-foot").textContent();

/** Types words and waits until exactly these tickets are found, by subject and in any order. */
async function finds(page, words, expected) {
  await page.locator("#find").fill(words);
  await until(
    `${words} to find ${expected.length}`,
    async () => {
      const [found, said] = [await subjects(page), await foot(page)];
      const isAnswered = /found$/.test(said) && !said.includes("rows say");
      return isAnswered && JSON.stringify(found.toSorted()) === JSON.stringify(expected.toSorted());
    },
    { within: 15_000, told: async () => `${await foot(page)}: ${JSON.stringify(await subjects(page))}` },
  );
}

test("words, beginnings, typos, phrases, numbers and people are found in all texts, offline as well", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const page = await device(t, server, "ana");
  const api = await Api.signIn(server.url, "ana");
  const [first, second] = await api.tickets("status=open&limit=2");
  await openTicket(page, first.id);
  await saved(page, "Note for the team", () => write(page, "n", "The flux capacitor hums in the crawlspace"));
  await openTicket(page, second.id);
  await saved(page, "Reply", () => write(page, "r", "We found a capacitor of the wrong flux here"));
  await pillSays(page, "synced", /Synced/);
  await server.stop();
  await page.context().setOffline(true);
  await raise(page, "Zeppelin hangar door stuck");
  await page.locator(".ticket-head h1", { hasText: "Zeppelin" }).waitFor();
  await go(page, "/queue/all");

  await finds(page, "flux capacitor", [first.subject, second.subject]);
  await finds(page, '"flux capacitor"', [first.subject]);
  await finds(page, "capac", [first.subject, second.subject]);
  await finds(page, "crawlspcae", [first.subject]);
  await finds(page, `HF-${first.number}`, [first.subject]);
  // What has not been sent is found as well.
  await finds(page, "zeppelin hangar", ["Zeppelin hangar door stuck"]);

  // Why it was found stands below it, marked.
  await finds(page, "crawlspace", [first.subject]);
  await until("the passage", async () => (await page.locator(".row-found mark").allTextContents()).includes("crawlspace"));

  // Terms are asked of the queue, the rest is searched for among what they leave.
  const [one, other] = await Promise.all([first, second].map(({ priority }) => priority));
  if (one !== other) {
    await page.locator("#find").fill("");
    await page.locator("#find").pressSequentially(`priority:${one} `);
    await finds(page, "flux", [first.subject]);
    assert.match(page.url(), /q=priority/);
  }
});

test("a blank ends a word, and what is typed in quotes goes on until they are closed", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const page = await device(t, server, "ana");
  const api = await Api.signIn(server.url, "ana");
  const [first, second] = await api.tickets("status=open&limit=2");
  await openTicket(page, first.id);
  await saved(page, "Note for the team", () => write(page, "n", "The quokka sensor is on shelf 83"));
  await openTicket(page, second.id);
  await saved(page, "Note for the team", () => write(page, "n", "The quokka sensors are on shelf 831"));
  await go(page, "/queue/all");
  await finds(page, "quokka sensor", [first.subject, second.subject]);
  await finds(page, "quokka shelf 83", [first.subject, second.subject]);
  await finds(page, "quokka shelf 83 ", [first.subject]);
  await finds(page, '"quokka sens', [first.subject, second.subject]);
  await finds(page, '"quokka sensor"', [first.subject]);

  // A value in quotes is one value, blanks and all.
  const { name } = (await api.reference()).rules.priorities.find(({ id }) => id === first.priority);
  assert.match(name, / /);
  await page.locator("#find").fill("");
  await page.locator("#find").pressSequentially(`priority:"${name}" `);
  assert.deepEqual(await page.locator(".filter > .chip:first-child .cut").allTextContents(), [`Priority: ${name}`]);
  assert.equal(await page.locator("#find").inputValue(), "");
});

test("the index is there at the next start, and is built anew where it is damaged", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const profile = join(folder(t), "profile");
  const context = await browse(t, profile);
  const page = await firstTab(context);
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await go(page, "/queue/all");
  await finds(page, "gate delivery notes", ["Gate B cannot print delivery notes"]);
  for (const harm of [() => {}, damage]) {
    await page.evaluate(harm);
    await page.reload();
    await page.locator(".shell[data-whole]").waitFor();
    await finds(page, "gate delivery notes", ["Gate B cannot print delivery notes"]);
  }
});

/** Makes nonsense of everything that is kept of the index. */
async function damage() {
  const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.endsWith("/search"));
  for (const name of names) {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const tx = database.transaction("segments", "readwrite");
    const store = tx.objectStore("segments");
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      cursor.update(new Uint8Array([1, 2, 3]));
      cursor.continue();
    };
    await new Promise((resolve) => (tx.oncomplete = resolve));
    database.close();
  }
}

test("a requester finds no note, and what a lead took back is found no more", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const ana = await device(t, server, "ana");
  const api = await Api.signIn(server.url, "ana");
  const tickets = await api.tickets("limit=200");
  const people = (await api.reference()).directory.people;
  const lena = people.find(({ name }) => name.startsWith("Lena"));
  const hers = tickets.find(({ requester, kind }) => requester === lena.id && kind !== "closed");
  await openTicket(ana, hers.id);
  await saved(ana, "Note for the team", () => write(ana, "n", "Marmalade is the codeword"));
  await saved(ana, "Reply", () => write(ana, "r", "The marzipan is on its way"));
  await pillSays(ana, "synced", /Synced/);
  const page = await device(t, server, "lena");
  await go(page, "/queue/all");
  await finds(page, "marzipan", [hers.subject]);
  await finds(page, "marmalade", []);

  await go(ana, "/queue/all");
  await finds(ana, "marmalade", [hers.subject]);
  const ines = await device(t, server, "ines");
  await openTicket(ines, hers.id);
  await ines.locator(".log .item", { hasText: "Marmalade" }).getByRole("button", { name: "Remove these words" }).click();
  await saved(ines, "Words removed", () => ines.getByRole("button", { name: "Remove the words" }).click());
  await finds(ana, "marzipan", [hers.subject]);
  await finds(ana, "marmalade", []);
  // Not even as words of the index.
  await until("the index to be without it", async () => !(await dump(ana)).toLowerCase().includes("marmalade"), { within: 30_000 });
});
