// Keys that are good for every page of the back office, around the search: "/" goes there, "?" shows all keys, "z" undoes.
const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
  event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");

class StaffKeys extends HTMLElement {
  connectedCallback() {
    this.pressed = (event) => this.act(event);
    this.find = (event) => this.focusInstead(event);
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("click", this.find);
    this.opener = document.querySelector("[data-dialog=staff-keys]");
    if (this.opener) this.opener.hidden = false;
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("click", this.find);
  }

  act(event) {
    if (event.defaultPrevented || isTyping(event)) return;
    const actions = { "/": () => this.focusSearch(), "?": () => this.opener?.click(), z: () => this.undo() };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  focusSearch() {
    this.querySelector("input").focus();
    this.querySelector("input").select();
  }

  undo() {
    document.querySelector("undo-toast form")?.requestSubmit();
  }

  // The bar at the foot of a phone leads to the search of this page rather than to another page.
  focusInstead(event) {
    if (!event.target.closest("[data-find]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.focusSearch();
  }
}

customElements.define("staff-keys", StaffKeys);
