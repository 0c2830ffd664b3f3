// The till page. Everything works by keyboard: Enter goes on, F2 to F9 go where they say.

import * as api from "./api.js";
import * as camera from "./camera.js";
import { checked } from "./estimate.js";
import * as giftcards from "./giftcards.js";
import * as join from "./join.js";
import { find, handOver, isReservation, onMember } from "./member.js";
import { listed } from "./outcome.js";
import * as pay from "./pay.js";
import * as queue from "./queue.js";
import * as returns from "./returns.js";
import * as sale from "./sale.js";
import { $, complain, now, owner, state } from "./state.js";
import * as store from "./store.js";
import { say, useCurrency } from "./words.js";

function submits(id, act) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

/** Who this till is: from the server, or as it was last time where the network is gone. */
async function begin() {
  try {
    const session = await api.session();
    await store.put("session", session);
    await take(session);
    connected(true);
  } catch (problem) {
    const kept = problem.status === 401 ? null : await store.get("session");
    if (!kept) return closed();
    await take(kept);
    connected(false);
  }
  await queue.flush(owner());
  return receipts();
}

function showLogo(address) {
  const logo = $("till-logo");
  logo.onload = () => { logo.hidden = false; };
  logo.onerror = () => { logo.hidden = true; };
  if (address) logo.src = address;
  else logo.hidden = true;
}

async function take(session) {
  const fresh = !state.session;
  state.session = session;
  api.use(session);
  useCurrency(session.program.currency);
  state.snapshot = await checked(session, now().getTime());
  showLogo(session.logo);
  $("till-name").textContent = `${session.shop_name || session.shop} · ${say("title")} ${session.till}`;
  $("till-who").textContent = `${session.program.name} · ${session.who}`;
  $("articles").replaceChildren(...(session.articles ?? []).map(([sku, , name]) => new Option(name, sku)));
  $("nav-gifts").hidden = !session.program.gift_cards.length;
  $("closed").hidden = true;
  $("sale").hidden = false;
  if (fresh) {
    sale.changed();
    $("find-card").focus();
  }
}

function closed() {
  state.session = null;
  $("closed").hidden = false;
  $("sale").hidden = true;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  for (const part of document.querySelectorAll("nav, #network, #close-till")) part.hidden = true;
}

function connected(yes) {
  state.away = !yes;
  $("network").textContent = say(yes ? "online" : "offline");
  $("network").classList.toggle("away", !yes);
}

/** Keep asking for the server while it is away or something waits. */
async function watch() {
  const waiting = (await store.receipts()).some((one) => one.state === "waiting");
  if (state.session && (state.away || waiting)) {
    try {
      const session = await api.session();
      await store.put("session", session);
      const back = state.away;
      await take(session);
      connected(true);
      await queue.flush(owner());
      if (back && state.lines.length && !$("pay").open) sale.changed();
    } catch (problem) {
      if (problem.status === 401) closed();
      else connected(false);
    }
  }
  setTimeout(watch, queue.waits());
}

async function receipts() {
  const all = (await store.receipts()).sort((a, b) => b.made_at - a.made_at);
  const waiting = all.filter((one) => one.state === "waiting").length;
  $("waiting").hidden = !waiting;
  $("waiting").textContent = String(waiting);
  if (!state.session) return;
  $("receipts-none").hidden = all.length > 0;
  $("receipts-list").replaceChildren(...all.slice(0, 50).map((item) => listed(item, owner())));
}

queue.onChange((told) => {
  if (told.away) connected(false);
  else if (told.status === 401) closed();
  else if (told.state) connected(true);
  receipts();
});
onMember(sale.changed);

submits("find", async () => {
  const ref = $("find-card").value.trim();
  if (isReservation(ref)) {
    $("find-card").value = "";
    return handOver(ref, "find-trouble");
  }
  if (ref && await find(ref)) $("line-sku").focus();
  return undefined;
});
submits("line", sale.addLine);
submits("code", sale.useCode);
submits("return-find", returns.byReceipt);
submits("return-search", returns.byMember);
submits("return-do", returns.send);
submits("join-form", join.show);
submits("join-agree", () => join.join(true));
$("join-anonymous").addEventListener("click", () => join.join(false));
$("send-now").addEventListener("click", () => queue.flush(owner()));
submits("pay-cash", pay.byCash);
submits("pay-card", pay.byCard);
submits("pay-gift", pay.byGift);
submits("pay-points", pay.usePoints);
submits("gift-sell", giftcards.sell);
submits("gift-look", giftcards.look);
$("pay-finish").addEventListener("click", pay.record);
$("cash-given").addEventListener("input", pay.change);
$("cash-all").addEventListener("click", () => { $("cash-given").value = ""; pay.byCash(); });
$("points-what").addEventListener("change", pay.offerPoints);
$("gift-see").addEventListener("click", pay.lookAtGift);
$("gift-kind").addEventListener("change", giftcards.offer);
$("pay-back").addEventListener("click", pay.giveUp);
$("pay").addEventListener("cancel", (event) => { event.preventDefault(); pay.giveUp(); });
for (const one of document.querySelectorAll(".pay [data-way]")) one.addEventListener("click", () => pay.open(one.dataset.way));
for (const one of document.querySelectorAll("#pay [data-way]")) one.addEventListener("click", () => pay.choose(one.dataset.way));
for (const one of document.querySelectorAll("[data-close]")) one.addEventListener("click", () => one.closest("dialog").close());
$("done").addEventListener("close", () => $("find-card").focus());
$("close-till").addEventListener("click", async () => {
  await api.close().catch(() => {});
  await store.put("session", null);
  closed();
});

const opens = {
  return: returns.open,
  join: join.open,
  gifts: giftcards.open,
  receipts: async () => { await receipts(); $("receipts").showModal(); },
};
for (const one of document.querySelectorAll("[data-open]")) one.addEventListener("click", opens[one.dataset.open]);

for (const one of document.querySelectorAll("[data-camera]")) {
  one.hidden = !camera.able;
  one.addEventListener("click", async () => {
    const field = $(one.dataset.camera);
    try {
      const text = await camera.scan($("camera"), $("camera-view"));
      if (text) {
        field.value = text;
        field.form.requestSubmit();
      }
    } catch {
      complain("find-trouble", { text: say("camera_off") });
    }
  });
}

const keys = {
  F2: () => ($("find").hidden ? $("member").querySelector("button") : $("find-card")).focus(),
  F3: () => $("line-sku").focus(),
  F4: () => $("code-text").focus(),
};
const ways = { F6: "gift", F7: "points", F8: "cash", F9: "card" };

/** What pays, as far as the page offers it just now. */
function toPay(way) {
  const offered = [...document.querySelectorAll($("pay").open ? "#pay [data-way]" : ".pay [data-way]")]
    .some((one) => one.dataset.way === way && !one.hidden && !one.disabled && !one.closest("[hidden]"));
  if (offered) ($("pay").open ? pay.choose : pay.open)(way);
}

document.addEventListener("keydown", (event) => {
  const way = ways[event.key];
  const act = way ? () => toPay(way) : keys[event.key];
  const covered = [...document.querySelectorAll("dialog[open]")].some((one) => !way || one.id !== "pay");
  if (!act || !state.session || covered) return;
  event.preventDefault();
  act();
});

addEventListener("online", () => { if (state.session) begin(); });
addEventListener("offline", () => connected(false));
navigator.serviceWorker?.register("/till/worker.js", { scope: "/till/" });
await begin();
watch();
