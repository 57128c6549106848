// What HTML and htmx leave open: modal dialogs, the picker's selects, and saying when a request failed.

const trouble = document.getElementById("trouble");
const quickView = document.getElementById("quick-view");
const cartDrawer = document.getElementById("cart-drawer");
let returnTo = null;

function open(dialog) {
  if (!dialog) return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("#quick-view-title, h2")?.focus();
}

function say(message) {
  trouble.textContent = message;
  trouble.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { trouble.hidden = true; }, 6000);
}

document.body.addEventListener("open-quick-view", () => {
  returnTo = quickView.querySelector("[data-product]")?.dataset.product;
  open(quickView);
});

document.body.addEventListener("open-cart", () => {
  quickView?.close();
  open(cartDrawer);
});

document.addEventListener("click", (event) => {
  const onBackdrop = event.target instanceof HTMLDialogElement;
  if (onBackdrop) event.target.close();
});

// The list may have been replaced behind the dialog, and with it the card that had the focus.
quickView?.addEventListener("close", () => {
  const card = [...document.querySelectorAll("[data-testid=card]")]
    .find((each) => each.dataset.product === returnTo);
  (card?.querySelector(".card-open") ?? document.getElementById("picks-heading"))
    ?.focus({ preventScroll: true });
});

// With the keyboard a select changes at every arrow: the choice is made on Enter or on leaving it.
let byKeyboard = false;
document.addEventListener("pointerdown", () => { byKeyboard = false; });
document.addEventListener("keydown", (event) => {
  byKeyboard = event.target instanceof HTMLSelectElement && event.key !== "Enter";
  if (event.key === "Enter" && event.target.matches("[data-autosubmit]") && event.target.value) {
    event.target.form.requestSubmit();
  }
});
document.addEventListener("focusout", (event) => {
  const select = event.target;
  if (byKeyboard && select.matches("[data-autosubmit]") && select.value
    && !select.selectedOptions[0].defaultSelected) select.form.requestSubmit();
});

document.addEventListener("change", (event) => {
  const select = event.target;
  if (select.matches("[data-autosubmit]") && select.value && !byKeyboard) {
    select.form.requestSubmit();
  }
  if (select.matches("[data-leave]") && !select.value) {
    document.getElementById(select.dataset.leave).requestSubmit();
  }
});

// A second press does not send an order again; where the page is still here a while later, it may.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-once]")) return;
  const button = target.querySelector("button");
  button.disabled = true;
  setTimeout(() => { button.disabled = false; }, 5000);
});

// Leaving a shopper sends its own form; there are no shoppers of no persona to fetch.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-leave]") && !event.target.value) event.preventDefault();
});

document.body.addEventListener("htmx:responseError", (event) => {
  say(event.detail.xhr.status === 403
    ? "This page is out of date. Please reload it."
    : "That did not work. Please try again.");
});
document.body.addEventListener("htmx:sendError", () => say("The shop cannot be reached."));

document.querySelector(".chip[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A quick view that came with the page, for those without scripts, becomes a modal one.
if (quickView?.open) {
  quickView.close();
  returnTo = quickView.querySelector("[data-product]")?.dataset.product;
  open(quickView);
}
