// The browser throws the desk's data away, under the open page or while it is closed, or it cannot be read any more: the
// person is told, nothing that is still there is lost with it, and everything else is read again.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, handsOff, openTicket, pillSays, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { barePage, emptyProfile, leaveConnections, nameOf, spoilFiles, throwAway } from "./support/damage.mjs";
import { countOf, headersOn, positionOf, stored } from "./support/device.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

async function deskOnALine(t, before = async () => {}) {
  const place = folder(t);
  const profile = join(place, "profile");
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, profile);
  await before(context);
  const page = await firstTab(context);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const api = await Api.signIn(server.url, "ana");
  const [ticket, other] = await api.tickets("status=open&limit=2");
  return { profile, server, line, context, page, api, ticket, other, tickets: (await headersOn(page)).length };
}

const note = (page, words) => saved(page, "Note for the team", () => write(page, "n", words));
const trouble = (page, words) => page.locator(".trouble", { hasText: words }).waitFor();
const textsSince = async (api, head) => (await api.pull(head)).events.map(({ event }) => event.changes[0].text);
const kept = (page) => until("the note of what is kept", () => page.evaluate(() => localStorage.getItem("holdfast.kept")));

/** How a database goes while a page works with it. */
const WAYS = {
  "the browser clears its databases away": ({ page, line }) => throwAway(page, line.url),
  "the browser clears everything of the site away": ({ page, line }) => throwAway(page, line.url, "all"),
  "another tab deletes it": async ({ page, line, context }) => {
    const name = await nameOf(page);
    const other = await barePage(context, line.url);
    await other.evaluate(
      (name) =>
        new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name);
          request.onsuccess = resolve;
          request.onerror = () => reject(request.error);
          request.onblocked = () => reject(new Error("the open page does not make way"));
        }),
      name,
    );
    await other.close();
  },
};

for (const [way, takeAway] of Object.entries(WAYS)) {
  // Verifies: F65, F64.
  test(`${way} under the open page: what was not sent is kept again, and goes out`, async (t) => {
    const desk = await deskOnALine(t, leaveConnections);
    const { line, page, api, ticket, other, tickets } = desk;
    const head = await api.head();
    await openTicket(page, ticket.id);
    await line.cut();
    await note(page, "One");
    await note(page, "Two");
    await page.locator("#composer-text").fill("Not finished");
    await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
    await page.evaluate(() => void (window.sameLife = true));
    const before = await page.evaluate(() => window.opened);
    await takeAway(desk);
    await trouble(page, "2 things you did had not been sent, and are saved again");
    assert.ok((await page.evaluate(() => window.opened)) - before < 6, "it does not open it again and again");
    assert.equal(await page.locator("#composer-text").inputValue(), "Not finished");
    const texts = async () => (await stored(page, ["outbox"])).outbox.map(({ value }) => value.proposed.event.changes[0].text);
    await until("it to be on the disk again", async () => (await texts()).join() === "One,Two");
    await until("the draft too", async () => (await stored(page, ["drafts"])).drafts[0]?.value === "Not finished");
    await openTicket(page, other.id);
    await note(page, "Three");
    await openTicket(page, ticket.id);
    assert.equal(await page.evaluate(() => window.sameLife), true);

    await line.mend();
    await until("everything to arrive", async () => (await api.head()) === head + 3, { within: 90_000 });
    await until("the desk to be read again", async () => (await headersOn(page)).length === tickets, { within: 60_000 });
    await until("the outbox to be empty", async () => (await countOf(page, "outbox")) === 0);
    assert.deepEqual(await textsSince(api, head), ["One", "Two", "Three"]);
    await pillSays(page, "synced", /Synced/);
    // Who is signed in is known again as well.
    await page.reload();
    await page.locator(".log .item").first().waitFor();
    await handsOff(page);
    await page.keyboard.press("n");
    await until("the draft", async () => (await page.locator("#composer-text").inputValue()) === "Not finished");
  });
}

