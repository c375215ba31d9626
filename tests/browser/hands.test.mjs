// By keyboard alone, by thumb on a phone, and for whoever reads the page with something other than their eyes.

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { go, handsOff, openTicket, pillSays, saved, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { folder } from "./support/folders.mjs";
import { picture, violations } from "./support/looks.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst, wholeFile } from "./support/whole-file.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** The least that a thumb hits. */
const THUMB = 44;

const file = wholeFile();
let server, ticket;
before(async () => {
  server = await Server.start(file, { database: join(folder(file), "desk.sqlite"), args: ["--demo"] });
  const api = await Api.signIn(server.url, "ana");
  [ticket] = await api.tickets("status=open&limit=1");
});

async function signedIn(test, options) {
  const page = await firstTab(await browse(lastFirst(test), folder(test), options));
  await signIn(page, server.url, "ana");
  await pillSays(page, "synced", /Synced/);
  return page;
}

const hash = (page) => page.evaluate(() => location.hash);
const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.className || document.activeElement?.tagName);
const isAt = (page, place) => until(`to be at ${place}`, async () => (await hash(page)).includes(place), { told: () => hash(page) });
const hasFocus = (page, id) => until(`the focus on ${id}`, async () => (await focused(page)) === id, { within: 5_000, told: () => focused(page) });

describe("by keyboard", () => {
  test("j and k walk the queue, Enter opens, and inside a ticket they go on to the next", async (t) => {
    const page = await signedIn(t);
    const rows = await page.locator(".row").evaluateAll((rows) => rows.map(({ id }) => id));
    await page.keyboard.press("j");
    await hasFocus(page, rows[0]);
    await page.keyboard.press("j");
    await hasFocus(page, rows[1]);
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await hasFocus(page, rows[1]);
    await page.keyboard.press("ArrowDown");
    await hasFocus(page, rows[2]);
    await page.keyboard.press("End");
    await hasFocus(page, rows.at(-1));
    await page.keyboard.press("Home");
    await hasFocus(page, rows[0]);
    await page.keyboard.press("Enter");
    await isAt(page, rows[0].slice(2));
    await page.keyboard.press("j");
    await isAt(page, rows[1].slice(2));
    await page.keyboard.press("k");
    await isAt(page, rows[0].slice(2));
    await page.keyboard.press("Escape");
    await isAt(page, "/queue/mine");
  });

  test("every key does what the list of keys says", async (t) => {
    const page = await signedIn(t);
    await openTicket(page, ticket.id);
    for (const [key, mode] of [["r", "reply"], ["n", "note"]]) {
      await handsOff(page);
      await page.keyboard.press(key);
      await hasFocus(page, "composer-text");
      assert.equal(await page.locator(".composer").getAttribute("data-mode"), mode);
      await page.keyboard.press("Escape");
      await hasFocus(page, "main");
    }
    const isClosed = async () => {
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      await hasFocus(page, "main");
    };
    const lists = { s: "Status", a: "Who is to have it?", p: "Priority", "Control+k": /./ };
    for (const [key, name] of Object.entries(lists)) {
      await handsOff(page);
      await page.keyboard.press(key);
      await page.locator("dialog[open].palette").waitFor();
      if (typeof name === "string") assert.equal(await page.locator("dialog[open]").getAttribute("aria-label"), name);
      await page.keyboard.press("Escape");
      await isClosed();
    }
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.locator("dialog[open][aria-label=Category]").waitFor();
    await page.keyboard.press("Escape");
    await isClosed();
    await page.keyboard.press("?");
    await page.locator("dialog[open] .shortcuts").waitFor();
    await page.keyboard.press("Escape");
    await isClosed();
    await page.keyboard.press("/");
    await hasFocus(page, "find");
    await handsOff(page);
    for (const [letter, place] of [["w", "/work"], ["t", "/queue/teams"], ["m", "/queue/mine"]]) {
      await page.keyboard.press("g");
      await page.keyboard.press(letter);
      await isAt(page, place);
    }
    await page.keyboard.press("c");
    await isAt(page, "/new");
    await hasFocus(page, "new-subject");
  });

  test("a key that comes right after a dialog was closed opens the next, and that stays", async (t) => {
    const page = await signedIn(t);
    await openTicket(page, ticket.id);
    await handsOff(page);
    await page.keyboard.press("s");
    await page.locator("dialog[open][aria-label=Status]").waitFor();
    // Both in one task: the dialog tells that it was closed only after it.
    await page.evaluate(() => {
      const closed = document.querySelector("dialog[open]");
      closed.addEventListener("close", () => (window.told = true));
      closed.close();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "p", bubbles: true }));
    });
    await until("the first to tell that it was closed", () => page.evaluate(() => window.told));
    await page.locator("dialog[open][aria-label=Priority]").waitFor({ timeout: 5_000 });
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await hasFocus(page, "main");
  });

  test("a key is a letter while somebody types", async (t) => {
    const page = await signedIn(t);
    const letters = "jkrnsapc/?gm";
    for (const [place, id] of [["/new", "new-subject"], ["/queue/mine", "find"], [`/tickets/${ticket.id}`, "composer-text"]]) {
      await go(page, place);
      await page.locator(`#${id}`).focus();
      await page.keyboard.type(letters);
      assert.equal(await page.locator(`#${id}`).inputValue(), letters);
      assert.ok((await hash(page)).includes(place));
      assert.equal(await page.locator("dialog[open]").count(), 0);
      await page.locator(`#${id}`).fill("");
    }
  });

  test("the focus is never lost when a dialog closes", async (t) => {
    const page = await signedIn(t);
    await openTicket(page, ticket.id);
    const isSomewhere = async (after) => {
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      await until(`the focus to be somewhere after ${after}`, async () => (await focused(page)) !== "BODY", { within: 3_000 });
    };
    for (const key of ["s", "a", "p", "?", "Control+k"]) {
      await handsOff(page);
      await page.keyboard.press(key);
      await page.locator("dialog[open]").waitFor();
      assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("dialog"))), `${key}: the focus is in the dialog`);
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      await hasFocus(page, "main");
    }
    // From a button, chosen and not turned away from.
    await page.locator(".props button").first().focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open] .palette-input").waitFor();
    await page.keyboard.type("hold");
    await page.keyboard.press("Enter");
    await page.locator("#transition-text").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await isSomewhere("a transition that was turned away from");
    // Done: the verb whose dialog it was may be gone.
    await page.locator(".verbs button", { hasText: "Put on hold" }).focus();
    await page.keyboard.press("Enter");
    await hasFocus(page, "transition-text");
    await saved(page, "Done", () => page.keyboard.press("Control+Enter"));
    await isSomewhere("a transition");
    await page.keyboard.press("s");
    await page.locator("dialog[open] .palette-input").waitFor();
    await page.keyboard.type("Resume");
    await page.keyboard.press("Enter");
    await hasFocus(page, "transition-text");
    await saved(page, "Done", () => page.keyboard.press("Control+Enter"));
    await isSomewhere("a transition by the list");
  });
});

