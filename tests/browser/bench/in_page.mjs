// What runs in the page: nothing here may refer to anything outside of its own function.

/**
 * Before anything of the page: leaves in `window.started` a promise of when rows were on the screen, and when they
 * had followed a key that was typed then, and which rows were `shown` first. Milliseconds since the navigation began.
 */
export function watchStart() {
  const shown = () => [...document.querySelectorAll(".row")].map((row) => row.id).join();
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    });
  const onceTrue = (is, then) => {
    const observer = new MutationObserver(() => {
      if (!is()) return;
      observer.disconnect();
      then();
    });
    observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  };
  window.started = new Promise((resolve) => {
    onceTrue(shown, () =>
      painted(() => {
        const rows = performance.now();
        const before = shown();
        onceTrue(() => shown() !== before, () => painted(() => resolve({ rows, answered: performance.now(), shown: before })));
        document.querySelector("#find").focus();
        document.execCommand("insertText", false, sessionStorage.getItem("bench-key") ?? "z");
      }),
    );
  });
}

/** Waits until the page has had nothing to do for a while. */
export async function idle(times = 5) {
  for (let at = 0; at < times; at += 1) {
    await new Promise((resolve) => requestIdleCallback(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Stores records one by one under their own keys, as objects, in a database of this name. */
export async function keepRecords({ name, records }) {
  const open = indexedDB.open(name);
  open.onupgradeneeded = () => open.result.createObjectStore("records");
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  const tx = database.transaction("records", "readwrite");
  for (const record of records) tx.objectStore("records").put(record, record.id);
  await new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  database.close();
}

/** How long one `getAll` takes, from asking to having the objects; opening the database does not count. */
export async function getAll({ name, count }) {
  const open = indexedDB.open(name);
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  const begun = performance.now();
  const request = database.transaction("records").objectStore("records").getAll();
  const found = await new Promise((resolve, reject) => {
    // The browser makes the objects when the result is first looked at.
    request.onsuccess = () => resolve(request.result.length);
    request.onerror = () => reject(request.error);
  });
  const took = performance.now() - begun;
  database.close();
  if (found !== count) throw new Error(`${found} records instead of ${count}`);
  return took;
}

/** Alternates raw strict puts and replies on the open ticket; how long each of them took, in milliseconds. */
export async function replies({ name, pairs, warm }) {
  const idle = async () => {
    for (let at = 0; at < 5; at += 1) {
      await new Promise((resolve) => requestIdleCallback(resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const open = indexedDB.open(name);
  open.onupgradeneeded = () => open.result.createObjectStore("records", { autoIncrement: true });
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  // As long as a reply is in the outbox.
  const record = "x".repeat(420);
  const put = () =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      const tx = database.transaction("records", "readwrite", { durability: "strict" });
      tx.oncomplete = () => resolve(performance.now() - begun);
      tx.onabort = () => reject(tx.error);
      tx.objectStore("records").add(record);
      tx.commit();
    });
  const reply = async (words) => {
    const area = document.querySelector("#composer-text");
    area.focus();
    document.execCommand("insertText", false, words);
    await idle();
    let clicked;
    window.addEventListener("click", () => (clicked = performance.now()), { capture: true, once: true });
    const said = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("nothing was said about it within 10 s")), 10_000);
      const isNews = (node) => node.parentElement?.closest(".notices") && node.textContent.includes("Saved on this device");
      const observer = new MutationObserver((changes) => {
        if (!changes.some((change) => [...change.addedNodes].some(isNews))) return;
        clearTimeout(late);
        observer.disconnect();
        const there = performance.now();
        requestAnimationFrame(() => setTimeout(() => resolve({ there, painted: performance.now() })));
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    document.querySelector(".composer .btn-main").click();
    const { there, painted } = await said;
    return { saved: there - clicked, painted: painted - clicked };
  };
  const puts = [];
  const told = [];
  for (let at = -warm; at < pairs; at += 1) {
    await idle();
    const raw = await put();
    await idle();
    const ours = await reply(`Looked at it again, ${at}: the tunnel drops when the lease is renewed.`);
    if (at >= 0) {
      puts.push(raw);
      told.push(ours);
    }
  }
  database.close();
  return { puts, told };
}

/** Stores texts one by one, under the keys that the store gives. */
export async function putTexts({ name, store, texts }) {
  const open = indexedDB.open(name);
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  const tx = database.transaction(store, "readwrite");
  for (const text of texts) tx.objectStore(store).add(text);
  await new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  database.close();
}

/**
 * Before anything of the page: leaves in `window.sending` when the network came back, when each push after it was
 * answered, when the app said that it was synced, and the long tasks in between. Milliseconds of the page's clock.
 */
export function watchSending() {
  const sending = { online: undefined, synced: undefined, pushes: [], tasks: [] };
  window.sending = sending;
  const watch = (type, keep) =>
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => entry.startTime >= sending.online && keep(entry))).observe({ type });
  watch("resource", ({ name, responseEnd }) => name.endsWith("/push") && sending.pushes.push(responseEnd));
  watch("longtask", ({ startTime: begun, duration: took }) => sending.tasks.push({ begun, took }));
  const saysSynced = () => document.querySelector(".pill")?.dataset.state === "synced";
  window.addEventListener(
    "online",
    () => {
      sending.online = performance.now();
      const observer = new MutationObserver(() => {
        if (!saysSynced()) return;
        observer.disconnect();
        sending.synced = performance.now();
      });
      observer.observe(document, { subtree: true, attributeFilter: ["data-state"] });
    },
    { once: true },
  );
}

/**
 * Waits until so many records are in a store, or, with a `cursor`, until the record of the position has come that far; when
 * that was, in milliseconds since 1970.
 */
export async function arrival({ database, store, count, cursor }) {
  const open = indexedDB.open(database);
  const connection = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const isThere = async () => {
    const place = connection.transaction(store).objectStore(store);
    if (cursor === undefined) return (await settled(place.count())) >= count;
    const position = await settled(place.get("position"));
    return JSON.parse(position ?? "{}").cursor >= cursor;
  };
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50));
  connection.close();
  return Date.now();
}

/** Deletes every database of this origin. */
export async function forgetAll() {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }
}

/** How long the page's database takes to store the headers of the site, which lie ready in the form in which it takes them. */
export async function fill({ count, atOnce }) {
  const documents = await (await fetch("headers.json")).json();
  await window.peer.open("headers");
  const formed = window.peer.formed?.(documents) ?? documents;
  // What was needed to get there is cleared away in between.
  for (let at = 0; at < 10; at += 1) {
    await new Promise((resolve) => requestIdleCallback(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const begun = performance.now();
  await window.peer.fill(formed, atOnce);
  const took = performance.now() - begun;
  const stored = await window.peer.count();
  if (stored !== count) throw new Error(`${stored} tickets stored instead of ${count}`);
  return took;
}

/**
 * Before anything of the page: leaves in `window.loading` when somebody signed in, when the app said after that that it was
 * synced, the long tasks and the longest gaps between frames in between. Milliseconds of the page's clock.
 */
export function watchLoading() {
  const loading = { begun: undefined, synced: undefined, tasks: [], gaps: [] };
  window.loading = loading;
  const goesOn = () => loading.begun !== undefined && loading.synced === undefined;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      if (startTime >= loading.begun && !(startTime > loading.synced)) loading.tasks.push(duration);
    }
  }).observe({ type: "longtask" });
  let before;
  const frame = (now) => {
    if (goesOn() && now - before > 50) loading.gaps.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.addEventListener("submit", () => (loading.begun = performance.now()), { capture: true, once: true });
  const observer = new MutationObserver(() => {
    if (!goesOn() || document.querySelector(".pill")?.dataset.state !== "synced") return;
    observer.disconnect();
    loading.synced = performance.now();
  });
  observer.observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });
}

