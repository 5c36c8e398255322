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

  // ---- what a person writes: the tables of `milebook/running/readings.py`, which come with the data
  const { readings } = inputs;
  const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
  const TIMES = readings.times.map(([pattern, ...of]) => [whole(pattern), ...of]);
  const PACE = whole(readings.pace);
  const DAYS = whole(readings.days[0]);
  const ASIDES = readings.asides.map((pattern) => new RegExp(pattern));
  const SIGNS = readings.signs.map(([pattern, sign]) => [new RegExp(pattern, "g"), sign]);
  const [RACE_NUMBER, THOUSANDS, YARDS] = [readings.race_number, readings.thousands, readings.yards[0]].map(whole);
  const TIME_HINT = "write for example 5:40, 27:30 or 1:45:10";

  function cleaned(field, text) {
    if (!text.trim()) throw new Wrong(field, field === "time" ? "Give the time, for example 20:50." : "Give the distance, for example 5 km.");
    if (text.length > inputs.longest) throw new Wrong(field, `A text of ${text.length} characters is no ${field}.`);
    const narrow = text.replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
    return narrow.replaceAll("\ufeff", "").trim().split(/\s+/).join(" ").toLowerCase();
  }

  const inRange = (metres) => metres >= inputs.distances[0] && metres <= inputs.distances[1];

  /** `5k`, `1,5 km`, `1500`, `mile`, `half marathon` as metres, and the unit it is written in. */
  function readDistance(text) {
    const hint = "write for example 5 km, 1500 m, 1 mi or half marathon";
    const written = cleaned("distance", text);
    const isName = Object.hasOwn(readings.races, written);
    const clean = isName ? written : ASIDES.reduce((left, aside) => left.replace(aside, ""), written);
    if (Object.hasOwn(readings.races, clean)) {
      const [metres, unit] = readings.races[clean];
      return { metres, unit };
    }
    const yards = YARDS.exec(clean);
    if (yards) throw new Wrong("distance", `“${text}” is in yards; write ${plain(yards[1] * readings.yards[1], 1)} m.`);
    const [, number, word] = RACE_NUMBER.exec(clean) ?? [];
    if (number === undefined) throw new Wrong("distance", `“${text}” is not a distance; ${hint}.`);
    const thousands = THOUSANDS.exec(number);
    const numbers = [Number(number.replace(" ", "").replace(",", ".")), ...(thousands ? [Number(thousands[1] + thousands[2])] : [])];
    if (!numbers[0]) throw new Wrong("distance", `“${text}” must be more than zero; ${hint}.`);
    if (!word) return withoutUnit(text, numbers);
    if (!Object.hasOwn(readings.race_units, word)) throw new Wrong("distance", `“${text}” has the unknown unit “${word}”; ${hint}.`);
    const unit = readings.race_units[word];
    const all = numbers.map((each) => measured(each, unit));
    const found = all.find(inRange) ?? all[0];
    if (unit === "m" && found < readings.fewest_metres) {
      throw new Wrong("distance", `“${text}” is ${plain(found, 2)} metres; write ${plain(numbers[0], 2)} km or ${plain(numbers[0], 2)} mi if you mean that.`);
    }
    return { metres: found, unit };
  }

  /** So many of a unit; 42.2 km is a marathon. */
  const measured = (number, unit) => readings.rounded[`${unit} ${number}`] ?? number * inputs.metres[unit];

  /** `1500` is metres; `5` may be kilometres or miles. */
  function withoutUnit(text, numbers) {
    const metres = numbers.filter((number) => inRange(number) && Number.isInteger(number));
    if (metres.length === 1) return { metres: metres[0], unit: "m" };
    const fitting = ["m", "km", "mi"].filter((unit) => inRange(measured(numbers[0], unit)));
    const told = fitting.map((unit) => `${plain(numbers[0], 3)} ${unit}`).join(" or ");
    throw new Wrong("distance", `“${text}” has no unit; write ${told || "for example 5 km"}.`);
  }

  /** The time that was run over so many metres, in seconds: `27:30`, `20'50"`, `1h02`; read where just one meaning is a run. */
  function readTime(text, metres) {
    const meanings = meaningsOf(SIGNS.reduce((clean, [sign, plainSign]) => clean.replaceAll(sign, plainSign), cleaned("time", text)));
    const runs = meanings.filter(([seconds]) => isRun(metres, seconds));
    const times = [...new Set(runs.map(([seconds]) => seconds))];
    const either = times.map((seconds) => clock(seconds, Math.abs(seconds - Math.round(seconds)) < 0.05 ? 0 : 1)).join(" or ");
    if (times.length > 1) throw new Wrong("time", `“${text}” may be ${either}; write one of them.`);
    if (times.length && runs.some(([, isSure]) => isSure)) return times[0];
    if (times.length) throw new Wrong("time", `“${text}” is not clear; write ${either}.`);
    const written = meanings.find(([, isSure]) => isSure);
    if (!written && PACE.test(cleaned("time", text))) {
      throw new Wrong("time", `“${text}” is a pace, not a time; write the time for the whole distance.`);
    }
    if (!written) throw new Wrong("time", `“${text}” is not a time; ${TIME_HINT}; minutes and seconds go up to 59.`);
    return written[0];
  }

  /** What a text may mean, in seconds, and whether it may be read so. */
  function meaningsOf(text) {
    const found = [];
    for (const [pattern, weights, more, isSure] of TIMES) {
      const parts = pattern.exec(text)?.slice(1);
      const total = parts?.reduce((sum, part, place) => sum + Math.round(billionths(part ?? "0") * weights[place]), more * 1e9);
      if (total) found.push([total / 1e9, isSure]);
    }
    if (DAYS.test(text) && takenForHours(text)) found.push([takenForHours(text), false]);
    return found;
  }

  /** `5:58`, typed for minutes and seconds, from the 0.248611 that a spreadsheet keeps for 5 hours and 58 minutes. */
  function takenForHours(days) {
    const kept = Number(days.replace(",", ".")) * 86400;
    const minute = Math.floor(kept / 60 + 0.5) * 60;
    const near = Math.min(readings.days[1], 43200 / 10 ** days.split(/[.,]/)[1].length + 0.01);
    const seconds = Math.abs(kept - minute) < near ? minute : Math.floor(kept + 0.5);
    return Math.floor(seconds / 60) + (seconds % 60) / 100;
  }

  /** A number with a point or a comma in billionths, so that sums are exact. */
  function billionths(number) {
    const [full, part = ""] = number.slice(0, 12).replace(",", ".").split(".");
    return Number(full + part.slice(0, 9).padEnd(9, "0"));
  }

  /** Whether milebook serves a result; the mile it means comes with the data. */
  function isRun(metres, seconds) {
    const [slow, quick] = inputs.speeds;
    if (!inRange(metres) || !(metres / seconds > slow && metres / seconds < quick)) return false;
    const mile = valuesOf({ metres, seconds }).node(data.mile);
    return mile >= inputs.miles[0] && mile <= inputs.miles[1];
  }

  /** `2027-06-12` as days since 1970; null where there is none. */
  function readDate(text) {
    if (!text) return null;
    const day = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : "") / DAY;
    if (Number.isNaN(day) || isoDay(day) !== text) throw new Wrong("date", `“${text}” is not a date; write year-month-day.`);
    return day;
  }

  // ---- numbers and dates as they are shown
  /** How many of the smallest shown unit; a half goes up, as on paper, and so does what a float leaves just below it. */
  const rounded = (value, decimals = 0) => Math.floor(value * 10 ** decimals + 0.5 + inputs.nearly);

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
    time_range(choice, fast, slow) {
      const { hand_timed: finest, shortest_clock: minute } = inputs.times;
      const parts = fast < finest ? 2 : 1;
      const [low, high] = [fast, slow].map((end) => rounded(end * parts) / parts);
      return low < minute ? range(plain(low, 1), plain(high, 1), `${NBSP}s`) : range(clock(low), clock(high));
    },
    race_time: (choice, seconds, decimals) => clock(seconds, decimals),
    minutes: (choice, seconds) => `${5 * toEven(seconds / 300)}${NBSP}min`,
    rest(choice, low, high) {
      const inMinutes = low >= 120 && low % 60 === 0 && high % 60 === 0;
      if (low >= 120 && !inMinutes) return range(clock(low), clock(high));
      const [scale, unit] = inMinutes ? [60, "min"] : [1, "s"];
      return range(plain(low / scale, 6), plain(high / scale, 6), `${NBSP}${unit}`);
    },
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
      const named = inputs.races.find(([metres_]) => metres_ === metres);
      if (named) return named[1];
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
      if (first === last) return end;
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
    whole: (value) => rounded(value),
  };
  const moves = []; // whether a node hangs on the place that is being sought
  for (const [name, ...parts] of data.nodes) {
    const of = parts.filter(Array.isArray).map(([id]) => id);
    moves.push(name === "place" || (name === "solve" ? of.slice(1) : of).some((id) => moves[id]));
  }

  /** Which class of mile times a mile in so many seconds is in. */
  const classOf = (mile) => data.classes.findIndex((slowest) => mile <= slowest);

  /**
   * The values of one choice: {metres, seconds, unit, race, raced, mileClass}; `race` is its day, `raced` how far it is.
   * `late` are those of the time trial, once that has been run.
   */
  function valuesOf(choice, late = null) {
    const known = new Map();

    function node(id, place) {
      if (!moves[id] && known.has(id)) return known.get(id);
      const result = work(data.nodes[id], place);
      if (!moves[id]) known.set(id, result);
      return result;
    }

    const argument = (part, place) => (Array.isArray(part) ? node(part[0], place) : part);

    function work([name, ...parts], place) {
      if (name === "metres" || name === "seconds" || name === "raced") return choice[name];
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
      if (name === "if-between") {
        const [value, low, high, then, otherwise] = parts.map((part) => argument(part, place));
        return low <= value && value <= high ? then : otherwise;
      }
      if (name === "later") return late ? late.node(parts[0][0]) : argument(parts[0], place);
      if (name === "by-class") return argument(parts[1 + choice.mileClass], place);
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
      if (how === "by-class") {
        const version = rest[choice.mileClass];
        return Array.isArray(version) ? text(version[0]) : version;
      }
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
    const choice = { metres, unit, seconds: readTime(given.time, metres), race: readDate(given.date), raced: raceMetres(given.race) };
    const [shortest, longest] = inputs.distances;
    if (metres < shortest || metres > longest) {
      throw new Wrong("distance", "The distance must be from 400 m to the marathon; use a race between the two.");
    }
    const [slow, quick] = inputs.speeds;
    const speed = metres / choice.seconds;
    choice.values = choice.late = valuesOf(choice);
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
    const runners = `${given.level} ${given.units}`;
    const course = `${given.race}, ${given.track}`;
    if (!Object.hasOwn(data.sections[runners], course)) throw new Wrong("track", `“${given.track}” is unknown; choose from the list.`);
    choice.mileClass = classOf(mile);
    return Object.assign(choice, { runners, course }, find(given, choice.race, today));
  }

  // ---- the trial in mid-plan
  const MILE = inputs.metres.mi;

  /** The time of a mile that a text begins with, in seconds; null where there is none. */
  function readTrial(text) {
    for (const part of [text, text.split(/[\s,;(]/)[0]]) {
      try {
        const seconds = readTime(part, MILE);
        if (isRun(MILE, seconds)) return seconds;
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
      }
    }
    return null;
  }

  /** A choice whose sessions after the trial have its paces: what is run stays the same. Without a time: the old ones. */
  function withTrial(choice, seconds) {
    const late = seconds === null ? null : valuesOf({ ...choice, metres: MILE, seconds, unit: "mi" });
    const values = valuesOf(choice, late);
    return { ...choice, trial: seconds, values, late: late ?? values };
  }

  /** How far a race is, by its name. */
  function raceMetres(race) {
    if (!Object.hasOwn(inputs.raced, race)) throw new Wrong("race", `“${race}” is unknown; choose from the list.`);
    return inputs.raced[race];
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
  function calendar({ plan, race, values, late }) {
    const [first, , weeks, after] = plan;
    const [trial] = data.trials[plan.at(-1)] ?? [Infinity];
    const told = (pieces, values) => pieces.map((piece) => (typeof piece === "number" ? values.text(piece) : piece)).join("");
    const name = escaped(told(data.race, values));
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", `PRODID:${data.product}`, "CALSCALE:GREGORIAN", "METHOD:PUBLISH", `X-WR-CALNAME:${name}`];
    const compact = (day) => isoDay(day).replaceAll("-", "");
    let offset = first;
    for (const week of [...weeks, after]) {
      for (const row of data.weeks[week][2]) {
        const day = race + offset;
        const [, event] = data.rows[row];
        if (event !== undefined) {
          const own = offset - first > trial ? late : values;
          const [title, text] = data.events[event].map((pieces) => escaped(told(pieces, own)));
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

  self.milebookPersonal = {
    Wrong, read, readDistance, readTime, readTrial, withTrial, valuesOf, clock, html, readDate, calendar, isoDay, shortDay, fullDay,
  };
}
