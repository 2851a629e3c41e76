// Opens its dialog when htmx has put the cart into it on behalf of something outside; "cart:close" closes it.
// An answer to what was pressed inside comes late when it finds the drawer closed, and leaves it so.
class CartDrawer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("htmx:beforeSwap", ({ detail }) => (this.asked = !this.contains(detail.requestConfig.elt)));
    this.addEventListener("htmx:afterSwap", (event) => this.open(event));
    this.close = () => this.dialog.close();
    document.addEventListener("cart:close", this.close);
    addEventListener("pageshow", (event) => event.persisted && this.dialog.open && this.dialog.close());
  }

  disconnectedCallback() {
    document.removeEventListener("cart:close", this.close);
  }

  open(event) {
    const filled = this.querySelector("#cart-drawer-body")?.childElementCount;
    if (!this.asked || this.dialog.open || !filled || event.detail.xhr?.status >= 400) return;
    this.dialog.showModal();
    this.querySelector("[data-added]")?.scrollIntoView({ block: "center", behavior: "instant" });
    this.dialog.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true }));
  }
}

customElements.define("cart-drawer", CartDrawer);
