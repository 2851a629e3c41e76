// Shows what is typed into the password field inside, and hides it again before it is sent.
class ShowPassword extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.show(this.field.type === "password"));
    this.field.form?.addEventListener("submit", () => this.show(false));
  }

  show(shown) {
    this.field.type = shown ? "text" : "password";
    this.button.setAttribute("aria-pressed", String(shown));
  }
}

customElements.define("show-password", ShowPassword);
