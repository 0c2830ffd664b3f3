// Who stands at the till: name, tier, points, and the rewards that could be taken.

import * as api from "./api.js";
import { $, complain, now, state, sure, units } from "./state.js";
import { button, language, make, money, say } from "./words.js";

const REMIND_MS = 45 * 86_400_000; // of what expires within so long the customer is reminded
let changed = () => {};
export const onMember = (listener) => { changed = listener; };

/** Find and show a member by what was scanned or typed. */
export async function find(ref) {
  $("handed").hidden = true;
  complain("find-trouble", null);
  try {
    await look(await api.get("/v1/members", { identifier: ref }), ref);
  } catch (problem) {
    const nobodys = problem.code === "unknown_member" && await unused(ref);
    if (!problem.away && !nobodys) {
      if (nobodys === false) complain("find-trouble", problem);
      $("find-card").select();
      return false;
    }
    state.member = { ref, later: !nobodys, fresh: nobodys, name: "", assets: [], rewards: [] };
  }
  show();
  changed();
  return true;
}

/** Whether it is a card that is in use and nobody's yet: then it can be sold with. */
async function unused(ref) {
  if (!/^\d{8,20}$/.test(ref.replaceAll(" ", ""))) return false;
  try {
    await api.post("/v1/quotes", { member: ref, lines: [{ sku: "amount", quantity: 1, unit_price_minor: 0 }] });
    return true;
  } catch (problem) {
    if (problem.code === "unknown_member") return false;
    complain("find-trouble", problem);
    return null;
  }
}

async function look(found, ref) {
  const id = `id:${found.id}`;
  const shown = /^[\d ]{20,}$/.test(ref) ? ref : id; // a card with its changing code proves itself again
  const tiers = Object.keys(state.session.program.tiers).length > 0;
  const [balance, rewards, waiting, tier] = await Promise.all([
    api.get(`/v1/members/${id}/balance`),
    api.get("/v1/rewards", { member: id, lang: language }).catch(() => ({ rewards: [] })),
    api.get(`/v1/members/${id}/redemptions`, { lang: language }).catch(() => ({ redemptions: [] })),
    tiers ? api.get(`/v1/members/${id}/tier`, { lang: language }).catch(() => ({})) : {},
  ]);
  const name = [found.attributes?.first_name, found.attributes?.name].find(Boolean) ?? "";
  state.member = {
    ref: shown, id, name, status: found.status, tier: found.tier ?? "", assets: balance.assets,
    rewards: rewards.rewards, waiting: waiting.redemptions, climbs: tier.progress?.[0]?.text ?? "",
  };
}

/** After something changed what the member has. */
export async function refresh() {
  if (!state.member?.id) return;
  try {
    await look(await api.get(`/v1/members/${state.member.id}`), state.member.ref);
    show();
  } catch { /* what was shown stays */ }
}

export function leave() {
  $("handed").hidden = true;
  state.member = null;
  complain("find-trouble", null);
  $("find-card").value = "";
  show();
}

function show() {
  const { member } = state;
  $("find").hidden = $("no-member").hidden = Boolean(member);
  $("member").hidden = !member;
  if (!member) return;
  const { program } = state.session;
  const hello = member.later || member.fresh ? member.ref : member.name ? say("greeting", { name: member.name }) : say("greeting_bare");
  const top = make("div", "hello", make("b", "", hello),
    member.tier ? make("span", "badge", program.tiers[member.tier] ?? member.tier) : "");
  const parts = [top];
  if (member.later) parts.push(make("p", "empty", say("member_later")));
  if (member.fresh) parts.push(make("p", "empty", say("member_fresh")));
  if (member.status && member.status !== "active") {
    parts.push(make("p", "trouble", say("blocked", { status: say(`status_${member.status}`) })));
  }
  for (const asset of member.assets) {
    const has = make("p", "has", units(asset.asset, asset.available));
    if (asset.pending) has.append(make("span", "", `${units(asset.asset, asset.pending)} ${say("pending")}`));
    const [soon] = asset.expiring ?? [];
    if (soon && Date.parse(soon.last_day) - now().getTime() < REMIND_MS) {
      const date = new Date(soon.last_day).toLocaleDateString(language, { timeZone: "UTC" });
      has.append(make("span", "soon", say("expires_soon", { units: units(asset.asset, soon.amount), date })));
    }
    parts.push(has);
  }
  if (member.climbs) parts.push(make("p", "hint", member.climbs));
  if (!member.later) parts.push(...waiting(member), rewards(member));
  parts.push(button(say("remove_member"), () => { leave(); changed(); $("find-card").focus(); }));
  $("member").replaceChildren(...parts);
}

