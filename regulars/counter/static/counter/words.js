// What the page says, in the language it was sent in; money and counted words as that writes them.

const words = JSON.parse(document.getElementById("words").textContent);
export const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);

export function say(code, figures = {}) {
  const text = (words[code] ?? code).replace(/\{(\w+)\}/g, (_, name) => figures[name] ?? "");
  return text.replace("г..", "г."); // a year in Bulgarian ends the sentence too
}

/** What went wrong, for the cashier; a code nobody has words for is told as it is. */
export function trouble(problem) {
  return words[`trouble_${problem.code}`] ?? say("trouble_other", { code: problem.detail || problem.code });
}

let currency = "PLN";
let digits = 2;
export function useCurrency(code) {
  currency = code;
  digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
}

export function money(minor) {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(minor / 10 ** digits);
}

/** So many minor units are one złoty, euro... */
export const unit = () => 10 ** digits;

/** As somebody would type it. */
export const plain = (minor) => (minor / 10 ** digits).toFixed(digits);

/** "12,50" or "12.5" as minor units, without floating point; null if it is no price. */
export function minorOf(text) {
  const found = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim().replace(/[\s\u00a0]/g, ""));
  if (!found || (found[2] ?? "").length > digits) return null;
  return Number(found[1] + (found[2] ?? "").padEnd(digits, "0"));
}

/** A number with its word, "2 punkty": forms are parted by |, one|few|many or one|other. */
export function counted(number, forms) {
  const parts = forms.split("|");
  const order = parts.length === 3 ? ["one", "few", "many"] : ["one", "other"];
  const at = order.indexOf(plural.select(number));
  return `${new Intl.NumberFormat(language).format(number)} ${parts[at < 0 ? parts.length - 1 : at] ?? parts[0]}`;
}

/** An element: make("p", "class", "text" or children). Text is never read as markup. */
export function make(tag, kind = "", ...children) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export function button(label, act, kind = "") {
  const made = make("button", kind, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
