// What runs in the page around lists: nothing here may refer to anything outside of its own function.

/**
 * Leaves in `window.frames_` what happens to frames until `stop()` is called: the `gaps` between them in milliseconds, and the
 * most `rows` that were in the document.
 */
export function watchFrames(row) {
  const frames = { gaps: [], rows: 0 };
  let before;
  let handle;
  const frame = (now) => {
    if (before !== undefined) frames.gaps.push(now - before);
    before = now;
    frames.rows = Math.max(frames.rows, document.querySelectorAll(row).length);
    handle = requestAnimationFrame(frame);
  };
  handle = requestAnimationFrame(frame);
  window.frames_ = {
    stop: () => {
      cancelAnimationFrame(handle);
      return frames;
    },
  };
}

/**
 * Does something to the list so many times, each time when the page has nothing to do: goes to an address (`hash`) or types
 * (`text`, anew each time in the field). For each step: how long the app took to compute the list, when the document had last
 * changed because of it, and when that was painted. Milliseconds since the input.
 */
export async function steps({ given, find, pane, measure }) {
  /** After so many frames nothing comes any more. */
  const LONGEST = 120;
  const painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(0);
      }),
    );
  const idle = async () => {
    await new Promise((resolve) => requestIdleCallback(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const field = document.querySelector(find);
  const act = ({ hash, text }) => {
    if (hash !== undefined) {
      const begun = performance.now();
      location.hash = hash;
      return begun;
    }
    field.focus();
    // One letter more than is there, or the first of the next word.
    if (text.length === 1) field.value = "";
    let begun;
    field.addEventListener("input", () => (begun = performance.now()), { capture: true, once: true });
    document.execCommand("insertText", false, text.at(-1));
    return begun;
  };
  const took = [];
  for (const step of given) {
    await idle();
    performance.clearMeasures(measure);
    let changed;
    const observer = new MutationObserver(() => (changed = performance.now()));
    observer.observe(document.querySelector(pane), { childList: true, subtree: true, characterData: true, attributes: true });
    const begun = act(step);
    let first = await painted();
    for (let frame = 0; frame < LONGEST && changed === undefined && performance.getEntriesByName(measure).length === 0; frame += 1) {
      first = await painted();
    }
    // More of it may follow.
    const second = await painted();
    observer.disconnect();
    const lists = performance.getEntriesByName(measure);
    if (step.hash !== undefined && lists.length === 0) throw new Error(`the app computed no list after ${JSON.stringify(step)}`);
    // A list that is the same after one more letter changes nothing; it was there when it was computed.
    const there = changed ?? lists.at(-1)?.startTime + lists.at(-1)?.duration;
    if (Number.isNaN(there)) throw new Error(`nothing came of ${JSON.stringify(step)}`);
    const computed = lists.reduce((sum, { duration }) => sum + duration, 0);
    took.push({ computed, changed: there - begun, painted: (there < first ? first : second) - begun });
  }
  return took;
}
