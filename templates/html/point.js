// Fills the empty pictures over the figures: a place for each quantity, to be clicked, or reached with Tab and the arrow keys.
const SPACE = "http://www.w3.org/2000/svg";
const BROAD = 7; // half of how broad a line is for a finger
const band = numbers => {
  const at = numbers.map(Number), left = [], right = [];
  for (let i = 0; i < at.length; i += 2) {
    const j = Math.min(i, at.length - 4), dx = at[j + 2] - at[j], dy = at[j + 3] - at[j + 1], d = Math.hypot(dx, dy) / BROAD || 1;
    left.push([at[i] - dy / d, at[i + 1] + dx / d]);
    right.unshift([at[i] + dy / d, at[i + 1] - dx / d]);
  }
  return [...left, ...right].join(" ");
};
const point = (root, labels, go) => {
  for (const picture of root.querySelectorAll("svg.spots")) {
    const {stop: own, other} = picture.closest(".stop").dataset; // a second click on a unit leads to its other side
    const made = [];
    for (const [name, kind, ...numbers] of picture.dataset.spots.split(";").map(spot => spot.split(" "))) {
      if (!labels.has(name)) continue;
      const spot = document.createElementNS(SPACE, "g");
      const shape = document.createElementNS(SPACE, kind === "o" ? "rect" : "polygon");
      if (kind === "o") {
        const [x, y, w, h] = numbers.map(Number), d = Math.max(0, 12 - Math.min(w, h));
        for (const [key, value] of Object.entries({x: x - w - d, y: y - h - d, width: 2 * (w + d), height: 2 * (h + d), rx: Math.min(w, h) + d}))
          shape.setAttribute(key, value);
      } else shape.setAttribute("points", band(numbers));
      spot.append(shape);
      for (const [key, value] of Object.entries({role: "button", tabindex: made.length ? -1 : 0, "data-at": name, "aria-label": labels.get(name)}))
        spot.setAttribute(key, value);
      if (name === own || name === other) spot.setAttribute("aria-current", "true");
      const to = name === own && other ? other : name;
      spot.addEventListener("click", () => go(to));
      made.push(spot);
    }
    made.forEach((spot, place) => spot.addEventListener("keydown", event => {
      const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (by) {
        const next = made[(place + by + made.length) % made.length];
        made.forEach(each => each.setAttribute("tabindex", each === next ? 0 : -1));
        next.focus();
      } else if (event.key === "Enter" || event.key === " ") spot.dispatchEvent(new Event("click"));
      else return;
      event.preventDefault();
    }));
    // lines first, so that a unit is never below one
    const line = spot => spot.firstChild.nodeName === "polygon";
    picture.replaceChildren(...made.filter(line), ...made.filter(spot => !line(spot)));
  }
};
