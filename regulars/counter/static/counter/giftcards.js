// Gift cards: put into the basket to be sold or topped up; what is on one.

import { lookUp, told } from "./pay.js";
import { changed } from "./sale.js";
import { $, complain, state } from "./state.js";
import { button, make, minorOf, money, say } from "./words.js";

const kinds = () => state.session.program.gift_cards;
const kind = () => kinds().find((one) => one.id === $("gift-kind").value);

export function open() {
  for (const id of ["gift-sell", "gift-look"]) $(id).reset();
  for (const id of ["sell-trouble", "look-trouble"]) complain(id, null);
  $("look-told").hidden = true;
  $("gift-kind").replaceChildren(...kinds().map((one) => new Option(one.name, one.id)));
  $("gift-kind").parentElement.hidden = kinds().length < 2;
  offer();
  $("gifts").showModal();
  ($("sell-amounts").querySelector("button") ?? $("sell-amount")).focus();
}

/** The amounts a kind is sold for, to be pressed; or a field for any. */
export function offer() {
  const { amounts, top_up: tops, least, most } = kind();
  $("sell-amounts").replaceChildren(...amounts.map((amount) => button(money(amount), () => put(amount), "primary")));
  $("sell-amount").parentElement.hidden = $("sell-put").hidden = amounts.length > 0;
  $("sell-limits").textContent = most ? say("sell_between", { least: money(least), most: money(most) }) : "";
  $("sell-top").parentElement.hidden = !tops;
}

export function sell() {
  const { amounts, least, most } = kind();
  if (amounts.length) return undefined;
  const amount = minorOf($("sell-amount").value);
  if (!amount || amount < least || (most && amount > most)) {
    complain("sell-trouble", { text: most ? say("sell_between", { least: money(least), most: money(most) }) : say("bad_price", { example: money(5000) }) });
    return $("sell-amount").select();
  }
  return put(amount);
}

function put(amount) {
  const { id, name, skus: [sku] } = kind();
  const topUp = kind().top_up ? $("sell-top").value.trim() : "";
  const same = topUp ? null : state.lines.find((line) => line.card === id && line.price === amount && !line.topUp);
  if (same) same.quantity += 1;
  else state.lines.push({ sku, name, price: amount, quantity: 1, card: id, ...(topUp ? { topUp } : {}) });
  $("gifts").close();
  $("line-sku").focus();
  changed();
}

export async function look() {
  complain("look-trouble", null);
  const found = await lookUp($("look-code").value.trim(), $("look-pin").value.trim(), "look-trouble");
  $("look-told").hidden = !found;
  $("look-told").replaceChildren(...(found ? [make("b", "", told(found))] : []));
  $("look-code").select();
}
