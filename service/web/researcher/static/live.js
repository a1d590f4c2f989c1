// Has the living parts of a page look for news: ever more rarely while there are none, at once when
// the page is seen again, and never while nobody sees it. What changed brings the pace back.

const FIRST = 2000; // milliseconds
const LONGEST = 60_000;
const GROWTH = 1.5;

let wait = FIRST;
let timer = 0;

function arrange() {
  clearTimeout(timer);
  if (!document.hidden && document.querySelector("[data-live]")) timer = setTimeout(look, wait);
}

function look() {
  wait = Math.min(wait * GROWTH, LONGEST);
  for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new Event("look"));
  arrange();
}

function begin() {
  wait = FIRST;
  arrange();
}

document.addEventListener("visibilitychange", () => {
  wait = FIRST;
  if (document.hidden) clearTimeout(timer);
  else look();
});
document.addEventListener("htmx:after:swap", begin); // an answer without news swaps nothing
begin();
