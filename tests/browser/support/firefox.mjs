// Firefox, driven by the protocol that it speaks itself (WebDriver BiDi): just enough of it for a day offline.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { WebSocket } from "ws";

import { FIREFOX } from "./env.mjs";

/** A Firefox with one tab. */
export class Firefox {
  #socket;
  #last = 0;
  #asked = new Map();
  #tab;

  /**
   * Starts one on a profile.
   * @param {{after: (undo: () => any) => void}} t
   * @param {string} profile its folder
   */
  static async start(t, profile) {
    const child = spawn(FIREFOX, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"], { stdio: ["ignore", "ignore", "pipe"] });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    t.after(async () => {
      child.kill();
      await gone;
    });
    const address = await new Promise((resolve, reject) => {
      let said = "";
      createInterface(child.stderr).on("line", (line) => {
        said += `${line}\n`;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
      child.once("error", reject);
      gone.then((code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
    });
    const firefox = new Firefox();
    await firefox.#connect(`${address}/session`);
    await firefox.#ask("session.new", { capabilities: {} });
    const { contexts } = await firefox.#ask("browsingContext.getTree", {});
    firefox.#tab = contexts[0].context;
    return firefox;
  }

  /** Opens an address and waits until the page is loaded. */
  goto(url) {
    return this.#ask("browsingContext.navigate", { context: this.#tab, url, wait: "complete" });
  }

  /** Loads the page again. */
  reload() {
    return this.#ask("browsingContext.reload", { context: this.#tab, wait: "complete" });
  }

  /** Runs a function in the page with plain arguments, and gives what it returns. */
  async evaluate(run, ...given) {
    const call = `JSON.stringify(await (${run})(...${JSON.stringify(given)}))`;
    const told = await this.#ask("script.evaluate", {
      expression: `(async () => ${call})()`,
      target: { context: this.#tab },
      awaitPromise: true,
    });
    if (told.type !== "success") throw new Error(told.exceptionDetails.text);
    return told.result.value === undefined ? undefined : JSON.parse(told.result.value);
  }

  /** Presses keys, one after the other; `Enter` and the like by their names. */
  press(...keys) {
    const codes = { Enter: "\uE007", Control: "\uE009" };
    const actions = keys.flatMap((key) => {
      const parts = key.length > 1 ? key.split("+") : [key];
      const values = parts.map((part) => codes[part] ?? part);
      return [...values.map((value) => ({ type: "keyDown", value })), ...values.reverse().map((value) => ({ type: "keyUp", value }))];
    });
    return this.#ask("input.performActions", { context: this.#tab, actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async #connect(address) {
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("message", ({ data }) => {
      const told = JSON.parse(data);
      const asked = this.#asked.get(told.id);
      this.#asked.delete(told.id);
      if (told.type === "error") asked?.reject(new Error(`${told.error}: ${told.message}`));
      else asked?.resolve(told.result);
    });
    await new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", resolve, { once: true });
      this.#socket.addEventListener("error", () => reject(new Error("Firefox does not answer")), { once: true });
    });
  }

  #ask(method, params) {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }
}
