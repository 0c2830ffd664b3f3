// Receipts: kept in the browser before anything is sent, and sent until an answer is there. The same
// receipt number and the same Idempotency-Key each time, so that the program counts it once.

import * as api from "./api.js";
import * as store from "./store.js";

const KEEP_DONE = 200;
const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);
const tell = (item) => { for (const listener of listeners) listener(item); };

/** A number that no other receipt of this till has: the day, this browser, and what it counts. */
export async function number(at) {
  let device = await store.get("device");
  if (!device) {
    const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    device = [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => letters[byte % letters.length]).join("");
    await store.put("device", device);
  }
  const day = at.toISOString().slice(2, 10).replaceAll("-", "");
  return `${day}-${device}-${String(await store.count("receipt")).padStart(4, "0")}`;
}

/** Keep a receipt and try to send it; resolves with the receipt as it stands then. */
export async function add(item) {
  await store.keep({ key: crypto.randomUUID(), state: "waiting", ...item });
  await flush(item.owner);
  return (await store.receipts()).find((one) => one.id === item.id);
}

/** Not to be kept after all: it was refused while the customer stands here. */
export async function drop(item) {
  await store.forget(item.id);
  tell(item);
}

let pause = 0;
/** Send what waits for this till, oldest first, from one window at a time. */
export function flush(owner) {
  return navigator.locks.request("regulars-till-queue", async () => {
    const all = (await store.receipts()).sort((a, b) => a.made_at - b.made_at);
    for (const item of all) {
      if (item.state !== "waiting" || item.owner !== owner) continue;
      if (!(await send(item))) return;
    }
    for (const old of all.filter((one) => one.state === "done").slice(0, -KEEP_DONE)) await store.forget(old.id);
  });
}

/** True where an answer came, good or bad; then nothing is sent again. */
async function send(item) {
  try {
    const answer = await api.post(item.path, item.body, item.key);
    Object.assign(item, { state: "done", answer });
    pause = 0;
  } catch (problem) {
    const again = problem.away || problem.status === 401 || problem.status === 429;
    if (again) {
      pause = Math.min(60_000, (pause || 1_000) * 2);
      tell(problem);
      return false;
    }
    if (mended(item, problem)) {
      await store.keep(item); // before it is sent: an answer may be lost, and then it is sent as it stands
      return send(item);
    }
    Object.assign(item, { state: "refused", problem: { code: problem.code, detail: problem.detail } });
  }
  if (item.answer?.gift_cards) fresh.set(item.id, item.answer);
  await store.keep(bare(item));
  tell(item);
  return true;
}

const fresh = new Map();
/** The answer with the codes of gift cards: they are told to the request that sold them, and to the same
 * one again; to nobody who reads the purchase later. One that a gift card paid is not kept as it was sent. */
export function again(item) {
  if (fresh.has(item.id)) return Promise.resolve(fresh.get(item.id));
  return item.cut ? Promise.reject(new api.Trouble("cut")) : api.post(item.path, item.body, item.key);
}

/** Changed so that it can be recorded: without a quote that has lapsed; and where the program asks for
 * less than was taken, without what has to be given back. */
function mended({ body }, { code, more = {} }) {
  if (code === "quote_closed" && body.quote) return delete body.quote;
  if (more.tenders_minor === undefined || more.to_pay_minor === undefined || !body.tenders) return false;
  let over = more.tenders_minor - more.to_pay_minor;
  for (const means of Object.keys(body.tenders).sort((a) => (a === "cash" ? -1 : 1))) {
    const less = Math.min(over, body.tenders[means]);
    body.tenders[means] -= less;
    over -= less;
  }
  return true;
}

/** As it is kept when it is over: codes of gift cards are money, and nothing that lies about here. */
function bare({ body: { gift_cards: pays, top_ups: tops, ...body }, answer, ...item }) {
  const cards = (answer?.gift_cards ?? []).map(({ pin, code, ...card }) => ({ ...card, code: `...${code.slice(-5)}` }));
  return { ...item, body, ...(pays || tops ? { cut: true } : {}), ...(answer ? { answer: { ...answer, ...(cards.length ? { gift_cards: cards } : {}) } } : {}) };
}

export const waits = () => pause || 5_000;
