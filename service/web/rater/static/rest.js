// Pages around the sitting: send what waits, look whether there is more, let nothing be left behind.

import { Outbox } from "./outbox.js";

const LOOK_AGAIN = 20_000; // ms
const { at, polls } = document.body.dataset;
const line = document.getElementById("saved");
const form = document.getElementById("finish");
const outbox = new Outbox(at, { saved: settle, refused: settle, stuck, changed() {} });
let isLeaving = false;

function settle() {
  if (!outbox.isEmpty) return;
  line.textContent = "saved ✓";
  if (isLeaving) form.submit();
  else if (polls !== undefined) location.reload();
}

function stuck(why, number) {
  const kept = number === 1 ? "1 vote is" : `${number} votes are`;
  line.textContent =
    why === "locked"
      ? `${kept} kept here. Please open the link you were sent once more.`
      : `You are offline. ${kept} kept here and will be sent.`;
}

form?.addEventListener("submit", (event) => {
  if (outbox.isEmpty) return;
  event.preventDefault();
  isLeaving = true;
  line.textContent = "Sending your last votes first.";
  outbox.flush();
});

outbox.flush();
if (polls !== undefined) {
  setInterval(async () => {
    const answer = await fetch(`${at}next`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && (await answer.json()).assignments.length) location.reload();
  }, LOOK_AGAIN);
}
