// Puts a slider beside a field that holds a number: either moves the other, and the form hears of
// both as if somebody had typed. Without this module the field and its button do the same.

const STEPS = 1000;

// The number at a place of the slider, and the place of a number; "log" gives small numbers room.
export function numberAt(place, { low, high, scale }) {
  const part = Math.min(Math.max(place / STEPS, 0), 1);
  const value = scale === "log" ? low * (high / low) ** part : low + (high - low) * part;
  return Math.round(value);
}

export function placeOf(number, { low, high, scale }) {
  const held = Math.min(Math.max(number, low), high);
  const part = scale === "log"
    ? Math.log(held / low) / Math.log(high / low)
    : (held - low) / (high - low);
  return Math.round(part * STEPS);
}

// The next place in a direction at which the number is another one: a key press always does something.
export function nextPlace(place, direction, bounds) {
  return placeOf(numberAt(place, bounds) + direction, bounds);
}

const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export function attach(field) {
  const { slider: scale, low, high } = field.dataset;
  const bounds = { scale, low: Number(low), high: Number(high) };
  const slider = field.ownerDocument.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = String(STEPS);
  const label = field.closest("label");
  slider.setAttribute("aria-label", label.firstChild.textContent.trim());
  const follow = () => {
    const number = Number(field.value);
    if (!Number.isInteger(number) || field.value.trim() === "") return;
    slider.value = String(placeOf(number, bounds));
    slider.setAttribute("aria-valuetext", String(number));
  };
  const lead = () => {
    field.value = String(numberAt(Number(slider.value), bounds));
    slider.setAttribute("aria-valuetext", field.value);
  };
  slider.addEventListener("input", lead); // it bubbles on: the form hears of it
  slider.addEventListener("keydown", (event) => {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    slider.value = String(nextPlace(Number(slider.value), direction, bounds));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", follow);
  follow();
  label.after(slider); // inside it, its value would be part of the field's name
  return slider;
}

if (typeof document !== "undefined") {
  for (const field of document.querySelectorAll("[data-slider]")) attach(field);
}
