// The basket: lines, vouchers, the price as the program sees it, and payment.

import * as api from "./api.js";
import { estimate } from "./estimate.js";
import { handOver, isReservation, leave, take } from "./member.js";
import * as queue from "./queue.js";
import { $, articleOf, complain, now, owner, state, units } from "./state.js";
import * as store from "./store.js";
import { button, language, make, minorOf, money, plain, say } from "./words.js";

const QUOTE_AFTER_MS = 200;
let asked = 0;
let timer = 0;
let paying = false;

const listed = () => state.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);

/** The lines as the API wants them. */
function basket() {
  const { member, lines, codes, payWith } = state;
  return {
    lines: lines.map((line) => ({ sku: line.sku, quantity: line.quantity, unit_price_minor: line.price })),
    lang: language,
    ...(member ? { member: member.ref } : {}),
    ...(codes.length ? { codes } : {}),
    ...(Object.keys(payWith).length ? { pay_with: payWith } : {}),
  };
}

/** Something changed: show it, and ask what it costs now. */
export function changed() {
  state.quote = null;
  showLines();
  showQuote();
  clearTimeout(timer);
  asked += 1;
  if (state.lines.length) timer = setTimeout(() => ask(asked), QUOTE_AFTER_MS);
}

async function ask(number) {
  complain("quote-trouble", null);
  try {
    const quote = await api.post("/v1/quotes", { ...basket(), hints: 3 });
    if (number === asked) state.quote = quote;
  } catch (problem) {
    if (number !== asked) return;
    if (!problem.away) complain("quote-trouble", problem);
    state.quote = { alone: problem.away, failed: !problem.away };
  }
  if (number === asked) {
    showLines();
    showQuote();
  }
}

export async function addLine() {
  const text = $("line-sku").value.trim();
  const article = articleOf(text);
  const sku = article?.sku ?? text;
  const typed = $("line-price").value;
  if (!typed && sku) {
    const known = article ? plain(article.price) : await store.get(`price:${owner()}:${sku}`);
    if (known === undefined) return $("line-price").focus();
    $("line-price").value = known;
  }
  const price = minorOf($("line-price").value);
  const quantity = Number($("line-quantity").value);
  if (price === null || !Number.isInteger(quantity) || quantity < 1 || quantity > 9999) {
    complain("line-trouble", { text: say("bad_price", { example: money(1250) }) });
    return $("line-price").focus();
  }
  complain("line-trouble", null);
  const same = state.lines.find((line) => line.sku === sku && line.price === price && sku);
  if (same) same.quantity += quantity;
  else state.lines.push({ sku: sku || "amount", price, quantity, bare: !sku, name: article?.name });
  if (sku && !article) await store.put(`price:${owner()}:${sku}`, $("line-price").value);
  $("line").reset();
  $("line-sku").focus();
  return changed();
}

function showLines() {
  $("empty").hidden = state.lines.length > 0;
  $("lines").replaceChildren(...state.lines.map((line, at) => {
    const told = state.quote?.lines?.find((one) => one.line === at + 1);
    const name = line.bare ? say("amount_line") : line.name || line.sku;
    const what = make("span", "what", make("b", "", name));
    for (const [campaign, off] of Object.entries(told?.discounts ?? {})) {
      what.append(make("small", "", `${state.session.program.campaigns[campaign] ?? campaign}: −${money(off)}`));
    }
    const step = (by, sign, label) => {
      const made = button(sign, () => { line.quantity += by; if (line.quantity < 1) state.lines.splice(at, 1); changed(); });
      made.setAttribute("aria-label", say(label, { sku: name }));
      return made;
    };
    const steps = make("span", "steps", step(-1, "−", "less"), make("span", "", String(line.quantity)), step(1, "+", "more"));
    const off = button("×", () => { state.lines.splice(at, 1); changed(); $("line-sku").focus(); }, "off");
    off.setAttribute("aria-label", say("remove", { sku: name }));
    const full = line.price * line.quantity;
    const now_ = told ? told.paid_minor ?? 0 : full;
    const price = make("span", "money", money(now_));
    if (now_ !== full) price.prepend(make("s", "", money(full)));
    return make("li", "", what, steps, price, off);
  }));
  $("codes").replaceChildren(...state.codes.map((code) => {
    const status = state.quote?.codes?.find((one) => one.code === code)?.status;
    const label = status ? `${code}: ${say(`code_${status}`)} ×` : `${code} ×`;
    return make("li", "", button(label, () => { state.codes = state.codes.filter((one) => one !== code); changed(); }));
  }));
}

