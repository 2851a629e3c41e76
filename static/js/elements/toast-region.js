// Shows and reads out the message of the event "announce", which answers send in HX-Trigger. One that is quiet is
// only read out: what it says is seen where it happened.
class ToastRegion extends HTMLElement {
  lift = () => this.firstElementChild && this.raise();

  connectedCallback() {
    this.listen = ({ detail }) => this.show(detail.message ?? detail.value, detail.quiet);
    document.addEventListener("announce", this.listen);
    document.addEventListener("dialog:open", this.lift);
  }

  disconnectedCallback() {
    document.removeEventListener("announce", this.listen);
    document.removeEventListener("dialog:open", this.lift);
  }

  show(message, quiet) {
    if (!message) return;
    const toast = document.createElement("p");
    toast.className = quiet ? "visually-hidden" : "toast";
    toast.textContent = message;
    this.replaceChildren(toast);
    this.raise();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.clear(), 4000 + message.length * 50);
  }

  // Above an open dialog only the top layer is visible, and the dialog makes the rest inert for screen readers.
  raise() {
    const place = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
    if (this.parentElement !== place) {
      const message = this.firstElementChild;
      place.append(this);
      this.replaceChildren();
      requestAnimationFrame(() => this.replaceChildren(message));
    }
  }

  clear() {
    this.replaceChildren();
  }
}

customElements.define("toast-region", ToastRegion);
