// Around the form of a delivery: keeps what was typed while the list is searched, sorted and paged. The units of products
// that are not in the list now are sent along, and a line says how many they are.
const PLACE = "delivery";
const KEPT_MINUTES = 60;

class ReceivedUnits extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.others = this.querySelector("[data-others]");
    this.text = this.others.querySelector("span");
    this.words ??= this.text.textContent;
    this.typed = (event) => event.target.form === this.form && this.keep(event.target);
    document.addEventListener("input", this.typed);
    this.form.addEventListener("submit", () => this.save({ ...this.kept, isSent: true }));
    this.querySelector("[data-forget]").addEventListener("click", () => this.forgetOthers());
    // A swap inserts the new list before it removes the old one, whose fields belong to this form until then.
    queueMicrotask(() => this.isConnected && this.restore());
  }

  disconnectedCallback() {
    document.removeEventListener("input", this.typed);
  }

  // What was received is forgotten; a delivery that was refused is not, and one that was undone comes back.
  restore() {
    const { isSent, at = 0, fields = {}, sent = {} } = JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
    const isUndone = new URLSearchParams(location.search).get("notice") === "delivery_undone";
    const isReceived = isSent && !document.querySelector(".error-summary");
    const isOld = Date.now() - at > KEPT_MINUTES * 60_000;
    this.kept = { fields: isReceived || isOld ? {} : fields, sent: isReceived ? fields : {} };
    if (isUndone && !isOld) this.kept.fields = { ...sent, ...this.kept.fields };
    for (const field of this.form.elements) if (this.isTyped(field) && field.value) this.kept.fields[field.name] = field.value;
    for (const [name, value] of Object.entries(this.kept.fields)) this.fill(name, value);
    this.save(this.kept);
    this.show();
  }

  isTyped({ name, type }) {
    return type !== "hidden" && (name.startsWith("units-") || name === "notes");
  }

  fill(name, value) {
    const field = this.form.elements[name];
    if (field) field.value = value;
    else this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }

  keep(field) {
    if (!this.isTyped(field)) return;
    this.kept.fields[field.name] = field.value;
    if (!field.value) delete this.kept.fields[field.name];
    this.save(this.kept);
  }

  save(kept) {
    sessionStorage.setItem(PLACE, JSON.stringify({ ...kept, at: Date.now() }));
  }

  get hidden() {
    return [...this.form.querySelectorAll("[type=hidden][name^=units-]")];
  }

  show() {
    const units = this.hidden.reduce((sum, { value }) => sum + (Number.parseInt(value, 10) || 0), 0);
    this.others.hidden = !this.hidden.length;
    this.text.textContent = this.words.replace("{}", units);
  }

  forgetOthers() {
    for (const field of this.hidden) {
      delete this.kept.fields[field.name];
      field.remove();
    }
    this.save(this.kept);
    this.show();
    this.form.querySelector("[name=notes]").focus();
  }
}

customElements.define("received-units", ReceivedUnits);
