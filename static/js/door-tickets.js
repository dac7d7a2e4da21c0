// Who is meant by a ticket, a code or the beginnings of a name: as the server reads them (campaign/domain/checkin.py).
const LATIN = { ə: "e", ı: "i", ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ð: "d", þ: "th", ħ: "h", ŋ: "n", ŧ: "t" };
const BARE = { ...LATIN, ς: "σ", ة: "ه", ى: "ي", ی: "ي", ک: "ك", "ـ": "" };

export async function ticketKey(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.trim())));
  return [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The ASCII digit of a digit in any script: in each of them the ten stand in a row.
function digit(letter) {
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(letter.codePointAt() - value - 1))) value += 1;
  return String(value);
}

export function codeKey(text, alike) {
  const letters = text.normalize("NFKC").toUpperCase().match(/[\p{L}\p{N}]/gu) ?? [];
  return letters.map((letter) => alike[letter] ?? (/\p{Nd}/u.test(letter) ? digit(letter) : letter)).join("");
}

function fold(text) {
  const bare = text.normalize("NFKD").toLowerCase().replace(/[\p{M}\u200c-\u200f\u061c]/gu, "");
  return [...bare].map((letter) => BARE[letter] ?? letter).join("").split(/[\s-]+/).filter(Boolean);
}

export function named(people, words, limit = 20) {
  const wanted = fold(words);
  if (!wanted.length) return [];
  const fits = ({ name }) => {
    const parts = fold(name);
    return wanted.every((word) => parts.some((part) => part.startsWith(word)));
  };
  const collator = new Intl.Collator(document.documentElement.lang);
  return people.filter((one) => one.name && fits(one)).sort((a, b) => collator.compare(a.name, b.name)).slice(0, limit);
}
