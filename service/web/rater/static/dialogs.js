// The cards over the page: keys, a problem to report, a reason, a pause.

import * as kept from "./kept.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);

export function openKeys() {
  find("use-keys").checked = kept.areKeysOn();
  find("keys").showModal();
  find("keys").scrollTo(0, 0);
}

/** Offer a pause, with what is to come; `then` runs when the rater goes on. */
export function offerPause(done, toCome, then) {
  find("pause-name").textContent = word("pause", { done });
  find("pause-to-come").textContent = toCome;
  find("pausing").addEventListener("close", then, { once: true });
  find("pausing").showModal();
}

/** Thank for all that was asked for; `then` runs when the rater goes on. */
export function thank(then) {
  find("thanking").addEventListener("close", then, { once: true });
  find("thanking").showModal();
}

/** Ask what is wrong; `then` gets the kind and the note, if there is one to report. */
export function askForFlag(then) {
  ask(find("flagging"), find("flag-form"), (form, note) => then(form.elements.kind.value, note));
}

/** Ask what decided the last vote; `then` gets kinds and note, if there is something to tell. */
export function askForReason(about, then) {
  find("reason-about").textContent = about;
  ask(find("reasoning"), find("reason-form"), (form, note) => {
    const kinds = [...form.querySelectorAll("input:checked")].map((chip) => chip.value);
    if (kinds.length || note) then(kinds, note);
  });
}

function ask(card, form, then) {
  const close = () => {
    if (card.returnValue === "send") {
      then(form, form.elements.note.value.trim());
      form.reset();
    }
    card.returnValue = "";
  };
  card.addEventListener("close", close, { once: true });
  card.showModal();
}

find("use-keys").addEventListener("change", (event) => kept.turnKeys(event.target.checked));
