// Rows of the table: what was measured, what came out, what is promised.

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Numbers in milliseconds, as `310 ms (290 to 402)`. */
export function milliseconds(numbers) {
  const words = (number) => number.toFixed(number < 20 ? 1 : 0);
  return `${words(median(numbers))} ms (${words(Math.min(...numbers))} to ${words(Math.max(...numbers))})`;
}

/** A number of bytes, as `300.0 KB`; a KB has 1000. */
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/** The same as `12.3 MB`. */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** A row for how many times as long as the yardstick something takes. */
export function ratio(name, ours, yardstick, limit, detail) {
  const figure = median(ours) / median(yardstick);
  const shown = limit < 1 ? limit.toFixed(2) : limit.toFixed(1);
  return { name, figure: figure.toFixed(2), limit: shown, ok: figure <= limit, detail };
}

/** A row for what may take so many milliseconds in the median. */
export function most(name, took, limit, detail) {
  const figure = median(took);
  return { name, figure: `${figure.toFixed(figure < 20 ? 1 : 0)} ms`, limit: `${limit} ms`, ok: figure <= limit, detail };
}

/** A row for how many times as fast as something else we are. */
export function faster(name, ours, others, limit, detail) {
  const figure = median(others) / median(ours);
  return { name, figure: `${figure.toFixed(2)} times`, limit: `${limit} times`, ok: figure >= limit, detail };
}

/** A row for something that could not be measured. */
export function missed(name, error) {
  return { name, figure: "-", limit: "-", ok: false, detail: `${error?.stack ?? error}`.split("\n").slice(0, 3).join(" ") };
}
