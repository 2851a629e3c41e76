// Lets the items of a list be dragged into another order, and sends it to data-url. The buttons of each item do the same
// by keyboard and on touch screens, and without JavaScript.
class PictureOrder extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    for (const picture of this.list.querySelectorAll(".picture-tile__picture")) picture.draggable = true;
    this.list.addEventListener("dragstart", (event) => this.start(event));
    this.list.addEventListener("dragover", (event) => this.over(event));
    this.list.addEventListener("drop", (event) => event.preventDefault());
    this.list.addEventListener("dragend", () => this.end());
  }

  get order() {
    return [...this.list.children].map(({ dataset }) => dataset.id);
  }

  start(event) {
    this.item = event.target.closest("li");
    this.before = this.order.join();
    this.item.dataset.dragged = "";
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(this.item, 20, 20);
  }

  over(event) {
    if (!this.item) return;
    event.preventDefault();
    const other = event.target.closest("li");
    if (!other || other === this.item || other.parentElement !== this.list) return;
    const items = [...this.list.children];
    const isLater = items.indexOf(other) > items.indexOf(this.item);
    other[isLater ? "after" : "before"](this.item);
  }

  end() {
    delete this.item.dataset.dragged;
    this.item = null;
    if (this.order.join() === this.before) return;
    htmx.ajax("POST", this.dataset.url, { source: this, target: this, swap: "none", values: { ids: this.order } });
  }
}

customElements.define("picture-order", PictureOrder);
