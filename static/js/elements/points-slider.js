// A slider beside the number of points: either moves the other. Without JavaScript the number alone is there.
class PointsSlider extends HTMLElement {
  connectedCallback() {
    this.slider = this.querySelector("[type=range]");
    this.number = this.querySelector("[type=number]");
    if (!(Number(this.slider.max) > 0)) return;
    this.slider.hidden = false;
    this.slider.value = this.number.value;
    this.slider.addEventListener("input", () => (this.number.value = this.slider.value));
    this.number.addEventListener("input", () => (this.slider.value = this.number.value));
  }
}

customElements.define("points-slider", PointsSlider);
