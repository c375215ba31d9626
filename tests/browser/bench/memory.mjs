// What a page and its workers hold in memory: objects of JavaScript, what the browser keeps for them, buffers, and the memory
// of every WebAssembly module.

import { watchModules } from "./in_page.mjs";

const EVERY_MS = 250;

/** The memory of a page and of the workers that it has or starts. */
export class Memory {
  #targets;

  /** Of a page that is going to be loaded. */
  static async of(page) {
    const memory = new Memory();
    await page.addInitScript(watchModules);
    const session = await page.context().newCDPSession(page);
    const own = (method, params) => session.send(method, params);
    memory.#targets = new Map([["page", own]]);
    // Workers are spoken to through their page.
    const answers = new Map();
    let last = 0;
    session.on("Target.receivedMessageFromTarget", ({ message }) => {
      const { id, result, error } = JSON.parse(message);
      const answer = answers.get(id);
      if (!answer) return;
      answers.delete(id);
      if (error) answer.reject(new Error(error.message));
      else answer.resolve(result);
    });
    session.on("Target.attachedToTarget", ({ sessionId }) => {
      const send = (method, params) => {
        const id = (last += 1);
        const answer = new Promise((resolve, reject) => answers.set(id, { resolve, reject }));
        session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
        return answer;
      };
      memory.#targets.set(sessionId, send);
      send("Runtime.evaluate", { expression: `(${watchModules})()` });
      send("Runtime.runIfWaitingForDebugger");
    });
    session.on("Target.detachedFromTarget", ({ sessionId }) => memory.#targets.delete(sessionId));
    await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
    return memory;
  }

  /** How many workers there are. */
  get workers() {
    return this.#targets.size - 1;
  }

  /** What is in use after everything that nobody needs was cleared away, in bytes: `{ scripts, wasm, total }`. */
  async used() {
    await this.#each((send) => send("HeapProfiler.collectGarbage"));
    const [scripts, wasm] = [await this.scripts(), await this.wasm()];
    return { scripts, wasm, total: scripts + wasm };
  }

  /** What scripts hold just now, in bytes. */
  scripts() {
    return this.#each(async (send) => {
      const heap = await send("Runtime.getHeapUsage");
      return heap.usedSize + (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0);
    });
  }

  /** What the modules have, in bytes: it never becomes less. */
  async wasm() {
    const bytes = await this.#each(async (send) => {
      const { result } = await send("Runtime.evaluate", { expression: "globalThis.wasmBytes()" });
      return result.value;
    });
    if (!bytes) throw new Error("the memory of the app's module was not seen");
    return bytes;
  }

  async #each(ask) {
    const all = await Promise.all([...this.#targets.values()].map(ask));
    return all.reduce((sum, bytes) => sum + bytes, 0);
  }
}

/** Looks again and again at how much a page holds. */
export class PeakHeap {
  #ended = false;
  #done;

  /** Of a page that is going to be loaded. */
  static async watch(page) {
    const peak = new PeakHeap();
    const memory = await Memory.of(page);
    peak.#done = (async () => {
      let most = 0;
      while (!peak.#ended) {
        most = Math.max(most, await memory.scripts());
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
      return most + (await memory.wasm());
    })();
    return peak;
  }

  /** The most that it was, in bytes. */
  end() {
    this.#ended = true;
    return this.#done;
  }
}
