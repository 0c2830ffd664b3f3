// What an answer says beyond its figures: codes of cards just sold, how a refund goes back, reasons.

import * as api from "./api.js";
import * as queue from "./queue.js";
import { units } from "./state.js";
import { language, say } from "./words.js";

export const PURCHASES = "/v1/purchases";

/** The answer with the codes of gift cards just sold, which the browser does not keep. */
export const whole = (item) => (sold(item.answer).length ? queue.again(item) : Promise.resolve(item.answer));

/** Gift cards that were sold or topped up, and those that paid. */
export const sold = (answer) => (answer.gift_cards ?? []).filter((card) => card.line);
export const cardsThatPaid = (answer) => (answer.gift_cards ?? []).filter((card) => !card.line && card.amount_minor < 0);

export const pointsThatPaid = (answer) => (answer.payments ?? []).filter((paid) => paid.asset);

/** Every campaign with its reason, worded for the cashier or the member. */
export async function explained(id, voice) {
  return (await api.get(`${PURCHASES}/${id}/explanation`, { voice, lang: language })).campaigns;
}

/** What the member got or lost, and has: words and amount. */
export function changes(answer, hasNow = "balance_now") {
  const moved = Object.entries(answer.earned ?? {}).map(([asset, number]) =>
    [say(number < 0 ? "lost" : "earned"), units(asset, Math.abs(number))]);
  const has = Object.entries(answer.balances ?? {}).flatMap(([asset, { available, pending }]) => [
    [say(hasNow), units(asset, available)],
    ...(pending ? [[say("pending"), units(asset, pending)]] : []),
  ]);
  return [...moved, ...has];
}

/** How a refund goes back: points, gift cards, the card that was paid with, cash; words and amount. */
export function backBy(answer) {
  const found = pointsThatPaid(answer).map((paid) => [say("back_points", { units: units(paid.asset, paid.units) }), paid.amount_minor]);
  for (const card of answer.gift_cards ?? []) {
    if (card.amount_minor > 0) found.push([say("back_gift", { code: card.code }), card.amount_minor]);
  }
  let left = answer.to_refund_minor ?? answer.refund_minor;
  for (const { tender, amount_minor: amount } of answer.money ?? []) {
    found.push([say(`back_${["card", "cash"].includes(tender) ? tender : "other"}`, { tender }), amount]);
    left -= amount;
  }
  if (left > 0) found.push([say("back_money"), left]);
  return found;
}
