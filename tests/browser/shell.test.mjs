// The app's shell: it opens with no network, is never half there, and a newer build is taken only by the person.

import assert from "node:assert/strict";
import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { go, openTicket, pillSays, signIn, ticketAt } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { anotherBuild, buildOf, copyBuild, hashedFiles } from "./support/deploy.mjs";
import { DIST } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

/** A demonstration desk, a line to it, and a browser that has never seen it. */
async function firstVisit(test) {
  const t = lastFirst(test);
  const place = folder(t);
  const dist = copyBuild(DIST, join(place, "dist"));
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), dist, args: ["--demo"] });
  const line = await Line.lay(t, server);
  const context = await browse(t, join(place, "profile"));
  return { place, dist, server, line, context, page: await firstTab(context) };
}

/** Signs in where the page that asks for it is open, and waits for nothing. */
async function signInHere(page) {
  await page.locator("#login").fill("ana");
  await page.locator("#password").fill("holdfast");
  await page.keyboard.press("Enter");
}

const isKept = (page) =>
  until("the shell to be kept", () => page.evaluate(() => navigator.serviceWorker.controller !== null));

const shellCaches = (page) =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("holdfast-shell-")));

/** The hashed files that the page has loaded, by their names. */
const loaded = (page) =>
  page.evaluate(() => [
    ...new Set(
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname.split("/").at(-1))
        .filter((name) => /-[0-9a-f]{16}/.test(name)),
    ),
  ]);

test("after the first visit the app and every deep link open with no network", async (t) => {
  const { server, line, context, page } = await firstVisit(t);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await isKept(page);
  await line.cut();
  await page.reload();
  await page.locator(".row").first().waitFor();
  await pillSays(page, "offline");

  const [ticket] = await (await Api.signIn(server.url, "ana")).tickets("status=open&limit=1");
  const places = { [ticketAt(ticket.id)]: ".ticket-head h1", "/#/new": "#new-subject", "/#/work": ".work-head", "/#/me": ".settings", "/index.html#/search": "#find" };
  for (const [address, sign] of Object.entries(places)) {
    const tab = await context.newPage();
    await tab.goto(line.url + address);
    await tab.locator(sign).first().waitFor();
    await tab.close();
  }
});

test("a repeat visit downloads nothing of the app", async (t) => {
  const { line, page } = await firstVisit(t);
  await signIn(page, line.url, "ana");
  await isKept(page);
  line.requests.length = 0;
  await page.reload();
  await page.locator(".row").first().waitFor();
  const files = line.requests.map(({ path }) => path).filter((path) => !path.startsWith("/api/"));
  assert.deepEqual(files.filter((path) => !["/sw.js", "/config.json"].includes(path)), []);
});

// Verifies: F72.
test("an interrupted first install leaves nothing half; the next visit completes it", async (t) => {
  const { dist, line, page } = await firstVisit(t);
  // A file that the page itself does not ask for.
  let broken = 0;
  line.breaks = ({ path }) => path.endsWith("/icon-512.png") && ++broken > 0;
  await signIn(page, line.url, "ana");
  await until("the install to fail", async () => {
    const state = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return registration ? Boolean(registration.active || registration.waiting || registration.installing) : false;
    });
    return broken > 0 && !state;
  });
  await until("the half cache to be gone", async () => (await shellCaches(page)).length === 0);

  line.breaks = () => false;
  await page.reload();
  await isKept(page);
  assert.deepEqual(await shellCaches(page), [`holdfast-shell-${buildOf(dist)}`]);
  const kept = await page.evaluate(async ([name]) => {
    const cache = await caches.open(name);
    return (await cache.keys()).map(({ url }) => new URL(url).pathname.slice(1));
  }, await shellCaches(page));
  const files = readdirSync(dist).filter((name) => !name.endsWith(".br") && name !== "sw.js");
  assert.deepEqual(kept.filter((name) => name !== "config.json").sort(), files.sort());
  await line.cut();
  await page.reload();
  await page.locator(".row").first().waitFor();
});

