// Dialogs: an entry in the history while open, so that Back closes them.
// A page that is loaded in the entry of a dialog, as by a link in the cart drawer to the same address, counts
// as the page before: Back would change the address and not the page.
const landed = history.state?.dialog ? location.pathname : null;
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
    if (!swallowed && !open) {
      if (landed && location.pathname !== landed) location.reload();
      return;
    }
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
