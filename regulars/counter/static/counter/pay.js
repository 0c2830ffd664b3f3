// Payment: cash with its change, card, gift cards and points, in any mixture, until nothing is left.

import * as api from "./api.js";
import { finish } from "./outcome.js";
import * as queue from "./queue.js";
import * as sale from "./sale.js";
import { $, complain, lastDay, nothingPaid, now, owner, state, sure, units } from "./state.js";
import { button, make, minorOf, money, say, unit } from "./words.js";

const NOTES = [5, 10, 20, 50, 100, 200, 500];
const QUICK = 4;
let way = "cash";
let busy = false;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const inPoints = () => (state.quote?.payments ?? []).filter((paid) => paid.asset);
const byPoints = () => sum(inPoints().map((paid) => paid.amount_minor));
const byMoney = () => sum(Object.values(state.taken));
const byCards = () => sum(state.cards.map((card) => card.amount));
const rest = () => Math.max(0, sale.due() - byPoints() - byCards() - byMoney());
const anything = () => byMoney() > 0 || state.cards.length > 0 || inPoints().length > 0;

/** Open the payment with the way that was chosen; Enter alone then takes all of it so. */
export function open(wanted) {
  if (!state.lines.length || !state.quote || state.quote.failed) return;
  if (state.quote.alone && state.lines.some((line) => line.card)) {
    complain("quote-trouble", { text: say("card_needs_network") });
    return;
  }
  Object.assign(state, nothingPaid());
  $("pay").showModal();
  choose(wanted);
}

/** Another way; without connection only money pays. */
export function choose(wanted) {
  way = wanted;
  const away = state.quote.alone && ["gift", "points"].includes(way);
  complain("pay-trouble", away ? { text: say("only_money") } : null);
  for (const one of ["cash", "card", "gift", "points"]) {
    $(`pay-${one}`).hidden = one !== way || away || !rest();
    $(`pay-${one}`).reset();
  }
  $("gift-told").hidden = true;
  for (const one of $("pay").querySelectorAll("[data-way]")) one.setAttribute("aria-pressed", one.dataset.way === way);
  show();
  if (!rest()) $("pay-finish").focus();
  else if (away) $("pay").querySelector("[data-way=cash]").focus();
  else $(`pay-${way}`).querySelector("input")?.focus();
}

function show() {
  const left = rest();
  $("pay-rest").value = money(left);
  $("pay-rest-label").textContent = say(anything() ? "rest" : "to_pay");
  const { session: { program } } = state;
  for (const one of $("pay").querySelectorAll("[data-way]")) {
    one.hidden = (one.dataset.way === "points" && !Object.keys(program.pays).length)
      || (one.dataset.way === "gift" && !program.gift_cards.length);
  }
  $("pay-ways").hidden = !left;
  $("pay-finish").hidden = left > 0;
  $("pay-taken").replaceChildren(...paid());
  $("cash-quick").replaceChildren(...quick(left).map((amount) => button(money(amount), () => cash(amount))));
  $("cash-all").textContent = say("cash_all", { money: money(left) });
  $("card-all").textContent = say("by_card_all", { money: money(left) });
  change();
  offerPoints();
}

/** What pays so far, each to be taken off again. */
function paid() {
  const off = (label, amount, act) => {
    const made = button("×", act, "off");
    made.setAttribute("aria-label", say("remove", { sku: label }));
    return make("li", "", make("span", "", label), make("b", "money", money(amount)), made);
  };
  return [
    ...inPoints().map((one) => off(units(one.asset, one.units), one.amount_minor, () => {
      const { [one.asset]: gone, ...others } = state.payWith;
      return without({ payWith: others });
    })),
    ...state.cards.map((card) => off(`${say("gift_card")} …${card.code.slice(-5)}`, card.amount,
      () => without({ cards: state.cards.filter((other) => other !== card) }))),
    ...Object.entries(state.taken).filter(([, amount]) => amount).map(([means, amount]) =>
      off(say(means === "card" ? "by_card" : means), amount, () => {
        delete state.taken[means];
        if (means === "cash") state.given = 0;
        choose(means);
      })),
  ];
}

