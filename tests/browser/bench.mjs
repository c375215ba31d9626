// What the app promises, measured in one browser against what the browser itself can do: one JSON object a line for
// each row of `cargo xtask bench`. Figures are ratios, so that they mean the same on a slow machine.

import { bigDesk, bigDevice } from "./bench/big_desk.mjs";
import { bootstrap } from "./bench/bootstrap.mjs";
import { bulk } from "./bench/bulk.mjs";
import { bigColdStart, coldStart } from "./bench/cold_start.mjs";
import { fullDesk } from "./bench/desk.mjs";
import { downloads } from "./bench/downloads.mjs";
import { heap } from "./bench/heap.mjs";
import { lists } from "./bench/lists.mjs";
import { outbox } from "./bench/outbox.mjs";
import { peers } from "./bench/peers.mjs";
import { resume } from "./bench/resume.mjs";
import { missed } from "./bench/rows.mjs";
import { saved } from "./bench/saved.mjs";
import { Scope } from "./bench/scope.mjs";
import { scroll } from "./bench/scroll.mjs";
import { sla } from "./bench/sla.mjs";
import { Waiting } from "./bench/waiting.mjs";

// A measurement that does not work is a promise that is not kept, and does not keep the others from being made.
async function measure(name, rows) {
  try {
    for (const row of await rows()) console.log(JSON.stringify(row));
  } catch (error) {
    console.log(JSON.stringify(missed(name, error)));
    process.exitCode = 1;
  }
}

const t = new Scope();
// Naming some of them on the command line leaves the others out.
const wanted = (name) => process.argv.length < 3 || process.argv.includes(name);
try {
  if (wanted("sla")) await measure("the SLA engine", () => sla(t));
  if (wanted("downloads")) await measure("first visit and repeat visit", () => downloads(t));
  if (wanted("cold-start") || wanted("saved")) {
    await measure("the desk with all its tickets", async () => {
      const desk = await fullDesk(t);
      if (wanted("cold-start")) await measure("cold start offline", () => coldStart(desk));
      if (wanted("saved")) await measure("from click to saved", () => saved(desk));
      return [];
    });
  }
  if (wanted("outbox") || wanted("peers")) {
    await measure("a long time offline", async () => {
      const desk = await Waiting.prepare(t);
      if (wanted("outbox")) await measure("waiting events", () => outbox(desk));
      if (wanted("peers")) await measure("beside PouchDB and RxDB", () => peers(t, desk));
      return [];
    });
  }
  const onTheDevice = ["big-cold-start", "lists", "scroll", "heap"];
  if (["bulk", "bootstrap", "resume", ...onTheDevice].some(wanted)) {
    await measure("the big desk", async () => {
      const desk = await bigDesk(t);
      if (wanted("bulk")) await measure("tickets written in bulk", () => bulk(t, desk));
      if (wanted("bootstrap")) await measure("reading the big desk", () => bootstrap(t, desk));
      if (wanted("resume")) await measure("reading the big desk, killed half-way", () => resume(t, desk));
      if (onTheDevice.some(wanted)) {
        await measure("the big desk on a device", async () => {
          const device = await bigDevice(t, desk);
          if (wanted("big-cold-start")) await measure("cold start of the big desk", () => bigColdStart(device));
          if (wanted("lists")) await lists(device, measure);
          if (wanted("scroll")) await measure("scrolling through the big desk", () => scroll(device));
          if (wanted("heap")) await measure("heap of the big desk", () => heap(t, device));
          return [];
        });
      }
      return [];
    });
  }
} finally {
  await t.end();
}
