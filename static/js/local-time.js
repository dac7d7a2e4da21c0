// An instant in the visitor's own zone: <p hidden data-local-time="2027-02-26T17:00:00+00:00" data-text="… {time}">.
const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

for (const place of document.querySelectorAll("[data-local-time]")) {
  place.textContent = place.dataset.text.replace("{time}", format.format(new Date(place.dataset.localTime)));
  place.hidden = false;
}
