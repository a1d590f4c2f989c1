// What the sighted pages do beyond forms: allow htmx its fragments, copy, and ask before endings.

// Our policy admits HTML from one named maker only; htmx gets it here, for our own fragments.
const maker = window.trustedTypes?.createPolicy("evenhand", {
  createHTML: (text) => text,
});
if (maker && window.htmx) {
  htmx.registerExtension("evenhand-policy", { init: (inside) => inside.initSecurity(maker) });
}

function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // plain http on a home network has no clipboard API
  }
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("htmx:after:swap", () => offerCopying(document));
offerCopying(document);
