// Keeps what a page says of stock true while somebody looks at it. The address in src answers what is left, or 304.
// Around a buy button it changes note and button; with hx-get it has that part of the page shown anew.
const EVERY = 8000;
const SOON = 1500;
const SELDOM = 120000;
const GONE = ["sold_out", "held"];

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
    const states = this.watched.map((id) => pieces[id]?.state);
    for (const option of this.closest("form").querySelectorAll("[data-of]")) this.mark(option, states);
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

  show({ state, text, most, until }) {
    const note = this.querySelector(".stock");
    const words = (state === "low" && this.dataset.only) || text;
    const said = `${words} ${until ?? ""}`;
    if (note.dataset.state === state && (this.said ?? note.textContent.trim()) === said.trim()) return;
    this.said = said.trim();
    note.dataset.state = state;
    note.replaceChildren(this.sentence(words, until));
    this.querySelector("[role=status]").textContent = note.textContent;
    this.limit(state, most ?? Infinity);
  }

  // What others are paying for may be free again when the first of them has to be done.
  sentence(words, until) {
    const span = Object.assign(document.createElement("span"), { textContent: words });
    if (!until) return span;
    const left = document.createElement("time-left");
    left.setAttribute("until", until);
    Object.assign(left.dataset, { one: this.dataset.againOne, many: this.dataset.againMany });
    span.append(" ", left);
    return span;
  }

  // The pill of an option is sold out with the last of its choices; those beyond what is watched tell nothing.
  mark(option, states) {
    const places = option.dataset.of.split(" ");
    if (places.some((place) => place >= states.length)) return;
    const pill = option.closest(".pill");
    const isGone = places.every((place) => GONE.includes(states[place]));
    const word = places.some((place) => states[place] === "held") ? this.dataset.reserved : this.dataset.sold;
    if ((isGone ? word : "") === (pill.hasAttribute("data-note") ? pill.title : "")) return;
    pill.title = isGone ? word : "";
    pill.toggleAttribute("data-note", isGone);
    pill.querySelector(".visually-hidden")?.remove();
    if (!isGone) return;
    const note = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `, ${word}` });
    pill.querySelector(".pill__text").append(note);
  }

  // A button that goes off under the finger keeps the focus; pressed all the same, it says why nothing was added.
  limit(state, most) {
    const gone = GONE.includes(state);
    const word = state === "held" ? this.dataset.held : this.dataset.gone;
    for (const button of this.closest("form").querySelectorAll("[data-buy].button")) {
      button.toggleAttribute("disabled", gone && button !== document.activeElement);
      button.querySelector(".button__text").textContent = gone ? word : this.dataset.buy;
    }
    const stepper = this.querySelector("quantity-stepper");
    if (!stepper) return;
    stepper.hidden = gone;
    const input = stepper.querySelector("input");
    input.max = Math.max(Math.min(most, this.dataset.most), 1);
    input.value = Math.min(input.valueAsNumber || 1, input.max);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("live-stock", LiveStock);
