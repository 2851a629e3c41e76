// What every page does with forms: busy buttons, failures said in words, folded columns. The rest is in js/page.

const wide = matchMedia("(width >= 64rem)");
const announce = (message) => document.dispatchEvent(new CustomEvent("announce", { detail: { message } }));

// Busy buttons. A second press while the first is under way does nothing; the button keeps its focus.
const busy = new Map();

const buttonOf = (form, submitter) => submitter ?? form.querySelector("button:not([type=button])");

function setBusy(owner, button, leaves = false) {
  if (!button?.matches("button")) return;
  const text = button.querySelector(".button__text");
  busy.set(owner, { button, label: text?.textContent, leaves });
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

// Asked here, before htmx would keep the second press to send it once the first is answered.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, verb } = event.detail;
  if (verb !== "get" && busy.has(elt) && !elt.hasAttribute("hx-sync")) event.preventDefault();
});

// While a part is fetched anew it is busy, which dims its amounts. What was changed and did not come goes back.
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { elt, target } = detail;
  const isPart = target.contains(elt) || elt.form?.contains(target);
  if (isPart && elt.getAttribute("hx-swap") !== "none") target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  requestConfig.target.removeAttribute("aria-busy");
  if (xhr.status >= 400 && isChoice(requestConfig)) takeBack(requestConfig);
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail: { requestConfig } }) => {
    if (isChoice(requestConfig) || requestConfig.elt.closest("auto-submit")) takeBack(requestConfig);
  });
}

// What is sent by a change alone, sooner or later.
const isChoice = ({ elt }) => elt.matches("[hx-trigger^=change]");

function takeBack({ elt }) {
  for (const control of elt.elements ?? elt.form?.querySelectorAll(`[name="${CSS.escape(elt.name)}"]`) ?? []) {
    if (/^(radio|checkbox)$/.test(control.type)) control.checked = control.defaultChecked;
    else if (control.options) for (const option of control.options) option.selected = option.defaultSelected;
    else if ("defaultValue" in control) control.value = control.defaultValue;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const owner = event.detail.elt;
  setFree(owner);
  setBusy(owner, owner.matches("form") ? buttonOf(owner, event.detail.requestConfig.triggeringEvent?.submitter) : owner);
});
document.addEventListener("htmx:afterRequest", (event) => setFree(event.detail.requestConfig.elt));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [hx-get], [hx-put], [hx-delete]")) return;
  if (busy.has(form)) return event.preventDefault();
  setBusy(form, buttonOf(form, event.submitter), true);
});
addEventListener("pageshow", () => [...busy.keys()].forEach(setFree));

// A plain form that was stopped, by Escape or the browser's button, may be sent again. Where the browser does not tell
// of a stop, only the key is seen.
const stopped = () => busy.forEach(({ leaves }, owner) => leaves && setFree(owner));
if (window.navigation) navigation.addEventListener("navigateerror", stopped);
else addEventListener("keydown", ({ key, defaultPrevented }) => key === "Escape" && !defaultPrevented && stopped());

const { failed, offline } = document.getElementById("announcements")?.dataset ?? {};
document.addEventListener("htmx:responseError", () => announce(failed));
for (const silence of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(silence, () => announce(offline));

// Side columns that fold on phones stand open from the width where they have a column of their own.
function unfold(root = document) {
  if (wide.matches) root.querySelectorAll("details[data-wide]").forEach((details) => (details.open = true));
}

wide.addEventListener("change", () => unfold());
document.addEventListener("htmx:load", (event) => unfold(event.detail.elt));
unfold();
