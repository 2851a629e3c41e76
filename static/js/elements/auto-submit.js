// Submits the form inside as soon as a choice changes (after delay="400" milliseconds), and hides the button for it.
class AutoSubmit extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    this.addEventListener("change", (event) => this.plan(event.target.form));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  plan(form) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => form?.reportValidity() && form.requestSubmit(), this.getAttribute("delay") ?? 0);
  }
}

customElements.define("auto-submit", AutoSubmit);
