// Suggests cities while one types, and fills in country and time zone of the one chosen.
const field = document.querySelector("[data-places]");
const list = document.getElementById("places");
let known = [];
let waiting;

async function suggest() {
  const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(field.value)}`);
  if (!answer.ok) return;
  known = await answer.json();
  list.replaceChildren(...known.map((place) => new Option(place.label, place.city)));
}

function choose() {
  const place = known.find((one) => one.city === field.value);
  if (!place) return;
  for (const name of ["country", "zone"]) {
    const select = document.getElementById(name);
    if (!select.value) select.value = place[name];
  }
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  if (field.value.length > 1) waiting = setTimeout(suggest, 200);
});
field?.addEventListener("change", choose);
