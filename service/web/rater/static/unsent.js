// Pages around the rating page: send what waits, look whether there is more, let nothing be left behind.

import { Outbox } from "./outbox.js";
import { word } from "./words.js";

const LOOK_AGAIN = 20_000; // ms
const { at, polls } = document.body.dataset;
const line = document.getElementById("saved");
const form = document.querySelector("#finish, #undo");
const outbox = new Outbox(at, { saved: settle, refused: settle, stuck, changed() {} });
let isLeaving = false;

function settle() {
  if (!outbox.isEmpty) return;
  line.textContent = word("saved");
  if (isLeaving) form.submit();
  else if (polls !== undefined) location.reload();
}

function stuck(why) {
  line.textContent = word(why === "locked" ? "locked" : "offline");
}

form?.addEventListener("submit", (event) => {
  if (outbox.isEmpty) return;
  event.preventDefault();
  isLeaving = true;
  line.textContent = word("sending");
  outbox.flush();
});

outbox.flush();
if (polls !== undefined) {
  setInterval(async () => {
    const answer = await fetch(`${at}next`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && (await answer.json()).assignments.length) location.reload();
  }, LOOK_AGAIN);
}
