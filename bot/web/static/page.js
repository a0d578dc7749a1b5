// Copy buttons; everything else on the page works without a script.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const words = button.parentElement.querySelector(".words").textContent;
  try {
    await navigator.clipboard.writeText(words);
    button.textContent = "已复制";
  } catch {
    button.textContent = "长按文字复制";
  }
});
