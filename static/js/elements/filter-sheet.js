// The filters of a list: a folded column, and a sheet of its own on narrow screens. In the sheet choices change the
// counts and the number on its button; the button then shows the list, as one step back in the history.
const narrow = matchMedia("(width < 64rem)");
const say = (message, quiet) => document.dispatchEvent(new CustomEvent("announce", { detail: { message, quiet } }));

class FilterSheet extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.dialog = this.querySelector("dialog");
    this.fields = this.querySelector("auto-submit");
    this.form = this.fields.querySelector("form");
    this.actions = this.form.querySelector("[data-apply]");
    this.details.querySelector("summary").addEventListener("click", (event) => this.open(event));
    this.dialog.addEventListener("close", () => this.restore());
    this.addEventListener("change", (event) => this.changed(event), true);
    this.addEventListener("submit", (event) => this.submitted(event), true);
    this.leave = () => this.dialog.open && !narrow.matches && this.dialog.close();
    narrow.addEventListener("change", this.leave);
  }

  disconnectedCallback() {
    narrow.removeEventListener("change", this.leave);
    this.asked?.abort();
  }

  open(event) {
    if (!narrow.matches || this.details.open) return;
    event.preventDefault();
    this.before = this.form.querySelector("#facet-groups").cloneNode(true);
    this.dialog.append(this.fields);
    this.showTotal();
    // So that htmx brings this list back, when somebody returns to it from the one that is about to be chosen.
    history.replaceState({ ...history.state, htmx: true }, "");
    this.dialog.showModal();
    this.dialog.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true }));
  }

  // Left without pressing the button, the sheet is as it was.
  restore() {
    this.asked?.abort();
    this.details.append(this.fields);
    if (this.before) this.groups.replaceWith(this.before);
    this.before = null;
    this.button.textContent = this.label;
    this.actions.hidden = true;
  }

  get groups() {
    return this.form.querySelector("#facet-groups");
  }

  get button() {
    return this.actions.querySelector(".button__text");
  }

  showTotal() {
    this.label ??= this.button.textContent;
    this.button.textContent = this.groups.dataset.results;
    this.actions.hidden = false;
  }

  changed(event) {
    if (!this.dialog.open) return;
    event.stopPropagation();
    this.count();
  }

  async count() {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = `${this.form.action}?${new URLSearchParams(new FormData(this.form))}`;
    this.groups.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: this.asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.take(page.getElementById("facet-groups"));
    } catch (error) {
      if (error.name !== "AbortError") this.failed("offline");
    }
  }

  // What was chosen stays, without its counts; the button shows what there is.
  failed(why) {
    this.groups.removeAttribute("aria-busy");
    this.button.textContent = this.label;
    say(document.getElementById("announcements").dataset[why]);
  }

  take(fresh) {
    if (!fresh) return this.failed("failed");
    const { id, value } = this.groups.contains(document.activeElement) ? document.activeElement : {};
    for (const { id: name, open } of this.groups.querySelectorAll("details[id]")) {
      fresh.querySelector(`#${name}`)?.toggleAttribute("open", open);
    }
    const top = this.dialog.scrollTop;
    this.groups.replaceWith(fresh);
    const focused = id && document.getElementById(id);
    if (focused?.matches("input:not([type])")) focused.value = value;
    focused?.focus({ preventScroll: true });
    this.dialog.scrollTop = top;
    this.showTotal();
    say(this.groups.dataset.results, true);
  }

  submitted(event) {
    if (!this.dialog.open) return;
    const wrong = this.form.querySelector("[aria-invalid=true]");
    if (wrong) {
      event.preventDefault();
      event.stopPropagation();
      return wrong.focus();
    }
    const heard = new AbortController();
    const options = { signal: heard.signal };
    document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => this.leadOn(detail.history), options);
    document.addEventListener("htmx:afterRequest", () => heard.abort(), options);
  }

  leadOn(step) {
    step.type = "replace";
    this.before = null;
    this.dialog.close();
  }
}

customElements.define("filter-sheet", FilterSheet);

// What is being typed into a price field outlives the list that an earlier change brings.
let typed = {};
document.addEventListener("htmx:beforeSwap", () => {
  const { id, value } = document.activeElement ?? {};
  typed = document.activeElement?.matches("#facet-groups input:not([type])") ? { id, value } : {};
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "listing") return;
  const field = typed.id && detail.xhr.status < 400 && document.getElementById(typed.id);
  if (field && field.value !== typed.value) field.value = typed.value;
  typed = {};
  const found = document.querySelector("#listing :is(.listing__count, .empty h2)");
  say(found?.textContent, true);
});
