// What a page does beyond being read: shows this week first, and keeps ticks and a short log on this device.
// A classic script, not a module: browsers run no modules from the file system. Without it the page is whole.
"use strict";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// ---- this week

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function showThisWeekFirst(page) {
  const day = today();
  for (const week of page.querySelectorAll(".week-page")) {
    const [first, last] = Array.from(week.querySelectorAll(".field-iso"), (field) => field.textContent);
    if (first && first <= day && day <= last) {
      const link = make("a", { href: `#${week.id}` }, week.querySelector("h2").textContent);
      week.before(make("p", { className: "moved" }, "This week stands at the top: ", link));
      week.querySelector(".over").prepend(make("strong", { className: "now" }, "This week"), " ");
      document.getElementById("plan").prepend(week);
      return;
    }
  }
}

// ---- ticks and log

const LONGEST = { time: 20, effort: 2, note: 200 };
const LABELS = { time: "Time", effort: "Effort", note: "Notes" };

function read(place) {
  try {
    return tidy(JSON.parse(localStorage.getItem(place)));
  } catch {
    return {};
  }
}

// Only what a log may hold: entries by day, with a tick and three short texts.
function tidy(found) {
  const log = {};
  for (const [day, entry] of Object.entries(found ?? {})) {
    if (!/^\d{1,2}\.[A-Z][a-z]{5,8}\.[a-z0-9-]{1,60}$/.test(day) || typeof entry !== "object" || entry === null) continue;
    const kept = {};
    if (entry.done === true) kept.done = true;
    for (const [key, most] of Object.entries(LONGEST)) {
      if (typeof entry[key] === "string" && entry[key]) kept[key] = entry[key].slice(0, most);
    }
    if (Object.keys(kept).length) log[day] = kept;
  }
  return log;
}

function keepLog(page) {
  const place = `milebook:${page.dataset.log}:${page.querySelector(".race-iso .field-iso")?.textContent ?? "undated"}`;
  const days = Array.from(page.querySelectorAll(".day[data-day]"));
  const status = make("p", { className: "log-status" });
  status.setAttribute("role", "status");
  let log = read(place);
  let message = "";

  function save() {
    try {
      localStorage.setItem(place, JSON.stringify(log));
      message = "";
    } catch {
      message = "This browser keeps nothing for this page; save the log to a file.";
    }
    count();
  }

  function count() {
    const active = days.filter((row) => !row.classList.contains("day-rest"));
    const done = active.filter((row) => log[row.dataset.day]?.done).length;
    status.textContent = message || `${done} of ${active.length} sessions done.`;
  }

  function enter(day, key, value) {
    const entry = { ...log[day], [key]: value };
    log = tidy({ ...log, [day]: entry });
    save();
  }

  function show() {
    for (const row of days) {
      const entry = log[row.dataset.day] ?? {};
      for (const input of row.querySelectorAll("input")) {
        if (input.type === "checkbox") input.checked = entry.done === true;
        else input.value = entry[input.name] ?? "";
      }
    }
    count();
  }

  for (const row of days) addInputs(row, (key, value) => enter(row.dataset.day, key, value));
  page.classList.add("has-log");
  document.getElementById("plan").before(
    toolbar(status, {
      save: () => download(`${page.dataset.log}-log.json`, JSON.stringify({ milebook: 1, place, log }, null, 1)),
      load: async (file) => {
        try {
          if (file.size > 1e6) throw new Error("too large");
          const found = JSON.parse(await file.text());
          if (found?.milebook !== 1 || typeof found.log !== "object") throw new Error("another kind of file");
          if (found.place !== place && !confirm("This log is of another plan. Read it all the same?")) return;
          log = tidy(found.log);
          save();
          show();
        } catch {
          message = `${file.name} is not a log that this page saved; nothing was changed.`;
          count();
        }
      },
      clear: () => {
        if (!confirm("Clear all ticks and notes of this plan on this device?")) return;
        log = {};
        save();
        show();
      },
    }),
  );
  show();
}

function addInputs(row, changed) {
  const name = `${row.querySelector(".weekday").textContent} ${row.querySelector(".date")?.textContent ?? ""}`.trim();
  const tick = make("input", { type: "checkbox" });
  tick.setAttribute("aria-label", `Done: ${name}`);
  tick.addEventListener("change", () => changed("done", tick.checked));
  row.querySelector(".done").replaceChildren(make("label", { className: "tick-label" }, tick));
  const line = row.querySelector(".log");
  if (!line) return;
  const inputs = Object.keys(LONGEST).map((key) => {
    const input = make("input", { name: key, maxLength: LONGEST[key], autocomplete: "off" });
    if (key === "effort") input.inputMode = "numeric";
    input.addEventListener("change", () => changed(key, input.value.trim()));
    return make("label", { className: `log-${key}` }, make("span", {}, LABELS[key]), input);
  });
  line.replaceChildren(make("details", {}, make("summary", {}, "Log"), make("span", { className: "log-inputs" }, ...inputs)));
}

function toolbar(status, actions) {
  const file = make("input", { type: "file", accept: "application/json,.json", hidden: true });
  file.addEventListener("change", () => {
    if (file.files[0]) actions.load(file.files[0]);
    file.value = "";
  });
  const button = (text, act) => {
    const element = make("button", { type: "button" }, text);
    element.addEventListener("click", act);
    return element;
  };
  return make(
    "section",
    { className: "log-bar" },
    status,
    make(
      "p",
      {},
      button("Save log to a file", actions.save),
      button("Read from a file", () => file.click()),
      button("Clear", actions.clear),
      file,
    ),
    make("p", { className: "credit" }, "Ticks and notes stay on this device; nothing is sent anywhere."),
  );
}

function download(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// ---- begin

const page = document.querySelector("main[data-log]");
if (page) {
  showThisWeekFirst(page);
  keepLog(page);
}
if ("serviceWorker" in navigator && location.protocol.startsWith("http") && document.documentElement.dataset.worker) {
  navigator.serviceWorker.register(document.documentElement.dataset.worker);
}
