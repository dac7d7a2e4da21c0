// What a device keeps of one door: names, sealed, and showings that wait to be sent, without names.
// The key of the seal is a cookie that the browser drops when the night is over; then nobody can read the rest.
const KEY = "door-key";
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(`door ${location.pathname}`, 1);
    asked.onupgradeneeded = () => ["kept", "waiting"].forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function transact(name, mode, act) {
  const transaction = (await database()).transaction(name, mode);
  const asked = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

function setKey(value, expires) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${KEY}=${value}; path=${location.pathname}; expires=${expires.toUTCString()}; samesite=strict${secure}`;
}

async function key() {
  const found = document.cookie.match(/(?:^|; )door-key=([0-9a-f]{64})/);
  if (!found) return null;
  const bytes = Uint8Array.from(found[1].match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function newKey(until) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  setKey([...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""), until);
  return key();
}

export const read = (name) => transact("kept", "readonly", (store) => store.get(name));
export const write = (name, value) => transact("kept", "readwrite", (store) => store.put(value, name));

export async function seal(value, until) {
  const with_ = (await key()) ?? (await newKey(until));
  if (!with_) return; // Without cookies nothing is kept.
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  await write("people", { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, with_, bytes) });
}

export async function unseal() {
  const [kept, with_] = [await read("people"), await key()];
  if (!kept || !with_) return null;
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, with_, kept.sealed)));
  } catch {
    return null;
  }
}

export async function waiting() {
  const found = await transact("waiting", "readonly", (store) => store.getAll());
  return found.sort((one, other) => one.number - other.number);
}
export const wait = (one) => transact("waiting", "readwrite", (store) => store.put(one, one.id));
export const sent = (id) => transact("waiting", "readwrite", (store) => store.delete(id));

export async function forget() {
  setKey("", new Date(0));
  for (const name of ["kept", "waiting"]) await transact(name, "readwrite", (store) => store.clear());
}
