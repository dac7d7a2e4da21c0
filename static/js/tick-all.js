// One box ticks all others of its form that have the name it says.
for (const box of document.querySelectorAll("[data-tick-all]")) {
  box.hidden = false;
  box.addEventListener("change", () => {
    for (const other of box.form.querySelectorAll(`input[name="${box.dataset.tickAll}"]`)) other.checked = box.checked;
  });
}
