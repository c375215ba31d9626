// A newer build of the app, made from the one there is: the same code under other names, as a real build would have.

import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

const TEXT = new Set([".html", ".js", ".css", ".json", ".webmanifest"]);
const HASHED = /^(.+)-([0-9a-f]{16})(_bg)?\.(js|wasm|css)$/;

/**
 * Copies a build to a folder.
 * @param {string} from
 * @param {string} to
 */
export function copyBuild(from, to) {
  cpSync(from, to, { recursive: true });
  return to;
}

/** The files of a build whose names have a hash in them. */
export const hashedFiles = (dist) => readdirSync(dist).filter((name) => HASHED.test(name));

/** The id of a build, as its service worker has it. */
export const buildOf = (dist) => /const BUILD = "([^"]+)"/.exec(readFileSync(join(dist, "sw.js"), "utf8"))[1];

/**
 * Makes another build: every hashed file has another name, the page and the worker speak of those alone.
 * @param {string} from
 * @param {string} to
 * @param {string} mark what tells this build from others; `data-build` of the page says it
 */
export function anotherBuild(from, to, mark) {
  copyBuild(from, to);
  // What was packed says the old names: it is left out, and the server sends the files as they are.
  for (const name of readdirSync(to).filter((name) => name.endsWith(".br"))) rmSync(join(to, name));
  const names = new Map(hashedFiles(from).map((name) => [name, renamed(name, mark)]));
  for (const name of readdirSync(to)) {
    const body = TEXT.has(extname(name)) ? reworded(name, readFileSync(join(to, name), "utf8"), names, mark) : readFileSync(join(to, name));
    rmSync(join(to, name));
    writeFileSync(join(to, names.get(name) ?? name), body);
  }
  return to;
}

const renamed = (name, mark) => name.replace(HASHED, (_, stem, hash, bg = "", end) => `${stem}-${digest(hash + mark)}${bg}.${end}`);

const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

function reworded(name, text, names, mark) {
  let words = text;
  for (const [old, fresh] of names) words = words.replaceAll(old, fresh);
  if (name === "index.html") {
    // Renaming changed the scripts, so the old checksums no longer hold.
    words = words.replace(/ integrity="[^"]*"/g, "").replace("<html", `<html data-build="${mark}"`);
  }
  if (name === "sw.js") words = words.replace(/const BUILD = "[^"]+"/, `const BUILD = "${mark}"`);
  return words;
}
