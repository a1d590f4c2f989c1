// Single keys of a review: each presses what it names. Without this module the buttons do the same.

const FIELDS = "input, textarea, select, [contenteditable]";

// What a key presses: nothing while somebody types, or beside a key that browsers know.
export function pressed(event, root) {
  const isOther = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat;
  if (isOther || event.target?.closest?.(FIELDS) || !/^[a-z0-9]$/.test(event.key)) return null;
  return root.querySelector(`[data-key="${event.key}"]`);
}

if (typeof document !== "undefined" && document.querySelector("[data-keys]")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.closest?.("details[data-key]")?.querySelector("summary").focus();
    const found = pressed(event, document);
    if (!found) return;
    event.preventDefault();
    if (found.localName === "details") {
      found.open = true;
      found.querySelector("textarea").focus();
    } else found.click();
  });
}
