// The page of the personal link: one press copies it.

import { word } from "./words.js";

const field = document.getElementById("link");
const button = document.getElementById("copy");

// The address by which this browser reaches us works for this rater; the server only knows its own.
field.value = location.origin + new URL(field.value).pathname;
field.addEventListener("focus", () => field.select());
button.hidden = false;
button.addEventListener("click", async () => {
  document.getElementById("copied").textContent = (await copy()) ? word("copied") : word("not_copied");
});

async function copy() {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // where no TLS is, browsers offer no other way
  }
}
