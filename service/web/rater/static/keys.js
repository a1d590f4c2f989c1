// Single keys, and when they are not meant for us.

import * as kept from "./kept.js";

const ASKS = new Set(["?", "؟", "？"]); // what keyboards of other scripts have for it
const FIELDS = "input:not([type=radio]), textarea, select, [contenteditable], dialog";

/**
 * The letter or digit of a key, or what stands at its place on a keyboard of another script.
 * Nothing for keys that write no character: a number pad's arrows stand where its digits do.
 */
function meant(event) {
  if ([...event.key].length !== 1) return "";
  const key = event.key.toLowerCase();
  if (ASKS.has(key)) return "?";
  return /^[a-z0-9]$/.test(key) ? key : event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
}

/** Whether a key is for a field; browsers leave the focus in a card for a moment after it closed. */
function isInField(target) {
  return Boolean(target.closest?.(FIELDS)) && !target.closest("dialog:not([open])");
}

/** Call `acts[key]` for a key pressed once, alone, and outside of fields and cards. */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (!event.key || event.repeat || event.isComposing || event.defaultPrevented) return; // browsers that fill in a field name no key
    if (event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph")) return;
    if (isInField(event.target) || document.querySelector("dialog[open]")) return;
    const key = meant(event);
    if (event.shiftKey && key !== "?") return;
    const act = acts[key];
    if (!act || (key !== "?" && !kept.areKeysOn())) return;
    event.preventDefault();
    act();
  });
}

// Held down, Enter would press a button again and again; only in a text it may.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && !event.target.closest?.("textarea")) event.preventDefault();
});
