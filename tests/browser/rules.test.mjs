// A lead edits policies and calendars: what it would do is shown before, and everybody has it after.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { go, pillSays, signIn } from "./support/app.mjs";
import { Api } from "./support/api.mjs";
import { browse, firstTab } from "./support/browser.mjs";
import { folder } from "./support/folders.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const ICS = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20260329\r\nSUMMARY:Daylight Saving Time begins\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

test("a lead changes a target and a calendar, sees what moves, and everybody follows", async (t) => {
  const place = folder(t);
  const server = await Server.start(t, { database: join(place, "desk.sqlite"), args: ["--demo", "--log", "warn"] });
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
  await lead.getByText("hours.mon: a window overlaps another").waitFor();
  assert.ok(await save.isDisabled(), "what cannot be meant is not saved");
  await lead.getByLabel("Monday").fill("09:00–12:00, 13:00–17:00");
  await lead.getByLabel("Monday").blur();
  await lead.getByLabel("Time zone").fill("Europe/Berlin");
  await lead.getByLabel("Time zone").blur();
  await lead.locator("input[type=file]").setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from(ICS) });
  await lead.getByText("Holidays: 13").waitFor();
  await until("the edit to be one that can be saved", () => save.isEnabled());
  await save.click();
  await lead.getByText("The rules are in force.").waitFor();

  const api = await Api.signIn(server.url, "ana");
  const { rules } = await api.reference();
  const version = rules.sla.versions.at(-1);
  assert.equal(version.policies[0].targets.p3.resolution, 5400);
  assert.equal(version.calendars[0].zone, "Europe/Berlin");
  assert.ok(version.calendars[0].holidays.every(({ name }) => name === "Christmas"), "clock changes are no holidays");
  assert.equal(rules.sla.versions.length, 2, "what was in force before stays");

  await go(agent, "/rules");
  await agent.getByText("This is for leads").waitFor();
});
