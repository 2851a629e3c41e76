// Product pictures: one stop for the Tab key; arrow keys, thumbnails and swipes move the strip, a press opens a picture large.
class GalleryView extends HTMLElement {
  current = 0;

  connectedCallback() {
    this.strip = this.querySelector(".gallery__strip");
    this.slides = [...this.querySelectorAll(".gallery__slide")];
    this.thumbs = [...this.querySelectorAll(".gallery__thumb")];
    this.zoom = this.querySelector(".zoom");
    this.scroller = this.querySelector(".zoom__scroller");
    this.scroller.addEventListener("click", (event) => this.toggle(event));
    this.zoom.addEventListener("keydown", (event) => this.keyInZoom(event));
    this.addEventListener("click", (event) => this.press(event));
    this.strip.addEventListener("keydown", (event) => this.key(event));
    this.strip.addEventListener("scroll", () => this.look(), { passive: true });
    for (const thumb of this.thumbs) thumb.tabIndex = -1;
    this.mark(0);
  }

  // The slide whose edge is nearest to that of the strip, once per frame.
  look() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const edge = this.strip.getBoundingClientRect().left;
      const away = this.slides.map((slide) => Math.abs(slide.getBoundingClientRect().left - edge));
      this.mark(away.indexOf(Math.min(...away)));
    });
  }

  mark(index) {
    this.current = index;
    this.slides.forEach((slide, place) => (slide.tabIndex = place === index ? 0 : -1));
    this.thumbs.forEach((thumb, place) => {
      if (place === index) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
  }

  show(index) {
    const slide = this.slides[Math.max(0, Math.min(index, this.slides.length - 1))];
    this.strip.scrollTo({ left: slide.offsetLeft - this.slides[0].offsetLeft });
    return slide;
  }

  press(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const thumb = event.target.closest(".gallery__thumb");
    const slide = event.target.closest(".gallery__slide");
    const step = event.target.closest("[data-step]");
    if (step) this.enlarge(this.enlarged + Number(step.dataset.step));
    if (!thumb && !slide) return;
    event.preventDefault();
    if (thumb) this.show(this.thumbs.indexOf(thumb));
    else this.enlarge(this.slides.indexOf(slide));
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const slide = this.show(this.slides.indexOf(event.target) + step);
    this.mark(this.slides.indexOf(slide));
    slide.focus({ preventScroll: true });
  }

  keyInZoom(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.target === this.scroller && event.key === "Enter") this.toggle(event);
    else if (step && !this.scroller.hasAttribute("data-full")) this.enlarge(this.enlarged + step);
  }

  // The largest file that there is, in the format that the browser reads best; around the ends it goes on.
  enlarge(index) {
    this.enlarged = (index + this.slides.length) % this.slides.length;
    const slide = this.slides[this.enlarged];
    const picture = document.createElement("picture");
    const source = Object.assign(document.createElement("source"), { type: "image/avif", srcset: slide.href.replace(/webp$/, "avif") });
    picture.append(source, Object.assign(new Image(), { src: slide.href, alt: slide.querySelector("img").alt }));
    this.scroller.replaceChildren(picture);
    this.scroller.removeAttribute("data-full");
    this.show(this.enlarged);
    const place = this.zoom.querySelector(".zoom__place");
    const words = this.zoom.dataset.place.replace("{number}", this.enlarged + 1).replace("{count}", this.slides.length);
    if (place) place.textContent = words;
    if (this.zoom.open) return;
    this.zoom.showModal();
    this.zoom.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true }));
  }

  // As large as the file is, twice as large as it was at least, around the point that was pressed.
  toggle(event) {
    const image = this.scroller.querySelector("img");
    const box = image.getBoundingClientRect();
    const x = event.clientX ? (event.clientX - box.left) / box.width : 0.5;
    const y = event.clientY ? (event.clientY - box.top) / box.height : 0.5;
    image.width = Math.max(image.naturalWidth, 2 * box.width);
    this.scroller.toggleAttribute("data-full");
    this.scroller.scrollTo(
      x * this.scroller.scrollWidth - this.scroller.clientWidth / 2,
      y * this.scroller.scrollHeight - this.scroller.clientHeight / 2,
    );
  }
}

customElements.define("gallery-view", GalleryView);

// A choice that has the pictures which are there already leaves the strip where it stands.
const shown = (part) => [...part.querySelectorAll(".gallery__slide")].map((slide) => slide.href).join();
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id === "gallery" && shown(target) === shown(fragment)) event.detail.shouldSwap = false;
});
