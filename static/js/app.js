// What every page does with htmx and forms: busy buttons, focus after a swap, refusals, dialogs and the Back button.

const wide = matchMedia("(width >= 64rem)");
const announce = (message) => document.dispatchEvent(new CustomEvent("announce", { detail: { message } }));

// Busy buttons. A second press while the first is under way does nothing; the button keeps its focus.
const busy = new Map();

const buttonOf = (form, submitter) => submitter ?? form.querySelector("button:not([type=button])");

function setBusy(owner, button) {
  if (!button?.matches("button")) return;
  const text = button.querySelector(".button__text");
  busy.set(owner, { button, label: text?.textContent });
  button.setAttribute("aria-busy", "true");
  if (text && button.dataset.busy) text.textContent = button.dataset.busy;
}

function setFree(owner) {
  const state = busy.get(owner);
  if (!state) return;
  busy.delete(owner);
  state.button.removeAttribute("aria-busy");
  if (state.button.dataset.busy) state.button.querySelector(".button__text").textContent = state.label;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const owner = event.detail.elt;
  if (busy.has(owner) && event.detail.requestConfig.verb !== "get") return event.preventDefault();
  setFree(owner);
  setBusy(owner, owner.matches("form") ? buttonOf(owner, event.detail.requestConfig.triggeringEvent?.submitter) : owner);
});
document.addEventListener("htmx:afterRequest", (event) => setFree(event.detail.elt));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [hx-get], [hx-put], [hx-delete]")) return;
  if (busy.has(form)) return event.preventDefault();
  setBusy(form, buttonOf(form, event.submitter));
});
addEventListener("pageshow", () => [...busy.keys()].forEach(setFree));

// Focus after a swap: refused forms lead to their errors, a vanished control to what replaced it.
const find = (part, selector) => (part.matches(selector) ? part : part.querySelector(selector));

function leadFocus(part, status) {
  if (!part?.isConnected) return;
  if (status >= 400) {
    const error = find(part, ".error-summary") ?? find(part, "[aria-invalid=true]");
    if (error) return error.focus();
  }
  if (document.activeElement && document.activeElement !== document.body) return;
  const next = find(part, "[data-focus]") ?? find(part, "h1, h2, h3") ?? part.closest("dialog")?.querySelector("h2");
  if (!next) return;
  if (next.tabIndex < 0) next.tabIndex = -1;
  next.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const cause = event.detail.requestConfig?.triggeringEvent?.type;
  if ((cause === "stock:changed" && !wasInside) || event.detail.elt.closest("[hx-trigger*=every]")) return;
  leadFocus(event.detail.elt, event.detail.xhr?.status);
});

const { failed, offline } = document.getElementById("announcements").dataset;
document.addEventListener("htmx:responseError", () => announce(failed));
document.addEventListener("htmx:sendError", () => announce(offline));

// Dialogs: an entry in the history while open, so that Back closes them.
let closingByBack = false;
let swallowed = false;

function closeTop(dialog) {
  closingByBack = true;
  dialog.close();
}

document.addEventListener("dialog:open", (event) => {
  const dialog = event.target;
  history.pushState({ dialog: dialog.id }, "", dialog.dataset.url ?? location.href);
});

document.addEventListener(
  "close",
  (event) => {
    const pushed = event.target.id && history.state?.dialog === event.target.id;
    if (pushed && !closingByBack) {
      swallowed = true;
      history.back();
    }
    closingByBack = false;
  },
  true,
);

// Runs before the handler of htmx, which would fetch the page behind the dialog again.
addEventListener(
  "popstate",
  (event) => {
    const open = [...document.querySelectorAll("dialog[open]")].pop();
    if (!swallowed && !open) return;
    event.stopImmediatePropagation();
    if (!swallowed) closeTop(open);
    swallowed = false;
  },
  true,
);

document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog[open]") && isOutside(event.target, event)) event.target.close();
});

function isOutside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

// What a person folded or unfolded stays so when its part of the page is swapped, and a control inside keeps the focus.
let folds = new Map();
let focused = "";
let wasInside = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  focused = document.activeElement?.id;
  wasInside = document.activeElement !== document.body && detail.target.contains(document.activeElement);
  folds = new Map([...document.querySelectorAll("details[data-keep][id]")].map((details) => [details.id, details.open]));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
});

// Side columns that fold on phones stand open from the width where they have a column of their own.
function unfold(root = document) {
  if (wide.matches) root.querySelectorAll("details[data-wide]").forEach((details) => (details.open = true));
}

wide.addEventListener("change", () => unfold());
document.addEventListener("htmx:load", (event) => unfold(event.detail.elt));
unfold();
