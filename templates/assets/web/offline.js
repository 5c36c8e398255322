// Keeps the site for use without a network, where it comes from a server.
"use strict";
if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
  const root = new URL("..", document.currentScript.src);
  let known = navigator.serviceWorker.controller; // none on the first visit: what comes then is no news
  navigator.serviceWorker.register(new URL("sw.js", root), { scope: root.pathname }).catch(() => {}); // then it is only online
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    const isNews = known && !document.querySelector(".newer");
    known = true;
    if (!isNews) return;
    const note = document.createElement("p");
    const link = document.createElement("a");
    note.className = "newer";
    note.setAttribute("role", "status");
    link.href = location.href.split("#")[0];
    link.textContent = "Show it";
    link.addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
    note.append("There is a newer version of this page. ", link);
    document.body.prepend(note);
  });
}
