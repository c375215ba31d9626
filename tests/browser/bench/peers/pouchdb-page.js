// PouchDB in a page: live replication one way, as its guide has it, on the newer and faster of its two adapters.

import "./pouchdb-global.js";
import "pouchdb/dist/pouchdb.indexeddb.js";

// Of 100, 200, 1,000 and 5,000 documents at a time the fastest; 100 is what it takes by itself.
const BATCHES = { batch_size: 1_000, batches_limit: 10 };
const remote = () => new PouchDB(`${location.origin}/db/desk`);

let local;
window.peer = {
  async open() {
    local = new PouchDB("desk", { adapter: "indexeddb" });
    await local.info();
    return { database: "_pouch_desk", store: "docs" };
  },
  /** Documents by the name that it has for ids. */
  formed: (documents) => documents.map(({ id, ...rest }) => ({ _id: id, ...rest })),
  async fill(documents) {
    const results = await local.bulkDocs(documents);
    if (results.some(({ ok }) => !ok)) throw new Error("PouchDB did not take all documents");
  },
  count: async () => (await local.info()).doc_count,
  /** Begins to receive; there is nothing to receive yet when this is done. */
  async receive() {
    const replication = local.replicate.from(remote(), { live: true, retry: true, ...BATCHES });
    await new Promise((resolve, reject) => replication.on("paused", (error) => (error ? reject(error) : resolve())));
  },
  send() {
    local.replicate.to(remote(), { live: true, retry: true, ...BATCHES });
  },
};
