// A lead edits policies and calendars: what it would do is shown before, and everybody has it after.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { go, pillSays, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { referenceOn } from "./support/device.mjs";
import { BIN, DIST } from "./support/env.mjs";
import { folder } from "./support/folders.mjs";
import { Server } from "./support/server.mjs";
import { serveStatic } from "./support/static.mjs";
import { until } from "./support/until.mjs";

const ICS = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20260329\r\nSUMMARY:Daylight Saving Time begins\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

const STOCKTAKING = ICS.replace("20201225\r\nRRULE:FREQ=YEARLY", "20270104").replace("Christmas", "Stocktaking");

test("a lead changes a target and a calendar, sees what moves, and everybody follows", async (t) => {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "warn", "--private-feeds"] });
  const feed = await serveStatic(t, place, { extra: { "index.html": STOCKTAKING } });
  const lead = await firstTab(await browse(t, join(place, "lead")));
  const agent = await firstTab(await browse(t, join(place, "agent")));
  await signIn(lead, server.url, "ines");
  await signIn(agent, server.url, "ana");
  await pillSays(agent, "synced", /Synced/);

  await go(lead, "/rules");
  const save = lead.getByRole("button", { name: "Put in force" });
  await save.waitFor();
  assert.ok(await save.isDisabled(), "nothing was changed yet");
  await lead.getByText("No deadline of an open ticket moves.").waitFor();

  const target = lead.getByLabel("Resolution, P3 Moderate");
  assert.equal(await target.inputValue(), "72 h");
  await target.fill("soon");
  await target.blur();
  await lead.getByText("is not an amount of time").waitFor();
  assert.ok(await save.isDisabled(), "what cannot be read is not saved");
  await target.fill("1 h 30 min");
  await target.blur();
  await lead.getByText(/deadlines? of (an )?open tickets? moves?\./).filter({ hasNotText: "No deadline" }).waitFor();
  assert.ok((await lead.locator(".rules-moved li").count()) > 0);

  await lead.getByLabel("Monday").fill("09:00–12:00, 11:00–17:00");
  await lead.getByLabel("Monday").blur();
  await lead.getByText("Calendar “Around the clock”, hours, Monday: a window overlaps another").waitFor();
  assert.ok(await save.isDisabled(), "what cannot be meant is not saved");
  await lead.getByLabel("Monday").fill("09:00–12:00, 13:00–17:00");
  await lead.getByLabel("Monday").blur();
  await lead.getByLabel("Time zone").fill("Europe/Berlin");
  await lead.getByLabel("Time zone").blur();
  await lead.locator("input[type=file]").setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from(ICS) });
  await lead.getByText("Holidays: 13").waitFor();
  await lead.getByLabel("Import from the address of a feed").fill(feed.url);
  await lead.getByLabel("Import from the address of a feed").blur();
  await lead.getByText("Holidays: 14").waitFor();

  await lead.getByRole("button", { name: "A site" }).click();
  await lead.getByText("Who works by another calendar “a site”, who: say whose calendar it is").waitFor();
  assert.ok(await save.isDisabled());
  await lead.getByLabel("Site", { exact: true }).fill("Depot 7");
  await lead.getByLabel("Site", { exact: true }).blur();
  await lead.getByRole("button", { name: "An organisation" }).click();
  await lead.locator(".rules-works-by select").nth(1).selectOption("Northern Rail");
  await until("the edit to be one that can be saved", () => save.isEnabled());
  await save.click();
  await lead.getByText("The rules are in force.").waitFor();

  const api = await Api.signIn(server.url, "ana");
  const { rules } = await api.reference();
  const version = rules.sla.versions.at(-1);
  assert.equal(version.policies[0].targets.p3.resolution, 5400);
  assert.equal(version.calendars[0].zone, "Europe/Berlin");
  assert.deepEqual([...new Set(version.calendars[0].holidays.map(({ name }) => name))].sort(), ["Christmas", "Stocktaking"], "clock changes are no holidays");
  assert.deepEqual(version.calendars_of.map(({ of }) => of), [{ site: "Depot 7" }, { organisation: "Northern Rail" }]);
  assert.equal(rules.sla.versions.length, 2, "what was in force before stays");

  await go(agent, "/rules");
  await agent.getByText("This is for leads").waitFor();
});

test("what newer rules of a time zone would move is shown before anybody takes them up", async (t) => {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "warn"] });
  // What a service worker sees is not seen by the route below.
  const lead = await firstTab(await browse(t, join(place, "lead"), { serviceWorkers: "block" }));
  await signIn(lead, server.url, "ines");
  await pillSays(lead, "synced", /Synced/);
  // A desk that works by the hours of a zone whose clocks will be an hour off, as a server of next year would know.
  const api = await Api.signIn(server.url, "ines");
  const { rules } = await api.reference();
  const { policies, calendars } = rules.sla.versions.at(-1);
  const day = [["08:00", "18:00"]];
  const hours = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  const office = calendars.map((calendar) => ({ ...calendar, zone: "Europe/Berlin", hours }));
  await api.put("sla", { base: rules.version, policies, calendars: office });
  await lead.route("**/api/v1/zones*", async (route) => {
    const known = await (await route.fetch()).json();
    const changes = known.changes.map(([from, offset]) => [from, offset + 3600]);
    await route.fulfill({ json: { ...known, version: "2099a", changes } });
  });
  await until("the device to have the rules", async () => (await referenceOn(lead)).rules.version > rules.version);
  await go(lead, "/rules");
  await lead.getByText(/The clocks of Europe\/Berlin go by newer rules: 2099a instead of 20\d\d\w/).waitFor();
  await lead.getByText(/deadlines? of (an )?open tickets? moves?\./).filter({ hasNotText: "No deadline" }).waitFor();
  assert.ok((await lead.locator(".rules-moved li").count()) > 0);
  assert.ok(await lead.getByRole("button", { name: "Put in force" }).isEnabled(), "taking them up is an edit");
});

test("a desk without a server makes its tables of time zones from what the browser knows", async (t) => {
  const host = await serveStatic(t, DIST);
  const page = await firstTab(await browse(t, join(folder(t), "profile")));
  await page.goto(host.url);
  await page.locator(".shell[data-whole] .row").first().waitFor();
  await go(page, "/rules");
  for (const zone of ["Europe/Nowhere", "America/Sao_Paulo", "Australia/Lord_Howe"]) {
    await page.getByLabel("Time zone").fill(zone);
    await page.getByLabel("Time zone").blur();
    const nowhere = page.getByText("Calendar “Around the clock”, zone: \"Europe/Nowhere\" is not a time zone known here");
    await nowhere.waitFor({ state: zone === "Europe/Nowhere" ? "visible" : "hidden" });
  }
  // Nothing is saved while the answer is still to come.
  const save = page.getByRole("button", { name: "Put in force" });
  await until("the edit to be one that can be saved", () => save.isEnabled());
  await save.click();
  await page.getByText("The rules are in force.").waitFor();
  const { rules } = await referenceOn(page);
  const made = rules.sla.zones.find(({ name }) => name === "Australia/Lord_Howe");
  assert.match(made.version, /Chrome\/\d+/, "it says whose knowledge it is");
  const known = JSON.parse(execFileSync(BIN, ["sla", "zone", "Australia/Lord_Howe"], { encoding: "utf8" }));
  const since = ({ changes }) => changes.filter(([from]) => from >= 0);
  assert.ok(since(known).length > 100);
  assert.deepEqual(since(made), since(known), "the browser and the server know the same of this zone since 1970");
});
