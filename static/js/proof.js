// Solves the task that a form carries while it is filled in, so that a robot's thousand forms cost it dearly.
// The same file runs twice: in the page it looks after the form, in a worker it does the work (ALTCHA, version 2).
const inPage = typeof document !== "undefined";

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function derive({ algorithm, cost, keyLength, nonce, salt }, counter) {
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const [name, hash] = algorithm.split("/");
  const key = await crypto.subtle.importKey("raw", password, name, false, ["deriveBits"]);
  const how = { name, hash, salt: bytesOf(salt), iterations: cost };
  return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
}

async function solve(parameters) {
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derive(parameters, counter);
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
  }
}

function lookAfter(task) {
  const form = task.closest("form");
  const challenge = JSON.parse(task.dataset.task);
  const worker = new Worker(import.meta.url, { type: "module" });
  const said = task.querySelector("[role=status]");
  let waiting = null;
  said.textContent = task.dataset.working;

  const send = (event) => {
    event.preventDefault();
    waiting = event.submitter;
    said.textContent = task.dataset.soon;
  };
  const finish = (words) => {
    form.removeEventListener("submit", send);
    said.textContent = words;
    worker.terminate();
    if (waiting) form.requestSubmit(waiting);
  };
  form.addEventListener("submit", send);
  worker.addEventListener("message", ({ data }) => {
    form.elements.proof.value = btoa(JSON.stringify({ challenge, solution: data }));
    finish(task.dataset.done);
  });
  worker.addEventListener("error", () => finish(task.dataset.failed));
  worker.postMessage(challenge.parameters);
}

if (inPage) {
  const task = document.querySelector("[data-task]");
  if (task) lookAfter(task);
} else {
  self.addEventListener("message", async ({ data }) => { self.postMessage(await solve(data)); });
}
