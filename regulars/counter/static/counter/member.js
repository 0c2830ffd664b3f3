// Who stands at the till: name, tier, points, and the rewards that could be taken.

import * as api from "./api.js";
import { $, complain, state, sure, units } from "./state.js";
import { button, language, make, say } from "./words.js";

let changed = () => {};
export const onMember = (listener) => { changed = listener; };

/** Find and show a member by what was scanned or typed. */
export async function find(ref) {
  $("handed").hidden = true;
  complain("find-trouble", null);
  try {
    await look(await api.get("/v1/members", { identifier: ref }), ref);
  } catch (problem) {
    if (!problem.away) {
      complain("find-trouble", problem);
      $("find-card").select();
      return false;
    }
    state.member = { ref, later: true, name: "", assets: [], rewards: [] };
  }
  show();
  changed();
  return true;
}

async function look(found, ref) {
  const id = `id:${found.id}`;
  const shown = /^[\d ]{20,}$/.test(ref) ? ref : id; // a card with its changing code proves itself again
  const [balance, rewards] = await Promise.all([
    api.get(`/v1/members/${id}/balance`),
    api.get("/v1/rewards", { member: id, lang: language }).catch(() => ({ rewards: [] })),
  ]);
  const name = [found.attributes?.first_name, found.attributes?.name].find(Boolean) ?? "";
  state.member = {
    ref: shown, id, name, status: found.status, tier: found.tier ?? "", assets: balance.assets,
    rewards: rewards.rewards,
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
  const hello = member.later ? member.ref : member.name ? say("greeting", { name: member.name }) : say("greeting_bare");
  const top = make("div", "hello", make("b", "", hello),
    member.tier ? make("span", "badge", program.tiers[member.tier] ?? member.tier) : "");
  const parts = [top];
  if (member.later) parts.push(make("p", "empty", say("member_later")));
  if (member.status && member.status !== "active") {
    parts.push(make("p", "trouble", say("blocked", { status: say(`status_${member.status}`) })));
  }
  for (const asset of member.assets) {
    const has = make("p", "has", units(asset.asset, asset.available));
    if (asset.pending) has.append(make("span", "", `${units(asset.asset, asset.pending)} ${say("pending")}`));
    parts.push(has);
  }
  if (!member.later) parts.push(rewards(member));
  parts.push(button(say("remove_member"), () => { leave(); changed(); $("find-card").focus(); }));
  $("member").replaceChildren(...parts);
}

const enough = (member, cost) => Object.entries(cost).every(([asset, number]) =>
  (member.assets.find((one) => one.asset === asset)?.available ?? 0) >= number);

const priced = (cost) => Object.entries(cost).map(([asset, number]) => units(asset, number)).join(" + ");

function rewards(member) {
  const list = make("div", "rewards");
  if (!member.rewards.length) return list;
  const open = member.rewards.filter((one) => one.available && enough(member, one.cost));
  if (!open.length) return make("p", "empty", say("no_rewards"));
  for (const reward of open) {
    const what = make("span", "", make("b", "", reward.name), make("small", "", priced(reward.cost)));
    list.append(make("div", "reward", what, button(say("take"), () => take(reward))));
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
    const given = await api.post(`/v1/redemptions/${id}/settle`, {});
    const name = state.session.program.rewards[given.reward] ?? given.reward ?? "";
    $("handed").textContent = say("handed_over", { name });
    $("handed").hidden = false;
    await refresh();
  } catch (problem) {
    complain(place, problem);
  }
}

/** Take a reward; a voucher that comes of it is used in this basket at once. */
export async function take(reward) {
  const cost = priced(reward.cost);
  if (!(await sure(say("take_sure", { name: reward.name, cost })))) return;
  complain("find-trouble", null);
  try {
    const taken = await api.post("/v1/redemptions", { member: state.member.ref, reward: reward.reward });
    if (taken.voucher) state.codes.push(taken.voucher.code);
    await refresh();
    $("member").prepend(make("p", "badge", say("taken_reward", { name: reward.name })));
  } catch (problem) {
    complain("find-trouble", problem);
  }
  changed();
}
