// Another database that keeps itself in step between browsers: its server on this machine, its code in a page.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { browse, firstTab } from "../support/browser.mjs";
import { PEERS } from "../support/env.mjs";
import { folder } from "../support/folders.mjs";
import { arrival } from "./in_page.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "peers");

/** Makes the page of a database, in the folder of a site. */
export function makePage(name, site, page) {
  // Found when it is needed: where the peers are not installed, the other rows are measured all the same.
  createRequire(join(PEERS, "package.json"))("esbuild").buildSync({
    entryPoints: [join(here, `${name}-page.js`)],
    outfile: join(site, `${name}.js`),
    bundle: true,
    minify: true,
    define: { global: "globalThis" },
    external: ["./holdfast_probe.js"],
    nodePaths: [join(PEERS, "node_modules")],
  });
  writeFileSync(join(site, page), `<!doctype html><title>${name}</title><script src="${name}.js"></script>`);
}

export class Peer {
  /** Makes its page, once for all runs. */
  constructor(t, name) {
    this.name = name;
    this.site = folder(t);
    makePage(name, this.site, "index.html");
  }

  /**
   * How long these documents take from one browser to another that has nothing to do, in milliseconds.
   * @param {{after: (undo: () => any) => void}} t
   */
  async run(t, documents) {
    const place = folder(t);
    const url = await this.#serve(t, place);
    const [sender, reader] = await Promise.all(["sender", "reader"].map((name) => opened(t, url, join(place, name))));
    await sender.evaluate(() => window.peer.open());
    await sender.evaluate((documents) => window.peer.fill(window.peer.formed?.(documents) ?? documents), documents);
    const local = await reader.evaluate(() => window.peer.open());
    await reader.evaluate(() => window.peer.receive());
    const arrived = reader.evaluate(arrival, { ...local, count: documents.length });
    const begun = Date.now();
    await sender.evaluate(() => window.peer.send());
    return (await arrived) - begun;
  }

  async #serve(t, place) {
    const data = join(place, "data");
    mkdirSync(data);
    const child = spawn(process.execPath, [join(here, `${this.name}-server.mjs`), PEERS, this.site, data], {
      cwd: data,
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(async () => {
      const gone = once(child, "exit");
      if (child.kill()) await gone;
    });
    const [url] = await once(createInterface(child.stdout), "line");
    return url;
  }
}

async function opened(t, url, profile) {
  const context = await browse(t, profile);
  const page = await firstTab(context);
  await page.goto(url);
  return page;
}
