// The arrow keys in the suggestions of the search box. Tab and Enter need no script.

const box = document.querySelector(".search");
const input = box?.querySelector("input");
const list = box?.querySelector(".suggestions");

box?.addEventListener("keydown", (event) => {
  const stops = [input, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && stops.length > 1) {
    event.preventDefault();
    list.replaceChildren();
    input.focus();
  } else if (step && at >= 0 && stops.length > 1) {
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  }
});
