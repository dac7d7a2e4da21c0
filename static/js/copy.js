// Buttons that copy an address; shown only where a script can do it.
function unhide(root) {
  if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const status = button.closest(".copy").querySelector("[data-copied]");
  field.select();
  await navigator.clipboard.writeText(field.value);
  status.textContent = status.dataset.copied;
});

document.addEventListener("parts-replaced", () => unhide(document));
unhide(document);
