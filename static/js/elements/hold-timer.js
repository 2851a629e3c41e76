// Says two minutes before an unpaid order stops holding its items that it will, and then that it has.
const SOON = 120000;

class HoldTimer extends HTMLElement {
  connectedCallback() {
    this.ends = Date.parse(this.dataset.ends);
    this.plan();
    document.addEventListener("visibilitychange", this.plan);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.plan);
  }

  // Timers sleep with the device, so what is due is looked at again whenever the page is.
  plan = () => {
    clearTimeout(this.timer);
    const left = this.ends - Date.now();
    if (left <= 0) return this.end();
    if (left <= SOON) this.say(this.dataset.soon);
    this.timer = setTimeout(this.plan, left > SOON ? left - SOON : left);
  };

  end() {
    this.querySelector("form")?.remove();
    this.say(this.dataset.over);
  }

  say(message) {
    const place = this.querySelector("[data-said]");
    if (place.textContent === message) return;
    place.textContent = message;
    place.hidden = false;
    document.dispatchEvent(new CustomEvent("announce", { detail: { message, quiet: true } }));
  }
}

customElements.define("hold-timer", HoldTimer);
