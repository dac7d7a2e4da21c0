// The browser's part of a passkey: takes the options that the form carries, and puts the answer into it.
// handleRegister and handleSignin come from Flask-Security's own webauthn.js.
const form = document.querySelector("form[data-passkey]");
const waiting = form.querySelector("[data-waiting]");
const failed = form.querySelector("[data-failed]");
const again = form.querySelector("[data-again]");

async function ask() {
  waiting.hidden = false;
  again.hidden = true;
  failed.textContent = "";
  const act = form.dataset.passkey === "create" ? window.handleRegister : window.handleSignin;
  const { credential } = await act(form.dataset.options);
  if (credential) {
    form.elements.credential.value = credential;
    form.submit();
    return;
  }
  waiting.hidden = true;
  again.hidden = false;
  failed.textContent = failed.dataset.failed;
}

again.addEventListener("click", ask);
ask();
