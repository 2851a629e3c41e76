// Sends the files of a form one after the other, so that each has the whole limit, and shows how much was sent. What the
// server says about each is added to the list data-target. Without JavaScript the form is one request.
class PictureUpload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.querySelector("[type=file]");
    this.bar = this.form.querySelector("progress");
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.form.addEventListener("htmx:xhr:progress", ({ detail }) => this.moved(detail));
  }

  submitted(event) {
    if (!window.htmx || !this.input.files.length) return;
    event.preventDefault();
    if (this.bar.hidden) this.send([...this.input.files]);
  }

  moved({ lengthComputable, loaded, total }) {
    if (lengthComputable && total) this.bar.value = ((this.done + loaded / total) / this.count) * 100;
  }

  async send(files) {
    [this.count, this.done] = [files.length, 0];
    this.bar.value = 0;
    this.bar.hidden = false;
    for (const file of files) {
      await htmx
        .ajax("POST", this.form.action, {
          source: this.form, target: this.dataset.target, swap: "beforeend", values: { [this.input.name]: file },
        })
        .catch(() => {});
      this.done += 1;
    }
    this.bar.hidden = true;
    this.input.value = "";
    document.dispatchEvent(new CustomEvent("announce", { detail: { message: this.dataset.sent, quiet: true } }));
  }
}

customElements.define("picture-upload", PictureUpload);
