// A part of the page is changed by one form at a time, and a quantity waits a moment for the next press. What is
// pressed meanwhile is kept through the swap that replaces its form, and nobody leaves before it has been sent.
const waiting = new Set();
const underWay = new Map();
let held = [];
let leaving;

const waits = (form) => form?.getAttribute("hx-trigger")?.includes("delay:");
const isSending = () => waiting.size + held.length || [...underWay.values()].some(({ verb }) => verb !== "get");

function hold(form, part) {
  waiting.delete(form);
  held = held.filter((other) => other.action !== form.action);
  held.push({ part, action: form.action, fields: [...new FormData(form)] });
}

document.addEventListener("change", ({ target: { form } }) => waits(form) && waiting.add(form));

document.addEventListener("htmx:confirm", (event) => {
  const { elt, target, verb } = event.detail;
  const other = underWay.get(target.id);
  waiting.delete(elt);
  if (event.defaultPrevented || !other || other.elt === elt || (verb === "get" && other.verb === "get")) return;
  event.preventDefault();
  if (verb !== "get" && elt.matches("form")) hold(elt, target.id);
});
document.addEventListener("htmx:beforeSend", ({ detail: { elt, target, requestConfig } }) => {
  if (target.id) underWay.set(target.id, { elt, verb: requestConfig.verb });
});
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  for (const form of waiting) if (target.contains(form)) hold(form, target.id);
});
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  const { elt, target } = requestConfig;
  if (underWay.get(target.id)?.elt === elt) underWay.delete(target.id);
  if (xhr.status >= 400) stay();
  setTimeout(goOn);
});
document.addEventListener("htmx:sendError", stay);
addEventListener("pageshow", stay);

function goOn() {
  for (const { part, action, fields } of held.splice(0)) {
    const forms = document.getElementById(part)?.querySelectorAll("form") ?? [];
    const form = [...forms].find((one) => one.action === action);
    if (!form) continue;
    for (const [name, value] of fields) fill(form.elements[name], value);
    form.requestSubmit();
  }
  if (leaving && !isSending()) go(leaving);
}

function fill(field, value) {
  if (!field || field.value === value) return;
  field.value = value;
  field.dispatchEvent?.(new Event("input", { bubbles: true }));
}

// A second press on the link does not wait any longer.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const isOther = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target || link?.hash;
  if (!link || isOther || event.defaultPrevented || link.hasAttribute("hx-get") || !isSending()) return;
  if (leaving?.href === link.href && event.detail < 2) return;
  event.preventDefault();
  leaving = link;
  link.setAttribute("aria-busy", "true");
  for (const form of waiting) form.requestSubmit();
});

// Only to what can still be pressed: a bag that cannot be ordered any more has no way to the checkout.
function go({ id, href }) {
  if (id && !document.getElementById(id)) return stay();
  location.assign(href);
}

function stay() {
  leaving?.removeAttribute("aria-busy");
  leaving = null;
}

// Whoever leaves by another way takes along what was not sent.
addEventListener("pagehide", () => {
  for (const form of waiting) hold(form, "");
  for (const { action, fields } of held.splice(0)) navigator.sendBeacon(action, new URLSearchParams(fields));
});