const priced = ({ cost, price_minor: price }) => [
  ...Object.entries(cost).map(([asset, number]) => units(asset, number)), ...(price ? [money(price)] : []),
].join(" + ");

/** Why it cannot be taken here and now; nothing where it can. */
function whyNot(reward) {
  const here = reward.places?.find((one) => one.place === state.session.shop)?.left;
  const not = (reward.why_not ?? []).map((one) => one.text);
  if (!not.length && reward.places?.length && !here) not.push(say("not_here"));
  return not;
}

function tile(reward, ...more) {
  const picture = reward.picture ? make("img") : "";
  if (picture) Object.assign(picture, { src: reward.picture, alt: "", width: 56, height: 56, loading: "lazy" });
  return make("div", "reward", picture, make("span", "", make("b", "", reward.name), ...more));
}

/** What the member reserved and has not got yet. */
function waiting(member) {
  return (member.waiting ?? []).map((one) => {
    const told = [say(`reward_${one.state}`), one.place, one.price_minor ? money(one.price_minor) : ""];
    const made = tile(one, make("small", "", told.filter(Boolean).join(" · ")));
    made.classList.add("waits");
    made.append(make("div", "both", button(say("hand_over"), () => handOver(one.id, "find-trouble"), "primary"),
      button(say("call_off"), () => callOff(one))));
    return made;
  });
}

function rewards(member) {
  const list = make("div", "rewards");
  if (!member.rewards.length) return list;
  const open = member.rewards.filter((one) => !whyNot(one).length);
  const shut = member.rewards.filter((one) => whyNot(one).length);
  if (!open.length) list.append(make("p", "empty", say("no_rewards")));
  for (const reward of open) {
    const made = tile(reward, make("small", "", priced(reward)));
    made.append(button(say("take"), () => take(reward)));
    list.append(made);
  }
  if (shut.length) {
    const each = shut.map((one) => tile(one, make("small", "", priced(one)), make("small", "", whyNot(one).join(" "))));
    list.append(make("details", "shut", make("summary", "", say("why_not", { number: shut.length })), ...each));
  }
  return list;
}

/** What a member reserved on the telephone, by the number in its code. */
export const isReservation = (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Hand it over: it is used up from now on. */
export async function handOver(id, place) {
  complain(place, null);
  $("handed").hidden = true;
  try {
    const given = await settle(id);
    if (!given) return;
    const name = state.session.program.rewards[given.reward] ?? given.reward ?? "";
    $("handed").textContent = [say("handed_over", { name }), got(given)].filter(Boolean).join(" ");
    $("handed").hidden = false;
    await refresh();
  } catch (problem) {
    complain(place, problem);
  }
}

/** Call a reservation off: what it reserved is the member's again, and the reward others'. */
async function callOff(one) {
  if (!(await sure(say("call_off_sure", { name: one.name })))) return;
  complain("find-trouble", null);
  $("handed").hidden = true;
  try {
    await api.post(`/v1/redemptions/${one.id}/void`, {});
    $("handed").textContent = say("called_off", { name: one.name });
    $("handed").hidden = false;
    changed();
  } catch (problem) {
    complain("find-trouble", problem);
  }
  await refresh();
}

/** Settle it; where money is due besides, only when the cashier has it. */
async function settle(id) {
  try {
    return await api.post(`/v1/redemptions/${id}/settle`, {});
  } catch (problem) {
    if (problem.code !== "reward_not_paid") throw problem;
    const { price_minor: price } = problem.more;
    if (!(await sure(say("rest_paid", { money: money(price) })))) return null;
    return api.post(`/v1/redemptions/${id}/settle`, { paid_minor: price });
  }
}

/** A code or card that the member gets, to be read out or written down. */
function got(given) {
  const card = given.gift_card && [given.gift_card.code, given.gift_card.pin].filter(Boolean).join(" · PIN ");
  const code = given.code ?? card;
  return code ? say("code_is", { code }) : "";
}

/** Take a reward; a voucher that comes of it is used in this basket at once. */
export async function take(reward) {
  const cost = priced(reward);
  if (!(await sure(say("take_sure", { name: reward.name, cost })))) return;
  complain("find-trouble", null);
  try {
    const taken = await api.post("/v1/redemptions", {
      member: state.member.ref, reward: reward.reward,
      ...(reward.price_minor ? { paid_minor: reward.price_minor } : {}),
    });
    if (taken.voucher) state.codes.push(taken.voucher.code);
    await refresh();
    $("member").prepend(make("p", "badge", [say("taken_reward", { name: reward.name }), got(taken)].filter(Boolean).join(" ")));
  } catch (problem) {
    complain("find-trouble", problem);
  }
  changed();
}