function row(list, label, value, kind = "") {
  list.append(make("dt", "", label), make("dd", kind, value));
}

function showQuote() {
  const { quote, lines } = state;
  const place = $("quote");
  $("to-pay").value = money(toPay());
  const busy = lines.length > 0 && !quote;
  for (const id of ["cash", "by-card"]) $(id).disabled = !lines.length || busy || quote?.failed || paying;
  if (!lines.length) return place.replaceChildren();
  if (busy) return place.replaceChildren(make("p", "empty", say("asking")));
  if (quote.failed) return place.replaceChildren();
  if (quote.alone) return place.replaceChildren(make("p", "notice", say("offline_price")), estimated());
  const list = make("dl", "figures");
  const { campaigns } = state.session.program;
  if (quote.discount_minor) {
    row(list, say("before"), money(quote.list_minor));
    const by = {};
    for (const line of quote.lines) {
      for (const [campaign, off] of Object.entries(line.discounts ?? {})) by[campaign] = (by[campaign] ?? 0) + off;
    }
    for (const [campaign, off] of Object.entries(by)) row(list, campaigns[campaign] ?? campaign, `−${money(off)}`, "less");
  }
  for (const paid of quote.payments ?? []) {
    if (paid.asset) row(list, say("paid_points", { units: units(paid.asset, paid.units) }), `−${money(paid.amount_minor)}`, "less");
  }
  for (const [asset, number] of Object.entries(quote.earned ?? {})) row(list, say("earns"), units(asset, number));
  const parts = [list];
  for (const gift of quote.gifts ?? []) parts.push(make("p", "badge", say("gift", { sku: gift.sku })));
  for (const text of quote.messages ?? []) parts.push(make("p", "hint", text.text[language] ?? ""));
  for (const hint of quote.hints ?? []) parts.push(make("p", "hint", hint.text));
  for (const [asset, most] of Object.entries(quote.payable ?? {})) parts.push(points(asset, most));
  return place.replaceChildren(...parts);
}

function points(asset, most) {
  const box = make("input");
  box.type = "checkbox";
  box.checked = asset in state.payWith;
  box.addEventListener("change", () => {
    if (box.checked) state.payWith[asset] = "most";
    else delete state.payWith[asset];
    changed();
  });
  const text = say("with_points", { units: units(asset, most.units), money: money(most.amount_minor) });
  return make("label", "tick", box, make("span", "", text));
}

const toPay = () => state.quote?.to_pay_minor ?? state.quote?.paid_minor ?? listed();

function guess() {
  if (!state.member || !state.snapshot) return "";
  const found = Object.entries(estimate(state.snapshot, listed()));
  return found.map(([asset, number]) => units(asset, number)).join(", ");
}

function estimated() {
  if (!state.member) return "";
  const found = guess();
  return make("p", "hint", found ? say("estimate", { units: found }) : say("estimate_none"));
}

/** Money was taken: keep the receipt, then send it. */
export async function pay(tender) {
  if (paying || !state.lines.length || !state.quote || state.quote.failed) return;
  paying = true;
  try {
    const at = now();
    const taken = toPay();
    const id = await queue.number(at);
    const body = {
      ...basket(), receipt_number: id, occurred_at: at.toISOString(),
      ...(taken ? { tenders: { [tender]: taken } } : {}),
    };
    const guessed = state.quote.alone ? guess() : "";
    const item = await queue.add({
      id, body, path: "/v1/purchases", owner: owner(), till: state.session.till, made_at: at.getTime(),
      taken, guessed,
    });
    clear();
    finish(item);
  } catch (problem) {
    complain("quote-trouble", problem);
  } finally {
    paying = false;
    showQuote();
  }
}

