// A link or button that opens a dialog of the page: <open-dialog><a href="/sizes" data-dialog="sizes">.
class OpenDialog extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.open(event));
  }

  open(event) {
    const control = event.target.closest("[data-dialog]");
    const dialog = control && document.getElementById(control.dataset.dialog);
    if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true }));
  }
}

customElements.define("open-dialog", OpenDialog);