/** Amounts that customers hand over for so much: the next notes. */
function quick(left) {
  const rounded = NOTES.map((note) => Math.ceil(left / (note * unit())) * note * unit());
  return [...new Set(rounded.filter((amount) => amount > left))].sort((a, b) => a - b).slice(0, QUICK);
}

/** While it is typed: the change, or what is left then. */
export function change() {
  const given = minorOf($("cash-given").value);
  const left = rest();
  const more = given === null ? 0 : given - left;
  $("cash-change").textContent = given === null ? ""
    : more >= 0 ? say("change", { money: money(more) }) : say("rest_then", { money: money(-more) });
}

/** What the program takes points for: how many at most, in which steps. */
export function offerPoints() {
  const payable = Object.keys(state.quote?.payable ?? {});
  const open = payable.filter((asset) => !(asset in state.payWith) && mostPoints(asset) > 0);
  if (!open.length) {
    $("points-what").replaceChildren();
    $("points-told").textContent = say(state.member ? "points_none" : "points_whose");
  }
  $("points-number").parentElement.hidden = $("points-use").hidden = !open.length;
  if (!open.length) return;
  const chosen = open.includes($("points-what").value) ? $("points-what").value : open[0];
  $("points-what").replaceChildren(...open.map((asset) => new Option(units(asset, mostPoints(asset)), asset, false, asset === chosen)));
  $("points-what").parentElement.hidden = open.length < 2;
  const terms = state.session.program.pays[chosen];
  $("points-number").placeholder = String(mostPoints(chosen));
  $("points-told").textContent = [
    say("points_most", { units: units(chosen, mostPoints(chosen)), money: money(Math.floor((mostPoints(chosen) * terms.minor) / terms.points)) }),
    terms.least > 1 || terms.step > 1 ? say("points_steps", { least: terms.least, step: terms.step }) : "",
  ].join(" ");
}

/** As many as the basket takes, and no more than what is left to pay. */
function mostPoints(asset) {
  const terms = state.session.program.pays[asset];
  const fit = Math.floor((rest() * terms.points) / terms.minor);
  const most = Math.min(state.quote.payable[asset].units, Math.floor(fit / terms.step) * terms.step);
  return most >= terms.least ? most : 0;
}

export const byCash = () => cash(typed("cash-given"));
export const byCard = () => card(typed("card-amount"));

/** An amount that was typed; all that is left where nothing was; null where it is no amount. */
function typed(field) {
  const text = $(field).value.trim();
  return text ? minorOf(text) : rest();
}

function cash(given) {
  if (busy) return undefined;
  if (!given) return wrong("cash-given");
  const part = Math.min(given, rest());
  state.given += given;
  state.taken.cash = (state.taken.cash ?? 0) + part;
  return rest() ? choose("cash") : record();
}

function card(amount) {
  if (busy) return undefined;
  if (!amount) return wrong("card-amount");
  if (amount > rest()) {
    complain("pay-trouble", { text: say("card_too_much", { money: money(rest()) }) });
    return $("card-amount").select();
  }
  state.taken.card = (state.taken.card ?? 0) + amount;
  return rest() ? choose("card") : record();
}

function wrong(field) {
  complain("pay-trouble", { text: say("bad_price", { example: money(1250) }) });
  $(field).select();
}

/** Ask for the price with another payment, and have what it uses kept; refused, it is as it was. */
async function attempt(wanted) {
  const before = { payWith: state.payWith, cards: state.cards };
  busy = true;
  try {
    await release();
    Object.assign(state, wanted);
    await keep();
    return true;
  } catch (problem) {
    Object.assign(state, before);
    complain("pay-trouble", problem.away ? { text: say("only_money") } : problem);
    await keep().catch(() => {}); // the purchase is judged anew, whether or not it was kept for
    return false;
  } finally {
    busy = false;
  }
}

async function keep() {
  const hold = state.cards.length > 0 || Object.keys(state.payWith).length > 0;
  const quote = await sale.quoted(hold);
  Object.assign(state, { quote, held: hold ? quote.id : "" });
}

