// The line between a browser and the server, counting every byte that the server sends.

import { createServer, request } from "node:http";

/** A line; the browser at its end sees a server at `url`. */
export class Wire {
  /** What was sent, in order: `{ path, status, bytes, body }`, head included in `bytes`. */
  answers = [];

  /** Lays a line to the server at this port. */
  static async lay(t, port) {
    const wire = new Wire();
    const server = createServer((incoming, answer) => wire.#pass(port, incoming, answer));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    wire.url = `http://127.0.0.1:${server.address().port}`;
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return wire;
  }

  /** Waits until nothing has been asked for in a while; then everything that came since the last time. */
  async quiet(ms = 1_500) {
    let seen = -1;
    while (seen !== this.answers.length) {
      seen = this.answers.length;
      await new Promise((resolve) => setTimeout(resolve, ms));
      // Looking for news every few seconds goes on for ever, and is not what is waited for.
      if (this.answers.slice(seen).every((answer) => isApi(answer.path))) break;
    }
    return this.answers.splice(0);
  }

  #pass(port, incoming, answer) {
    const { method, url: path, headers, socket } = incoming;
    const before = socket.bytesWritten;
    const onward = request({ host: "127.0.0.1", port, method, path, headers }, (reply) => {
      let body = 0;
      answer.writeHead(reply.statusCode, reply.headers);
      reply.on("data", (part) => (body += part.length));
      reply.on("error", () => answer.destroy()).pipe(answer);
      answer.on("finish", () => {
        this.answers.push({ path, status: reply.statusCode, bytes: socket.bytesWritten - before, body });
      });
    });
    onward.on("error", () => socket.destroy());
    incoming.pipe(onward);
  }
}

/** Whether a path is the API's. */
export const isApi = (path) => path.includes("/api/");
