// A runner's own page: its values after the trial, once that has been run. They come from a file of their own, which is
// asked for when a time stands in the trial's log. Loaded before plan.js, which moves weeks: places are told by order.
"use strict";
{
  const MILE = "mi";
  const places = [...document.querySelectorAll(".field")];
  const write = (element, text) => {
    if (element.tagName === "rect") element.setAttribute("height", text); else element.textContent = text;
  };
  const written = places.map((element) => (element.tagName === "rect" ? element.getAttribute("height") : element.textContent));
  let loading;
  let shown = null;

  const script = (address) => new Promise((found, missing) => {
    const element = document.createElement("script");
    Object.assign(element, { src: address, onload: found, onerror: missing });
    document.head.append(element);
  });

  async function load() {
    const personal = document.querySelector('script[src$="assets/trial.js"]').src.replace(/trial\.js$/, "personal.js");
    try {
      loading ??= script("after-trial.js").then(() => script(personal));
      await loading;
      return self.milebookData.places.length === places.length;
    } catch {
      loading = undefined;
      return false;
    }
  }

  function show(seconds) {
    if (seconds === shown) return;
    shown = seconds;
    const { inputs, places: wanted } = self.milebookData;
    const values = seconds === null ? null : self.milebookPersonal.valuesOf({ metres: inputs.metres[MILE], seconds, unit: MILE });
    places.forEach((element, number) => {
      const value = wanted[number];
      if (value === null) return;
      if (values === null) write(element, written[number]);
      else write(element, typeof value === "number" ? values.text(value) : value);
    });
  }

  self.milebookTrial = {
    load,
    show,
    read: (text) => self.milebookPersonal.readTrial(text),
    expected: () => self.milebookData.expected,
  };
}
