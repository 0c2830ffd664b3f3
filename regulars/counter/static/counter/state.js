// What the page knows just now, and small things every part of it needs.

import { counted, language, say, trouble } from "./words.js";

export const state = {
  session: null, // which till this is; what its program is called
  snapshot: null, // what may be estimated without connection
  away: false,
  member: null, // {ref, name, tier, ...}; `later` where nobody could be asked
  lines: [],
  codes: [],
  payWith: {}, // points, by asset
  cards: [], // gift cards that pay: {code, pin, amount}
  taken: {}, // money taken so far, by means; of cash without the change
  given: 0, // cash as the customer gave it
  held: "", // the quote that keeps points and money of gift cards for this payment
  quote: null,
};

/** As it is before anything is paid. */
export const nothingPaid = () => ({ payWith: {}, cards: [], taken: {}, given: 0, held: "" });

export const $ = (id) => document.getElementById(id);

/** Now, as the server has it. */
export const now = () => new Date(Date.now() + (state.session?.offset ?? 0));

export const owner = () => {
  const { program, shop, till } = state.session;
  return `${program.slug}/${shop}/${till}`;
};

/** What the shop sells under an article number or EAN; undefined where it tells no list. */
export function articleOf(text) {
  const found = state.session.articles?.find(([sku, ean]) => sku === text || (ean && ean === text));
  return found && { sku: found[0], name: found[2], price: found[3] };
}

/** The kind of gift card that an article is, if it is one. */
export const cardOf = (sku) => state.session.program.gift_cards.find((kind) => kind.skus.includes(sku))?.id;

export function units(asset, number) {
  return counted(number, state.session.program.assets[asset] ?? asset);
}

/** The last day before an instant at which something ends, as the program's calendar has it. */
export const lastDay = (instant) => new Date(Date.parse(instant) - 1)
  .toLocaleDateString(language, { timeZone: state.session.program.timezone, dateStyle: "long" });

/** Say what went wrong where it went wrong; without a problem, say nothing any more. */
export function complain(id, problem) {
  const place = $(id);
  place.hidden = !problem;
  place.textContent = !problem ? "" : problem.away ? say("needs_network") : problem.text ?? trouble(problem);
}

/** Ask for yes or no. */
export function sure(text) {
  const dialog = $("sure");
  $("sure-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
