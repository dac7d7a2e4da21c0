// A filter shows its result without a new page: the parts marked data-live are replaced,
// but for the one in which something was chosen: the focus stays.
const form = document.querySelector("form[data-filter]");
let running = new AbortController();

function address() {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${form.action.split(/[?#]/)[0]}?${new URLSearchParams(chosen)}`;
}

async function show(url, chosen) {
  running.abort();
  running = new AbortController();
  const answer = await fetch(url, { signal: running.signal });
  if (!answer.ok) throw new Error(answer.status);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    if (!part.contains(chosen)) part.replaceChildren(...found.getElementById(part.id).childNodes);
  }
  document.dispatchEvent(new Event("parts-replaced"));
  history.replaceState(null, "", url);
}

function showOrLoad(event) {
  event.preventDefault();
  show(address(), event.target).catch((error) => { if (error.name !== "AbortError") form.submit(); });
}

form.addEventListener("change", showOrLoad);
form.addEventListener("submit", showOrLoad);
