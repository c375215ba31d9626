// Hands that press twice: keys that bounce, a button clicked doubly, an impatient second press while the disk is slow.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { choose, handsOff, openTicket, pillSays, signIn, type, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { folder } from "./support/folders.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

/** Presses Ctrl and Enter, or Enter, in a field two times before the page can do anything in between. */
const pressTwice = (field, ctrlKey = false) =>
  field.evaluate((element, ctrlKey) => {
    for (let time = 0; time < 2; time++) {
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey, bubbles: true, cancelable: true }));
    }
  }, ctrlKey);

test("what is pressed twice happens once", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo"] });
  const api = await Api.signIn(server.url, "ana");
  const tickets = await api.tickets("status=open&limit=20");
  const ticket = tickets.find(({ assignee }) => assignee !== api.person.id);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await openTicket(page, ticket.id);
  const before = (await api.history(ticket.id)).length;
  const events = async () => (await api.history(ticket.id)).slice(before);
  // The rounds have come and gone when what was done last has arrived.
  const arrived = (count) => until(`${count} events`, async () => (await events()).length >= count);

  await type(page, "n", "Looked at the pump");
  await pressTwice(page.locator("#composer-text"), true);
  await arrived(1);

  await choose(page, "s", "Resolve");
  await page.locator("#transition-text").fill("Works again");
  await pressTwice(page.locator("#transition-text"), true);
  await arrived(2);

  await handsOff(page);
  await page.keyboard.press("c");
  await page.locator("#new-subject").fill("Pump two hums");
  const head = await api.head();
  await page.locator("#new-subject").evaluate(({ form }) => {
    form.requestSubmit();
    form.requestSubmit();
  });
  await page.waitForURL(/#\/tickets\//);
  await pillSays(page, "synced", /Synced/);
  await until("the new ticket", async () => (await api.head()) > head);

  await openTicket(page, ticket.id);
  await write(page, "n", "The last word");
  await arrived(3);
  const kinds = (await events()).map(({ event }) => event.changes.map(({ kind }) => kind).join());
  assert.deepEqual(kinds, ["noted", "noted,transitioned", "noted"], "one event for each press");
  assert.equal(await api.head(), head + 2, "one ticket was raised");
  assert.equal(await page.locator(".notice[data-kind=bad]").count(), 0);
});
