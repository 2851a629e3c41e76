// Submits the form inside as soon as a choice changes, and hides the button that would do it.
class AutoSubmit extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    this.addEventListener("change", (event) => this.submit(event));
  }

  submit(event) {
    const form = event.target.form;
    if (form && form.reportValidity()) form.requestSubmit();
  }
}

customElements.define("auto-submit", AutoSubmit);
