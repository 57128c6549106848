// The live view as a drawer beside the page, which stays at work: it shows what happens as it happens.
// Open, it stays so from page to page.

const link = document.getElementById("live-link");
const drawer = document.getElementById("live-drawer");
const content = document.getElementById("live-drawer-content");
const OPEN = "live-view-open";
let timer = null;

function refresh() {
  if (!drawer.open) return;
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger(content, "live-refresh"), 150);
}

function show() {
  drawer.open = true;
  link.setAttribute("aria-expanded", "true");
  sessionStorage.setItem(OPEN, "yes");
  refresh();
}

// The list is asked for anew after an event, and the change is known once it has come.
function changes({ requestConfig: { verb, path } }) {
  return verb === "post" || path.startsWith("/picks") || path.startsWith("/cart");
}

if (drawer) {
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", drawer.id);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (drawer.open) {
      drawer.close();
    } else {
      show();
      drawer.querySelector("h2").focus();
    }
  });
  drawer.addEventListener("keydown", ({ key }) => { if (key === "Escape") drawer.close(); });
  drawer.addEventListener("close", () => {
    link.setAttribute("aria-expanded", "false");
    sessionStorage.removeItem(OPEN);
    link.focus();
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => { if (changes(detail)) refresh(); });
  document.body.addEventListener("clicks-told", refresh);
  if (sessionStorage.getItem(OPEN)) show();
}
