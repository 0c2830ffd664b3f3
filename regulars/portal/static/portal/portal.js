"use strict";
// Nothing here is needed to use the portal: it keeps the card for times without a net, offers to
// put it on the home screen, and renews codes that change.
(() => {
  const { base } = document.body.dataset;
  const kept = "regulars-portal:" + base;
  const offline = document.querySelector(".offline");
  const tell = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();

  if ("member" in document.body.dataset) {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register(base + "worker.js", { scope: base }).then(async () => {
        await navigator.serviceWorker.ready;
        if (location.pathname === base && "caches" in window) {
          const store = await caches.open(kept);
          const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")];
          await store.addAll([base, ...parts.map((part) => part.href || part.src)]);
          document.body.dataset.kept = "";
        }
      }).catch(() => {});
    }
  } else if ("caches" in window) {
    caches.delete(kept);
  }

  let asked = null;
  const install = document.getElementById("install");
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    asked = event;
    if (install) install.hidden = false;
  });
  if (install) install.addEventListener("click", () => { if (asked) asked.prompt(); });

  const card = document.querySelector("[data-codes]");
  if (card) {
    setInterval(async () => {
      try {
        const told = await (await fetch(card.dataset.codes)).json();
        if (told.qr) {
          card.querySelector(".qr").innerHTML = told.qr;
          card.querySelector(".bars").innerHTML = told.bars;
        }
      } catch (error) { tell(); }
    }, 15000);
  }
})();
