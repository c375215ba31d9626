// What searching the imported log has to find, by going through the rows of its file text by text: with nothing of the app's,
// of the server's or of the import's.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/**
 * The tickets of a log, by their numbers in it, with every text that they ever had.
 * @param {string} log its file
 * @param {string} [last] rows of a later minute are left out: `2017-02-16 14:17`
 * @returns {Promise<Map<string, {first: object, last: object, texts: Set<string>, words: string}>>}
 */
export async function readLog(log, last) {
  const tickets = new Map();
  let names;
  for await (const line of createInterface(createReadStream(log).pipe(createGunzip()))) {
    const cells = line.split(",").map((cell) => (cell === "?" ? "" : cell));
    names ??= cells;
    const row = Object.fromEntries(names.map((name, at) => [name, cells[at]]));
    // The header, the five rows of a state that nobody knows, and what is later.
    if (cells === names || cells[0] === "number" || row.incident_state === "-100") continue;
    if (last && minute(row.sys_updated_at) > last) continue;
    const ticket = tickets.get(row.number) ?? { first: row, texts: new Set(raised(row)) };
    ticket.last = row;
    [subject(row), row.assigned_to, row.location, row.cmdb_ci, row.problem_id, row.rfc].forEach((text) => ticket.texts.add(text));
    tickets.set(row.number, ticket);
  }
  return tickets;
}

/** What only the first row says: later ones change no requester. */
const raised = ({ number, caller_id, opened_at }) => [
  number,
  caller_id || "Unknown caller",
  caller_id && opened_at ? `Incident ${number}, opened by ${caller_id} at ${opened_at}.` : "",
];

function subject({ number, category, subcategory, u_symptom }) {
  if (!category) return `Incident ${number}`;
  if (!subcategory) return category;
  return `${u_symptom && `${u_symptom}: `}${category}, ${subcategory}`;
}

/** `9/3/2016 08:05` so that later ones are greater. */
function minute(time) {
  const [, day, month, year, clock] = /^(\d+)\/(\d+)\/(\d+) (\d+:\d+)$/.exec(time);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")} ${clock}`;
}

const wordsOf = (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** One text a line, with a blank on both sides of each word. */
export const inLines = (texts) => [...texts].map((text) => ` ${wordsOf(text).join(" ")} \n`).join("");

/**
 * Tells of a ticket with such lines whether everything is in them that was typed: every word, the last one perhaps only begun;
 * what is in quotes, or has no blank, as it follows each other.
 */
export function asks(typed) {
  const parts = typed.split('"').flatMap((part, at) => (at % 2 ? [part] : part.split(/\s+/)));
  const phrases = parts.map((part) => ` ${wordsOf(part).join(" ")}`).filter((phrase) => phrase !== " ");
  const isBegun = /[^\s"]$/.test(typed);
  const wanted = phrases.map((phrase, at) => (isBegun && at === phrases.length - 1 ? phrase : `${phrase} `));
  return ({ lines }) => wanted.every((phrase) => lines.includes(phrase));
}
