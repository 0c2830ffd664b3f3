// The form follows while one types: it asks the server for the same page and takes over what changed.
"use strict";

(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  let timer = 0;
  let asked = 0;
  let dirty = false;

  function folds(root) {
    return new Map([...root.querySelectorAll("details[data-fold]")].map((one) => [one.dataset.fold, one.open]));
  }

  function swap(old, fresh) {
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
    const open = folds(old);
    old.replaceWith(fresh);
    for (const one of fresh.querySelectorAll("details[data-fold]")) {
      if (open.get(one.dataset.fold)) one.open = true;
    }
  }

  async function ask(action) {
    const number = ++asked;
    const body = new FormData(form);
    body.set("do", action);
    let page;
    try {
      const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return;
    }
    if (number !== asked) return;
    if (action !== "live" && action !== "cost") {
      for (const id of ["form", "basket"]) swap(document.getElementById(id), page.getElementById(id));
    }
    for (const fresh of page.querySelectorAll("[data-swap]")) swap(document.getElementById(fresh.id), fresh);
    mark();
  }

  function mark() {
    for (const errors of form.querySelectorAll(".dr-errors")) {
      const field = errors.closest(".rg-field");
      if (!field) continue;
      const wrong = errors.childElementCount > 0;
      field.classList.toggle("rg-wrong", wrong);
      const input = field.querySelector("input, select");
      if (input) wrong ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => ask("live"), 250);
  }

  form.classList.add("dr-script");
  form.addEventListener("input", (event) => {
    if (event.target.name && !event.target.name.startsWith("b.")) dirty = true;
    if (event.target.dataset.do) return;
    soon();
  });
  form.addEventListener("change", (event) => {
    if (event.target.dataset.do && (event.target.value || event.target.dataset.do === "again")) {
      if (!event.target.name.startsWith("b.")) dirty = true;
      clearTimeout(timer);
      ask(event.target.dataset.do);
    }
  });
  form.addEventListener("submit", (event) => {
    const action = event.submitter?.value ?? "live";
    if (action === "save" || action === "finish") {
      dirty = false;
      return;
    }
    event.preventDefault();
    clearTimeout(timer);
    if (action.includes(":")) dirty = true;
    ask(action);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
})();
