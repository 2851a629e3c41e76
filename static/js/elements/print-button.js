// Prints the page. The button inside is hidden where there is no JavaScript to press it for.
class PrintButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

customElements.define("print-button", PrintButton);
