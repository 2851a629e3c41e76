// Offers to undo what was done, for some seconds, which pass while nobody points at it or is on it. It never takes the
// focus. The address does not keep the offer, so that Back does not make it again. Without JavaScript it is a notice
// that stays.
class UndoToast extends HTMLElement {
  connectedCallback() {
    this.left = Number(this.dataset.seconds);
    this.label = this.querySelector(".button__text");
    this.dataset.floating = "";
    this.querySelector("form").addEventListener("submit", () => clearInterval(this.timer));
    this.timer = setInterval(() => this.tick(), 1000);
    this.forget();
    this.show();
    this.read();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  forget() {
    const here = new URL(location.href);
    here.searchParams.delete("undo");
    history.replaceState(history.state, "", here);
  }

  // Once the live region is there, whose script comes with the other bundle.
  async read() {
    await customElements.whenDefined("toast-region");
    const message = this.querySelector(".undo-toast__text").textContent;
    document.dispatchEvent(new CustomEvent("announce", { detail: { message, quiet: true } }));
  }

  tick() {
    if (this.matches(":hover, :focus-within")) return;
    this.left -= 1;
    if (this.left <= 0) return this.remove();
    this.show();
  }

  show() {
    this.label.textContent = this.dataset.label.replace("{}", this.left);
  }
}

customElements.define("undo-toast", UndoToast);
