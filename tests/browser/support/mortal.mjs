// A browser that can be killed like a machine that loses power: every process of it, with no warning.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import { ARGS, firstTab } from "./browser.mjs";
import { CHROMIUM } from "./env.mjs";

/** One profile, and the browser that runs on it now. */
export class MortalBrowser {
  #process;
  #connection;

  /**
   * @param {{after: (undo: () => any) => void}} t
   * @param {string} profile its folder
   */
  constructor(t, profile) {
    this.profile = profile;
    t.after(() => this.kill());
  }

  /** Starts it in a process group of its own; returns its tab. */
  async start() {
    // What a killed browser leaves there makes the next one believe that it still runs.
    for (const lock of ["SingletonLock", "SingletonSocket", "SingletonCookie"]) rmSync(join(this.profile, lock), { force: true });
    const place = [`--user-data-dir=${this.profile}`, "--remote-debugging-port=0", "--window-size=1440,900", "about:blank"];
    const args = [...ARGS, "--headless", "--hide-crash-restore-bubble", "--password-store=basic", ...place];
    this.#process = spawn(CHROMIUM, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
    const address = await new Promise((resolve, reject) => {
      let said = "";
      createInterface(this.#process.stderr).on("line", (line) => {
        said += `${line}\n`;
        const found = /DevTools listening on (ws:\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
      this.#process.once("exit", (code) => reject(new Error(`the browser ended with ${code}: ${said}`)));
      this.#process.once("error", reject);
    });
    this.#connection = await chromium.connectOverCDP(address);
    return firstTab(this.#connection.contexts()[0]);
  }

  /** Lets it end as it does when a person closes it. */
  async close() {
    const child = this.#process;
    this.#process = undefined;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const session = await this.#connection.newBrowserCDPSession();
    await session.send("Browser.close");
    await gone;
  }

  /** Kills all of its processes at once, after so many milliseconds. */
  async kill(after = 0) {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const shoot = () => process.kill(-child.pid, "SIGKILL");
    if (after) setTimeout(shoot, after);
    else shoot();
    await gone;
    await this.#connection?.close().catch(() => {});
  }
}
