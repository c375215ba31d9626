// Folders that are gone when the test is over.

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A new folder for this test alone.
 * @param {{after: (undo: () => any) => void}} t the test, or anything that calls back when it is over
 */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return path;
}
