// Around a form: shows [data-unsaved] as soon as something in it differs from what the page came with, and asks before
// the page is left. A form that was refused was never saved.
class UnsavedChanges extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.note = this.querySelector("[data-unsaved]");
    this.before = this.content;
    this.isRefused = Boolean(this.querySelector(".error-summary, [aria-invalid=true]"));
    this.isSending = false;
    this.form.addEventListener("input", () => this.show());
    this.form.addEventListener("submit", () => (this.isSending = true));
    this.form.addEventListener("reset", () => setTimeout(() => this.show()));
    this.leave = (event) => this.isDirty && !this.isSending && event.preventDefault();
    this.back = () => (this.isSending = false);
    addEventListener("beforeunload", this.leave);
    addEventListener("pageshow", this.back);
    this.show();
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.leave);
    removeEventListener("pageshow", this.back);
  }

  get content() {
    return [...new FormData(this.form)].map(([name, value]) => `${name}=${value.name ?? value}`).join("&");
  }

  get isDirty() {
    return this.isRefused || this.content !== this.before;
  }

  show() {
    if (this.note) this.note.hidden = !this.isDirty;
  }
}

customElements.define("unsaved-changes", UnsavedChanges);
