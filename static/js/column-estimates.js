// What each column would cost, shortly after the last change of the form. The server counts.
(() => {
  const form = document.getElementById("group-form");
  let later, asked = 0;

  const follow = async () => {
    const mine = asked += 1;
    const answer = await fetch(form.dataset.estimates, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked || !answer.ok) return;
    for (const made of page.querySelectorAll("[id^=estimate-]")) show(document.getElementById(made.id), made);
  };
  const show = (shown, made) => {
    if (!shown) return;
    const open = shown.querySelector("details")?.open;
    shown.replaceChildren(...made.childNodes);
    if (open) shown.querySelector("details")?.setAttribute("open", "");
  };
  const soon = () => { clearTimeout(later); later = setTimeout(follow, 400); };

  form.addEventListener("input", soon);
  addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx.target?.id === "columns") soon(); });
})();
