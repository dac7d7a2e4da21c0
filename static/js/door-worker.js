// Keeps a door's page for when there is no network. The page holds no names; those are sealed by door-store.js.
const KEPT = `door ${new URL(self.registration.scope).pathname}`;
const PAGE = self.registration.scope;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says which files it is made of, and is told when they are all here; or that the door is closed.
self.addEventListener("message", (event) => {
  const act = event.data.close ? close() : keep(event.data.keep);
  event.waitUntil(act.then(() => event.source.postMessage({ kept: !event.data.close }), () => undefined));
});

async function keep(addresses) {
  const cache = await caches.open(KEPT);
  const wanted = new Set([PAGE, ...addresses]);
  for (const one of await cache.keys()) if (!wanted.has(one.url)) await cache.delete(one);
  for (const one of wanted) if (one === PAGE || !(await cache.match(one, { ignoreVary: true }))) await fetchInto(cache, one);
}

async function fetchInto(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

async function close() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && request.url.split(/[?#]/)[0] === PAGE) event.respondWith(page(request));
  else if (/^\/(static|accent)\//.test(new URL(request.url).pathname)) event.respondWith(file(request));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  return (await (await caches.open(KEPT)).match(request.url, { ignoreVary: true })) ?? fetch(request);
}
