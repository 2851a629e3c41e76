// Writes a moment by the reader's own clock. The <time> inside has it by the shop's, with the name of its zone.
class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const [moment, now] = [new Date(time.dateTime), new Date()];
    const today = moment.toDateString() === now.toDateString();
    const form = today ? { timeStyle: "short" } : { dateStyle: "long", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, form).format(moment);
  }
}

customElements.define("local-time", LocalTime);
