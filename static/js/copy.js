// data-copy="text", or empty: the code beside the button. Says so to screen readers.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = button.closest(".panel, .code, .call")?.querySelector("code");
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy || code.innerText);
    button.textContent = "Copied";
  } catch {
    if (code) getSelection().selectAllChildren(code);
    button.textContent = "Press Ctrl+C";
  }
  document.getElementById("said").textContent = button.textContent;
  setTimeout(() => { button.textContent = label; }, 1600);
});
