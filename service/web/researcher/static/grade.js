// Grading by keys: 1 to 5 for A, then for B, then the reason, then Enter.

const form = document.querySelector("[data-grade]");
const reason = form?.querySelector("[name=reason]");

function given(side) {
  return form.querySelector(`[name=${side}]:checked`);
}

document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.metaKey || event.altKey || event.target === reason) return;
  if (event.key >= "1" && event.key <= "5") {
    const side = given("a") ? "b" : "a";
    form.querySelector(`[name=${side}][value="${event.key}"]`).click();
    if (side === "b") reason.focus();
    event.preventDefault();
  } else if (event.key === "Backspace") {
    for (const side of ["a", "b"]) if (given(side)) given(side).checked = false;
    event.preventDefault();
  }
});
