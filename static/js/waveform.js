// Draws the sound above each audio[data-wave], from the file itself, and shows in it what has been played. A click plays from
// there. The player's own controls say and do the same, so the drawing is hidden from screen readers.
(() => {
  const BARS = 160, HEIGHT = 48, LARGEST = 12 * 1024 * 1024;  // a longer file would take too much memory once decoded
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const svg = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  const samples = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok || Number(answer.headers.get("Content-Length")) > LARGEST) return null;
    const sound = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(await answer.arrayBuffer());
    return sound.getChannelData(0);
  };

  // The loudest sample of each of the bars, the loudest of all being 1.
  const peaks = (found) => {
    const loudest = Array.from({ length: BARS }, (_, n) => {
      let most = 0;
      for (let i = Math.floor(n * found.length / BARS); i < Math.floor((n + 1) * found.length / BARS); i++) most = Math.max(most, Math.abs(found[i]));
      return most;
    });
    const most = Math.max(...loudest) || 1;
    return loudest.map((peak) => peak / most);
  };

  const bar = (peak, n) => {
    const height = Math.max(1, peak * HEIGHT);
    return svg("rect", { x: n, width: 0.62, y: (HEIGHT - height) / 2, height });
  };

  const draw = async (audio) => {
    audio.dataset.wave = "drawn";
    const wave = svg("svg", { class: "wave", viewBox: `0 0 ${BARS} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    audio.before(wave);
    const found = await samples(audio.src).catch(() => null);
    // A format that this browser does not decode: it keeps its player.
    if (!found) return wave.remove();
    wave.append(...peaks(found).map(bar));
    follow(audio, wave);
  };

  const follow = (audio, wave) => {
    const paint = () => {
      const reached = audio.currentTime / audio.duration * BARS;
      [...wave.children].forEach((rect, n) => rect.classList.toggle("played", n < reached));
    };
    const glide = () => {
      paint();
      if (!audio.paused && !still.matches) requestAnimationFrame(glide);
    };
    for (const name of ["timeupdate", "seeking", "ended"]) audio.addEventListener(name, paint);
    audio.addEventListener("play", glide);
    wave.addEventListener("click", (event) => {
      const place = wave.getBoundingClientRect();
      audio.currentTime = (event.clientX - place.left) / place.width * audio.duration;
    });
  };

  const drawAll = () => document.querySelectorAll('audio[data-wave=""]').forEach(draw);
  addEventListener("htmx:after:swap", drawAll);
  drawAll();
})();
