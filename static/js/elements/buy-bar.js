// Price and button at the foot of the window while the form's own button, which is the one that is pressed, is out of sight.
class BuyBar extends HTMLElement {
  connectedCallback() {
    const button = this.closest("form").querySelector(".buy__row .button");
    this.observer = new IntersectionObserver(([entry]) => (this.hidden = entry.isIntersecting));
    this.observer.observe(button);
    this.addEventListener("click", (event) => event.target.closest(".button") && button.click());
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }
}

customElements.define("buy-bar", BuyBar);
