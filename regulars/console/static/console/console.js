// Theme, menu, copying, progress: the page works without any of it.
"use strict";

(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function paint() {
    const theme = root.dataset.theme;
    root.classList.toggle("dark", theme === "dark" || (theme === "auto" && dark.matches));
  }

  function choose(theme) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `regulars_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    }
    paint();
  }

  function openMenu(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.getElementById("side").classList.toggle("rg-open", open);
  }

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.classList.add("rg-done");
  }

  function closeOthers(except) {
    for (const open of document.querySelectorAll("details.rg-pop[open]")) {
      if (!open.contains(except)) open.open = false;
    }
  }

  // A part that changes by itself is asked for again; when it no longer does, the page is anew.
  async function poll(part) {
    await new Promise((later) => setTimeout(later, 1500));
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.querySelector("[data-poll]");
      if (answer.ok && newer) part.replaceChildren(...newer.childNodes);
      else if (answer.ok) return location.reload();
    } catch {
      // without connection: later
    }
    return poll(part);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".rg-nav-wrap a[aria-current]")?.scrollIntoView({ block: "nearest" });
    const part = document.querySelector("[data-poll]");
    if (part) poll(part);
  });

  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.setTheme) choose(button.dataset.setTheme);
    if (button && "menu" in button.dataset) openMenu(button);
    if (button?.dataset.copy) copy(button);
    closeOthers(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.rg-pop[open]");
      closeOthers(null);
      open?.querySelector("summary").focus();
    }
  });
})();
