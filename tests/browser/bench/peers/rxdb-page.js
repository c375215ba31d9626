// RxDB in a page: on Dexie, the storage for IndexedDB that it has without a licence, replicating over HTTP with a stream of
// news, as its guide has it. One tab, so that it need not speak to others.

import { createRxDatabase } from "rxdb/plugins/core";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { Subject, firstValueFrom, filter } from "rxjs";

// From 500 to 10,000 documents at a time it makes less of a difference than from run to run, 200 take longer; 100 is
// what it takes by itself.
const BATCH = 2_500;
const text = (maxLength) => ({ type: "string", maxLength });
const array = { type: "array", items: { type: "object" } };
const schema = (properties, indexes = []) => ({ version: 0, primaryKey: "id", type: "object", properties, indexes, required: indexes });
const SCHEMAS = {
  events: schema({ id: text(36), ticket: text(36), by: text(36), at: text(24), changes: array }),
  // What has an index must be there.
  headers: schema(
    { id: text(36), status: text(40), updated_at: text(24), agent: { ...text(36), default: "" } },
    ["status", "updated_at", "agent"],
  ),
};

let local;
const replicate = (ways) =>
  replicateRxCollection({ collection: local, replicationIdentifier: "desk", live: true, waitForLeadership: false, ...ways });

window.peer = {
  async open(what = "events") {
    const database = await createRxDatabase({ name: "desk", storage: getRxStorageDexie(), multiInstance: false });
    local = (await database.addCollections({ documents: { schema: SCHEMAS[what] } })).documents;
    return { database: "rxdb-dexie-desk--0--documents", store: "docs" };
  },
  async fill(documents) {
    const { error } = await local.bulkInsert(documents);
    if (error.length > 0) throw new Error("RxDB did not take all documents");
  },
  count: () => local.count().exec(),
  /** Begins to receive; there is nothing to receive yet when this is done. */
  async receive() {
    const stream$ = new Subject();
    const source = new EventSource("/stream");
    source.onmessage = ({ data }) => stream$.next(JSON.parse(data));
    await new Promise((resolve) => (source.onopen = resolve));
    const handler = async (checkpoint, limit) => (await fetch(`/pull?after=${checkpoint?.seq ?? 0}&limit=${limit}`)).json();
    const replication = replicate({ pull: { handler, stream$, batchSize: BATCH } });
    await replication.awaitInitialReplication();
    await firstValueFrom(replication.active$.pipe(filter((active) => !active)));
  },
  send() {
    const headers = { "content-type": "application/json" };
    const handler = async (rows) => (await fetch("/push", { method: "POST", headers, body: JSON.stringify(rows) })).json();
    replicate({ push: { handler, batchSize: BATCH } });
  },
};