/** How long these requests take one after the other, as bytes, with each answer stored as one record; in milliseconds. */
export async function plainly({ requests, token }) {
  const open = indexedDB.open("bench-plain");
  open.onupgradeneeded = () => open.result.createObjectStore("chunks", { autoIncrement: true });
  const database = await new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  let bytes = 0;
  const begun = performance.now();
  for (const { path, search, method, body } of requests) {
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    if (body) headers["content-type"] = "application/json";
    const answer = await fetch(path + search, { method, headers, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    const chunk = await answer.arrayBuffer();
    bytes += chunk.byteLength;
    const tx = database.transaction("chunks", "readwrite", { durability: "relaxed" });
    tx.objectStore("chunks").add(chunk);
    tx.commit();
    await new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
    });
  }
  const took = performance.now() - begun;
  database.close();
  return { took, bytes };
}

/** Before anything of a page or worker: leaves in `wasmBytes()` how much memory its WebAssembly modules have. */
export function watchModules() {
  const memories = new Set();
  globalThis.wasmBytes = () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const keep = (made) => {
    const found = Object.values((made.instance ?? made).exports).filter((value) => value instanceof WebAssembly.Memory);
    found.forEach((memory) => memories.add(memory));
    return made;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...given) => keep(await instantiate.apply(WebAssembly, given));
  }
}
