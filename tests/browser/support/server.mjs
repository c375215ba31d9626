// The real server, as a process of its own.

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

import { BIN, DIST } from "./env.mjs";

/**
 * Runs a command of `holdfast` to its end.
 * @param {string[]} args
 */
export function holdfast(args, input = "") {
  const done = spawnSync(BIN, args, { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`holdfast ${args.join(" ")}: ${done.stderr}${done.error ?? ""}`);
  return done.stdout;
}

/** A running server. */
export class Server {
  #process;

  /**
   * Starts one on a free port, or on the port of one before it.
   * @param {{after: (undo: () => any) => void}} t
   * @param {{database: string, port?: number, dist?: string, args?: string[]}} how
   */
  static async start(t, { database, port = 0, dist = DIST, args = [] }) {
    const place = ["--address", `127.0.0.1:${port}`, "--database", database, "--static", dist];
    return Server.run(t, ["serve", ...place, ...args]);
  }

  /**
   * Runs a command of `holdfast` that serves until it is stopped.
   * @param {{after: (undo: () => any) => void}} t
   * @param {string[]} args
   */
  static async run(t, args) {
    const server = new Server();
    const child = spawn(BIN, args, { stdio: ["ignore", "pipe", "pipe"] });
    server.#process = child;
    server.said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (server.said += text));
    }
    t.after(() => server.stop());
    server.url = await new Promise((resolve, reject) => {
      const found = (line) => /Holdfast is at (http:\/\/\S+)/.exec(line)?.[1];
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on("line", (line) => found(line) && resolve(found(line).replace(/\/+$/, "")));
      }
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${server.said}`)));
      child.once("error", reject);
    });
    server.port = Number(new URL(server.url).port);
    return server;
  }

  /** Stops it; returns when the process is gone. */
  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    const forced = setTimeout(() => this.#process.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(forced);
  }
}
