{% autoescape off %}"use strict";
const BASE = {{ base }};
const KEPT = "regulars-portal:" + BASE;

// The first screen and what it is made of are kept; everything else needs the net.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keep = async (request, answer) => {
  if (answer.ok && !answer.redirected) {
    const kept = await caches.open(KEPT);
    await kept.put(request, answer.clone());
  }
  return answer;
};

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(KEPT));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const first = url.pathname === BASE;
  const part = /^\/(static\/portal|logo)\//.test(url.pathname) || url.pathname === BASE + "icon.svg";
  if (!first && !part && request.mode !== "navigate") return;
  event.respondWith((async () => {
    try {
      const answer = await fetch(request);
      return first || part ? await keep(request, answer) : answer;
    } catch (error) {
      const kept = await caches.open(KEPT);
      const found = await kept.match(first || part ? request : BASE, { ignoreSearch: true, ignoreVary: true });
      if (found) return found;
      throw error;
    }
  })());
});
{% endautoescape %}