/** What was kept is free again; where that cannot be said, it lapses by itself. */
async function release() {
  const { held } = state;
  state.held = "";
  if (held) await api.post(`/v1/quotes/${held}/void`, {}).catch(() => {});
}

async function without(wanted) {
  if (!busy && await attempt(wanted)) choose(way);
}

/** A gift card: what is on it is looked up first, so that no more is asked of it. */
export async function byGift() {
  if (busy) return;
  complain("pay-trouble", null);
  const [code, pin] = [$("gift-code").value.trim(), $("gift-pin").value.trim()];
  if (!code) return $("gift-code").focus();
  const wanted = $("gift-amount").value.trim() ? minorOf($("gift-amount").value) : Infinity;
  if (!wanted) return wrong("gift-amount");
  const found = await lookUp(code, pin, "pay-trouble");
  if (!found) return $("gift-code").select();
  const goods = sum(state.quote.lines.map((line, at) => (state.lines[at].card ? 0 : line.paid_minor ?? 0)));
  const amount = Math.min(wanted, found.balance_minor, rest(), Math.max(0, goods - byCards()));
  if (!amount) {
    complain("pay-trouble", { text: say(found.balance_minor ? "no_card_for_cards" : "card_empty") });
    return $("gift-code").select();
  }
  if (await attempt({ cards: [...state.cards, { code, pin, amount }] })) choose(rest() ? "cash" : "gift");
  return undefined;
}

/** Say what is on it, and take nothing. */
export async function lookAtGift() {
  complain("pay-trouble", null);
  const found = await lookUp($("gift-code").value.trim(), $("gift-pin").value.trim(), "pay-trouble");
  $("gift-told").hidden = !found;
  $("gift-told").textContent = found ? told(found) : "";
}

export async function lookUp(code, pin, place) {
  if (!code) return null;
  try {
    return await api.post("/v1/gift-cards/balance", { code, ...(pin ? { pin } : {}) });
  } catch (problem) {
    complain(place, problem);
    return null;
  }
}

/** A gift card in words. */
export function told(found) {
  const until = found.expires_at ? say("card_until", { date: lastDay(found.expires_at) }) : "";
  return [say("card_holds", { money: money(found.balance_minor) }), until].filter(Boolean).join(" ");
}

export async function usePoints() {
  const asset = $("points-what").value;
  const text = $("points-number").value.trim();
  const number = text ? Number(text) : mostPoints(asset);
  if (busy || !asset) return;
  if (!Number.isInteger(number) || number < 1 || number > mostPoints(asset)) {
    complain("pay-trouble", { text: say("points_most", { units: units(asset, mostPoints(asset)), money: money(rest()) }) });
    return $("points-number").select();
  }
  if (await attempt({ payWith: { ...state.payWith, [asset]: number } })) choose(rest() ? "cash" : "points");
  return undefined;
}

/** All of it is paid: keep the receipt, then send it. Refused, the basket and the payment stay. */
export async function record() {
  if (busy || rest()) return;
  busy = true;
  try {
    const at = now();
    const id = await queue.number(at);
    const item = await queue.add({
      id, path: "/v1/purchases", owner: owner(), till: state.session.till, made_at: at.getTime(),
      body: { ...sale.basket(), ...(state.held ? { quote: state.held } : {}), receipt_number: id, occurred_at: at.toISOString() },
      taken: byMoney(), given: state.given,
      guessed: state.quote.alone ? sale.guess() : "",
    });
    if (item.state === "refused") {
      await queue.drop(item);
      choose(way);
      complain("pay-trouble", item.problem);
      return;
    }
    leave();
    sale.clear();
    finish(item);
  } catch (problem) {
    complain("pay-trouble", problem);
  } finally {
    busy = false;
  }
}

function leave() {
  Object.assign(state, nothingPaid());
  $("pay").close();
}

/** Back to the basket. Money that lies on the counter goes back to the customer. */
export async function giveUp() {
  if (busy) return;
  const back = (state.taken.card ?? 0) + state.given;
  if (back && !(await sure(say("pay_back", { money: money(back) })))) return;
  const asks = state.cards.length > 0 || inPoints().length > 0;
  release();
  leave();
  if (asks) sale.changed();
}
