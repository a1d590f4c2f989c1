// Single keys, and when they are not meant for us.

const SWITCH = "evenhand:keys";

/** Whether the rater wants single keys at all; kept in this browser. */
export function areOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

export function turn(isOn) {
  try {
    if (isOn) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "off");
  } catch {
    // Then for this page only.
  }
}

const ASKS = new Set(["?", "؟", "？"]); // what keyboards of other scripts have for it

/** The letter or digit of a key, or what stands at its place on a keyboard of another script. */
function meant(event) {
  const key = event.key.toLowerCase();
  if (ASKS.has(key)) return "?";
  return /^[a-z0-9]$/.test(key) ? key : event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
}

/** Call `acts[key]` for a key pressed once, alone, and outside of fields and cards. */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = meant(event);
    if (event.shiftKey && key !== "?") return;
    if (event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable], dialog")) return;
    if (document.querySelector("dialog[open]")) return;
    const act = acts[key];
    if (!act || (key !== "?" && !areOn())) return;
    event.preventDefault();
    act();
  });
}
