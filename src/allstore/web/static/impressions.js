// Tells the shop which products came into view: half of a card for a second. Those of a list are
// told together, every few seconds and when something is pressed or the page is left. A batch is
// kept until the shop has answered, also over pages; told twice, its events count once.

const SEEN_AFTER = 1000;
const EVERY = 4000;
const MOST_EVENTS = 20;
const MOST_PRODUCTS = 25;
const OLDEST = 3_600_000;
const KEPT = "clicks-not-stored";

const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-Form-Token"];
const timers = new Map();
const seen = new Set();
const lists = new Map();
let batches = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
let timer = null;

function keep() {
  batches = batches.slice(-MOST_EVENTS);
  sessionStorage.setItem(KEPT, JSON.stringify(batches));
}

function name() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function note(card) {
  const { product, source, recommendation } = card.dataset;
  const list = `${source} ${recommendation ?? ""}`;
  if (seen.has(`${list} ${product}`)) return;
  seen.add(`${list} ${product}`);
  if (!lists.has(list)) lists.set(list, { source, recommendation, products: [] });
  lists.get(list).products.push(product);
  timer ??= setTimeout(tell, EVERY);
}

function pack() {
  const events = [];
  for (const { source, recommendation, products } of lists.values()) {
    for (let start = 0; start < products.length; start += MOST_PRODUCTS) {
      events.push({
        type: "Impression", id: name(), source, at: Date.now(),
        product_ids: products.slice(start, start + MOST_PRODUCTS),
        ...(recommendation && { recommendation_id: recommendation }),
      });
    }
  }
  lists.clear();
  for (let start = 0; start < events.length; start += MOST_EVENTS) {
    // The token says whose page saw them: another visit in this window cannot tell them as its own.
    batches.push({ token, events: events.slice(start, start + MOST_EVENTS) });
  }
}

async function send(batch) {
  const now = Date.now();
  const events = batch.events
    .map(({ at, ...event }) => ({ ...event, age: Math.max(now - at, 0) / 1000 }))
    .filter((event) => event.age * 1000 < OLDEST);
  let settled = events.length === 0;
  if (!settled) {
    const answer = await fetch("/clicks", {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-Form-Token": batch.token },
      body: JSON.stringify({ events }),
    }).catch(() => null);
    settled = answer !== null && answer.status < 500;
  }
  if (settled) {
    batches = batches.filter((each) => each !== batch);
    keep();
    document.body.dispatchEvent(new Event("clicks-told"));
  } else {
    timer ??= setTimeout(tell, 4 * EVERY);
  }
}

function tell() {
  clearTimeout(timer);
  timer = null;
  pack();
  keep();
  batches.forEach(send);
}

function tellAtOnce() {
  if (lists.size) tell();
}

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(timers.get(target));
    timers.delete(target);
    if (isIntersecting && document.visibilityState === "visible") {
      timers.set(target, setTimeout(() => {
        timers.delete(target);
        observer.unobserve(target);
        if (target.isConnected) note(target);
      }, SEEN_AFTER));
    }
  }
}, { threshold: 0.5 });

function watch(part) {
  part.querySelectorAll("[data-source]").forEach((card) => observer.observe(card));
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    timers.forEach(clearTimeout);
    timers.clear();
    tellAtOnce();
  } else {
    observer.disconnect();
    watch(document);
  }
});
addEventListener("pagehide", tellAtOnce);
// What was seen before a choice should be known before the choice is.
addEventListener("pointerdown", tellAtOnce, { capture: true });
addEventListener("keydown", ({ key }) => { if (key === "Enter" || key === " ") tellAtOnce(); }, { capture: true });
document.body.addEventListener("htmx:load", ({ detail }) => watch(detail.elt));
watch(document);
if (batches.length) timer = setTimeout(tell, EVERY);
