// IndexedDB as it is: one record a ticket with three indexes, in transactions that do not wait for the disk.

let connection;
const end = (tx) =>
  new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
window.peer = {
  async open() {
    const open = indexedDB.open("desk");
    open.onupgradeneeded = () => {
      const store = open.result.createObjectStore("documents", { keyPath: "id" });
      for (const index of ["status", "updated_at", "agent"]) store.createIndex(index, index);
    };
    connection = await new Promise((resolve, reject) => {
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
  },
  /** `atOnce` is how many go into one transaction. */
  async fill(documents, atOnce) {
    for (let at = 0; at < documents.length; at += atOnce) {
      const tx = connection.transaction("documents", "readwrite", { durability: "relaxed" });
      const store = tx.objectStore("documents");
      for (const document of documents.slice(at, at + atOnce)) store.add(document);
      tx.commit();
      await end(tx);
    }
  },
  count() {
    const request = connection.transaction("documents").objectStore("documents").count();
    return new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  },
};