// Verifies: F68, F71.
test("a newer build is offered, never taken by itself, and what was typed survives it", async (t) => {
  const { place, dist, server, line, context, page } = await firstVisit(t);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await isKept(page);
  const [ticket] = await (await Api.signIn(server.url, "ana")).tickets("status=open&limit=1");
  await openTicket(page, ticket.id);
  await page.locator("#composer-text").fill("Not finished yet, and the");
  await page.locator(".composer .promise", { hasText: "Draft saved" }).waitFor();
  await page.evaluate(() => (window.sameLife = true));

  const old = hashedFiles(dist);
  const next = anotherBuild(dist, join(place, "next"), "build-b");
  for (const name of readdirSync(dist)) rmSync(join(dist, name));
  copyBuild(next, dist);
  const fresh = hashedFiles(dist);
  assert.equal(fresh.filter((name) => old.includes(name)).length, 0);

  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  const offer = page.locator(".update button", { hasText: "Reload" });
  await offer.waitFor();
  // It is only offered: the page lives on, another tab and even a reload are still of the old build.
  assert.equal(await page.evaluate(() => window.sameLife), true);
  assert.equal(await page.locator("#composer-text").inputValue(), "Not finished yet, and the");
  const tab = await context.newPage();
  await tab.goto(line.url);
  await tab.locator(".row").first().waitFor();
  assert.equal(await tab.locator("html").getAttribute("data-build"), null);
  await tab.reload();
  await tab.locator(".row").first().waitFor();
  assert.equal(await tab.locator("html").getAttribute("data-build"), null);
  assert.deepEqual((await loaded(tab)).filter((name) => !old.includes(name)), [], "nothing of the new build is in it");
  await tab.locator(".update button").waitFor();
  await tab.close();

  await offer.click();
  await page.locator("html[data-build=build-b]").waitFor();
  await until("the draft", async () => (await page.locator("#composer-text").inputValue()) === "Not finished yet, and the");
  assert.equal(await page.locator(".update").count(), 0);
  assert.deepEqual((await loaded(page)).filter((name) => !fresh.includes(name)), [], "nothing of the old build is in it");
  await until("the old cache to be gone", async () => (await shellCaches(page)).join() === "holdfast-shell-build-b");
  await line.cut();
  await page.reload();
  await page.locator("html[data-build=build-b] .ticket-head h1").waitFor();
});

/** The page's file of a part of the app, by its name. */
const partOf = (dist, part) => hashedFiles(dist).find((name) => name.startsWith(`${part}-`) && name.endsWith(".wasm"));

/** Puts another build in the place of this one: its files are gone from the host. */
function deploy(from, dist, mark, place) {
  const next = anotherBuild(from, join(place, mark), mark);
  for (const name of readdirSync(dist)) rmSync(join(dist, name));
  copyBuild(next, dist);
}

/** Counts how often the shell is asked for. */
const shells = ({ requests }) => requests.filter(({ path }) => path === "/").length;

// Verifies: F68, F69.
test("a deploy before a part was fetched: the page loads the shell again, once, and nothing is mixed", async (t) => {
  const { place, dist, line, page } = await firstVisit(t);
  await page.goto(line.url);
  await page.locator("#login").waitFor();
  // The pages behind the queue are asked for after it; by then they are of another build.
  const part = partOf(dist, "pages");
  let missed = 0;
  line.holds = ({ path }) => {
    if (!path.endsWith(part)) return undefined;
    if (missed++ === 0) deploy(copyBuild(dist, join(place, "before")), dist, "build-b", place);
    return undefined;
  };
  const before = shells(line);
  await signInHere(page);
  await page.locator("html[data-build=build-b] .shell[data-whole]").waitFor();
  await pillSays(page, "synced", /Synced/);
  assert.equal(missed, 1, "it is missing, and not asked for again");
  assert.equal(shells(line), before + 1, "the shell is loaded again once");
  const fresh = hashedFiles(dist);
  assert.deepEqual((await loaded(page)).filter((name) => !fresh.includes(name)), [], "nothing of the old build is in it");
});

// Verifies: F69.
test("a part that is missing from its own build is missing: the page does not load again and again", async (t) => {
  const { dist, server, line, page } = await firstVisit(t);
  const part = partOf(dist, "pages");
  const away = join(dist, `${part}.away`);
  renameSync(join(dist, part), away);
  rmSync(join(dist, `${part}.br`));
  assert.equal((await fetch(`${server.url}/${part}`)).status, 404);
  await page.goto(line.url);
  await page.locator("#login").waitFor();
  const before = shells(line);
  await signInHere(page);
  await page.locator(".row").first().waitFor();
  await page.evaluate(() => (window.sameLife = true));
  const asked = () => line.requests.filter(({ path }) => path.endsWith(part)).length;
  await until("it to be asked for again", () => asked() >= 3);
  assert.equal(shells(line), before);
  assert.equal(await page.evaluate(() => window.sameLife), true, "the queue stays");
  renameSync(away, join(dist, part));
  await page.locator(".shell[data-whole]").waitFor();
});

