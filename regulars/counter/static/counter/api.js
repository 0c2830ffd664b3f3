// Calls of the API. The cookie says which till this is; the header, that it is this page that asks.

let proof = "";
export function use(session) { proof = session?.proof ?? ""; }

/** A refusal: `code` as the API tells it; `away` where nothing was heard of the server. */
export class Trouble extends Error {
  constructor(code, status = 0, detail = "", more = {}) {
    super(code);
    Object.assign(this, { code, status, detail, more });
  }
  get away() { return this.status === 0 || this.status >= 500 || this.status === 408; }
}

const WAIT_MS = 15_000;

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(WAIT_MS), cache: "no-store" });
  } catch {
    throw new Trouble("away");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Trouble(body.code ?? "away", answer.status, body.detail, body);
  return body;
}

export function get(path, query = {}) {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(asked).toString();
  return call(search ? `${path}?${search}` : path, { headers: { "Regulars-Till": proof } });
}

export function post(path, body, key = crypto.randomUUID()) {
  return call(path, {
    method: "POST",
    headers: { "Regulars-Till": proof, "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
}

/** A new member with consents: the page's own address, for it is one act or none. */
export const join = (body) => call("/till/join", {
  method: "POST",
  headers: { "Regulars-Till": proof, "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
/** Which till this is; `offset` is how far the server's clock is ahead of this device's. */
export async function session() {
  const before = Date.now();
  const found = await call("/till/session", {});
  return { ...found, offset: Math.round(found.clock_ms - (before + Date.now()) / 2) };
}

export const close = () => fetch("/till/close", { method: "POST", headers: { "Regulars-Till": proof } });
