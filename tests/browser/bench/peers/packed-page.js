// Headers as the app stores them: packed, up to 512 a record, in its two logs, in one transaction that does not wait for
// the disk. Packing is part of it.

const LOGS = { open: false, done: true };

let connection, probe;
window.peer = {
  async open() {
    probe = await import("./holdfast_probe.js");
    await probe.default();
    const open = indexedDB.open("desk");
    open.onupgradeneeded = () => Object.keys(LOGS).forEach((log) => open.result.createObjectStore(log, { autoIncrement: true }));
    connection = await new Promise((resolve, reject) => {
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
  },
  /** The headers as the app has them when it stores them. */
  formed: (documents) => new probe.Headers(JSON.stringify(documents)),
  async fill(headers) {
    const tx = connection.transaction(Object.keys(LOGS), "readwrite", { durability: "relaxed" });
    for (const [log, done] of Object.entries(LOGS)) {
      for (const record of headers.records(done)) tx.objectStore(log).add(record);
    }
    tx.commit();
    await new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
    });
  },
  /** How many tickets the logs say something of beyond that they are gone, as the app reads them. */
  async count() {
    const tx = connection.transaction(Object.keys(LOGS));
    const reads = Object.keys(LOGS).map((log) => tx.objectStore(log).getAll());
    await new Promise((resolve) => (tx.oncomplete = resolve));
    return reads.flatMap(({ result }) => result).reduce((sum, record) => sum + probe.tickets_in(record), 0);
  },
};
