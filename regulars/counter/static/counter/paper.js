// A receipt on paper, by the browser's own printing: what was bought, how it was paid, what it gave and why.

import { PURCHASES, backBy, cardsThatPaid, changes, explained, pointsThatPaid, sold, whole } from "./answer.js";
import { nameOf, row } from "./sale.js";
import { $, lastDay, state, units } from "./state.js";
import { language, make, money, say } from "./words.js";

/** Print a receipt. Without connection it says what this till knows. */
export async function print(item) {
  const recorded = item.state === "done" && item.answer;
  const [answer, reasons] = await Promise.all([
    recorded ? whole(item).catch(() => item.answer) : null,
    recorded && item.path === PURCHASES ? explained(item.answer.id, "member").catch(() => []) : [],
  ]);
  const body = item.path === PURCHASES ? bought(item, answer, reasons) : returned(answer);
  $("paper").replaceChildren(...head(item), ...body, make("p", "small", say(recorded ? "paper_no_fiscal" : "paper_waits")));
  const logo = $("paper").querySelector("img");
  await logo?.decode().catch(() => {});
  globalThis.print();
}

function head(item) {
  const { session } = state;
  const logo = session.logo ? make("img") : "";
  if (logo) Object.assign(logo, { src: session.logo, alt: "" });
  const at = new Date(item.made_at).toLocaleString(language, {
    timeZone: session.program.timezone, dateStyle: "medium", timeStyle: "short",
  });
  return [
    logo, make("h1", "", session.shop_name || session.shop), make("p", "", session.program.name),
    make("p", "", say(item.path === PURCHASES ? "receipt" : "paper_return", { number: item.id })),
    make("p", "", `${at} · ${say("title")} ${item.till}`),
  ];
}

function bought(item, answer, reasons) {
  const parts = [make("hr"), goods(item, answer), make("hr")];
  const sums = make("dl");
  if (answer?.discount_minor) {
    row(sums, say("before"), money(answer.list_minor));
    row(sums, say("discounts"), `−${money(answer.discount_minor)}`);
  }
  row(sums, make("b", "", say("sum")), money(answer?.paid_minor ?? item.taken));
  if (answer) {
    for (const paid of pointsThatPaid(answer)) row(sums, say("paid_points", { units: units(paid.asset, paid.units) }), money(paid.amount_minor));
    for (const card of cardsThatPaid(answer)) row(sums, `${say("gift_card")} ${card.code}`, money(-card.amount_minor));
  }
  const tenders = item.body.tenders ?? {};
  if (tenders.card) row(sums, say("by_card"), money(tenders.card));
  if (item.given || tenders.cash) row(sums, say("cash"), money(item.given || tenders.cash));
  if (item.given > (tenders.cash ?? 0)) row(sums, say("change_word"), money(item.given - (tenders.cash ?? 0)));
  parts.push(sums);
  if (!answer) return parts;
  return [...parts, ...member(answer), ...given(answer), ...whys(reasons)];
}

function goods(item, answer) {
  const { campaigns } = state.session.program;
  const list = make("dl", "goods");
  const lines = answer?.lines ?? item.body.lines.map((line) => ({ ...line, amount_minor: line.unit_price_minor * line.quantity }));
  for (const line of lines) {
    row(list, `${nameOf(line.sku)}${line.quantity > 1 ? ` × ${line.quantity}` : ""}`, money(line.amount_minor));
    for (const [campaign, off] of Object.entries(line.discounts ?? {})) row(list, campaigns[campaign] ?? campaign, `−${money(off)}`, "less");
  }
  return list;
}

function member(answer) {
  const list = make("dl");
  for (const [label, amount] of changes(answer)) row(list, label, amount);
  return list.childElementCount ? [make("hr"), list] : [];
}

/** What goes along with the goods: vouchers, gifts, gift cards, a word. */
function given(answer) {
  const parts = [];
  for (const voucher of answer.vouchers ?? []) parts.push(make("p", "code", say("voucher_new", { code: voucher.code })));
  for (const gift of answer.gifts ?? []) parts.push(make("p", "", say("gift", { sku: nameOf(gift.sku) })));
  for (const card of sold(answer)) {
    const until = card.expires_at ? say("card_until", { date: lastDay(card.expires_at) }) : "";
    parts.push(make("div", "card", make("p", "", `${say("gift_card")} ${money(card.balance_minor)}`), make("b", "", card.code),
      card.pin ? make("p", "", `PIN ${card.pin}`) : "", make("p", "small", until)));
  }
  for (const text of answer.messages ?? []) parts.push(make("p", "", text.text[language] ?? ""));
  return parts;
}

function whys(reasons) {
  const told = reasons.filter((one) => one.applied).map((one) => make("p", "small", make("b", "", `${one.name}: `), one.why));
  return told.length ? [make("hr"), make("p", "", say("why_paper")), ...told] : [];
}

function returned(answer) {
  if (!answer) return [];
  const goodsBack = make("dl", "goods");
  for (const line of answer.lines ?? []) row(goodsBack, `${nameOf(line.sku)} × ${line.quantity}`, money(line.refund_minor));
  const sums = make("dl");
  row(sums, make("b", "", say("refund")), money(answer.refund_minor));
  for (const [label, amount] of backBy(answer)) row(sums, label, money(amount));
  const less = answer.withheld_minor ? [make("p", "small", say("refund_less", { money: money(answer.withheld_minor) }))] : [];
  return [make("hr"), goodsBack, ...less, make("hr"), sums, ...member(answer)];
}
