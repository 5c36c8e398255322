// The page "Make it yours": its form and its address say what to show, personal.js finds it, this puts it on the page.
"use strict";
{
  const DAY = 86_400_000;
  const data = self.milebookData;
  const { Wrong, read, readDate, readTrial, withTrial, html, calendar, isoDay, shortDay, fullDay } = self.milebookPersonal;
  const form = document.querySelector("#choices");
  const chooser = document.querySelector("#chooser"); // around the form
  const FIELDS = ["distance", "time", "race", "track", "level", "date", "weeks", "days", "units"];
  const control = (field) => form.elements[field];
  let shown; // the last good choice
  let good = {}; // as it was written
  // The day the plan is made on. It goes with the address: what fits before the race is decided once, so that a plan
  // that was kept is the same plan half-way through.
  let madeOn = "";

  // ---- the page
  function fragment(text) {
    const template = document.createElement("template");
    template.innerHTML = text; // from the build only: what a runner writes is set as text, below
    return template.content;
  }

  /** A value is a text, or how high a bar is. */
  function write(element, text) {
    if (element.tagName === "rect") element.setAttribute("height", text); else element.textContent = text;
  }

  /**
   * Write the values into a part of the page; `own` are those of the part, `offset` is the day of its first row. A row
   * after the trial has the trial's values; what is in no row has `values`.
   */
  function fill(part, choice, values, own = [], offset = 0) {
    const { race, weekday, plan } = choice;
    const [trial] = data.trials[plan.at(-1)] ?? [Infinity];
    const weekdayOf = (element, days) => {
      element.textContent = data.inputs.weekdays[(((weekday + days) % 7) + 7) % 7].slice(0, element.dataset.letters);
    };
    for (const element of part.querySelectorAll("[data-v]")) write(element, values.text(element.dataset.v));
    for (const element of part.querySelectorAll("[data-b]")) write(element, choice.values.text(element.dataset.b));
    for (const element of part.querySelectorAll("[data-o]")) write(element, values.text(own[element.dataset.o]));
    [...part.querySelectorAll("tr.day, tr.own-day")].forEach((row, number) => {
      const ofRow = offset + number - plan[0] > trial ? choice.late : choice.values;
      for (const element of row.querySelectorAll("[data-v]")) write(element, ofRow.text(element.dataset.v));
      for (const element of row.querySelectorAll("[data-r]")) element.textContent = shortDay(race + offset + number);
      for (const element of row.querySelectorAll('[data-w="row"]')) weekdayOf(element, offset + number);
    });
    for (const element of part.querySelectorAll('[data-w]:not([data-w="row"])')) weekdayOf(element, Number(element.dataset.w));
    return part;
  }

  /** Put a section in the place of the one with its name. */
  function put(part) {
    const section = part.firstElementChild;
    document.getElementById(section?.id)?.replaceWith(section);
  }

  function show(choice) {
    const { plan, race, values, late, runners, course, mileClass } = choice;
    const [first, length, weeks, after, grid, bars, notes, sessions, facts, sample, trial] = plan;
    const [, notesOfTrial, earlier] = data.trials[trial] ?? [0, notes, []];
    const told = data.notes[values === late ? notes : notesOfTrial];
    const note = told[mileClass] ?? told[0]; // one for every class of mile times, or one for all
    const parts = [fill(fragment(html(grid)), choice, values, bars)];
    const begins = []; // the day of each week's first row
    let offset = first;
    for (const week of [...weeks, after]) {
      const [head, foot, rows, own] = data.weeks[week];
      parts.push(fill(fragment([head, ...rows.map((row) => data.rows[row][0]), foot].map(html).join("")), choice, values, own, offset));
      begins.push(offset);
      offset += rows.length;
    }
    document.querySelector("#now").replaceChildren();
    document.querySelector("#plan").replaceChildren(...parts);
    for (const [block, own] of data.sections[runners][course].map((part) => data.parts[part])) {
      const part = fragment(html(block));
      [...part.querySelectorAll("[data-n]")].forEach((element, place) => write(element, late.text(own[place])));
      put(part);
    }
    document.querySelector(".facts").replaceWith(fragment(html(facts)).firstElementChild);
    for (const part of document.querySelectorAll(".masthead, main > section")) fill(part, choice, late);
    const [before, behind] = data.explained[runners];
    const explained = sessions.map((block, place) => (earlier.includes(place) ? html(block).replaceAll(' data-v="', ' data-b="') : html(block)));
    put(fill(fragment([html(before), ...explained, html(behind)].join("")), choice, late));
    put(fill(fragment(html(note)), choice, values));
    if (sample !== null) {
      const [fullest, above, below] = data.samples[sample];
      const rows = data.weeks[weeks[fullest]][2].map((row) => data.beside[row]);
      put(fill(fragment([above, ...rows, below].map(html).join("")), choice, values, [], begins[fullest]));
    }
    document.querySelector("#first-day").textContent = race === null ? "" : isoDay(race + first);
    document.querySelector("#your-date").textContent = race === null ? "" : fullDay(race);
    document.querySelector("main").dataset.weeks = length;
    document.querySelector("#calendar").hidden = race === null;
    document.querySelector("#no-calendar").hidden = race !== null;
    shown = choice;
    self.milebookOpen();
  }

  // ---- choices: in the form, and in the address after `#`, which is not sent to the server
  const given = () => Object.fromEntries(FIELDS.map((field) => [field, control(field).value]));

  function today() {
    const now = new Date();
    return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY;
  }

  const isDate = (text) => {
    try { return readDate(text) !== null; } catch { return false; }
  };

  function tell(field, message) {
    for (const name of FIELDS) {
      const wrong = document.getElementById(`${name}-wrong`);
      wrong.textContent = name === field ? message : "";
      if (name === field) control(name).setAttribute("aria-invalid", "true"); else control(name).removeAttribute("aria-invalid");
    }
  }

  /** The pages of the other plans are opened with the same choices. */
  function carry() {
    for (const link of document.querySelectorAll(".plans-offered a")) link.hash = location.hash;
  }

  /** Show what the form says; a bad value is told beside it, and the last good plan stays. */
  function update(texts) {
    try {
      const choice = read(texts, isDate(madeOn) ? Math.min(readDate(madeOn), today()) : today());
      tell("", "");
      show(choice);
      good = texts;
      chooser.querySelector(".chosen-result").textContent = `: ${texts.distance.trim()} in ${texts.time.trim()}`;
      return true;
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      tell(error.field, error.message);
      chooser.open = true;
      return false;
    }
  }

  function fromAddress() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const texts = given();
    const unknown = [];
    madeOn = asked.get("from") ?? "";
    for (const field of FIELDS) {
      if (!asked.has(field)) continue;
      texts[field] = asked.get(field).slice(0, 200);
      control(field).value = field !== "date" || isDate(texts[field]) ? texts[field] : "";
      if (control(field).value !== texts[field]) unknown.push(field); // not in the list, or not a date
    }
    chooser.open = !update(texts); // a plan that was kept is to be read, not to be made
    carry();
    for (const field of unknown) if (!control(field).value) control(field).value = good[field];
  }

  const isOurs = () => FIELDS.some((field) => new URLSearchParams(location.hash.slice(1)).has(field));

  form.addEventListener("input", ({ target }) => {
    if (!isDate(madeOn) || ["date", "weeks"].includes(target.name)) madeOn = isoDay(today());
    if (!update(given())) return;
    const asked = new URLSearchParams(Object.entries({ ...given(), from: madeOn }).filter(([, text]) => text));
    history.replaceState(null, "", `#${asked}`);
    carry();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => isOurs() && fromAddress());
  document.querySelector("#calendar").addEventListener("click", () => {
    const file = new Blob([calendar(shown)], { type: "text/calendar" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `milebook-${isoDay(shown.race)}.ics`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
  self.milebookTrial = {
    load: async () => true,
    read: readTrial,
    expected: () => shown.values.node(data.mile),
    show(seconds) {
      if (shown.plan.at(-1) !== null && (shown.trial ?? null) !== seconds) show(withTrial(shown, seconds));
    },
  };
  chooser.hidden = false;
  update(Object.fromEntries(FIELDS.map((field) => [field, control(field).dataset.usual ?? ""])));
  if (isOurs()) fromAddress();
}
