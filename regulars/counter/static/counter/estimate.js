// What a sale may earn while there is no connection: an estimate, from a snapshot the server signed.

/** The snapshot's content, if the signature is the server's and it is not too old; else null. */
export async function checked({ snapshot, key }, now) {
  try {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const known = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
    const text = new TextEncoder().encode(snapshot.text);
    if (!(await crypto.subtle.verify(algorithm, known, bytes(snapshot.signature), text))) return null;
    const content = JSON.parse(snapshot.text);
    return Date.parse(content.good_until) > now ? content : null;
  } catch {
    return null;
  }
}

/** Points by asset for an amount in minor units, at the plain rates of the snapshot. */
export function estimate(content, minor) {
  const found = {};
  for (const rate of content.rates) {
    const exact = BigInt(minor) * BigInt(rate.points) * BigInt(rate.percent);
    const whole = BigInt(rate.per_minor) * 100n;
    const more = { down: 0n, half_up: whole / 2n, up: whole - 1n }[rate.rounding];
    const units = Math.min(Number((exact + more) / whole), rate.cap ?? Infinity);
    if (units) found[rate.asset] = (found[rate.asset] ?? 0) + units;
  }
  return found;
}
