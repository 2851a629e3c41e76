// Counts the minutes of a hold down. The page says how many there are; data-one and data-many say how to write them,
// data-over what stands there at the end.
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
    const left = Math.ceil((new Date(this.getAttribute("until")) - Date.now()) / MINUTE);
    const { one, many, over } = this.dataset;
    const text = left <= 0 ? over : (left === 1 ? one : many).replace("{}", left);
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("time-left", TimeLeft);
