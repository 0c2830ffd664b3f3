// A new member: the cashier scans a card and types what is told, the customer reads and decides.

import * as api from "./api.js";
import { find } from "./member.js";
import { $, complain, state } from "./state.js";
import { language, make, say } from "./words.js";

const FIELDS = ["card", "name", "phone", "email"];
const typed = (field) => $(`join-${field}`).value.trim();
let key = "";

export function open() {
  if (state.away) return complain("find-trouble", { away: true });
  $("join-form").reset();
  turn(false);
  $("join").showModal();
  return $("join-card").focus();
}

function turn(toCustomer) {
  $("join-form").hidden = toCustomer;
  $("join-agree").hidden = !toCustomer;
  $("join-consents").replaceChildren();
  $("join-terms").checked = false; // nothing is ever ticked for the customer
  complain("join-trouble", null);
}

/** The screen goes to the customer: what was typed, and what is asked. */
export function show() {
  const { name } = state.session.program;
  key = crypto.randomUUID();
  turn(true);
  $("join-welcome").textContent = say("join_customer", { program: name });
  $("join-terms-text").textContent = say("join_terms", { program: name });
  const told = FIELDS.filter((field) => field !== "card" && typed(field));
  $("join-told").replaceChildren(...told.flatMap((field) =>
    [make("dt", "", say(`join_${field}`)), make("dd", "", typed(field))]));
  $("join-consents").replaceChildren(...state.session.program.consents.map((asked) => {
    const box = make("input");
    box.type = "checkbox"; // not ticked, whatever the last customer chose
    box.name = asked.name;
    return make("label", "tick", box, make("span", "", make("b", "", asked.label), make("small", "", asked.text)));
  }));
  $("join-terms").focus();
}

/** Join with the data, which wants the tick; or with a card alone, of nobody known. */
export async function join(known) {
  if (known && !$("join-terms").checked) {
    complain("join-trouble", { text: say("join_must") });
    return $("join-terms").focus();
  }
  const identifiers = [
    ["card", typed("card")],
    ["phone", known && typed("phone")],
    ["email", known && typed("email")],
  ].filter(([, value]) => value).map(([kind, value]) => ({ kind, value }));
  const body = { identifiers, issue_card: !typed("card"), registered: known };
  if (known && typed("name")) body.attributes = { first_name: typed("name") };
  try {
    const boxes = known ? [...$("join-consents").querySelectorAll("input")] : [];
    const choices = Object.fromEntries(boxes.map((box) => [box.name, box.checked]));
    const made = await api.join({ member: body, choices, language, key: `${key}-${known}` });
    $("join").close();
    await find(`id:${made.id}`);
    const told = made.card ? say("joined", { card: made.card }) : say("joined_bare");
    $("member").prepend(make("p", "badge", told));
  } catch (problem) {
    complain("join-trouble", problem);
  }
  return undefined;
}
