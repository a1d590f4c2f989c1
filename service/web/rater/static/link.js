// The page of the personal link: one press copies it.

import { word } from "./words.js";

const field = document.getElementById("link");
const button = document.getElementById("copy");

field.addEventListener("focus", () => field.select());
button.hidden = false;
button.addEventListener("click", async () => {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // where no TLS is, browsers offer no other way
  }
  document.getElementById("copied").textContent = word("copied");
});
