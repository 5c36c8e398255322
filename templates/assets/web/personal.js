// Everybody's plan: reads what a person writes, looks the plan up that the build has made for such a choice, and writes
// its values. There is no formula for a pace and no rule of planning here: both come with the data, as operations and as
// finished plans. Nothing here touches a page; yours.js does.
"use strict";
{
  const NBSP = "\u00a0";
  const DASH = "\u2013";
  const DAY = 86_400_000;
  const data = self.milebookData;
  const { inputs } = data;

  /** What is wrong with one of the choices; `field` is its name. */
  class Wrong extends Error {
    constructor(field, message) {
      super(message);
      this.field = field;
    }
  }

  // ---- what a person writes
  const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
  const NUMBER = whole(inputs.number);
  const CLOCK = whole(inputs.clock);

  function cleaned(field, text) {
    if (!text.trim()) throw new Wrong(field, field === "time" ? "Give the time, for example 20:50." : "Give the distance, for example 5 km.");
    if (text.length > inputs.longest) throw new Wrong(field, `A text of ${text.length} characters is no ${field}.`);
    return text.replaceAll("\ufeff", "").trim().split(/\s+/).join(" ").toLowerCase();
  }

  /** `5k`, `5 km`, `1500 m`, `mile`, `half marathon` as metres, and the unit it is written in. */
  function readDistance(text) {
    const hint = "write for example 5 km, 1500 m, 1 mi or half marathon";
    const clean = cleaned("distance", text);
    if (Object.hasOwn(inputs.named, clean)) return { metres: inputs.named[clean], unit: clean === "mile" ? "mi" : "km" };
    const [, number, word] = NUMBER.exec(clean) ?? [];
    if (number === undefined) throw new Wrong("distance", `“${text}” is not a distance; ${hint}.`);
    if (!Number(number)) throw new Wrong("distance", `“${text}” must be more than zero; ${hint}.`);
    if (!word) throw new Wrong("distance", `“${text}” has no unit; write ${number} m, ${number} km or ${number} mi.`);
    if (!Object.hasOwn(inputs.units, word)) throw new Wrong("distance", `“${text}” has the unknown unit “${word}”; ${hint}.`);
    const unit = inputs.units[word];
    return { metres: Number(number) * inputs.metres[unit], unit };
  }

  /** `27:30`, `5:58.4`, `1:45:10`, `90 s` as seconds. */
  function readTime(text) {
    const hint = "write for example 5:40, 27:30 or 1:45:10";
    const clean = cleaned("time", text);
    const clockParts = CLOCK.exec(clean);
    if (clockParts) return clockSeconds(text, ...clockParts.slice(1));
    const [, number, word] = NUMBER.exec(clean) ?? [];
    if (number === undefined || (word && !Object.hasOwn(inputs.seconds, word))) {
      throw new Wrong("time", `“${text}” is not a time; ${hint}.`);
    }
    if (!Number(number)) throw new Wrong("time", `“${text}” must be more than zero; ${hint}.`);
    const [shortest, longest] = inputs.bare;
    if (!word && !(Number(number) >= shortest && Number(number) < longest)) {
      throw new Wrong("time", `“${text}” has no unit; write minutes and seconds as in 5:40, or ${number} s.`);
    }
    return Number(number) * (word ? inputs.seconds[word] : 1);
  }

  function clockSeconds(text, hours, minutes, seconds) {
    const [full, fraction = "0"] = seconds.split(".");
    if (Number(full) >= 60) throw new Wrong("time", `“${text}” has ${seconds} seconds; they go from 00 to 59.`);
    if (hours !== undefined && (Number(minutes) > 59 || minutes.length !== 2)) {
      throw new Wrong("time", `“${text}” has ${minutes} minutes; with hours they go from 00 to 59, as in 1:05:10.`);
    }
    const total = Number(`${Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(full)}.${fraction}`);
    if (!total) throw new Wrong("time", `“${text}” must be more than zero.`);
    return total;
  }

  /** `2027-06-12` as days since 1970; null where there is none. */
  function readDate(text) {
    if (!text) return null;
    const day = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : "") / DAY;
    if (Number.isNaN(day) || isoDay(day) !== text) throw new Wrong("date", `“${text}” is not a date; write year-month-day.`);
    return day;
  }

  // ---- numbers and dates as they are shown
  /** How many of the smallest shown unit; a half goes up, as on paper. */
  function rounded(value, decimals = 0) {
    const [full, part = ""] = String(value).split(".");
    const count = Number(full + part.slice(0, decimals).padEnd(decimals, "0"));
    return count + (part[decimals] >= "5" ? 1 : 0);
  }

  /** A half goes to the even side. */
  function toEven(value) {
    const low = Math.floor(value);
    if (value - low !== 0.5) return Math.round(value);
    return low % 2 ? low + 1 : low;
  }

  const two = (number) => String(number).padStart(2, "0");

  function clock(seconds, decimals = 0) {
    const scale = 10 ** decimals;
    const total = rounded(seconds, decimals);
    const tail = decimals ? `.${String(total % scale).padStart(decimals, "0")}` : "";
    const full = Math.floor(total / scale);
    const [hours, minutes, rest] = [Math.floor(full / 3600), Math.floor(full / 60) % 60, full % 60];
    if (hours) return `${hours}:${two(minutes)}:${two(rest)}${tail}`;
    return minutes ? `${minutes}:${two(rest)}${tail}` : `${rest}${tail}`;
  }

  /** Without needless zeros. */
  function plain(value, decimals) {
    const total = String(rounded(value, decimals)).padStart(decimals + 1, "0");
    const text = decimals ? `${total.slice(0, -decimals)}.${total.slice(-decimals)}` : total;
    return text.replace(/\.?0+$/, (zeros) => (text.includes(".") ? "" : zeros));
  }

  const decimalsOf = (seconds) => (seconds < 180 ? 1 : 0);
  const withUnit = (text) => (text.includes(":") ? text : `${text}${NBSP}s`);
  const dateOf = (day) => new Date(day * DAY);
  const isoDay = (day) => dateOf(day).toISOString().slice(0, 10);
  const monthOf = (day) => inputs.months[dateOf(day).getUTCMonth()];
  const weekdayNumber = (day) => (((day + 3) % 7) + 7) % 7; // from Monday
  const shortDay = (day) => `${dateOf(day).getUTCDate()}${NBSP}${monthOf(day)}`;

  const fullDay = (day) => `${inputs.weekdays[weekdayNumber(day)]} ${shortDay(day)}${NBSP}${dateOf(day).getUTCFullYear()}`;

  function range(low, high, unit = "") {
    return low === high ? low + unit : `${low}${DASH}${high}${unit}`;
  }

  /** How each kind of value is written; `choice` has the race's day and the unit of the result. */
  const WRITERS = {
    rep_time: (choice, seconds) => withUnit(clock(seconds, decimalsOf(seconds))),
    table_time: (choice, seconds) => clock(seconds, 1),
    whole_seconds: (choice, seconds) => withUnit(clock(seconds)),
    time_range(choice, low, high) {
      const [from, to] = [low, high].map((end) => clock(end, decimalsOf(low)));
      return from === to ? withUnit(from) : range(from, to, to.includes(":") ? "" : `${NBSP}s`);
    },
    race_time: (choice, seconds, decimals) => clock(seconds, decimals),
    whole_range: (choice, low, high) => range(clock(low), clock(high)),
    hours(choice, seconds) {
      const total = 5 * toEven(seconds / 300);
      return `${Math.floor(total / 60)}${NBSP}h${NBSP}${two(total % 60)}${NBSP}min`;
    },
    about: (choice, metres, per, unit) => plain(toEven((metres / per) * 2) / 2, 1) + (unit && NBSP + unit),
    about_metres(choice, metres) {
      const step = metres < 1000 ? 10 : 50;
      return `${toEven(metres / step) * step}${NBSP}m`;
    },
    share: (choice, part) => part.toFixed(3),
    word: (choice, value, cases, otherwise) =>
      (cases.find(([low, high]) => low <= value && value <= high) ?? [0, 0, otherwise])[2],
    ran(choice, metres) {
      const mile = inputs.metres.mi;
      if (metres === mile) return `1${NBSP}mile`;
      const { unit } = choice;
      return `${plain(metres / inputs.metres[unit], unit === "m" ? 3 : 1)}${NBSP}${unit}`;
    },
    ran_in: (choice, seconds) => clock(seconds, Number.isInteger(seconds) ? 0 : 1),
    day: (choice, offset) => shortDay(choice.race + offset),
    iso: (choice, offset) => isoDay(choice.race + offset),
    full_day: (choice, offset) => fullDay(choice.race + offset),
    day_range(choice, from, to) {
      const [first, last] = [choice.race + from, choice.race + to];
      const end = `${shortDay(last)}${NBSP}${dateOf(last).getUTCFullYear()}`;
      return monthOf(first) === monthOf(last) ? `${dateOf(first).getUTCDate()}${DASH}${end}` : `${shortDay(first)}${NBSP}${DASH} ${end}`;
    },
  };

  // ---- operations
  const OPERATIONS = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "**": (a, b) => a ** b,
    exp: Math.exp,
    sqrt: Math.sqrt,
    least: Math.min,
    most: Math.max,
  };
  const moves = []; // whether a node hangs on the place that is being sought
  for (const [name, ...parts] of data.nodes) {
    const of = parts.filter(Array.isArray).map(([id]) => id);
    moves.push(name === "place" || (name === "solve" ? of.slice(1) : of).some((id) => moves[id]));
  }

  /** The values of one choice: {metres, seconds, unit, race}. */
  function valuesOf(choice) {
    const known = new Map();

    function node(id, place) {
      if (!moves[id] && known.has(id)) return known.get(id);
      const result = work(data.nodes[id], place);
      if (!moves[id]) known.set(id, result);
      return result;
    }

    const argument = (part, place) => (Array.isArray(part) ? node(part[0], place) : part);

    function work([name, ...parts], place) {
      if (name === "metres" || name === "seconds") return choice[name];
      if (name === "place") return place;
      if (name === "sum") {
        let total = parts[0];
        for (let i = 1; i < parts.length; i += 2) total += node(parts[i], place) * parts[i + 1];
        return total;
      }
      if (name === "if-equal") {
        const [one, other, then, otherwise] = parts;
        return argument(argument(one, place) === argument(other, place) ? then : otherwise, place);
      }
      if (name === "solve") return solve(parts[0], ...parts.slice(1).map((part) => argument(part, place)));
      return OPERATIONS[name](...parts.map((part) => argument(part, place)));
    }

    function solve(falling, target, from, to) {
      for (let [low, high] = [from, to]; ;) {
        const middle = (low + high) / 2;
        if (middle === low || middle === high) return middle;
        if (argument(falling, middle) > target) low = middle; else high = middle;
      }
    }

    function text(id) {
      const [how, first, ...rest] = data.values[id];
      if (how === "word") return WRITERS.word(choice, argument(first), ...rest);
      return WRITERS[how](choice, ...[first, ...rest].map((part) => argument(part)));
    }

    return { text, node };
  }

  // ---- choices
  const LEVELS = [...new Set(Object.keys(data.plans).map((key) => key.split(" ")[0]))];

  /** Read all choices, given as text; `today` is in days since 1970. Throws Wrong. */
  function read(given, today) {
    const { metres, unit } = readDistance(given.distance);
    const choice = { metres, unit, seconds: readTime(given.time), race: readDate(given.date) };
    const [shortest, longest] = inputs.distances;
    if (metres < shortest || metres > longest) {
      throw new Wrong("distance", "The distance must be from 400 m to the marathon; use a race between the two.");
    }
    const [slow, quick] = inputs.speeds;
    const speed = metres / choice.seconds;
    choice.values = valuesOf(choice);
    const mile = speed > slow && speed < quick ? choice.values.node(data.mile) : Infinity;
    const [fastest, slowest] = inputs.miles;
    if (!(mile >= fastest && mile <= slowest)) {
      const means = Number.isFinite(mile) ? `means a mile of ${clock(mile, 1)}` : "is no running speed";
      throw new Wrong("time", `${given.time.trim()} for this distance ${means}; milebook serves miles from ${clock(fastest)} to ${clock(slowest)}.`);
    }
    for (const field of ["level", "units"]) {
      if (!Object.hasOwn(data.sections, field === "level" ? `${given.level} metric` : `${LEVELS[0]} ${given.units}`)) {
        throw new Wrong(field, `“${given[field]}” is unknown; choose from the list.`);
      }
    }
    return { ...choice, runners: `${given.level} ${given.units}`, ...find(given, choice.race, today) };
  }

  /** The plan for the choices. */
  function find(given, race, today) {
    const { days, weeks } = given;
    const runners = `${given.level} ${given.units} ${days}`;
    const look = (rest) => (Object.hasOwn(data.plans, `${runners} ${rest}`) ? data.plans[`${runners} ${rest}`] : undefined);
    if (!look(`0 ${data.fitting.at(-1)}`)) throw new Wrong("days", `“${days}” days are not in this plan; choose from the list.`);
    if (weeks !== "" && !Object.hasOwn(data.needs, weeks)) throw new Wrong("weeks", `“${weeks}” weeks are not in this plan; choose from the list.`);
    if (race === null) return { plan: look(`7 ${weeks || data.fitting.at(-1)}`), weekday: inputs.undated };
    const left = race - today;
    if (left < 0) throw new Wrong("date", `${given.date} is in the past; give the date of your next race.`);
    if (left > inputs.farthest) throw new Wrong("date", `${given.date} is more than ten years away; check the year.`);
    if (weeks !== "" && data.needs[weeks] > left) {
      const first = shortDay(today + data.needs[weeks]);
      throw new Wrong("weeks", `${weeks} weeks do not fit before ${shortDay(race)}; choose “as many as fit”, or a race from ${first} on.`);
    }
    const name = weeks || data.fitting[Math.min(left, data.fitting.length - 1)];
    return { plan: look(`${weekdayNumber(race)} ${name}`), weekday: weekdayNumber(race) };
  }

  const html = (block) => data.blocks[block].map((line) => data.lines[line]).join("\n");

  // ---- the calendar
  /** On one line, whatever its reader takes for the end of one; `escape` in `exports/calendar.py` makes the same of it. */
  const escaped = (text) => text
    .replaceAll("\\", "\\\\")
    .replaceAll(";", "\\;")
    .replaceAll(",", "\\,")
    .replaceAll(/\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/g, "\\n")
    .replaceAll(/[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff]/gu, "");

  /** A line in pieces of at most 75 octets; no character is cut. */
  function folded(line) {
    const encoder = new TextEncoder();
    const lines = [""];
    let left = 75;
    for (const character of line) {
      const size = encoder.encode(character).length;
      if (size > left) {
        lines.push(" ");
        left = 74;
      }
      lines[lines.length - 1] += character;
      left -= size;
    }
    return lines;
  }

  /** The plan as a calendar file. */
  function calendar({ plan, race, values }) {
    const [first, , weeks, after] = plan;
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", `PRODID:${data.product}`, "CALSCALE:GREGORIAN", "METHOD:PUBLISH", `X-WR-CALNAME:${escaped(data.race)}`];
    const compact = (day) => isoDay(day).replaceAll("-", "");
    const told = (pieces) => pieces.map((piece) => (typeof piece === "number" ? values.text(piece) : piece)).join("");
    let offset = first;
    for (const week of [...weeks, after]) {
      for (const row of data.weeks[week][2]) {
        const day = race + offset;
        const [, event] = data.rows[row];
        if (event !== undefined) {
          const [title, text] = data.events[event].map(told).map(escaped);
          lines.push(
            "BEGIN:VEVENT",
            `UID:yours-${compact(race)}-${offset}@milebook`,
            `DTSTAMP:${compact(day)}T000000Z`,
            `DTSTART;VALUE=DATE:${compact(day)}`,
            `DTEND;VALUE=DATE:${compact(day + 1)}`,
            `SUMMARY:${title}`,
            `DESCRIPTION:${text}`,
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
          );
        }
        offset += 1;
      }
    }
    lines.push("END:VCALENDAR");
    return lines.flatMap(folded).map((line) => `${line}\r\n`).join("");
  }

  self.milebookPersonal = { Wrong, read, readDistance, readTime, html, readDate, calendar, isoDay, shortDay, fullDay };
}
