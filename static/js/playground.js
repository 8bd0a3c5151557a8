// The playground: shows an answer while it comes, stops it, keeps the request JSON in step with the form. The server decides the rest.
(() => {
  const $ = (id) => document.getElementById(id);
  const forms = "#run-form, #raw-form";
  let run = null, unsaid = "", latest = null, told = true;
  const underWay = () => $("result").getAttribute("aria-busy") === "true";

  // Run stays focusable while it waits: a button that is disabled under the finger loses the place on the page.
  const busy = (form, on) => {
    $("result").setAttribute("aria-busy", String(on));
    for (const button of document.querySelectorAll("[data-run]")) button.setAttribute("aria-disabled", String(on));
    const stop = document.querySelector("[data-stop]");
    const focused = document.activeElement === stop;
    if (stop) stop.disabled = !on;
    if (!on && focused) document.querySelector("[data-run]").focus();
    if (stop) stop.dataset.form = on ? form.id : "";
  };

  // Whole sentences only: a screen reader that is handed single tokens stutters.
  const speak = (text, end) => {
    unsaid += text;
    const cut = end ? unsaid.length : unsaid.search(/[.!?…:\n][”")]?\s[^]*$/) + 1;
    if (cut < 1 && !end) return;
    const said = unsaid.slice(0, cut);
    unsaid = unsaid.slice(cut);
    if (said.trim()) $("spoken").append(Object.assign(document.createElement("p"), { textContent: said }));
  };

  // What was not heard while it came: an answer in one piece, calls of tools, and how the run ended. Jobs and errors speak for
  // themselves.
  const conclude = () => {
    const shown = document.querySelector("#result [data-finished]");
    if (told || !shown) return;
    told = true;
    if (shown.dataset.job || shown.querySelector("[role=alert]")) return;
    if (!$("spoken").hasChildNodes() && !unsaid) unsaid = shown.querySelector(".out")?.textContent ?? "";
    for (const call of shown.querySelectorAll(".tool-call figcaption")) unsaid += ` ${call.textContent}.`;
    speak("", true);
    $("said").textContent = shown.querySelector(".badge").textContent;
  };

  const nothing = () => Object.assign(document.createElement("span"), { className: "faint", textContent: "Nothing received yet." });
  // The place of the response as it is before a run: without the status and the parts of the last one.
  const emptied = () => {
    const raw = Object.assign($("raw").cloneNode(false), { ariaLabel: "Response as received" });
    $("h-response").textContent = "Response";
    $("response").replaceChildren($("h-response"), raw);
  };
  const waiting = (form) => {
    const streamed = form.id === "run-form" && form.elements.stream?.checked;
    if ($("result").contains(document.activeElement)) document.querySelector("[data-run]").focus();
    const status = Object.assign(document.createElement("p"), { className: "stats" });
    status.append(Object.assign(document.createElement("span"), { className: "badge", id: "state", textContent: `Waiting for the ${streamed ? "first token" : "answer"}` }));
    const out = Object.assign(document.createElement("div"), { className: "out", id: "out" });
    $("result").replaceChildren(status, out);
    emptied();
    $("show-response").checked = true;
    $("spoken").textContent = $("said").textContent = unsaid = "";
    told = false;
  };

  addEventListener("htmx:before:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form.matches?.(forms)) return;
    run = null;
    latest = form;
    busy(form, true);
    unmark();
    waiting(form);
  });
  addEventListener("htmx:finally:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form.matches?.(forms)) return;
    busy(form, false);
    if (!$("raw").hasChildNodes()) $("raw").append(nothing());
    if ($("state")) gone();
  });

  // The stream ended without a result: stopped, or the connection to this site was lost. The run itself is on record.
  const gone = () => {
    if (run) htmx.ajax("GET", `${$("run-form").dataset.runs}/${run}`, { target: "#result", swap: "innerHTML" });
    else $("state").textContent = "No answer from this site. Check the connection and run again.";
  };

  // Reasoning comes before the answer, in a block of its own that folds away when the result is there.
  const think = (text) => {
    if (!text) return;
    if (!$("thought")) {
      const block = Object.assign(document.createElement("details"), { className: "thought s", open: true });
      block.append(Object.assign(document.createElement("summary"), { textContent: "Reasoning" }));
      block.append(Object.assign(document.createElement("div"), { className: "out", id: "thought" }));
      $("out").before(block);
      speak("Reasoning. ", false);
    }
    $("thought").append(readable(text));
  };

  document.addEventListener("run", (event) => { run = JSON.parse(event.detail.data).id; });
  document.addEventListener("piece", (event) => {
    const piece = JSON.parse(event.detail.data);
    const out = $("out");
    if (!out) return;
    think(piece.thought);
    out.append(readable(piece.text));
    $("raw").append(readable(piece.raw));
    if (piece.first !== null) $("state").textContent = `Streaming, first token ${(piece.first / 1000).toFixed(2)} s`;
    speak(piece.text, false);
  });

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-run]") && underWay()) event.preventDefault();
    if (button.matches("[data-stop]")) htmx.trigger($(button.dataset.form), "htmx:abort");
    if (button.matches("[data-retry]") && latest) {
      event.preventDefault();
      latest.requestSubmit();
    }
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = document.activeElement?.id === "body" ? $("raw-form") : $("run-form");
    if (!form || underWay()) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // The form as JSON and code, shortly after the last change.
  let later;
  const preview = () => {
    clearTimeout(later);
    later = setTimeout(async () => {
      const form = $("run-form");
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html");
      check(page);
      document.dispatchEvent(new CustomEvent("previewed", { detail: page }));
      if (!answer.ok) return;
      $("body").value = page.getElementById("body").value;
      $("code")?.replaceChildren(...page.getElementById("code").childNodes);
      const error = $("f-sandbox_error")?.value ?? "";
      const hidden = $("raw-form").elements.sandbox_error;
      if (hidden) hidden.value = error;
      else if (error) $("raw-form").append(Object.assign(document.createElement("input"), { type: "hidden", name: "sandbox_error", value: error }));
    }, 250);
  };
  // What is wrong with JSON is said while it is written; other fields are judged when they are run, and until they are right.
  const check = (page) => {
    for (const field of document.querySelectorAll("[data-check], [aria-invalid=true]:not(#body, #pm)")) {
      mark(field, page.querySelector(`[data-problem="${nameOf(field)}"]`)?.textContent ?? "");
    }
  };
  const nameOf = (field) => field.dataset.check || field.name || field.id.slice(2);
  const mark = (field, wrong) => {
    const place = $(`e-${nameOf(field)}`);
    if (place) Object.assign(place, { textContent: wrong, hidden: !wrong });
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };
  // The fields of a refused form bear what is wrong with them, and are not left folded away.
  const markAll = () => {
    for (const problem of document.querySelectorAll("#result [data-problem]")) {
      const field = document.querySelector(`#run-form [data-check="${problem.dataset.problem}"]`) ?? $(problem.hash.slice(1));
      if (field) mark(field, problem.textContent);
      for (let fold = field?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
  };
  const unmark = () => {
    for (const field of document.querySelectorAll("#exchange [aria-invalid], #run-form [aria-invalid]")) mark(field, "");
  };
  addEventListener("input", (event) => { if (event.target.form?.id === "run-form") preview(); });

  // On a phone the prompt comes first; parameters unfold when asked for.
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".fold")?.removeAttribute("open");

  // A result is there. Retry-After: counts down, then lets Retry be pressed. Nothing retries by itself.
  addEventListener("htmx:after:swap", () => {
    conclude();
    markAll();
    for (const clock of document.querySelectorAll("[data-until]:not([data-ticking])")) tick(clock);
  });
  const tick = (clock) => {
    clock.dataset.ticking = "";
    const button = $(clock.dataset.unlocks);
    let left = Number(clock.dataset.until);
    button.disabled = left > 0;
    const beat = setInterval(() => {
      left -= 1;
      clock.textContent = left > 0 ? `${left} s` : "now";
      if (left > 0) return;
      clearInterval(beat);
      button.disabled = false;
      if (clock.isConnected) $("said").textContent = "Retry can be pressed now.";
    }, 1000);
  };
})();
