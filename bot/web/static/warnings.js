// Warnings of clocks while the page is open: a banner, and a notification where it is allowed.
(() => {
  const EVERY = 20000;
  const KEY = "mingbai-warnings";
  const KEPT = 200;
  const csrf = document.querySelector("form.ask input[name=csrf]").value;
  const area = document.getElementById("warnings");
  const button = document.getElementById("allow-warnings");
  const banners = new Set();
  const noticed = new Set();

  // Storage may be switched off: then each page shows what it gets.
  const shownBefore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  };
  const remember = (ids) => {
    try {
      localStorage.setItem(KEY, JSON.stringify([...shownBefore(), ...ids].slice(-KEPT)));
    } catch {}
  };

  const mayNotify = () => "Notification" in window && Notification.permission === "granted";
  const isWatched = () => document.visibilityState === "visible";

  const notify = (warning) => {
    if (!mayNotify()) return false;
    try {
      const shown = new Notification(warning.title, { body: warning.text, tag: `mingbai-${warning.id}` });
      shown.addEventListener("click", () => {
        window.focus();
        if (warning.address) location.href = `/s/${warning.address}`;
      });
      return true;
    } catch {
      return false; // phones let only installed pages notify
    }
  };

  const banner = (warning) => {
    if (banners.has(warning.id)) return;
    banners.add(warning.id);
    const box = document.createElement("div");
    box.className = "warning";
    box.setAttribute("role", "alert");
    const title = document.createElement("strong");
    title.textContent = warning.title;
    const text = document.createElement("p");
    text.textContent = warning.text;
    box.append(title, text);
    if (warning.address) {
      const link = document.createElement("a");
      link.href = `/s/${warning.address}`;
      link.textContent = "看时限";
      box.append(link);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "关闭";
    close.addEventListener("click", () => box.remove());
    box.append(close);
    area.append(box);
  };

  const look = async () => {
    // What nobody can notice must stay unseen, so that others are told of it. And a screen that
    // is held up to somebody is not for our own business.
    if (!(isWatched() || mayNotify()) || document.querySelector(".showing")) return;
    try {
      const answer = await fetch("/warnings", { headers: { accept: "application/json" } });
      if (answer.status === 401) clearInterval(timer);
      if (!answer.ok) return;
      const before = shownBefore();
      const seen = [];
      for (const warning of await answer.json()) {
        if (before.includes(warning.id)) continue;
        banner(warning);
        if (!noticed.has(warning.id) && !notify(warning) && !isWatched()) continue;
        noticed.add(warning.id);
        seen.push(warning.id);
      }
      if (!seen.length) return;
      const form = new URLSearchParams({ csrf, ids: seen.join(",") });
      const marked = await fetch("/warnings/seen", { method: "POST", body: form });
      if (marked.ok) remember(seen);
    } catch {} // no network: the next look will find it
  };

  // Phones have the constructor and throw when it is used; before it is allowed nothing is shown.
  const canNotify = () => {
    if (!window.isSecureContext || typeof window.Notification !== "function") return false;
    if (typeof Notification.requestPermission !== "function") return false;
    if (Notification.permission !== "default") return true;
    try {
      new Notification("");
      return true;
    } catch {
      return false;
    }
  };
  // Nothing is offered that this browser cannot do.
  const offer = () => {
    button.hidden = !canNotify() || Notification.permission !== "default";
  };
  button.addEventListener("click", async () => {
    try {
      await Notification.requestPermission();
    } catch {}
    button.hidden = true;
    document.getElementById("no-warnings").hidden = mayNotify();
  });

  offer();
  document.addEventListener("visibilitychange", look);
  const timer = setInterval(look, EVERY);
  look();
})();
