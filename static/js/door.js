// The door on a phone: every showing counts on this device at once, and is told to the server as soon as it can be.
const door = document.querySelector("[data-door]");
const [store, tickets] = await Promise.all([import(door.dataset.store), import(door.dataset.tickets)]);
const alike = JSON.parse(door.dataset.alike);
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { timeZone: door.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const number = new Intl.NumberFormat(language);
const [POLL, PATIENCE, WHOLE, BATCH] = [15_000, 8_000, 30 * 60_000, 200];
const part = (name) => document.querySelector(`[data-${name}]`);

let people = new Map(); // by the key of the ticket
let waiting = [];
let counts = { here: 0, expected: 0 };
let [since, wholeAt, until, last, isReady, isClosed, running] = [null, 0, null, null, false, false, null];
let token = document.querySelector("meta[name=csrf-token]").content;
let device;

// What is so on this device: what the server told, and what it has not been told yet.
const untold = (person) => waiting.filter((one) => one.key === person.ticket);
function come(person) {
  const sum = untold(person).reduce((total, one) => total + one.amount, person.come);
  return Math.max(0, Math.min(person.party, sum));
}
function arrival(person) {
  const at = [person.at, ...untold(person).filter((one) => one.amount > 0).map((one) => one.at)].filter(Boolean);
  return at.length ? clock.format(new Date(at.sort()[0])) : "";
}

function notice(name, facts = {}) {
  const { content, dataset } = door.querySelector(`[data-say="${name}"]`);
  const shown = door.querySelector(`[data-notice="${dataset.kind}"]`).content.cloneNode(true);
  shown.querySelector("div > div").textContent = fill(content.textContent, facts);
  shown.firstElementChild.dataset.said = name;
  return shown;
}
function fill(words, facts) {
  return words.replace(/%\((\w+)\)s/g, (gap, name) => facts[name] ?? gap);
}
function factsOf(person) {
  const [here, party] = [come(person), person.party];
  return { come: number.format(here), party: number.format(party), time: arrival(person), name: person.name };
}

function stateOf(person) {
  if (person.refusal) return person.refusal;
  const here = come(person);
  if (!here) return "may-come-in";
  return here < person.party ? "partly-here" : "already-here";
}
function card(person, { said = stateOf(person), ticket } = {}) {
  const shown = door.querySelector("template[data-person]").content.cloneNode(true);
  const [words, all] = [shown.querySelector("[data-people]"), shown.querySelector("[data-in=all]")];
  const left = person.refusal ? 0 : person.party - come(person);
  shown.querySelector("[data-name]").textContent = person.name || person.code;
  words.textContent = fill(words.dataset.people, factsOf(person));
  shown.querySelector("[data-code]").textContent = person.code;
  shown.querySelector("[data-said]").append(notice(said, factsOf(person)));
  all.textContent = fill(all.dataset.words, { count: number.format(left) });
  all.hidden = left < 2;
  shown.querySelector("[data-in='1']").hidden = left < 1;
  shown.querySelectorAll("[data-in]").forEach((button) => {
    button.onclick = () => letIn(person, button.dataset.in === "all" ? left : 1, ticket ?? person.code);
  });
  return shown;
}
function show(...found) {
  part("found").replaceChildren(...found);
  part("undo-row").hidden = !last;
  showCounts();
}
function showCounts() {
  const extra = waiting.reduce((total, one) => total + one.amount, 0);
  part("here").textContent = number.format(Math.max(0, counts.here + extra));
  part("expected").textContent = number.format(counts.expected);
}
function tell(name) {
  part("status").replaceChildren(notice(name, { count: number.format(waiting.length) }));
}

async function add(showing) {
  const one = { ...showing, id: crypto.randomUUID(), at: new Date().toISOString(), number: Date.now() };
  waiting.push(one);
  await store.wait(one);
  tell("sending");
  sync();
  return one;
}
async function letIn(person, wanted, ticket) {
  const amount = Math.min(wanted, person.party - come(person));
  if (amount < 1) return show(card(person));
  last = await add({ key: person.ticket, ticket, people: amount, amount, undoes: null });
  show(card(person, { said: "let-in", ticket }));
}
async function takeBack() {
  const { key, id, amount } = last;
  last = null;
  await add({ key, ticket: "", people: 0, amount: -amount, undoes: id });
  show(card(people.get(key), { said: "taken-back" }));
}

async function byTicket(text) {
  const person = people.get(await tickets.ticketKey(text));
  if (person) return person;
  const key = tickets.codeKey(text, alike);
  const same = [...people.values()].filter((one) => one.code && tickets.codeKey(one.code, alike) === key);
  return same.length === 1 ? same[0] : null;
}
async function look(text, { isScan = false } = {}) {
  const person = await byTicket(text);
  if (person) return show(card(person, { ticket: isScan ? text : undefined }));
  const named = isScan ? [] : tickets.named([...people.values()], text);
  if (named.length) return show(...named.map((one) => card(one)));
  const looked = await sync({ look: text.slice(0, 64) });
  if (looked?.person) return show(card(looked.person, { ticket: isScan ? text : undefined }));
  if (!looked) return show(notice("not-on-device"));
  const isTicket = isScan || /\d/.test(text) || looked.outcome === "other-event";
  show(notice(isTicket ? looked.outcome : "nobody"));
}

async function post(body) {
  return fetch(door.dataset.sync, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
}
async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  token = page.querySelector("meta[name=csrf-token]")?.content ?? token;
}

// One exchange at a time; who asks meanwhile waits for the next.
async function sync({ look: asked = null } = {}) {
  while (running) await running;
  if (isClosed) return null;
  running = exchange(asked).catch(() => tell(people.size ? "offline" : "empty"));
  try {
    return await running;
  } finally {
    running = null;
  }
}
async function exchange(asked) {
  if (isOver()) {
    if (!waiting.length) return close();
    people.clear();
    show();
  }
  const batch = waiting.slice(0, BATCH);
  const isWhole = !isOver() && (!since || Date.now() - wholeAt > WHOLE);
  const scans = batch.map(({ id, ticket, people: count, at, undoes }) => ({ id, ticket, people: count, at, undoes }));
  const body = { device, sent_at: new Date().toISOString(), since: isWhole ? null : since ?? new Date().toISOString(), look: asked, scans };
  let answer = await post(body);
  if (answer.status === 400) {
    await renewToken();
    answer = await post(body);
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") return tell("pin");
  if ([403, 404, 410].includes(answer.status)) return close();
  if (!answer.ok) throw new Error(answer.status);
  return settle(batch, await answer.json(), isWhole);
}
async function settle(batch, told, isWhole) {
  if (isWhole) [people, wholeAt] = [new Map(), Date.now()];
  told.people.forEach((one) => people.set(one.ticket, one));
  for (const one of told.answers) {
    if (one.person) people.set(one.person.ticket, one.person);
    noteConflict(one);
    await store.sent(one.id);
  }
  waiting = waiting.filter((one) => !batch.includes(one));
  if (isOver() && !waiting.length) return close();
  [since, until, counts] = [told.at, Date.parse(told.until), { here: told.here, expected: told.expected }];
  await store.write("counts", { ...counts, until });
  await store.seal([...people.values()], new Date(until));
  showCounts();
  tell(waiting.length ? "sending" : isReady ? "ready" : "online");
  if (waiting.length) setTimeout(sync);
  return told.looked;
}
function noteConflict({ outcome, person, elsewhere }) {
  const facts = person && { ...factsOf({ ...person, ticket: null }), name: person.name || person.code };
  if (outcome === "already-here" && elsewhere) part("conflicts").append(notice("conflict", facts));
  else if (person?.refusal) part("conflicts").append(notice("refused", facts));
}
const isOver = () => until && Date.now() > until;
async function close(why = "closed") {
  tell(why);
  [isClosed, people, waiting, last] = [true, new Map(), [], null];
  await store.forget();
  (await navigator.serviceWorker?.getRegistration())?.active?.postMessage({ close: true });
  show();
}

// Whoever gives the phone back: what waits is sent, the list goes, and so does what the PIN opened.
async function finish(event) {
  event.preventDefault();
  await sync();
  if (waiting.length) return tell("unsent");
  if (stop) await toggleCamera();
  await close("finished");
  const left = await fetch(event.target.action, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
  if (left?.redirected) location.assign(left.url);
}

// Every file of this page: what it names, what it has loaded, and the letters that no name needed yet.
function files() {
  const named = document.documentElement.outerHTML.match(/\/(?:static|accent)\/[^"\s<]+/g) ?? [];
  const loaded = performance.getEntriesByType("resource").map((one) => one.name);
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => [rule, sheet.href]));
  const fonts = rules.filter(([rule]) => rule instanceof CSSFontFaceRule).map(([rule, base]) => {
    return new URL(rule.style.getPropertyValue("src").match(/url\("(.+?)"\)/)[1], base);
  });
  const all = [...named, ...loaded, ...fonts, new URL("../share.js", new URL(door.dataset.reader, location))];
  const addresses = all.map((one) => new URL(String(one).replaceAll("&amp;", "&").split("#")[0], location));
  const ours = addresses.filter(({ origin, pathname }) => origin === location.origin && /^\/(static|accent)\//.test(pathname));
  return [...new Set(ours.map(String))];
}
async function keepPage() {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    isReady = data.kept;
    if (isReady && since) tell("ready");
  });
  await navigator.serviceWorker.register(door.dataset.worker);
  await document.fonts.ready;
  (await navigator.serviceWorker.ready).active.postMessage({ keep: files() });
}

let stop = null;
async function toggleCamera() {
  const [button, frame] = [part("scan"), part("camera")];
  const words = button.querySelector("span");
  frame.hidden = Boolean(stop);
  if (stop) {
    stop();
    stop = null;
  } else {
    try {
      const { scan } = await import(door.dataset.scanner);
      stop = await scan(frame.querySelector("video"), door.dataset, (text) => {
        navigator.vibrate?.(60);
        return look(text, { isScan: true });
      });
    } catch {
      frame.hidden = true;
      return show(notice("no-camera"));
    }
  }
  [words.textContent, button.dataset.stop] = [button.dataset.stop, words.textContent];
}

async function start() {
  device = (await store.read("device")) ?? crypto.randomUUID();
  await store.write("device", device);
  waiting = await store.waiting();
  const [kept, known] = [await store.read("counts"), await store.unseal()];
  if (kept) [counts, until] = [kept, kept.until];
  people = new Map((known ?? []).map((one) => [one.ticket, one]));
  part("find").addEventListener("submit", async (event) => {
    event.preventDefault();
    await look(event.target.words.value);
    part("found").focus();
  });
  part("finish").addEventListener("submit", finish);
  part("undo").onclick = takeBack;
  part("scan").onclick = toggleCamera;
  part("scan-row").hidden = !navigator.mediaDevices;
  addEventListener("online", () => sync());
  addEventListener("offline", () => tell(people.size ? "offline" : "empty"));
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  setInterval(() => document.hidden || running || sync(), POLL);
  if (people.size) showCounts();
  await sync();
  await keepPage();
}

start();
