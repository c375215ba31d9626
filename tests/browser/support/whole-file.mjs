// Something that lives as long as a test file, not as long as one test: give it to what asks for a test.

import { after } from "node:test";

/** Undoes, when the file is done, whatever was begun with it: the last first. */
export function wholeFile() {
  const undo = [];
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  return { after: (step) => undo.push(step) };
}

/** The same for one test, whose own hooks run in the order in which they were given. */
export function lastFirst(t) {
  const undo = [];
  t.after(async () => {
    for (const step of undo.reverse()) await step();
  });
  return { after: (step) => undo.push(step) };
}
