// Copy buttons and printing; everything else on the page works without a script.
document.addEventListener("click", async (event) => {
  if (event.target.closest("button.print")) window.print();
  const button = event.target.closest("button.copy, button.copy-text");
  if (!button) return;
  const words = button.dataset.text ?? button.parentElement.querySelector(".words").textContent;
  try {
    await navigator.clipboard.writeText(words);
    button.textContent = "已复制";
  } catch {
    button.textContent = "长按文字复制";
  }
});
// What has just been done is said once: a reload shows how things stand.
if (location.search) history.replaceState(null, "", location.pathname);
// On paper nothing can be opened any more.
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});
