// Words that should not be there, and tickets that should not: a lead takes them back, and they go from every device.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { dump, headersOn } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { picture } from "./support/looks.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const WORDS = "The password is swordfish";

async function device(t, url, login) {
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await signIn(page, url, login);
  await pillSays(page, "synced", /Synced/);
  return page;
}

// Verifies: F39.
test("a lead removes words and deletes a ticket, also with no network; they go from server and devices", async (t) => {
  const server = await Server.start(t, { database: join(folder(t), "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const api = await Api.signIn(server.url, "ana");
  const [ticket, other] = await api.tickets("status=open&limit=2");
  const ana = await device(t, server.url, "ana");
  await openTicket(ana, ticket.id);
  await saved(ana, "Note for the team", () => write(ana, "n", WORDS));
  const remove = { name: "Remove these words" };
  assert.equal(await ana.getByRole("button", remove).count(), 0, "an agent takes back nothing");
  assert.equal(await ana.getByRole("button", { name: "Delete this ticket" }).count(), 0);

  const ines = await device(t, line.url, "ines");
  await openTicket(ines, ticket.id);
  const item = ines.locator(".log .item", { hasText: WORDS });
  await item.waitFor();
  await line.cut();
  await item.getByRole("button", remove).click();
  await picture(ines, "take-back");
  await ines.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await ines.locator("dialog[open]").count(), 0);
  await item.getByRole("button", remove).click();
  await saved(ines, "Words removed", () => ines.getByRole("button", { name: "Remove the words" }).click());
  await openTicket(ines, other.id);
  await ines.locator("[data-pane=side]").getByRole("button", { name: "Delete this ticket" }).click();
  await saved(ines, "Ticket deleted", () => ines.getByRole("button", { name: "Delete the ticket" }).click());
  assert.equal(await ines.locator(".verbs .btn, .composer").count(), 0, "nothing more can be done to it");
  await line.mend();

  await until("the server to be without the words", async () => !JSON.stringify(await api.history(ticket.id)).includes(WORDS), { within: 60_000 });
  assert.match(JSON.stringify(await api.history(ticket.id)), /\(removed\)/);
  for (const page of [ana, ines]) {
    await until("the device to be without them", async () => !(await dump(page)).includes(WORDS), { within: 60_000 });
    await until("the ticket to be gone from it", async () => (await headersOn(page)).find(({ id }) => id === other.id)?.deleted === true, { within: 60_000 });
    assert.ok(!(await dump(page)).includes(JSON.stringify(other.subject).slice(1, -1)), "its subject too");
  }
  await ines.getByText("This ticket was deleted").waitFor();
  const link = ines.locator(".rail-link", { hasText: "All tickets" });
  await link.click();
  await until("the queue and its count to agree without it", async () => {
    const listed = await ines.getByText(/^\d+ tickets, by deadline$/).first().textContent();
    return parseInt(listed, 10) === parseInt((await link.textContent()).replace(/\D/g, ""), 10);
  });
  await picture(ines, "deleted");
});
