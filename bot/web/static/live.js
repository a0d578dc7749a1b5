// What counts down is drawn anew by the server, whose clock and words are right: the page only
// takes over what has changed, and says when it could not ask.
(() => {
  const EVERY = 20000;
  const screen = document.querySelector("#screen[data-live]");
  const stale = document.getElementById("stale");
  if (!screen) return;
  const parts = (root) => [...root.querySelectorAll("h1, li, .buttons .button")];
  const where = (root) =>
    [...root.querySelectorAll("form, a")].map((one) => one.getAttribute("action") ?? one.getAttribute("href")).join();
  let asked = new Date();

  const look = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(location.pathname);
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("screen");
      if (where(fresh) !== where(screen)) return location.reload(); // changed elsewhere
      const news = parts(fresh);
      parts(screen).forEach((part, number) => {
        if (part.innerHTML !== news[number].innerHTML) part.innerHTML = news[number].innerHTML;
      });
      asked = new Date();
      stale.hidden = true;
    } catch {
      const time = asked.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
      stale.textContent = `没有连上网络：下面还是 ${time} 的情况。`;
      stale.hidden = false;
    }
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
})();
