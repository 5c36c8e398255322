// One runner's page: this week first, and the log. The page is whole without it.
// A plain script, not a module: browsers refuse modules from the file system, where a fresh build is opened.
// The page "Make it yours" opens it again for every plan it shows.
"use strict";
self.milebookOpen = () => {
  const DAY = 86_400_000;
  const weeks = [...document.querySelectorAll(".week-page")];
  const after = document.querySelector("#after");
  const rows = [...document.querySelectorAll(".week-page .day, #after .day")];
  const firstDay = Date.parse(document.querySelector("#first-day")?.textContent.trim() ?? "") / DAY; // NaN: no dates

  // ---- the log: {session: {done, time, effort, note, old}}, kept for this plan of this site
  // A session is known by its week, its workout and a count of that workout in the week: dates may move, texts may
  // change. A plan is known by its place, its race with its date, and its length: another race begins another log, a
  // build in mid-plan, which leaves out the weeks that are over, does not.
  const LENGTHS = { time: 80, effort: 2, note: 500 };
  const NAME = /^(week-\d{1,2}|after)\/[a-z0-9-]{1,60}\/\d$/;
  const MOST = 1_000_000; // characters of a file
  const lastDay = firstDay + document.querySelectorAll(".week-page .day").length - 1;
  const plan = {
    race: document.querySelector("h1")?.textContent.trim() ?? "",
    date: Number.isNaN(lastDay) ? "" : new Date(lastDay * DAY).toISOString().slice(0, 10),
    plan: document.querySelector("main").dataset.plan ?? "",
    weeks: document.querySelector("main").dataset.weeks ?? "",
  };
  const key = ["milebook", location.pathname.replace(/[^/]*$/, ""), ...Object.values(plan)].join("|");
  const log = new Map();

  const sessions = new Map(); // name -> row
  for (const row of rows) {
    if (row.classList.contains("day-rest")) continue;
    const place = `${row.closest("section").id}/${row.dataset.session}`;
    let count = 1;
    while (sessions.has(`${place}/${count}`)) count += 1;
    sessions.set(`${place}/${count}`, row);
  }

  /** An entry with nothing in it but what belongs there; nothing where it is none. */
  function checked(entry) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return undefined;
    const good = { done: entry.done === true };
    for (const [field, length] of Object.entries(LENGTHS)) {
      if (typeof entry[field] === "string" && entry[field].trim()) good[field] = entry[field].slice(0, length);
    }
    if (good.effort && !/^([1-9]|10)$/.test(good.effort)) delete good.effort;
    if (entry.old === true && good.time) good.old = true; // of the trial: the paces stay what they were
    return good.done || Object.keys(good).length > 1 ? good : undefined;
  }

  /** The good entries of a log. */
  function entriesOf(found) {
    if (typeof found !== "object" || found === null || Array.isArray(found)) return [];
    const pairs = Object.entries(found).slice(0, 500).map(([name, entry]) => [name, NAME.test(name) && checked(entry)]);
    return pairs.filter(([, entry]) => entry);
  }

  function load() {
    log.clear();
    try {
      for (const [name, entry] of entriesOf(JSON.parse(localStorage.getItem(key) ?? "{}"))) log.set(name, entry);
    } catch { /* not ours: begin afresh */ }
  }

  function keep() {
    try {
      if (log.size) localStorage.setItem(key, JSON.stringify(Object.fromEntries(log)));
      else localStorage.removeItem(key);
      return true;
    } catch {
      tell("This device has no room for the log. Save it as a file.");
      return false;
    }
  }

  function canKeep() {
    try {
      localStorage.setItem("milebook?", "1");
      localStorage.removeItem("milebook?");
      return true;
    } catch {
      return false;
    }
  }

  // ---- what is seen of it
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function tell(text) {
    document.querySelector("#log .told").textContent = text;
  }

  function dayOf(row) {
    const week = row.closest("section").id.replace("-", " ");
    const of = (part) => row.querySelector(part)?.textContent.trim() ?? "";
    return `${week}, ${of(".weekday")}, ${of(".kind")}`;
  }

  function controls(name, row) {
    const [done, told] = [row.querySelector(".done"), row.querySelector("td")];
    if (!done || !told) return; // a row of somebody's own templates: a plan without a log
    const day = dayOf(row);
    const box = make("input", { type: "checkbox", "aria-label": `Done: ${day}` });
    done.replaceChildren(make("label", {}, box));
    const effort = make("select", { name: "effort" }, make("option", { value: "" }, "–"));
    for (let n = 1; n <= 10; n += 1) effort.append(make("option", { value: n }, `${n}`));
    const fields = {
      time: make("input", { name: "time", maxlength: LENGTHS.time, autocomplete: "off" }),
      effort,
      note: make("textarea", { name: "note", maxlength: LENGTHS.note, rows: 2 }),
    };
    const labels = { time: "Times", effort: "Effort, 1 to 10", note: "Note" };
    const inputs = Object.entries(fields).map(([field, input]) => make("label", { class: field }, labels[field], input));
    const written = make("span", { class: "written" });
    const summary = make("summary", {}, "Log", make("span", { class: "unseen" }, ` of ${day}`), written);
    const details = make("details", { class: "entry" }, summary, make("div", {}, ...inputs));
    told.append(details);
    const change = () => {
      const values = Object.entries(fields).map(([field, input]) => [field, input.value]);
      const { time, old } = log.get(name) ?? {};
      const entry = checked({ done: box.checked, ...Object.fromEntries(values), old: old && time === fields.time.value });
      if (entry) log.set(name, entry); else log.delete(name);
      keep();
      show(name);
      count();
      if (name === trial) setTimeout(useTrial); // when the next field has the focus
    };
    for (const input of [box, ...Object.values(fields)]) input.addEventListener("change", change);
    row.milebook = { box, fields, written, details };
    if (name === trial) told.append(make("p", { class: "of-trial", role: "status" }));
  }

  // ---- the trial: what stands in its log changes the times of the sessions after it, on this device
  const tests = [...sessions].filter(([, row]) => row.classList.contains("day-test") && row.closest(".week-page"));
  const [trial] = tests.at(-1) ?? [];

  /** Show the sessions after the trial at the paces of its time, or at the old ones again, and say which. */
  async function useTrial() {
    const place = sessions.get(trial)?.querySelector(".of-trial");
    const trials = self.milebookTrial;
    if (!place || !trials) return;
    const { time = "", old = false } = log.get(trial) ?? {};
    if (document.querySelector("main").dataset.trial === "run") { // a build had its time
      place.textContent = "The sessions after it are at the paces of its mile.";
      return;
    }
    if (!time.trim()) {
      trials.show(null);
      place.textContent = "Write its time into the log: the sessions after it get its paces.";
      return;
    }
    if (!await trials.load()) {
      place.textContent = "The new paces are not on this device. Open the page once with a network, or find them in the table of the trial.";
      return;
    }
    const seconds = trials.read(time);
    const [expected, possible] = self.milebookData.inputs.trial; // low and high, of the mile that the result means
    const share = seconds / trials.expected();
    const isWithin = ([low, high]) => low <= share && share <= high;
    const far = `${Math.round(100 * Math.abs(share - 1))} % ${share > 1 ? "slower" : "faster"} than the mile the paces were from`;
    if (seconds !== null && !isWithin(possible)) {
      trials.show(null);
      place.textContent = `This time is ${far}, and changes nothing. Write the time of the mile.`;
      return;
    }
    if (seconds === null) {
      trials.show(null);
      place.textContent = "Write the time of the mile first, as in 6:02: the sessions after it get its paces.";
      return;
    }
    const back = placeOf(sessions.get(trial));
    trials.show(old ? null : seconds);
    back();
    if (!place.isConnected) return; // the page was made anew, and has told it
    const mile = self.milebookPersonal.clock(seconds, Number.isInteger(seconds) ? 0 : 1);
    const why = isWithin(expected) ? "" : ` It is ${far}: ${share > 1 ? "after a bad day" : "if it is a slip"}, go back.`;
    const button = make("button", { type: "button" }, old ? `Use the paces of ${mile}` : "Back to the old paces");
    button.onclick = () => {
      const { old: was, ...entry } = log.get(trial) ?? {};
      log.set(trial, was ? entry : { ...entry, old: true });
      keep();
      useTrial();
    };
    const isHere = place.contains(document.activeElement);
    place.replaceChildren(old ? "The sessions after it are at the old paces. " : `The sessions after it are at the paces of a mile in ${mile}.${why} `, button);
    if (isHere) button.focus();
  }

  /** Remembers where in the trial's row somebody is; what it returns leads there again in a page made anew. */
  function placeOf(row) {
    const { activeElement } = document;
    const [isOpen, top] = [row.querySelector(".entry")?.open, row.getBoundingClientRect().top];
    const field = row.contains(activeElement) && activeElement !== document.body ? activeElement.name || "button" : "";
    return () => {
      const again = [...document.querySelectorAll(".week-page .day-test")].at(-1);
      const entry = again?.querySelector(".entry");
      if (again === row || !entry) return;
      entry.open = isOpen;
      window.scrollBy(0, again.getBoundingClientRect().top - top);
      setTimeout(() => again.querySelector(field === "button" ? ".of-trial button" : `[name="${field}"]`)?.focus({ preventScroll: true }));
    };
  }

  function show(name) {
    const row = sessions.get(name);
    if (!row?.milebook) return;
    const { box, fields, written, details } = row.milebook;
    const entry = log.get(name) ?? {};
    box.checked = entry.done === true;
    row.classList.toggle("ticked", box.checked);
    for (const [field, input] of Object.entries(fields)) {
      if (input !== document.activeElement) input.value = entry[field] ?? "";
    }
    const parts = [entry.time, entry.effort && `effort ${entry.effort}`, entry.note];
    written.textContent = parts.some(Boolean) ? `: ${parts.filter(Boolean).join("; ")}` : "";
    details.classList.toggle("filled", parts.some(Boolean));
  }

  function count() {
    const done = [...sessions.keys()].filter((name) => log.get(name)?.done).length;
    document.querySelector("#log .count").textContent = `${done} of ${sessions.size} sessions ticked.`;
  }

  function showAll() {
    for (const name of sessions.keys()) show(name);
    count();
  }

  // ---- to a file, from a file, away
  function save() {
    const data = { milebook: "log", version: 1, ...plan, sessions: Object.fromEntries(log) };
    const file = new Blob([`${JSON.stringify(data, null, 1)}\n`], { type: "application/json" });
    const name = `${plan.race} ${plan.date}`.normalize("NFKD").toLowerCase().match(/[a-z0-9]+/g) ?? ["plan"];
    const link = make("a", { href: URL.createObjectURL(file), download: `milebook-${name.join("-").slice(0, 80)}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    tell(`${log.size} session${log.size === 1 ? "" : "s"} saved in ${link.download}.`);
  }

  /** Take the log of a file in; returns what to tell. */
  function read(text) {
    let data;
    try {
      data = text.length > MOST ? undefined : JSON.parse(text);
    } catch { /* told below */ }
    if (data?.milebook !== "log" || data.version !== 1) return "This file is no milebook log. Nothing was changed.";
    if (Object.entries(plan).some(([field, value]) => data[field] !== value)) {
      const other = [data.race, data.date].filter((part) => typeof part === "string").join(", ").slice(0, 100);
      return `This log is of another plan (${other}). Nothing was changed.`;
    }
    const entries = entriesOf(data.sessions);
    for (const [name, entry] of entries) log.set(name, entry);
    if (!entries.length) return "There is no session in this log. Nothing was changed.";
    if (keep()) return `${entries.length} session${entries.length === 1 ? "" : "s"} read from the file.`;
    load();
    return "This device has no room for the log. Nothing was changed.";
  }

  function clear() {
    if (!window.confirm("Clear every tick and note of this plan on this device?")) return;
    log.clear();
    keep();
    showAll();
    useTrial();
    tell("The log is empty.");
  }

  // ---- this week first
  function thisWeek() {
    const offerToday = (offered) => {
      const link = document.querySelector("#to-today");
      link?.toggleAttribute("hidden", !offered);
      link?.setAttribute("href", "#today");
    };
    offerToday(false);
    if (!rows.length) return; // days in somebody's own templates
    const now = new Date();
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY - firstDay; // days since the first
    if (Number.isNaN(today)) {
      const open = [...sessions].find(([name]) => !log.get(name)?.done)?.[1];
      const next = open?.closest("section");
      if (next && next !== weeks[0]) lift(next, "Next", "next");
      return;
    }
    if (today < 0) {
      lift(weeks[0], today === -1 ? "Starts tomorrow" : `Starts in ${-today} days`, "the first");
      return;
    }
    const row = rows[today];
    if (!row) { // long over
      const place = make("p", { class: "lifted" }, "The whole plan stands below as it was.");
      document.querySelector("#now").replaceChildren(make("p", { class: "label" }, "The race is run"), place);
      return;
    }
    row.classList.add("today");
    row.id = "today";
    offerToday(true);
    row.setAttribute("aria-current", "date");
    const week = row.closest("section");
    lift(week, week === after ? "The race is run" : "This week", "this week");
  }

  function lift(week, label, word) {
    const link = make("a", { href: `#${week.id}` }, week === after ? "It stands above" : `Week ${week.id.slice(5)}`);
    const place = make("p", { class: "lifted" }, link, week === after ? "." : ` is ${word}; it stands above.`);
    const first = () => document.querySelector("#now").append(week);
    week.before(place);
    week.prepend(make("p", { class: "label" }, label));
    first();
    window.onbeforeprint = () => place.after(week); // on paper the weeks stand in their order
    window.onafterprint = first;
  }

  if (canKeep()) {
    load();
    for (const [name, row] of sessions) controls(name, row);
    showAll();
    document.documentElement.classList.add("keeps");
    document.querySelector("#log-save").onclick = save;
    document.querySelector("#log-clear").onclick = clear;
    document.querySelector("#log-read").onchange = async ({ target }) => {
      const [file] = target.files;
      if (!file) return;
      tell(file.size > MOST ? read("") : read(await file.text().catch(() => "")));
      showAll();
      useTrial();
      target.value = "";
    };
    window.onstorage = (event) => { // another tab of the same plan
      if (event.key !== key && event.key !== null) return;
      load();
      showAll();
      useTrial();
    };
  }
  window.onbeforeprint = window.onafterprint = null;
  if (weeks.length) thisWeek();
  useTrial();
};
if (!document.querySelector("#choices")) self.milebookOpen();
