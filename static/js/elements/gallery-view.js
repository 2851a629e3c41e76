// Product pictures: thumbnails and arrow keys move the strip, a press on a picture opens it large.
class GalleryView extends HTMLElement {
  connectedCallback() {
    this.strip = this.querySelector(".gallery__strip");
    this.slides = [...this.querySelectorAll(".gallery__slide")];
    this.thumbs = [...this.querySelectorAll(".gallery__thumb")];
    this.zoom = this.querySelector(".zoom");
    this.scroller = this.querySelector(".zoom__scroller");
    this.scroller.addEventListener("click", (event) => this.toggle(event));
    this.scroller.addEventListener("keydown", (event) => event.key === "Enter" && this.toggle(event));
    this.addEventListener("click", (event) => this.press(event));
    this.strip.addEventListener("keydown", (event) => this.key(event));
    this.watch();
  }

  disconnectedCallback() {
    this.observer?.disconnect();
  }

  watch() {
    this.current = 0;
    this.observer = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => this.mark(entry.target)),
      { root: this.strip, threshold: 0.6 },
    );
    this.slides.forEach((slide) => this.observer.observe(slide));
  }

  mark(slide) {
    this.current = this.slides.indexOf(slide);
    this.thumbs.forEach((thumb, index) =>
      index === this.current ? thumb.setAttribute("aria-current", "true") : thumb.removeAttribute("aria-current"),
    );
  }

  show(index) {
    const slide = this.slides[Math.max(0, Math.min(index, this.slides.length - 1))];
    this.strip.scrollTo({ left: slide.offsetLeft - this.strip.offsetLeft });
  }

  press(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const thumb = event.target.closest(".gallery__thumb");
    const slide = event.target.closest(".gallery__slide");
    if (!thumb && !slide) return;
    event.preventDefault();
    if (thumb) this.show(this.thumbs.indexOf(thumb));
    else this.enlarge(slide);
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.show(this.current + step);
    if (event.target.matches(".gallery__slide")) this.slides[this.current + step]?.focus({ preventScroll: true });
  }

  enlarge(slide) {
    const image = new Image();
    image.src = slide.href;
    image.alt = slide.querySelector("img").alt;
    this.scroller.replaceChildren(image);
    this.scroller.removeAttribute("data-full");
    this.zoom.showModal();
    this.zoom.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true }));
  }

  // Full size around the point that was pressed.
  toggle(event) {
    const box = this.scroller.firstElementChild.getBoundingClientRect();
    const x = event.clientX ? (event.clientX - box.left) / box.width : 0.5;
    const y = event.clientY ? (event.clientY - box.top) / box.height : 0.5;
    this.scroller.toggleAttribute("data-full");
    this.scroller.scrollTo(
      x * this.scroller.scrollWidth - this.scroller.clientWidth / 2,
      y * this.scroller.scrollHeight - this.scroller.clientHeight / 2,
    );
  }
}

customElements.define("gallery-view", GalleryView);
