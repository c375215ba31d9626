// A plain web server for files, as any static host is one: no rewriting, no headers of ours.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves a folder below a path, and nothing else.
 * @param {{after: (undo: () => any) => void}} t
 * @param {string} dist the folder
 * @param {{under?: string, extra?: Record<string, string>}} how `extra` are files that are not in the folder
 * @returns {Promise<{url: string, origin: string, stop: () => Promise<void>}>}
 */
export async function serveStatic(t, dist, { under = "/", extra = {} } = {}) {
  const server = createServer(async (request, answer) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const name = path.startsWith(under) ? normalize(path.slice(under.length) || "index.html") : "..";
    const body = extra[name] ?? (name.startsWith("..") ? undefined : await readFile(join(dist, name)).catch(() => undefined));
    if (body === undefined) {
      answer.writeHead(404, { "content-type": "text/html" }).end("<h1>Not found</h1>");
    } else {
      answer.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" }).end(body);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  t.after(stop);
  return { origin, url: `${origin}${under}`, stop };
}
