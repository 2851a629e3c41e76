// Copies the text of the element whose id is data-of, by a button that is hidden without JavaScript.
class CopyText extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = !navigator.clipboard;
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    await navigator.clipboard.writeText(document.getElementById(this.dataset.of).innerText.trim());
    document.dispatchEvent(new CustomEvent("announce", { detail: { message: this.dataset.done } }));
  }
}

customElements.define("copy-text", CopyText);
