// Keeps the page for when the network is gone. Data is never kept here: only the page's own files.
// What stands before this line says which files, in which version.
"use strict";

const KEPT = `regulars-till-${self.till.version}`;
const WAIT_MS = 4_000;

self.addEventListener("install", (event) => {
  const fetched = caches.open(KEPT).then((kept) => kept.addAll(
    ["/till/", ...self.till.files].map((path) => new Request(path, { cache: "reload" })),
  ));
  event.waitUntil(fetched.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("regulars-till-") && name !== KEPT;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(WAIT_MS) });
    if (answer.ok) await kept.put("/till/", answer.clone());
    if (answer.ok || answer.status < 500) return answer;
  } catch { /* as it was kept */ }
  return (await kept.match("/till/")) ?? Response.error();
}

async function file(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === "/till/") event.respondWith(page(event.request));
  else if (self.till.files.includes(pathname)) event.respondWith(file(event.request));
});
