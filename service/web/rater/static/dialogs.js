// The three cards over the page: keys, a problem to report, a pause.

import * as keys from "./keys.js";

const find = (id) => document.getElementById(id);

export function openKeys() {
  find("use-keys").checked = keys.areOn();
  find("keys").showModal();
}

/** Offer a pause; `then` runs when the rater goes on. */
export function offerPause(done, then) {
  find("pause-name").textContent = `You have done ${done}`;
  find("pausing").addEventListener("close", then, { once: true });
  find("pausing").showModal();
}

/** Ask what is wrong; `then` gets the kind and the note, if there is one to report. */
export function askForFlag(then) {
  const card = find("flagging");
  const form = find("flag-form");
  const close = () => {
    if (card.returnValue === "send") {
      then(form.elements.kind.value, form.elements.note.value.trim());
      form.reset();
    }
    card.returnValue = "";
  };
  card.addEventListener("close", close, { once: true });
  card.showModal();
}

find("use-keys").addEventListener("change", (event) => keys.turn(event.target.checked));