export function clear() {
  Object.assign(state, { lines: [], codes: [], payWith: {}, quote: null });
  $("line").reset();
  $("code").reset();
  complain("line-trouble", null);
  complain("quote-trouble", null);
  leave();
  changed();
}

function finish(item) {
  const done = item.state === "done";
  $("done").classList.toggle("kept", !done);
  $("done-title").textContent = done ? say("recorded") : item.state === "refused" ? say("state_refused") : say("kept");
  $("done-body").replaceChildren(make("p", "amount", money(item.taken)), ...outcome(item));
  $("done").showModal();
}

/** What became of a receipt, in words. */
export function outcome(item) {
  const parts = [make("p", "empty", say("receipt", { number: item.id }))];
  if (item.state === "refused") parts.push(make("p", "trouble", item.problem.detail || item.problem.code));
  if (item.state === "waiting") {
    if (item.body.member) parts.push(make("p", "notice", item.guessed ? say("estimate", { units: item.guessed }) : say("estimate_none")));
    return parts;
  }
  const { answer } = item;
  if (!answer) return parts;
  const points = (answer.payments ?? []).filter((paid) => paid.asset).reduce((sum, paid) => sum + paid.amount_minor, 0);
  const asks = answer.paid_minor === undefined ? undefined : answer.paid_minor - points;
  if (asks !== undefined && asks < item.taken) {
    parts.push(make("p", "notice", say("difference", { asked: money(asks), taken: money(item.taken), money: money(item.taken - asks) })));
  }
  if (asks !== undefined && asks > item.taken) {
    parts.push(make("p", "trouble", say("too_little", { asked: money(asks), taken: money(item.taken), money: money(asks - item.taken) })));
  }
  const list = make("dl", "figures");
  for (const [asset, number] of Object.entries(answer.earned ?? {})) row(list, say("earned"), units(asset, number));
  for (const [asset, has] of Object.entries(answer.balances ?? {})) row(list, say("balance_now"), units(asset, has.available));
  parts.push(list);
  for (const voucher of answer.vouchers ?? []) parts.push(make("p", "badge", say("voucher_new", { code: voucher.code })));
  for (const gift of answer.gifts ?? []) parts.push(make("p", "badge", say("gift", { sku: gift.sku })));
  if (answer.id && item.path === "/v1/purchases") parts.push(why(answer.id));
  return parts;
}

/** Every campaign and why, worded for the cashier. */
function why(id) {
  const list = make("div", "whys");
  const box = make("details", "", make("summary", "", say("why")), list);
  box.addEventListener("toggle", async () => {
    if (!box.open || list.childElementCount) return;
    try {
      const told = await api.get(`/v1/purchases/${id}/explanation`, { voice: "cashier", lang: language });
      list.replaceChildren(...told.campaigns.map((one) =>
        make("p", one.applied ? "" : "not", make("b", "", `${one.applied ? "✓" : "–"} ${one.name}: `), one.why)));
    } catch (problem) {
      list.replaceChildren(make("p", "trouble", say(problem.away ? "needs_network" : "trouble_other", { code: problem.code })));
    }
  });
  return box;
}

/** A voucher's code, what a member reserved, or `reward:...` as in the shop's list of rewards. */
export async function useCode() {
  const code = $("code-text").value.trim();
  if (!code) return;
  $("code").reset();
  if (isReservation(code)) return handOver(code, "code-trouble");
  complain("code-trouble", null);
  const reward = state.member?.rewards.find((one) => `reward:${one.reward}` === code);
  if (reward) await take(reward);
  else if (!state.codes.includes(code)) state.codes.push(code);
  return changed();
}
