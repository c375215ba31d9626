// The service worker: the app's shell, whole or not at all, so that it opens with no network.
//
// One cache a build. It is filled in one go while the worker installs; when a single file fails, the install fails
// and the worker before it stays. A new worker waits until the person takes the new version (the page then posts
// "take-over"), so the code of two builds is never mixed in one page. Written by the build: its id and its files.
"use strict";

const BUILD = "__BUILD__";
const FILES = __FILES__;
const CACHE = `holdfast-shell-${BUILD}`;
const SHELL = "index.html";
const CONFIG = "config.json";
const HASHED = /-[0-9a-f]{16}\.[a-z]+$/;

const url = (path) => new URL(path, self.registration.scope).href;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    // A name with a content hash can only mean one content, so what the page just loaded need not be loaded again.
    // Everything else is taken past the HTTP cache: what is stored under this build is what the server has now.
    const request = (file) => new Request(url(file), { cache: HASHED.test(file) ? "default" : "reload" });
    await cache.addAll(FILES.map(request));
  };
  event.waitUntil(
    fill().catch(async (error) => {
      await caches.delete(CACHE);
      throw error;
    }),
  );
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("holdfast-shell-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const here = new URL(request.url);
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  const path = here.pathname.slice(new URL(self.registration.scope).pathname.length);
  if (path === CONFIG) {
    event.respondWith(config(request));
  } else if (path === "" || path === SHELL) {
    event.respondWith(fromCache(url(SHELL), request));
  } else if (FILES.includes(path)) {
    event.respondWith(fromCache(url(path), request));
  }
});

// Files of the build come from its cache alone; the network is asked only for what was taken away from it. When the host
// no longer has that either, this build is nowhere whole: the page is to come from the host, and with it another build.
async function fromCache(key, request) {
  const kept = await (await caches.open(CACHE)).match(key);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 404) await caches.delete(CACHE);
  return answer;
}

// Where the API lives may change without a new build: ask, and fall back on the last answer.
async function config(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(4000) });
    if (answer.ok) await cache.put(url(CONFIG), answer.clone());
    return answer;
  } catch (error) {
    const last = await cache.match(url(CONFIG));
    if (last) return last;
    throw error;
  }
}
