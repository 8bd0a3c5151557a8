// A job under way: its clock goes on between two polls, a screen reader is told once of each state, and focus stays on Cancel.
(() => {
  const $ = (id) => document.getElementById(id);
  const job = () => document.querySelector("#result [data-job]");
  const state = (shown) => shown && `${shown.dataset.job} ${shown.dataset.finished}`;

  const words = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);
  let clock = null, start = 0;
  const tick = () => {
    if (clock) clock.textContent = words(Math.floor((performance.now() - start) / 1000));
  };
  const wind = () => {
    clock = document.querySelector("[data-elapsed]");
    start = performance.now() - Number(clock?.dataset.elapsed);
    tick();
  };
  setInterval(tick, 1000);
  wind();

  let told = state(job()), canceling = false;
  addEventListener("htmx:before:swap", (event) => {
    const source = event.detail.ctx.sourceElement;
    // The answer to a poll that something else has overtaken: a cancellation, or another run.
    if (source.matches("[data-job]") && !source.isConnected) event.preventDefault();
    canceling = document.activeElement?.id === "cancel-job";
  });
  addEventListener("htmx:after:swap", () => {
    wind();
    if (canceling && !$("cancel-job")) (document.querySelector("[data-run]") ?? $("main")).focus();
    else if (canceling) $("cancel-job").focus();
    const shown = job();
    if (!shown || state(shown) === told) return;
    told = state(shown);
    // An error speaks for itself.
    if (!shown.querySelector("[role=alert]")) $("said").textContent = `Job: ${shown.querySelector(".badge").textContent}`;
  });
})();
