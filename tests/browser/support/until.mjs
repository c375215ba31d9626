// Waiting for something to be so. Nothing in these tests waits for a time to pass.

const EVERY_MS = 25;

/**
 * Asks again and again until the answer is true, and returns it.
 * @template T
 * @param {string} what it is waited for, for when it never comes
 * @param {() => Promise<T> | T} ask
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, { within = 30_000, told = async () => "" } = {}) {
  const end = Date.now() + within;
  let last;
  while (Date.now() < end) {
    last = await ask();
    if (last) return last;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`waited ${within / 1000} s in vain: ${what}. ${await told()}`);
}
