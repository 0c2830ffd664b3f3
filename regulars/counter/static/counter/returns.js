// Goods brought back: by the receipt's number, or by the member and the article. What goes back is
// shown before anything is recorded.

import * as api from "./api.js";
import * as queue from "./queue.js";
import { refunded, show as showDone } from "./outcome.js";
import { nameOf } from "./sale.js";
import { $, complain, now, owner, state, units } from "./state.js";
import { make, money, say } from "./words.js";

const SOON_MS = 250;
let purchase = null;
let goods = null; // without receipt: the member and the article
let seen = ""; // of what the cashier was shown what goes back
let soon = 0;

export function open() {
  nothing();
  for (const id of ["return-find", "return-search"]) $(id).reset();
  complain("return-trouble", null);
  $("return").showModal();
  $("return-receipt").focus();
}

function nothing() {
  purchase = goods = null;
  seen = "";
  clearTimeout(soon);
  $("return-without").hidden = !state.session.program.without_receipt;
  $("return-do").hidden = true;
  $("return-told").replaceChildren();
}

export async function byReceipt() {
  await looking(async () => {
    const found = await api.get("/v1/purchases", {
      receipt_number: $("return-receipt").value.trim(), till: $("return-till").value.trim(),
    });
    return api.get(`/v1/purchases/${found.purchase}`);
  });
}

/** Without receipt, where the program allows it: found among what the member bought. */
export async function byMember() {
  const member = $("return-card").value.trim();
  const sku = $("return-sku").value.trim();
  const quantity = Number($("return-quantity").value);
  if (!member || !sku || !(quantity > 0)) return complain("return-trouble", { text: say("choose_lines") });
  nothing();
  goods = { member, goods: [{ sku, quantity }] };
  $("return-which").textContent = `${nameOf(sku)} × ${quantity}`;
  $("return-paid").textContent = "";
  $("return-lines").replaceChildren();
  return preview();
}

async function looking(find) {
  complain("return-trouble", null);
  nothing();
  try {
    purchase = await find();
    show();
  } catch (problem) {
    complain("return-trouble", problem);
  }
}

function show() {
  $("return-without").hidden = true;
  $("return-which").textContent = `${say("return_what")} · ${money(purchase.paid_minor)}`;
  $("return-paid").textContent = (purchase.payments ?? []).map(paidBy).join(" · ");
  $("return-lines").replaceChildren(...purchase.lines.map((line) => {
    const box = make("input");
    Object.assign(box, { type: "number", min: 0, max: line.quantity, value: 0, inputMode: "numeric" });
    box.dataset.line = line.line;
    box.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(preview, SOON_MS); });
    const name = nameOf(line.sku);
    box.setAttribute("aria-label", say("return_count", { sku: name, quantity: line.quantity }));
    const what = make("span", "", make("b", "", name), ` · ${line.quantity} · ${money(line.paid_minor ?? 0)}`);
    return make("li", "", what, make("label", "narrow", box));
  }));
  $("return-do").hidden = false;
  $("return-lines").querySelector("input")?.focus();
}

/** What is to come back, as the dialog stands; null where it is nothing yet. */
function chosen() {
  if (goods) return goods;
  const boxes = [...$("return-lines").querySelectorAll("input")];
  const lines = boxes.map((box) => ({ line: Number(box.dataset.line), quantity: Number(box.value) }))
    .filter((line) => line.quantity > 0);
  return lines.length ? { purchase: purchase.id, lines } : null;
}

/** Show what would go back. Nothing is recorded; without connection it is not known yet. */
async function preview() {
  const what = chosen();
  complain("return-trouble", null);
  $("return-told").replaceChildren();
  seen = "";
  if (!what) return undefined;
  const asked = JSON.stringify(what);
  let parts;
  try {
    const answer = await api.post("/v1/returns/quote", what);
    const sum = make("p", "sum", make("span", "", say("refund")), make("output", "", money(answer.refund_minor)));
    parts = [sum, ...refunded(answer, true)];
  } catch (problem) {
    if (!problem.away) return complain("return-trouble", problem);
    parts = [make("p", "notice", say("return_later"))];
  }
  if (asked !== JSON.stringify(chosen())) return undefined; // changed meanwhile, and asked for anew
  seen = asked;
  $("return-told").replaceChildren(...parts.filter((part) => part !== ""));
  $("return-do").hidden = false;
  $("return-sure").scrollIntoView({ block: "nearest" });
  if (goods) $("return-sure").focus();
  return undefined;
}

/** Record it; what was not shown yet is shown first. */
export async function send() {
  const what = chosen();
  if (!what) return complain("return-trouble", { text: say("choose_lines") });
  if (seen === JSON.stringify(what)) return record(what);
  clearTimeout(soon);
  await preview();
  if (seen) $("return-sure").focus();
  return undefined;
}

async function record(what) {
  complain("return-trouble", null);
  const at = now();
  const id = await queue.number(at);
  const item = await queue.add({
    id, path: "/v1/returns", owner: owner(), till: state.session.till, made_at: at.getTime(), taken: 0,
    body: { ...what, receipt_number: id, occurred_at: at.toISOString() },
  });
  if (item.state === "refused") {
    await queue.drop(item);
    return complain("return-trouble", item.problem);
  }
  $("return").close();
  return told(item);
}

/** How a part of the purchase was paid. */
function paidBy(paid) {
  const means = { cash: "cash", card: "by_card", gift_card: "gift_card" }[paid.tender];
  return `${paid.asset ? units(paid.asset, paid.units) : means ? say(means) : paid.tender} ${money(paid.amount_minor)}`;
}

function told(item) {
  const back = item.answer?.refund_minor;
  showDone(item, say(item.state === "done" ? "refund" : "kept"), back === undefined ? [] : [make("p", "amount", money(back))]);
}