// Verifies: F68, F69.
test("a part that was taken out of the kept shell, after a deploy: the shell comes from the host, whole", async (t) => {
  const { place, dist, line, context, page } = await firstVisit(t);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await isKept(page);
  const part = partOf(dist, "pages");
  const old = copyBuild(dist, join(place, "before"));
  deploy(old, dist, "build-b", place);
  const [cache] = await shellCaches(page);
  await page.evaluate(async ([cache, part]) => (await caches.open(cache)).delete(`/${part}`), [cache, part]);
  await (await context.newCDPSession(page)).send("Network.clearBrowserCache");
  await page.reload();
  await page.locator("html[data-build=build-b] .shell[data-whole]").waitFor();
  const fresh = hashedFiles(dist);
  assert.deepEqual((await loaded(page)).filter((name) => !fresh.includes(name)), [], "nothing of the old build is in it");
});

// Verifies: F68.
test("a page of an old build whose part is gone asks to be loaded again, and keeps what was typed", async (t) => {
  const { place, dist, line, context, page } = await firstVisit(t);
  // No worker keeps the parts here, as in a private window of some browsers.
  await context.addInitScript(() => delete Navigator.prototype.serviceWorker);
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  await go(page, "/new");
  await page.locator("#new-subject").fill("Half a ticket");
  await page.locator(".promise", { hasText: "Draft saved" }).first().waitFor();
  deploy(copyBuild(dist, join(place, "before")), dist, "build-b", place);
  await go(page, "/rules");
  await page.getByText("There is a newer version of Holdfast").waitFor();
  assert.equal(await page.locator("html").getAttribute("data-build"), null, "it is only offered");
  await page.locator("[data-pane=page]").getByRole("button", { name: "Reload" }).click();
  await page.locator("html[data-build=build-b]").waitFor();
  await go(page, "/new");
  await until("the draft", async () => (await page.locator("#new-subject").inputValue()) === "Half a ticket");
});

// Verifies: F70.
test("files are served with the right types, kept as long as they hold, and a missing one is missing", async (t) => {
  const { dist, server } = await firstVisit(t);
  const types = { js: "text/javascript", wasm: "application/wasm", css: "text/css" };
  for (const name of hashedFiles(dist)) {
    const answer = await fetch(`${server.url}/${name}`, { headers: { "accept-encoding": "br" } });
    assert.equal(answer.status, 200, name);
    assert.match(answer.headers.get("cache-control"), /immutable/, name);
    assert.ok(answer.headers.get("content-type").startsWith(types[name.split(".").at(-1)]), name);
    // What is hardly anything gets no smaller.
    const isSmall = statSync(join(dist, name)).size < 1_000;
    assert.ok(isSmall || answer.headers.get("content-encoding") === "br", name);
  }
  for (const name of ["", "index.html", "sw.js", "config.json", "manifest.webmanifest", "icon-192.png"]) {
    const answer = await fetch(`${server.url}/${name}`);
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers.get("cache-control"), "no-cache", name);
    assert.match(answer.headers.get("content-security-policy"), /default-src 'none'/);
  }
  for (const name of ["holdfast-app-0123456789abcdef.js", "gone.css", "tickets/1", "../Cargo.toml"]) {
    const answer = await fetch(`${server.url}/${name}`);
    assert.equal(answer.status, 404, name);
    assert.doesNotMatch(await answer.text(), /<html/i);
    assert.doesNotMatch(answer.headers.get("cache-control") ?? "", /immutable/);
  }
});

test("no page breaks the content policy or complains", async (t) => {
  const { server, line, context, page } = await firstVisit(t);
  await context.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  await signIn(page, line.url, "ana");
  await pillSays(page, "synced", /Synced/);
  const [ticket] = await (await Api.signIn(server.url, "ana")).tickets("status=open&limit=1");
  await openTicket(page, ticket.id);
  for (const key of ["s", "a", "p", "?", "Control+k"]) {
    await page.evaluate(() => document.querySelector("#main").focus());
    await page.keyboard.press(key);
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  }
  for (const place of ["/queue/all", "/new", "/work", "/search", "/me", "/nowhere", "/queue/mine"]) {
    await go(page, place);
    await page.locator("#main").waitFor();
  }
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  assert.deepEqual(context.complaints, []);
});
