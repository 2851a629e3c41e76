// Keeps what a page says of stock true while somebody looks at it. The address in src answers what is left, or 304.
// Around a buy button it changes note and button; with hx-get it has that part of the page shown anew.
const EVERY = 8000;
const SOON = 1500;
const SELDOM = 120000;

class LiveStock extends HTMLElement {
  failures = 0;
  version = null;

  look = () => (document.hidden ? clearTimeout(this.timer) : this.plan(SOON));

  connectedCallback() {
    document.addEventListener("visibilitychange", this.look);
    addEventListener("focus", this.look);
    this.look();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.look);
    removeEventListener("focus", this.look);
  }

  // Pages that were opened together must not ask together.
  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), delay * (0.75 + Math.random() / 2));
  }

  // What stands in a closed drawer is made anew when the drawer opens.
  async ask() {
    if (this.closest("dialog:not([open])")) return;
    try {
      const headers = this.version ? { "If-None-Match": this.version } : {};
      const answer = await fetch(this.getAttribute("src"), { headers, credentials: "omit", cache: "no-store" });
      if (answer.status === 200) this.take(answer.headers.get("ETag"), await answer.json());
      else if (answer.status !== 304) throw new Error(`stock: ${answer.status}`);
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
    if (this.isConnected && !document.hidden) this.plan(Math.min(EVERY * 2 ** this.failures, SELDOM));
  }

  take(version, pieces) {
    if (this.hasAttribute("hx-get")) return this.refresh(version);
    this.version = version;
    const [shown] = new URL(this.getAttribute("src"), location).searchParams.get("ids").split(",");
    this.show(pieces[shown]);
    for (const [id, { state }] of Object.entries(pieces)) this.mark(id, state === "sold_out");
  }

  // The first answer is what the page was made from. Nothing is swapped while somebody types: the next answer is.
  refresh(version) {
    const known = this.version;
    if (known && document.activeElement?.matches("input, select, textarea")) return;
    this.version = version;
    if (!known) return;
    this.dispatchEvent(new CustomEvent("stock:changed"));
    document.dispatchEvent(new CustomEvent("announce", { detail: { message: this.dataset.changed } }));
  }

  show({ state, text, most }) {
    const note = this.querySelector(".stock");
    if (note.dataset.state === state && note.textContent === text) return;
    note.dataset.state = state;
    note.textContent = text;
    this.querySelector("[role=status]").textContent = text;
    this.limit(state === "sold_out", most ?? 99);
  }

  // The pills of a choice; what one says besides being sold out stays.
  mark(id, gone) {
    const { sold } = this.dataset;
    const found = this.closest("form").querySelectorAll(`.pill:has([value="${id}"]), .pill[href$="choice=${id}"]`);
    for (const pill of found) {
      if (gone === (pill.title === sold)) continue;
      pill.title = gone ? sold : "";
      pill.toggleAttribute("data-note", gone);
      pill.querySelector(".visually-hidden")?.remove();
      if (!gone) continue;
      const note = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `, ${sold}` });
      pill.querySelector(".pill__text").append(note);
    }
  }

  // A button that goes off under the finger keeps the focus; pressed all the same, it says why nothing was added.
  limit(gone, most) {
    const button = this.querySelector("button.button");
    button.toggleAttribute("disabled", gone && button !== document.activeElement);
    button.querySelector(".button__text").textContent = gone ? this.dataset.gone : this.dataset.buy;
    const stepper = this.querySelector("quantity-stepper");
    if (!stepper) return;
    stepper.hidden = gone;
    const input = stepper.querySelector("input");
    input.max = Math.max(most, 1);
    input.value = Math.min(input.valueAsNumber || 1, input.max);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("live-stock", LiveStock);
