// The one place where HTML made by the server enters the page.

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("evenhand", { createHTML: (made) => made })
  : { createHTML: (made) => made };

/** Replace what an element holds by HTML that our own server sent, sanitised there. */
export function fill(element, made) {
  element.innerHTML = policy.createHTML(made);
}
