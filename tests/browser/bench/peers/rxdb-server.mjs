// A server for RxDB's HTTP replication, with the three handlers that its guide wants. It keeps documents in memory and
// writes each push to the end of a file, on the disk before the answer: less than any database would do.

import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, site, place] = process.argv.slice(2);
const express = createRequire(join(modules, "package.json"))("express");
const file = openSync(join(place, "documents.jsonl"), "a");
/** The latest state of each document, by id; and all states in the order in which they came. */
const latest = new Map();
const order = [];
const listeners = new Set();

const since = (seq, limit) => {
  const documents = order.slice(seq, seq + limit);
  return { documents, checkpoint: { seq: seq + documents.length } };
};

const app = express().use(express.static(site)).use(express.json({ limit: "100mb" }));
app.get("/pull", ({ query }, answer) => answer.json(since(Number(query.after), Number(query.limit))));
app.post("/push", ({ body }, answer) => {
  const isKnown = ({ newDocumentState: { id }, assumedMasterState: assumed }) =>
    JSON.stringify(latest.get(id)) === JSON.stringify(assumed ?? undefined);
  const conflicts = body.filter((row) => !isKnown(row)).map(({ newDocumentState: { id } }) => latest.get(id));
  const documents = body.filter(isKnown).map(({ newDocumentState }) => newDocumentState);
  writeSync(file, documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
  fdatasyncSync(file);
  for (const document of documents) {
    latest.set(document.id, document);
    order.push(document);
  }
  const news = `data: ${JSON.stringify({ documents, checkpoint: { seq: order.length } })}\n\n`;
  listeners.forEach((listener) => listener.write(news));
  answer.json(conflicts);
});
app.get("/stream", (_request, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).flushHeaders();
  listeners.add(answer);
  answer.on("close", () => listeners.delete(answer));
});
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
