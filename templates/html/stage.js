// Shows one stop of the calculation at a time: the next, the one before, or what was pointed at in the figure.
{
  const stage = document.getElementById("stage").content.firstElementChild;
  const list = stage.querySelector("select"), [back, play, next] = stage.querySelectorAll(".walk button");
  const labels = new Map([...list.options].map(option => [option.value, option.textContent]));
  const stops = new Map([...stage.querySelectorAll(".stop")].map(stop => [stop.dataset.stop, stop]));
  const resting = play.textContent;
  let timer = 0;
  const go = (name, follow) => {
    for (const [each, stop] of stops) stop.hidden = each !== name;
    list.value = name;
    if (follow) stops.get(name).querySelector(".spots [aria-current]")?.focus({preventScroll: true});
  };
  const on = by => go(list.options[(list.selectedIndex + by + list.length) % list.length].value);
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = resting; };
  back.addEventListener("click", () => { stop(); on(-1); });
  next.addEventListener("click", () => { stop(); on(1); });
  list.addEventListener("change", () => { stop(); go(list.value); });
  play.addEventListener("click", () => {
    if (timer) { stop(); return; }
    play.textContent = play.dataset.playing;
    on(1);
    timer = setInterval(() => { on(1); if (!list.selectedIndex) stop(); }, 2500);
  });
  point(stage, labels, name => { stop(); go(name, true); });
  go(list.value);
  document.querySelector("main").prepend(stage);
}
