// A list of staff by keyboard (j, k, x, a; Enter opens the link that has the focus), and its selection with the bar of
// actions, which without JavaScript always stands below the table. Once something was done with rows, the page that
// comes has the focus on the row after them.
const NEXT = "next-row";
const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
  event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");

class DataTable extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector(".bulk-bar");
    this.pressed = (event) => this.act(event);
    document.addEventListener("keydown", this.pressed);
    this.left = (event) => this.noteNext(event.target);
    document.addEventListener("submit", this.left);
    if (this.bar) this.prepareSelection();
    this.goOn();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("submit", this.left);
  }

  prepareSelection() {
    this.all = this.querySelector("[data-all]");
    this.all.hidden = false;
    this.clear = this.bar.querySelector("[type=reset]");
    this.clear.hidden = false;
    this.addEventListener("change", ({ target }) => this.changed(target));
    this.addEventListener("click", (event) => this.selectRange(event));
    this.bar.addEventListener("reset", () => setTimeout(() => this.show()));
    this.show();
  }

  get rows() {
    return [...this.querySelectorAll("tbody > tr")];
  }

  get boxes() {
    return [...this.querySelectorAll("tbody .table__check input")];
  }

  changed(box) {
    if (box === this.all) for (const each of this.boxes) each.checked = box.checked;
    if (box.closest(".table__check")) this.show();
  }

  // From the last box that was pressed to this one, with Shift.
  selectRange(event) {
    const boxes = this.boxes;
    const here = boxes.indexOf(event.target);
    if (here < 0) return;
    const from = boxes.indexOf(this.last);
    if (event.shiftKey && from >= 0) {
      for (const box of boxes.slice(Math.min(from, here), Math.max(from, here) + 1)) box.checked = event.target.checked;
      this.show();
    }
    this.last = event.target;
  }

  show() {
    const boxes = this.boxes;
    const count = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").toggleAttribute("data-selected", box.checked);
    this.all.checked = count > 0 && count === boxes.length;
    this.all.indeterminate = count > 0 && count < boxes.length;
    const isLeaving = !count && this.bar.contains(document.activeElement);
    this.bar.hidden = !count;
    if (isLeaving) this.go(0);
    const text = this.bar.querySelector(".bulk-bar__count");
    text.textContent = text.dataset.count.replace("{}", count);
  }

  act(event) {
    if (event.defaultPrevented || isTyping(event)) return;
    const actions = { j: () => this.go(1), k: () => this.go(-1), x: () => this.toggle(), a: () => this.goToActions() };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  get current() {
    return document.activeElement?.closest("tbody > tr");
  }

  // To the link of the row that many rows further on; from elsewhere to the first row, or the last one that was used.
  go(distance) {
    const rows = this.rows;
    const here = rows.indexOf(this.current);
    const row = here < 0 ? (this.used?.isConnected ? this.used : rows[0]) : rows[here + distance];
    if (!row) return;
    this.used = row;
    const link = row.querySelector("th a");
    if (!link) row.tabIndex = -1;
    (link ?? row).focus();
  }

  // After the last row that a form acts on comes the next one that stays, or the one before; after an undo the first
  // row that comes back.
  noteNext(form) {
    const undone = form.closest("undo-toast")?.querySelector("[name=ids]")?.value;
    if (undone) sessionStorage.setItem(NEXT, `${this.id}-${undone}`);
    const rows = this.rows;
    const acted = form === this.bar ? rows.filter((row) => row.hasAttribute("data-selected")) : [form.closest("tbody > tr")];
    const last = rows.indexOf(acted.at(-1));
    if (last < 0) return;
    const stays = (row) => !acted.includes(row);
    const next = rows.slice(last).find(stays) ?? rows.slice(0, last).findLast(stays);
    sessionStorage.setItem(NEXT, next?.id ?? "");
  }

  goOn() {
    const id = sessionStorage.getItem(NEXT);
    const row = id && this.querySelector(`tbody > tr[id="${id}"]`);
    if (!row) return;
    sessionStorage.removeItem(NEXT);
    this.used = row;
    row.querySelector("th a")?.focus();
  }

  toggle() {
    const row = this.current ?? (this.go(0), this.current);
    const box = this.contains(row) && row.querySelector(".table__check input");
    if (!box) return;
    box.checked = !box.checked;
    this.last = box;
    this.show();
  }

  goToActions() {
    if (this.bar && !this.bar.hidden) this.bar.querySelector("button").focus();
  }
}

customElements.define("data-table", DataTable);