describe("by thumb, on a phone", () => {
  test("the places are at the bottom, a ticket has a way back, and nothing scrolls sideways", async (t) => {
    const page = await signedIn(t, PHONE);
    await page.locator(".places").waitFor();
    const bar = await page.locator(".places").boundingBox();
    assert.ok(Math.abs(bar.y + bar.height - PHONE.viewport.height) < 2, "at the bottom");
    await page.locator(".row").first().tap();
    await page.locator(".ticket-head h1").waitFor();
    assert.equal(await page.locator("[data-pane=list]").isVisible(), false, "one pane at a time");
    await page.locator(".bar .back").tap();
    await page.locator(".row").first().waitFor();
    for (const [name, place] of [["Search", "/search"], ["New", "/new"], ["Me", "/me"], ["Queue", "/queue/"]]) {
      await page.locator(".place", { hasText: name }).tap();
      await isAt(page, place);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= PHONE.viewport.width, `${place} is ${wide} px wide`);
    }
  });

  test("what is pressed is big enough for a thumb", async (t) => {
    const page = await signedIn(t, PHONE);
    const places = {
      queue: ["/queue/mine", ".row"],
      ticket: [`/tickets/${ticket.id}`, ".log .item"],
      new: ["/new", "#new-subject"],
      work: ["/work", ".work-head"],
      me: ["/me", ".settings"],
    };
    const small = [];
    for (const [name, [place, sign]] of Object.entries(places)) {
      await go(page, place);
      await page.locator(sign).first().waitFor();
      await picture(page, `phone-${name}`);
      const found = await page.evaluate((least) => {
        const pressed = document.querySelectorAll("button, a.btn, .row, .place, select, [role=tab], .seg label");
        const seen = [...pressed].filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 0);
        return seen
          .map((element) => [element.textContent.trim().slice(0, 24) || element.getAttribute("aria-label") || element.className, element.getBoundingClientRect()])
          .filter(([, { width, height }]) => Math.round(height) < least || Math.round(width) < Math.min(least, 40))
          .map(([words, { width, height }]) => `${words}: ${Math.round(width)}x${Math.round(height)}`);
      }, THUMB);
      small.push(...found.map((words) => `${name}: ${words}`));
    }
    assert.deepEqual([...new Set(small)], []);
  });
});

describe("for everybody", () => {
  for (const colorScheme of ["light", "dark"]) {
    test(`no page has a serious hindrance, ${colorScheme}`, async (t) => {
      const page = await firstTab(await browse(lastFirst(t), folder(t), { colorScheme }));
      const found = [];
      const judge = async (name) => {
        await picture(page, `desk-${colorScheme}-${name}`);
        found.push(...(await violations(page)).map((words) => `${name}: ${words}`));
      };
      await page.goto(server.url);
      await page.locator("#login").waitFor();
      await judge("sign-in");
      await signIn(page, server.url, "ana");
      await pillSays(page, "synced", /Synced/);
      await judge("queue");
      await openTicket(page, ticket.id);
      await judge("ticket");
      await page.keyboard.press("Control+k");
      await page.locator("dialog[open]").waitFor();
      await judge("palette");
      await page.keyboard.press("Escape");
      for (const place of ["new", "work", "me"]) {
        await go(page, `/${place}`);
        await page.locator(`[data-pane=${place}]`).waitFor();
        await judge(place);
      }
      assert.deepEqual(found, []);
    });
  }
});
