// Submits the form inside as soon as a choice changes (after delay="400" milliseconds), and hides the button for it.
class AutoSubmit extends HTMLElement {
  // One and the same however often the element moves, so that it is heard once.
  changed = (event) => this.plan(event.target.form);
  // Enter changes and submits at once, which is one request.
  submitted = () => clearTimeout(this.timer);

  connectedCallback() {
    for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    this.addEventListener("change", this.changed);
    this.addEventListener("submit", this.submitted);
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
