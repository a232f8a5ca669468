// Goes through the factors of a chain, one after the other: the page shows what belongs to the one it stands at.
const pause = 2500;
const controls = document.getElementById("walk").content.firstElementChild;
for (const step of document.querySelectorAll("main details")) {
  const many = role => step.querySelectorAll(`[data-role~="${role}"]`).length > 1;
  const roles = ["1", "2", "3"].filter(many);
  const chain = step.querySelector(".beside");
  if (roles.length < 2 || !chain) continue;
  const bar = controls.cloneNode(true);
  const [back, play, next] = bar.querySelectorAll("button");
  const said = bar.querySelector("output"), {playing, factor} = bar.dataset, resting = play.textContent;
  let at = 0, timer = 0;
  const show = place => {
    at = place;
    if (at) step.dataset.lit = roles[at - 1]; else delete step.dataset.lit;
    said.textContent = at ? factor.replace("#", at).replace("#", roles.length) : "";
  };
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = resting; };
  const on = by => show((at + by + roles.length + 1) % (roles.length + 1));
  back.addEventListener("click", () => { stop(); on(-1); });
  next.addEventListener("click", () => { stop(); on(1); });
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    play.textContent = playing;
    on(1);
    timer = setInterval(() => { on(1); if (!at) stop(); }, pause);
  });
  chain.before(bar);
}
