// Counts the minutes of a hold down. The page says how many there are; data-one and data-many say how to write them.
const MINUTE = 60000;

class TimeLeft extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.show(), 5000);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const left = Math.max(1, Math.ceil((new Date(this.getAttribute("until")) - Date.now()) / MINUTE));
    const text = (left === 1 ? this.dataset.one : this.dataset.many).replace("{}", left);
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("time-left", TimeLeft);
