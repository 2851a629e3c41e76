// Buttons beside a number field; they fire the field's own events, so forms and htmx need not know of them.
class QuantityStepper extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.buttons = this.querySelectorAll("[data-step]");
    for (const button of this.buttons) button.hidden = false;
    this.addEventListener("click", (event) => this.step(event));
    this.addEventListener("input", () => this.update());
    this.update();
  }

  step(event) {
    const button = event.target.closest("[data-step]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const before = this.input.value;
    if (button.dataset.step > 0) this.input.stepUp();
    else this.input.stepDown();
    if (this.input.value === before) return;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Not the disabled attribute: a button that goes off under the finger must keep the focus.
  update() {
    const value = this.input.valueAsNumber;
    for (const button of this.buttons) {
      const limit = button.dataset.step > 0 ? this.input.max : this.input.min;
      const off = limit !== "" && (value - limit) * button.dataset.step >= 0;
      button.setAttribute("aria-disabled", String(off));
    }
  }
}

customElements.define("quantity-stepper", QuantityStepper);
