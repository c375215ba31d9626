// Whatever answers instead of the server, and however it refuses: nothing is taken for sent, nothing is lost, and when the
// fault has healed everything goes out by itself.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, pillSays, raise, saved, signIn, write } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const PORTAL = "<!doctype html><title>Welcome to Hotel Wi-Fi</title><form>Room number</form>";
const problem = (status, type) => ({ status, type: "application/problem+json", body: JSON.stringify({ type, title: "No", status, detail: "not now" }) });

/** What stands between the device and the server, and what the pill says of it. */
const FAULTS = [
  ["a captive portal", { status: 200, type: "text/html", body: PORTAL }, "offline"],
  ["an error page of a proxy", { status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" }, "offline"],
  ["a server that is busy", { ...problem(503, "busy"), headers: { "retry-after": "1" } }, "offline"],
  ["too many requests", { ...problem(429, "busy"), headers: { "retry-after": "1" } }, "offline"],
  ["a server that is broken", problem(500, "internal"), "offline"],
  ["a page that is missing", { status: 404, type: "text/html", body: "<h1>Not found</h1>" }, "offline"],
];

async function deskOnALine(t, before = async () => {}) {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  await before(context);
  const page = await firstTab(context);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  return { server, line, page };
}

// Verifies: F06, F07, F13, F73.
test("what answers in the server's place is never taken for it, and everything goes out after", async (t) => {
  const { server, line, page } = await deskOnALine(t);
  await raise(page, "The gate stays shut");
  await page.locator(".ticket-head h1", { hasText: "The gate stays shut" }).waitFor();
  const ticket = await page.evaluate(() => location.hash.split("/").at(-1));
  await pillSays(page, "synced", /Synced/);
  const api = await Api.signIn(server.url, "ana");
  for (const [number, [name, fault, state]] of FAULTS.entries()) {
    line.replaces = ({ path }) => (path.startsWith("/api/v1/p") ? fault : undefined);
    await saved(page, "Note for the team", () => write(page, "n", `Through ${name}`));
    await pillSays(page, state, /1 waiting/);
    assert.equal((await api.history(ticket)).length, number + 1, `${name}: nothing arrived`);
    line.replaces = () => undefined;
    await pillSays(page, "synced", /Synced/, 90_000);
    const history = await api.history(ticket);
    assert.equal(history.length, number + 2, `${name}: it went out once, by itself`);
    assert.deepEqual(history.at(-1).event.changes, [{ kind: "noted", text: `Through ${name}` }]);
  }
});

// Verifies: F42.
test("a server that wants a newer app stops the sending and nothing else", async (t) => {
  const { line, page } = await deskOnALine(t);
  line.replaces = ({ path }) => (path.startsWith("/api/v1/p") ? problem(426, "too-old") : undefined);
  await pillSays(page, "needs", /Reload to send/);
  await raise(page, "Made by an old app");
  await page.locator(".ticket-head h1", { hasText: "Made by an old app" }).waitFor();
  await pillSays(page, "needs", /Reload to send, 1 waiting/);
  await go(page, "/work");
  await page.getByText("The server wants a newer version of this app.").waitFor();
  const asked = line.requests.length;
  await page.locator(".job", { hasText: "Raise" }).waitFor();
  assert.equal(line.requests.length, asked, "it does not knock again and again");
  line.replaces = () => undefined;
  await page.reload();
  await pillSays(page, "synced", /Synced/);
});

// Verifies: F10.
test("what the server takes no request with needs a person, and the rest goes on", async (t) => {
  const { server, line, page } = await deskOnALine(t);
  const big = "x".repeat(6_000);
  line.replaces = ({ path, body }) => (path.startsWith("/api/v1/push") && body.length > 5_000 ? problem(413, "too-large") : undefined);
  await line.cut();
  await raise(page, "First");
  await page.locator(".ticket-head h1", { hasText: "First" }).waitFor();
  await saved(page, "Note for the team", () => write(page, "n", big));
  await raise(page, "Second");
  await page.locator(".ticket-head h1", { hasText: "Second" }).waitFor();
  await line.mend();
  await go(page, "/work");
  const again = page.getByRole("button", { name: "Try to send now" });
  await until("one to need a person", async () => {
    if (await again.isVisible()) await again.click();
    return (await page.locator(".job", { hasText: "larger than the server takes" }).count()) === 1;
  });
  const api = await Api.signIn(server.url, "ana");
  const subjects = (await api.tickets("limit=200")).map(({ subject }) => subject);
  for (const subject of ["First", "Second"]) assert.ok(subjects.includes(subject), `${subject} arrived`);
});

// Verifies: F19.
test("what sends dies of an error that nobody foresaw: the page says that something is wrong, and it starts again", async (t) => {
  const { server, line, page } = await deskOnALine(t, (context) =>
    context.addInitScript(() => {
      const { fetch } = window;
      window.fetch = function (...given) {
        // Not a promise that fails, which is what fetch does: it breaks through whatever called it.
        if (window.dies > 0 && `${given[0]}`.includes(window.diesAt)) {
          window.dies -= 1;
          throw new Error("nobody foresaw this");
        }
        return fetch.apply(this, given);
      };
    }),
  );
  const api = await Api.signIn(server.url, "ana");
  const head = await api.head();
  for (const [number, at] of ["/push", "/pull"].entries()) {
    const seen = watchPill(page);
    await page.evaluate((at) => void ((window.diesAt = at), (window.dies = 3)), at);
    await raise(page, `Raised through it, ${at}`);
    await page.locator(".ticket-head h1", { hasText: at }).waitFor();
    await until("it to have died three times", () => page.evaluate(() => window.dies === 0), { within: 90_000 });
    await until("it to arrive", async () => (await api.head()) === head + 1 + number, { within: 90_000 });
    await pillSays(page, "synced", /Synced/, 90_000);
    assert.ok((await seen()).some((text) => text.includes("Something is wrong")), "the page has said so");
  }
  const raised = (await api.pull(head)).events.map(({ event }) => event.changes[0].subject);
  assert.deepEqual(raised, ["Raised through it, /push", "Raised through it, /pull"], "each once");
  const others = await page.context().newPage();
  const began = Date.now();
  await others.goto(line.url);
  await pillSays(others, "synced", /Synced/);
  assert.ok(Date.now() - began < 25_000, "no other tab waits for a round that is no more");
});

/** Writes down what the pill says from now on. */
function watchPill(page) {
  const begun = page.evaluate(() => {
    window.said = [];
    const note = () => window.said.push(document.querySelector(".pill")?.textContent ?? "");
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return async () => {
    await begun;
    return page.evaluate(() => window.said);
  };
}

// Verifies: F19.
test("where something else in the app fails, the person is told, and the desk goes on", async (t) => {
  const { server, page } = await deskOnALine(t);
  const api = await Api.signIn(server.url, "ana");
  const head = await api.head();
  await page.evaluate(() => {
    const odd = new Error("nobody foresaw this");
    odd.stack = "at wasm-function[7]";
    setTimeout(() => {
      throw odd;
    });
  });
  await page.locator(".trouble", { hasText: "Something in the app failed" }).waitFor();
  await raise(page, "Raised all the same");
  await until("it to arrive", async () => (await api.head()) === head + 1);
});
