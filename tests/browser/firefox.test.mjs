// A day with no network in Firefox, in short: the other engine keeps and sends as the first does.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Api } from "./support/api.mjs";
import { FIREFOX } from "./support/env.mjs";
import { Firefox } from "./support/firefox.mjs";
import { folder } from "./support/folders.mjs";
import { Line } from "./support/line.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { lastFirst } from "./support/whole-file.mjs";

const skip = existsSync(FIREFOX) ? false : `there is no Firefox at ${FIREFOX}`;

const there = (firefox, selector) =>
  until(selector, () => firefox.evaluate((selector) => document.querySelector(selector) !== null, selector), { within: 60_000 });
const pillSays = (firefox, state) =>
  until(`the pill to be ${state}`, () => firefox.evaluate((state) => document.querySelector(".pill")?.dataset.state === state, state), { within: 90_000 });

test("in Firefox: signed in, worked with no network, loaded again, and everything arrives once", { skip }, async (test) => {
  const t = lastFirst(test);
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "error"] });
  const line = await Line.lay(t, server);
  const api = await Api.signIn(server.url, "ana");
  const [ticket] = await api.tickets("status=open&limit=1");
  const before = (await api.history(ticket.id)).length;
  const firefox = await Firefox.start(t, folder(t));

  await firefox.goto(line.url);
  await there(firefox, "#login");
  await firefox.evaluate(() => document.querySelector("#login").focus());
  await firefox.press(..."ana");
  await firefox.evaluate(() => document.querySelector("#password").focus());
  await firefox.press(..."holdfast", "Enter");
  await there(firefox, ".shell[data-whole]");
  await pillSays(firefox, "synced");
  await until("the shell to be kept", () => firefox.evaluate(() => navigator.serviceWorker.controller !== null));

  await line.cut();
  await firefox.evaluate((id) => void (location.hash = `/tickets/${id}`), ticket.id);
  await there(firefox, ".log .item");
  for (const text of ["First from Firefox", "Second from Firefox"]) {
    await firefox.evaluate(() => document.querySelector("#main").focus());
    await firefox.press("n");
    await until("the composer", () => firefox.evaluate(() => document.activeElement?.id === "composer-text"));
    await firefox.press(...text, "Control+Enter");
    await until("the word that it is saved", () => firefox.evaluate((text) => [...document.querySelectorAll(".log .item[data-state=waiting]")].some((item) => item.textContent.includes(text)), text));
  }
  await pillSays(firefox, "offline");
  await firefox.reload();
  await until("both to be there", () => firefox.evaluate(() => document.querySelectorAll(".log .item[data-state=waiting]").length === 2));
  assert.equal((await api.history(ticket.id)).length, before, "nothing went out");

  await line.mend();
  await pillSays(firefox, "synced");
  const texts = (await api.history(ticket.id)).slice(before).map(({ event }) => event.changes[0].text);
  assert.deepEqual(texts, ["First from Firefox", "Second from Firefox"]);
});
