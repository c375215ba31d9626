// The line between one browser and the server: it writes down every request that passes, and it can be cut.
//
// A cut line refuses connections, as a server that is gone does, while the browser believes to be online.

import { Agent, createServer, request } from "node:http";

/** A line. The browser at its end sees a server at `url`. */
export class Line {
  /** Everything that passed: `{ at, done, method, path, body, status }`. */
  requests = [];
  /** Picks out requests that are broken off before they reach the server. */
  breaks = (_request) => false;
  /** Picks out requests that reach the server, whose answers are lost. */
  loses = (_request) => false;
  /** Answers in the server's place: `{ status, type, body, headers }` for a request that never gets there. */
  replaces = (_request) => undefined;
  /** Holds a request back before it reaches the server: how long, as a promise. */
  holds = (_request) => undefined;
  /** May change the headers of a request on its way. */
  spoils = (_request) => false;
  #server;
  #port = 0;
  #agent = new Agent({ keepAlive: false });

  /**
   * Lays a line to a server.
   * @param {{after: (undo: () => any) => void}} t
   * @param {{port: number}} server where it leads; may be set to another later
   */
  static async lay(t, server) {
    const line = new Line();
    line.server = server;
    await line.mend();
    t.after(() => line.cut());
    return line;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** From now on nobody answers. */
  async cut() {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Answers again, at the same address. */
  async mend() {
    if (this.#server) return;
    const server = createServer((incoming, answer) => this.#pass(incoming, answer));
    await new Promise((resolve, reject) => server.once("error", reject).listen(this.#port, "127.0.0.1", resolve));
    this.#port = server.address().port;
    this.#server = server;
  }

  async #pass(incoming, answer) {
    const parts = [];
    try {
      for await (const part of incoming) parts.push(part);
    } catch {
      return; // The browser went away in the middle of asking.
    }
    const body = Buffer.concat(parts);
    const { method, url: path, headers } = incoming;
    const note = { at: Date.now(), method, path, body: body.toString("utf8"), status: 0 };
    this.requests.push(note);
    this.spoils({ path, headers });
    const other = this.replaces(note);
    if (other) {
      note.status = other.status;
      answer.writeHead(other.status, { "content-type": other.type, ...other.headers }).end(other.body);
      return;
    }
    await this.holds(note);
    if (this.breaks(note)) return incoming.socket.destroy();
    const onward = request(
      { host: "127.0.0.1", port: this.server.port, method, path, headers, agent: this.#agent },
      (reply) => {
        note.status = reply.statusCode;
        if (this.loses(note)) return reply.resume().on("end", () => incoming.socket.destroy());
        reply.on("end", () => (note.done = Date.now()));
        answer.writeHead(reply.statusCode, reply.headers);
        reply.on("error", () => answer.destroy()).pipe(answer);
      },
    );
    onward.on("error", () => incoming.socket.destroy());
    onward.end(body);
  }
}
