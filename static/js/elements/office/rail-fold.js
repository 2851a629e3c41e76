// Folds the side bar to its icons. A cookie remembers it, so that the next page is drawn that way from its first paint.
class RailFold extends HTMLElement {
  connectedCallback() {
    this.frame = this.closest("#staff-frame");
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.fold(this.frame.dataset.rail !== "folded"));
    this.show();
  }

  fold(isFolded) {
    if (isFolded) this.frame.dataset.rail = "folded";
    else delete this.frame.dataset.rail;
    document.cookie = `rail=${isFolded ? "folded" : ""}; path=/backoffice; max-age=${isFolded ? 31536000 : 0}; samesite=lax`;
    this.show();
  }

  show() {
    this.button.setAttribute("aria-pressed", String(this.frame.dataset.rail === "folded"));
  }
}

customElements.define("rail-fold", RailFold);