// Verifies: F53.
test("what cannot be read is taken out and said, and everything else is read again", async (t) => {
  const { line, page, api, ticket, tickets } = await deskOnALine(t);
  const head = await api.head();
  await openTicket(page, ticket.id);
  await line.cut();
  for (const text of ["Readable", "Not readable", "Readable as well"]) await note(page, text);
  const name = await nameOf(page);
  await page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const tx = request.result.transaction(["outbox", "open"], "readwrite");
          tx.objectStore("outbox").put("{\"proposed\":", 2);
          tx.objectStore("open").add(Uint8Array.of(1, 2, 3, 4, 5, 6));
          tx.oncomplete = () => resolve(request.result.close());
        };
      }),
    name,
  );
  await page.reload();
  await page.getByRole("heading", { name: "The desk could not be opened" }).waitFor();
  await page.getByText("what you did and was not sent is kept where it can still be read").waitFor();
  await line.mend();
  await page.getByRole("button", { name: "Read everything again" }).click();
  await trouble(page, "One thing you did could not be read any more, and is lost");
  await until("what could be read to arrive", async () => (await api.head()) === head + 2, { within: 90_000 });
  assert.deepEqual(await textsSince(api, head), ["Readable", "Readable as well"]);
  await until("the desk to be read again", async () => (await headersOn(page)).length === tickets);
});

/** Closes the browser, does something to its profile, and opens the app again. */
async function meanwhile(t, { context, profile, line }, act) {
  await context.close();
  act(profile);
  const again = await browse(t, profile);
  const page = await firstTab(again);
  await page.addInitScript(() => {
    const { persist } = StorageManager.prototype;
    StorageManager.prototype.persist = function () {
      window.askedToPersist = true;
      return persist.call(this);
    };
  });
  await signIn(page, line.url, "ana");
  return page;
}

// Verifies: F53, F64.
test("damaged files: the desk is made anew, and what was lost is said", async (t) => {
  const desk = await deskOnALine(t);
  await openTicket(desk.page, desk.ticket.id);
  await desk.line.cut();
  await note(desk.page, "Never sent");
  await until("the note of it", async () => (await kept(desk.page)).includes(",1]"));
  await desk.line.mend();
  const page = await meanwhile(t, desk, (profile) => assert.ok(spoilFiles(profile) > 0));
  await trouble(page, "This browser has lost what Holdfast kept on this device. One thing you did had not been sent, and may be lost");
  await pillSays(page, "synced", /Synced/);
  assert.equal((await headersOn(page)).length, desk.tickets, "everything is read again");
  await page.locator(".trouble").getByRole("button", { name: "Close" }).click();
  await page.reload();
  await pillSays(page, "synced", /Synced/);
  assert.equal(await page.locator(".trouble p").count(), 0, "it is said once");
});

// Verifies: F64.
test("the databases are gone and nothing waited: that is said too", async (t) => {
  const desk = await deskOnALine(t);
  await until("the note of it", async () => (await kept(desk.page)).includes(",0]"));
  const page = await meanwhile(t, desk, (profile) => emptyProfile(profile, { except: ["Local Storage"] }));
  await trouble(page, "As far as it knows, everything you did had been sent");
  await pillSays(page, "synced", /Synced/);
  assert.equal((await headersOn(page)).length, desk.tickets);
});

// Verifies: F64.
test("nothing at all is left of somebody who has worked before: what may be lost is said, and the browser is asked to keep it", async (t) => {
  const desk = await deskOnALine(t);
  const head = await desk.api.head();
  await openTicket(desk.page, desk.ticket.id);
  await note(desk.page, "From before");
  await until("it to arrive", async () => (await desk.api.head()) === head + 1);
  const page = await meanwhile(t, desk, (profile) => emptyProfile(profile));
  await trouble(page, "This browser has nothing of yours from before");
  await pillSays(page, "synced", /Synced/);
  assert.equal((await positionOf(page)).cursor, head + 1);
  assert.equal(await page.evaluate(() => window.askedToPersist), true);
});

// Verifies: F64.
test("work that has waited for days is warned of", async (t) => {
  const { line, page, ticket } = await deskOnALine(t, (context) => context.clock.install());
  await openTicket(page, ticket.id);
  await line.cut();
  await note(page, "For later");
  await page.clock.fastForward(71 * 3_600_000);
  await trouble(page, "One thing you did has waited for 2 days to be sent");
  await go(page, "/queue/mine");
  await page.locator(".trouble").getByRole("link", { name: "Your work" }).click();
  await page.locator(".work-head").waitFor();
  await line.mend();
  await pillSays(page, "synced", /Synced/, 120_000);
  await until("the warning to be gone", async () => (await page.locator(".trouble p").count()) === 0);
});
