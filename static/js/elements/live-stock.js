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
    if (this.dataset.shown) this.show(pieces[this.dataset.shown]);
    const gone = this.watched.map((id) => pieces[id]?.state === "sold_out");
    for (const option of this.closest("form").querySelectorAll("[data-of]")) this.mark(option, gone);
  }

  get watched() {
    return new URL(this.getAttribute("src"), location).searchParams.get("ids").split(",");
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
    const words = (state === "low" && this.dataset.only) || text;
    if (note.dataset.state === state && note.textContent === words) return;
    note.dataset.state = state;
    note.textContent = words;
    this.querySelector("[role=status]").textContent = words;
    this.limit(state === "sold_out", most ?? 99);
  }

  // The pill of an option is sold out with the last of its choices; those beyond what is watched tell nothing.
  mark(option, gone) {
    const places = option.dataset.of.split(" ");
    if (places.some((place) => place >= gone.length)) return;
    const { sold } = this.dataset;
    const pill = option.closest(".pill");
    const soldOut = places.every((place) => gone[place]);
    if (soldOut === pill.hasAttribute("data-note")) return;
    pill.title = soldOut ? sold : "";
    pill.toggleAttribute("data-note", soldOut);
    pill.querySelector(".visually-hidden")?.remove();
    if (!soldOut) return;
    const note = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `, ${sold}` });
    pill.querySelector(".pill__text").append(note);
  }

  // A button that goes off under the finger keeps the focus; pressed all the same, it says why nothing was added.
  limit(gone, most) {
    for (const button of this.closest("form").querySelectorAll("[data-buy].button")) {
      button.toggleAttribute("disabled", gone && button !== document.activeElement);
      button.querySelector(".button__text").textContent = gone ? this.dataset.gone : this.dataset.buy;
    }
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
