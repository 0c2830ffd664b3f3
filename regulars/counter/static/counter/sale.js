// The basket: lines, vouchers, and the price as the program sees it.

import * as api from "./api.js";
import { estimate } from "./estimate.js";
import { handOver, isReservation, leave, take } from "./member.js";
import { $, articleOf, cardOf, complain, nothingPaid, owner, state, units } from "./state.js";
import * as store from "./store.js";
import { button, language, make, minorOf, money, plain, say } from "./words.js";

const QUOTE_AFTER_MS = 200;
let asked = 0;
let timer = 0;

const listed = () => state.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);

/** The lines as the API wants them, and what pays for them so far. */
export function basket() {
  const { member, lines, codes, payWith, cards, taken } = state;
  const tops = lines.flatMap((line, at) => (line.topUp ? [[at + 1, line.topUp]] : []));
  const optional = {
    codes,
    pay_with: payWith,
    gift_cards: cards.map(({ code, pin, amount }) => ({ code, ...(pin ? { pin } : {}), amount_minor: amount })),
    top_ups: Object.fromEntries(tops),
    tenders: Object.fromEntries(Object.entries(taken).filter(([, minor]) => minor)),
  };
  return {
    lines: lines.map((line) => ({
      sku: line.sku, quantity: line.quantity, unit_price_minor: line.price,
      ...(line.card ? { role: "gift-card" } : {}),
    })),
    lang: language,
    ...(member ? { member: member.ref } : {}),
    ...Object.fromEntries(Object.entries(optional).filter(([, some]) => Object.keys(some).length)),
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
    const quote = await quoted();
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

/** What the basket costs as it stands, with the reasons in words; `hold` keeps for it what it uses. */
export const quoted = (hold = false) => api.post("/v1/quotes", { ...basket(), hints: 3, voice: "cashier", ...(hold ? { hold } : {}) });

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
  const same = state.lines.find((line) => line.sku === sku && line.price === price && sku && !line.topUp);
  if (same) same.quantity += quantity;
  else state.lines.push({ sku: sku || "amount", price, quantity, bare: !sku, name: article?.name, card: cardOf(sku) });
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
    if (line.topUp) what.append(make("small", "", say("card_topped", { code: line.topUp })));
    for (const [campaign, off] of Object.entries(told?.discounts ?? {})) {
      what.append(make("small", "", `${state.session.program.campaigns[campaign] ?? campaign}: −${money(off)}`));
    }
    const step = (by, sign, label) => {
      const made = button(sign, () => { line.quantity += by; if (line.quantity < 1) state.lines.splice(at, 1); changed(); });
      made.setAttribute("aria-label", say(label, { sku: name }));
      return made;
    };
    const steps = make("span", "steps", step(-1, "−", "less"), make("span", "", String(line.quantity)), line.topUp ? "" : step(1, "+", "more"));
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

export function row(list, label, value, kind = "") {
  list.append(make("dt", "", label), make("dd", kind, value));
}

export function showQuote() {
  const { quote, lines } = state;
  const { pays, gift_cards: kinds } = state.session.program;
  const place = $("quote");
  $("to-pay").value = money(due());
  const busy = lines.length > 0 && !quote;
  for (const one of document.querySelectorAll(".pay [data-way]")) one.disabled = !lines.length || busy || quote?.failed;
  $("by-points").hidden = !Object.keys(pays).length;
  $("by-gift").hidden = !kinds.length;
  if (!lines.length) return place.replaceChildren();
  if (busy) return place.replaceChildren(make("p", "empty", say("asking")));
  if (quote.failed) return place.replaceChildren();
  if (quote.alone) return place.replaceChildren(make("p", "notice", say("offline_price")), estimated());
  const parts = [applied(quote)];
  for (const gift of quote.gifts ?? []) parts.push(make("p", "badge", say("gift", { sku: nameOf(gift.sku) })));
  for (const text of quote.messages ?? []) parts.push(make("p", "hint", text.text[language] ?? ""));
  const hints = (quote.hints ?? []).filter((hint) => !(hint.tier && state.member?.climbs)); // said beside the name
  for (const hint of hints) parts.push(make("p", "hint", hint.text));
  return place.replaceChildren(...parts, notApplied(quote));
}

export const nameOf = (sku) => (sku === "amount" ? say("amount_line") : articleOf(sku)?.name || sku);

/** What every campaign that applies gives, and by which rule. */
function applied(quote) {
  const list = make("dl", "figures");
  if (quote.discount_minor) row(list, say("before"), money(quote.list_minor));
  const { vouchers } = state.session.program;
  const told = new Map((quote.told ?? []).map((one) => [one.campaign, one]));
  for (const { campaign, code, figures = {} } of quote.reasons ?? []) {
    const one = told.get(campaign);
    if (code !== "applied" || !one) continue;
    const gives = Object.entries(figures.assets ?? {}).map(([asset, number]) => `+${units(asset, number)}`);
    if (figures.off_minor) gives.unshift(`−${money(figures.off_minor)}`);
    if (figures.voucher) gives.push(vouchers[figures.voucher] ?? figures.voucher);
    if (figures.gift) gives.push(nameOf(figures.gift));
    row(list, one.name, gives.join(", "), "less");
    list.append(make("dd", "rule", one.rule));
  }
  for (const [asset, number] of Object.entries(quote.earned ?? {})) row(list, say("earns"), units(asset, number));
  return list;
}

/** Campaigns that were looked at and do not apply, each with its reason. */
function notApplied(quote) {
  const not = (quote.told ?? []).filter((one) => !one.applied);
  if (!not.length) return "";
  const lines = not.map((one) => make("p", "not", make("b", "", `${one.name}: `), one.why));
  return make("details", "shut", make("summary", "", say("not_applied", { number: not.length })), make("div", "whys", ...lines));
}

/** What the basket costs, whatever pays for it. */
export const due = () => (!state.quote || state.quote.alone || state.quote.failed ? listed() : state.quote.paid_minor ?? 0);

export function guess() {
  if (!state.member || !state.snapshot) return "";
  const found = Object.entries(estimate(state.snapshot, listed()));
  return found.map(([asset, number]) => units(asset, number)).join(", ");
}

function estimated() {
  if (!state.member) return "";
  const found = guess();
  return make("p", "hint", found ? say("estimate", { units: found }) : say("estimate_none"));
}

export function clear() {
  Object.assign(state, { lines: [], codes: [], quote: null }, nothingPaid());
  $("line").reset();
  $("code").reset();
  complain("line-trouble", null);
  complain("quote-trouble", null);
  leave();
  changed();
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
