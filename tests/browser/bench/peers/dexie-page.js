// Dexie in a page: one record a ticket with three indexes, in one `bulkAdd`, without the wait for the disk.

import { Dexie } from "dexie";

let desk;
window.peer = {
  async open() {
    desk = new Dexie("desk", { chromeTransactionDurability: "relaxed" });
    desk.version(1).stores({ documents: "id, status, updated_at, agent" });
    await desk.open();
  },
  fill: (documents) => desk.documents.bulkAdd(documents),
  count: () => desk.documents.count(),
};
