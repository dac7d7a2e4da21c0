// Questions that are only asked after certain answers to an earlier one come and go with those answers.
// The server decides anew, and drops what was answered to a question that isn't asked.
const parts = [...document.querySelectorAll("[data-shown-if]")];

function chosen(name) {
  const inputs = [...document.getElementsByName(name)].filter((one) => !one.closest("[data-shown-if][hidden]"));
  if (inputs.length === 1 && inputs[0].type === "checkbox") return [inputs[0].checked ? "1" : "0"];
  return inputs.filter((one) => one.checked).map((one) => one.value);
}

function show() {
  for (const part of parts) { // In the order of the form: a question stands below the one that decides about it.
    const wanted = part.dataset.shownIfOptions.split(" ");
    part.hidden = !chosen(part.dataset.shownIf).some((option) => wanted.includes(option));
  }
}

for (const note of document.querySelectorAll("[data-condition]")) note.hidden = true;
document.addEventListener("change", show);
window.addEventListener("pageshow", show); // Going back restores what was chosen only now.
show();
