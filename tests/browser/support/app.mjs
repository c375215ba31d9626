// The app as a person uses it: what is pressed, what is read.

import assert from "node:assert/strict";

import { until } from "./until.mjs";

/** The place of a ticket in the app. */
export const ticketAt = (id) => `/#/tickets/${id}`;

/** Opens the app at an address and signs in. */
export async function signIn(page, url, login, password = "holdfast") {
  await page.goto(url);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  // The pages behind the queue come after it; what a test does with no network needs them.
  await page.locator(".shell[data-whole]").waitFor();
}

/** What the pill that is in sight says: `{ state, text }`. */
export async function pill(page) {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll(".pill")].find((pill) => pill.checkVisibility() && pill.offsetWidth > 0);
    const any = shown ?? document.querySelector(".pill");
    return any && { state: any.dataset.state, text: any.textContent.trim() };
  });
}

/** Waits until the pill is in a state, and says something. */
export function pillSays(page, state, text = /./, within = 60_000) {
  let last;
  return until(
    `the pill to be ${state} and say ${text}`,
    async () => {
      last = await pill(page);
      return last?.state === state && text.test(last.text) && last;
    },
    { within, told: async () => `It is ${JSON.stringify(last)}` },
  );
}

/** Does something and waits until the app says that it is saved; returns what it said. */
export async function saved(page, what, act) {
  // What was said before says nothing of this.
  await page.evaluate(() => document.querySelectorAll(".notice").forEach((notice) => (notice.dataset.old = "")));
  await act();
  const news = page.locator(".notice:not([data-old])");
  const said = await until(
    `the app to say that it is saved: ${what}`,
    async () => (await news.allTextContents()).find((text) => text.includes(what)),
    { within: 15_000, told: async () => `It said: ${JSON.stringify(await news.allTextContents())}` },
  );
  assert.match(said, /Saved on this device/);
  return said;
}

/** Goes to a place of the app without loading the page again. */
export async function go(page, fragment) {
  await page.evaluate((to) => (location.hash = to), fragment);
}

/** Opens a ticket in the open app, and waits for its history. */
export async function openTicket(page, id) {
  await go(page, `/tickets/${id}`);
  await page.locator("[data-pane=ticket] .ticket-head h1").waitFor();
  await until("the ticket's address", () => page.evaluate((id) => location.hash.endsWith(id), id));
  await page.locator(".log .item").first().waitFor();
}

/** Leaves whatever is typed into, so that keys mean what they say. */
export async function handsOff(page) {
  await page.evaluate(() => document.querySelector("#main")?.focus());
}

/** Opens a list of choices by its key, narrows it down and takes the first. */
export async function choose(page, key, words) {
  await handsOff(page);
  await page.keyboard.press(key);
  await page.locator("dialog[open] .palette-input").waitFor();
  await page.keyboard.type(words);
  await until(`a choice for ${words}`, async () => {
    const first = await page.locator("dialog[open] .choice").first().textContent();
    return first.toLowerCase().includes(words.toLowerCase());
  });
  await page.keyboard.press("Enter");
}

/** Moves the open ticket on by a verb of the status list, with words for the team. */
export async function transition(page, verb, words) {
  await choose(page, "s", verb);
  await page.locator("#transition-text").waitFor();
  if (words) await page.locator("#transition-text").fill(words);
  await page.keyboard.press("Control+Enter");
}

/** Raises a ticket by keyboard. */
export async function raise(page, subject) {
  await handsOff(page);
  await page.keyboard.press("c");
  await until("the field for the subject", () => page.evaluate(() => document.activeElement?.id === "new-subject"));
  await page.keyboard.type(subject);
  await page.keyboard.press("Enter");
}

/** Types a reply (`r`) or a note (`n`) on the open ticket. */
export async function type(page, key, words) {
  await handsOff(page);
  await page.keyboard.press(key);
  await until("the composer", () => page.evaluate(() => document.activeElement?.id === "composer-text"));
  await page.keyboard.insertText(words);
}

/** The same, and sends it. */
export async function write(page, key, words) {
  await type(page, key, words);
  await page.keyboard.press("Control+Enter");
}
