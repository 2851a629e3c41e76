// What a swap keeps: the focus on a control of the same id; of everything with data-keep whether it is unfolded or how
// far it is scrolled; and the place on the screen of what was pressed, or of the nearest thing around it that is left.
let kept;

function idsAround(element, end) {
  const found = [];
  for (let part = element; end.contains(part); part = part.parentElement) if (part.id) found.push(part);
  return found;
}

document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig } }) => {
  const { elt, triggeringEvent } = requestConfig;
  const held = document.activeElement;
  const pressed = triggeringEvent?.submitter ?? (elt.contains(held) ? held : elt);
  const places = idsAround(pressed, target).map(({ id }) => ({ id, top: placeOf(id) }));
  const parts = [...document.querySelectorAll("[data-keep][id]")].map(({ id, open, scrollTop }) => ({ id, open, scrollTop }));
  const scroller = target.closest("dialog") ?? document.documentElement;
  kept = { parts, places, focus: held?.id, scroller, top: scroller.scrollTop };
});
document.addEventListener("htmx:afterSwap", () => {
  if (!kept) return; // a page that came back from the history
  for (const { id, open, scrollTop } of kept.parts) {
    const part = document.getElementById(id);
    if (open === undefined) part?.scrollTo({ top: scrollTop, behavior: "instant" });
    else part?.toggleAttribute("open", open);
  }
  if (kept.focus && document.activeElement === document.body) document.getElementById(kept.focus)?.focus({ preventScroll: true });
  stay(kept);
});

// What changed far from the finger, as a price does with an option, is said by the part that came.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  const { said } = elt.dataset;
  if (said) document.dispatchEvent(new CustomEvent("announce", { detail: { message: said, quiet: true } }));
});

// What sticks to the window does not go along with the page, which then stays as far down as it was.
function stay({ scroller, places, top }) {
  const place = places.find(({ id }) => document.getElementById(id));
  if (!place) return;
  const drift = () => placeOf(place.id) - place.top;
  scroller.scrollBy({ top: drift(), behavior: "instant" });
  if (Math.abs(drift()) > 1) scroller.scrollTo({ top, behavior: "instant" });
}

function placeOf(id) {
  return document.getElementById(id).getBoundingClientRect().top;
}

// Focus after a swap. It is led to the errors of what was refused; from inside the part that was swapped or pressed to
// where the answer marks that things go on; and from a control that has gone to what is left around it. The page moves
// only for the first two, and only where they would be out of sight.
const swaps = new WeakMap();
const find = (part, selector) => (part.matches(selector) ? part : part.querySelector(selector));

// Where a press gives no focus (Safari), it stays with the page or the dialog, which then hold the part.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, target, requestConfig } = detail;
  const held = document.activeElement ?? document.body;
  const pressed = held.contains(target) && target.contains(requestConfig.elt);
  const around = idsAround(held, target).map(({ id }) => id);
  document.querySelector("[data-passing]")?.remove(); // what the answer before this one had to say
  swaps.set(xhr, { inside: target.contains(held), pressed, around, id: target.id, mark: find(target, "[data-focus]")?.id });
});

// Fired for every element that came, those out of band included: an error may stand in any of them.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const { xhr, elt, target } = detail;
  const swap = swaps.get(xhr);
  const part = swap && (document.getElementById(swap.id) ?? (target.isConnected ? target : elt));
  if (!part || (xhr.status >= 400 ? leadToError(part) || leadToError(elt) : leadOn(part, swap))) swaps.delete(xhr);
});

function leadToError(part) {
  const error = find(part, ".error-summary") ?? find(part, "[aria-invalid=true]");
  return error && focusOn(error, "center");
}

// A mark that stood there before leads nobody: the same step is only shown anew. What holds the focus for a press in
// Safari got it back by its id, which is no sign that somebody has gone on meanwhile.
function leadOn(part, { inside, pressed, around, mark }) {
  const held = document.activeElement;
  const isBack = held?.tabIndex < 0 && held.id === around[0];
  if (!isBack && !held?.contains(part)) return true;
  const marked = (inside || pressed) && find(part, "[data-focus]");
  if (marked && !(marked.id && marked.id === mark)) return focusOn(marked, "start");
  if (!inside) return true;
  const left = around.map((id) => document.getElementById(id)).find((element) => element && element !== part && part.contains(element));
  return focusOn(left ?? find(part, "h1, h2, h3") ?? part.closest("dialog")?.querySelector("h2"));
}

function focusOn(element, block) {
  if (element?.tabIndex < 0) element.tabIndex = -1;
  element?.focus({ preventScroll: true });
  if (block && !isSeen(element)) element.scrollIntoView({ block, behavior: "instant" });
  return true;
}

function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && Math.min(bottom, top + 100) <= innerHeight;
}
