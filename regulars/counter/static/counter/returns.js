// Goods brought back: by the receipt's number, or by the member and the article.

import * as api from "./api.js";
import * as queue from "./queue.js";
import { show as showDone } from "./outcome.js";
import { nameOf } from "./sale.js";
import { $, complain, now, owner, state, units } from "./state.js";
import { make, money, say } from "./words.js";

let purchase = null;

export function open() {
  purchase = null;
  for (const id of ["return-find", "return-search"]) $(id).reset();
  complain("return-trouble", null);
  $("return-do").hidden = true;
  $("return-without").hidden = !state.session.program.without_receipt;
  $("return").showModal();
  $("return-receipt").focus();
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
  return record({ member, goods: [{ sku, quantity }] });
}

async function looking(find) {
  complain("return-trouble", null);
  $("return-do").hidden = true;
  try {
    purchase = await find();
    show();
  } catch (problem) {
    complain("return-trouble", problem);
  }
}

function show() {
  $("return-which").textContent = `${say("return_what")} · ${money(purchase.paid_minor)}`;
  $("return-paid").textContent = (purchase.payments ?? []).map(paidBy).join(" · ");
  $("return-lines").replaceChildren(...purchase.lines.map((line) => {
    const box = make("input");
    Object.assign(box, { type: "number", min: 0, max: line.quantity, value: 0, inputMode: "numeric" });
    box.dataset.line = line.line;
    const name = nameOf(line.sku);
    box.setAttribute("aria-label", say("return_count", { sku: name, quantity: line.quantity }));
    const what = make("span", "", make("b", "", name), ` · ${line.quantity} · ${money(line.paid_minor ?? 0)}`);
    return make("li", "", what, make("label", "narrow", box));
  }));
  $("return-do").hidden = false;
  $("return-lines").querySelector("input")?.focus();
}

export async function send() {
  const boxes = [...$("return-lines").querySelectorAll("input")];
  const lines = boxes.map((box) => ({ line: Number(box.dataset.line), quantity: Number(box.value) }))
    .filter((line) => line.quantity > 0);
  if (!lines.length) return complain("return-trouble", { text: say("choose_lines") });
  return record({ purchase: purchase.id, lines });
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
