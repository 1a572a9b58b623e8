// Pictures while nobody buys: two frames take turns, one fading into the other; with reduced motion they just change.
// A picture that cannot be had is passed over; while none can, the screen says its words alone.

const EACH_MS = 12000;
const AGAIN_MS = 60000;

export class Slides {
  // `place` holds two images; `changed` is told whether there is a picture to be seen
  constructor(place, changed) {
    this.frames = [...place.querySelectorAll("img")];
    this.changed = changed;
    this.names = [];
    this.at = -1;
    this.front = 0;
    this.run = 0; // what a turn that began under an earlier number finds out is of no use any more
    this.timer = 0;
    this.going = false;
  }

  show(names) {
    const same = names.length === this.names.length && names.every((name, place) => name === this.names[place]);
    if (same && this.going) return;
    if (!same) this.at = -1;
    this.stop();
    this.names = names;
    this.going = true;
    this.turn(this.run);
  }

  stop() {
    clearTimeout(this.timer);
    this.run += 1;
    this.going = false;
  }

  async turn(mine) {
    for (let tried = 0; tried < this.names.length; tried += 1) {
      this.at = (this.at + 1) % this.names.length;
      const back = this.frames[1 - this.front];
      back.src = `/api/v1/pictures/${this.names[this.at]}`;
      const here = await back.decode().then(() => true, () => false);
      if (mine !== this.run) return;
      if (!here) continue;
      this.swap();
      if (this.names.length > 1) this.timer = setTimeout(() => this.turn(mine), EACH_MS);
      return;
    }
    this.changed(false);
    if (this.names.length) this.timer = setTimeout(() => this.turn(mine), AGAIN_MS);
  }

  swap() {
    this.frames[this.front].classList.remove("shown");
    this.front = 1 - this.front;
    this.frames[this.front].classList.add("shown");
    this.changed(true);
  }
}
