// What counts down is drawn anew by the server, whose clock and words are right: the page only
// takes over what has changed, and says when it could not ask.
(() => {
  const EVERY = 20000;
  const screen = document.querySelector("#screen[data-live]");
  const stale = document.getElementById("stale");
  if (!screen) return;
  // What may change in place, and what must not: which parts there are, and where each leads.
  const parts = (root) => [...root.querySelectorAll("h1, li, .buttons .button")];
  const frame = (root) =>
    [...root.querySelectorAll("h1, li, .button, form, a")]
      .map((one) => one.tagName + (one.getAttribute("action") ?? one.getAttribute("href") ?? ""))
      .join();
  let asked = new Date();

  const look = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(location.pathname);
      if ([401, 403, 404].includes(answer.status)) return location.reload(); // it says why
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("screen");
      if (!fresh || frame(fresh) !== frame(screen)) return location.reload(); // changed elsewhere
      const news = parts(fresh);
      parts(screen).forEach((part, number) => {
        if (part.innerHTML !== news[number].innerHTML) part.innerHTML = news[number].innerHTML;
      });
      asked = new Date();
      stale.hidden = true;
    } catch {
      const time = asked.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
      stale.textContent = `现在问不到最新的情况：下面还是 ${time} 的。`;
      stale.hidden = false;
    }
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
})();
