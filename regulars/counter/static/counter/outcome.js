// What became of a receipt, in words: after the sale, and in the list of receipts.

import { PURCHASES, backBy, cardsThatPaid, changes, explained, pointsThatPaid, sold, whole } from "./answer.js";
import { print } from "./paper.js";
import { nameOf, row } from "./sale.js";
import { $, state, units } from "./state.js";
import { button, make, money, say, trouble } from "./words.js";

/** Show what was just sold, and the change. */
export function finish(item) {
  const change = item.given - (item.body.tenders?.cash ?? 0);
  show(item, say(item.state === "done" ? "recorded" : "kept"), change > 0
    ? [make("p", "amount", say("change", { money: money(change) })), make("p", "empty", say("given", { money: money(item.given) }))]
    : [make("p", "amount", money(item.taken))]);
}

/** Show a receipt that was just made. */
export function show(item, title, parts) {
  $("done").classList.toggle("kept", item.state !== "done");
  $("done-title").textContent = title;
  $("done-body").replaceChildren(...parts, ...outcome(item));
  if (item.answer && sold(item.answer).length) $("done-body").append(codes(item));
  $("done-print").onclick = () => print(item);
  $("done").showModal();
}

/** What became of a receipt, in words. */
export function outcome(item) {
  const parts = [make("p", "empty number", say("receipt", { number: item.id }))];
  if (item.state === "refused") parts.push(make("p", "trouble", trouble(item.problem)));
  if (item.state === "waiting") return [...parts, ...unsent(item)];
  const { answer } = item;
  if (!answer) return parts;
  parts.push(...(item.path === PURCHASES ? asked(item, answer) : refunded(answer)));
  parts.push(figures(changes(answer)));
  for (const voucher of answer.vouchers ?? []) parts.push(make("p", "badge", say("voucher_new", { code: voucher.code })));
  for (const gift of answer.gifts ?? []) parts.push(make("p", "badge", say("gift", { sku: nameOf(gift.sku) })));
  if (item.path === PURCHASES) parts.push(why(answer.id));
  return parts;
}

/** What of a receipt that is not recorded yet is not certain. */
function unsent({ body, path, guessed }) {
  const told = [];
  if (body.gift_cards || body.pay_with) told.push(say("kept_payment"));
  if (body.lines?.some((line) => line.role)) told.push(say("kept_card"));
  if (body.member && path === PURCHASES) told.push(guessed ? say("estimate", { units: guessed }) : say("estimate_none"));
  return told.map((text) => make("p", "notice", text));
}

/** Where the program asks for another sum of money than was taken. */
function asked(item, answer) {
  const points = pointsThatPaid(answer).reduce((sum, paid) => sum + paid.amount_minor, 0);
  const cards = cardsThatPaid(answer).reduce((sum, card) => sum - card.amount_minor, 0);
  const asks = answer.paid_minor - points - cards;
  const figures = (minor) => ({ asked: money(asks), taken: money(item.taken), money: money(minor) });
  if (asks < item.taken) return [make("p", "notice", say("difference", figures(item.taken - asks)))];
  if (asks > item.taken) return [make("p", "trouble", say("too_little", figures(asks - item.taken)))];
  return [];
}

/** The codes of gift cards just sold. */
function codes(item) {
  const place = make("div", "codes");
  whole(item).then((answer) => place.replaceChildren(...sold(answer).map((card) => make("p", "code",
    make("b", "", card.code), card.pin ? make("span", "", `PIN ${card.pin}`) : "",
    make("span", "", money(card.balance_minor))))), () => {
    place.replaceChildren(make("p", "notice", say("kept_card")));
  });
  return place;
}

/** What goes back for each article, and how; `before` it is recorded, also what the member loses. */
export function refunded(answer, before = false) {
  const { campaigns } = state.session.program;
  const less = Object.entries(answer.discounts ?? {}).filter(([, change]) => change.after_minor < change.before_minor);
  const lines = make("dl", "figures");
  for (const line of answer.lines ?? []) row(lines, `${nameOf(line.sku)} × ${line.quantity}`, money(line.refund_minor));
  const means = make("dl", "figures means");
  for (const [label, amount] of backBy(answer)) row(means, label, money(amount));
  return [
    answer.withheld_minor ? make("p", "notice", say("refund_less", { money: money(answer.withheld_minor) }),
      ...less.map(([id]) => make("small", "", campaigns[id] ?? id))) : "",
    lines, means, before ? figures(changes(answer, "balance_then")) : "",
  ];
}

function figures(rows) {
  const list = make("dl", "figures");
  for (const [label, amount] of rows) row(list, label, amount);
  return list;
}

/** Every campaign and why, worded for the cashier. */
function why(id) {
  const list = make("div", "whys");
  const box = make("details", "", make("summary", "", say("why")), list);
  box.addEventListener("toggle", async () => {
    if (!box.open || list.childElementCount) return;
    try {
      const told = await explained(id, "cashier");
      list.replaceChildren(...told.map((one) =>
        make("p", one.applied ? "" : "not", make("b", "", `${one.applied ? "✓" : "–"} ${one.name}: `), one.why)));
    } catch (problem) {
      list.replaceChildren(make("p", "trouble", say(problem.away ? "needs_network" : "trouble_other", { code: problem.code })));
    }
  });
  return box;
}

/** A row of the list of receipts, which can be printed again; `owner` is the till that shows it. */
export function listed(item, owner) {
  const other = item.state === "waiting" && item.owner !== owner;
  const sum = item.path === PURCHASES ? money(item.answer?.paid_minor ?? item.taken) : say("return");
  const box = make("details", "", make("summary", "", `${item.id} · ${sum}`), ...outcome(item),
    item.state === "refused" ? "" : button(say("print"), () => print(item)));
  const told = other ? say("state_other", { till: item.owner }) : say(`state_${item.state}`);
  return make("li", "", box, make("span", `state ${other ? "other" : item.state}`, told));
}
