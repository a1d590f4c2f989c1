// What a rater likes, kept in this browser alone: single keys, and the prompt folded or not.

const KEYS = "evenhand:keys";
const PROMPT = "evenhand:prompt";

/** Whether the rater wants single keys at all. */
export function areKeysOn() {
  return read(KEYS) !== "off";
}

export function turnKeys(isOn) {
  write(KEYS, isOn ? null : "off");
}

/** Whether the rater wants the prompt folded; null before they said. */
export function isFolded() {
  const said = read(PROMPT);
  return said === null ? null : said === "folded";
}

export function fold(isNowFolded) {
  write(PROMPT, isNowFolded ? "folded" : "unfolded");
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Then for this page only.
  }
}
