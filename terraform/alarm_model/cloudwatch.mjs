// A model of how CloudWatch evaluates an alarm, according to its user guide:
//
// - "Alarm evaluation" and "Evaluating an alarm": once a minute, over the last periods; M out of N.
// - "Configuring how CloudWatch alarms treat missing data": the evaluation range is longer than the evaluation periods;
//   missing points are filled in only if there are fewer real ones than evaluation periods. The tables of that page are
//   tests of this file.
// - "Using math expressions": DIFF, RATE, FILL, IF, SUM over a list.
//
// Where the guide is ambiguous, DIALECTS lists the interpretations; an alarm must behave correctly in each of them.

// The data point of one minute, as a service sends it.
export const point = (value, samples = 1) => ({ sum: value * samples, min: value, max: value, n: samples });

const AGGREGATES = {
  Sum: (points) => points.reduce((sum, p) => sum + p.sum, 0),
  SampleCount: (points) => points.reduce((sum, p) => sum + p.n, 0),
  Average: (points) => AGGREGATES.Sum(points) / AGGREGATES.SampleCount(points),
  Maximum: (points) => Math.max(...points.map((p) => p.max)),
  Minimum: (points) => Math.min(...points.map((p) => p.min)),
};

const COMPARISONS = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

// delay    minutes until a data point is visible
// extra    periods by which the evaluation range is longer than the evaluation periods
// grid     whether periods slide with every minute, or start at multiples of their length
// missing  whether the result with a missing operand is a gap, or the operand counts as 0
// fill     whether FILL fills a metric without any data point
export const DIALECTS = [];
for (const delay of [0, 2]) {
  for (const extra of [0, 2]) {
    for (const grid of ["sliding", "aligned"]) {
      for (const [missing, fill] of [["gap", true], ["gap", false], ["zero", true]]) {
        DIALECTS.push({ delay, extra, grid, missing, fill });
      }
    }
  }
}

// The state after one evaluation. points: numbers or undefined, oldest first, as many as the evaluation range.
export function evaluate(alarm, points, before) {
  const breaches = (value) => COMPARISONS[alarm.comparison](value, alarm.threshold);
  const real = points.filter((value) => value !== undefined);
  const needed = alarm.datapoints;
  if (real.length >= alarm.periods) {
    const breaching = real.slice(-alarm.periods).filter(breaches).length;
    return breaching >= needed ? "ALARM" : "OK";
  }
  const breaching = real.filter(breaches).length;
  const filled = alarm.periods - real.length;
  switch (alarm.missing) {
    case "breaching":
      return breaching + filled >= needed ? "ALARM" : "OK";
    case "notBreaching":
      return breaching >= needed ? "ALARM" : "OK";
    default: {
      // missing, ignore. The oldest point breaches and is at least M periods old, and all later ones breach or are missing.
      const oldest = points.findIndex((value) => value !== undefined);
      const sustained = real.length > 0 && breaching === real.length && points.length - oldest >= needed;
      if (breaching >= needed || (sustained && alarm.missing === "missing")) {
        return "ALARM";
      }
      if (real.length > 0 && breaching < real.length) {
        return "OK";
      }
      return alarm.missing === "ignore" ? before : "INSUFFICIENT_DATA";
    }
  }
}

// ---------------------------------------------------------------- metric math

function tokens(text) {
  return text.match(/\d+(\.\d+)?|[A-Za-z_]\w*|==|!=|<=|>=|&&|\|\||[-+*/<>()[\],]/g) ?? [];
}

const LEVELS = [["OR", "||"], ["AND", "&&"], ["==", "!=", "<", ">", "<=", ">="], ["+", "-"], ["*", "/"]];

const OPERATORS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? undefined : a / b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};
OPERATORS["&&"] = OPERATORS.AND;
OPERATORS["||"] = OPERATORS.OR;

export function parse(text) {
  const rest = tokens(text);
  const expect = (token) => {
    if (rest.shift() !== token) {
      throw new Error(`'${token}' expected in '${text}'`);
    }
  };
  const list = (end) => {
    const items = [];
    while (rest[0] !== end) {
      items.push(level(0));
      if (rest[0] === ",") rest.shift();
    }
    expect(end);
    return items;
  };
  const primary = () => {
    const token = rest.shift();
    if (token === "(") {
      const inner = level(0);
      expect(")");
      return inner;
    }
    if (token === "[") return { list: list("]") };
    if (/^\d/.test(token)) return { number: Number(token) };
    if (rest[0] === "(") {
      rest.shift();
      return { call: token, args: list(")") };
    }
    if (token === undefined || !/^[a-z]/.test(token)) {
      throw new Error(`'${token}' is not an id in '${text}'`);
    }
    return { id: token };
  };
  const level = (n) => {
    if (n === LEVELS.length) return primary();
    let left = level(n + 1);
    while (LEVELS[n].includes(rest[0])) {
      const operator = rest.shift();
      left = { operator, left, right: level(n + 1) };
    }
    return left;
  };
  const tree = level(0);
  if (rest.length > 0) {
    throw new Error(`'${rest[0]}' is left over in '${text}'`);
  }
  return tree;
}

// series: id → array over the same periods, oldest first, undefined where there is no data point.
export function calculate(tree, series, length, period, dialect) {
  const each = (f) => Array.from({ length }, (_, i) => f(i));
  const at = (value, i) => (Array.isArray(value) ? value[i] : value);
  const run = (node) => {
    if ("number" in node) return node.number;
    if ("id" in node) {
      if (!(node.id in series)) throw new Error(`no metric has the id ${node.id}`);
      return series[node.id];
    }
    if ("list" in node) throw new Error("a list is only allowed in SUM, MAX and MIN");
    if ("operator" in node) {
      const [left, right] = [run(node.left), run(node.right)];
      return each((i) => {
        let [a, b] = [at(left, i), at(right, i)];
        if (a === undefined && b === undefined) return undefined;
        if (a === undefined || b === undefined) {
          if (dialect.missing === "gap") return undefined;
          [a, b] = [a ?? 0, b ?? 0];
        }
        return OPERATORS[node.operator](a, b);
      });
    }
    switch (node.call) {
      case "IF": {
        const [condition, then, otherwise] = node.args.map(run);
        return each((i) => {
          const holds = at(condition, i);
          return holds === undefined ? undefined : at(holds !== 0 ? then : otherwise, i);
        });
      }
      case "FILL": {
        const [values, value] = node.args.map(run);
        const empty = values.every((v) => v === undefined);
        return empty && !dialect.fill ? values : each((i) => values[i] ?? value);
      }
      case "DIFF":
      case "RATE": {
        const [values] = node.args.map(run);
        let previous;
        return each((i) => {
          if (values[i] === undefined) return undefined;
          const difference = previous === undefined ? undefined : values[i] - values[previous];
          const seconds = node.call === "RATE" && previous !== undefined ? (i - previous) * period : 1;
          previous = i;
          return difference === undefined ? undefined : difference / seconds;
        });
      }
      case "SUM":
      case "MAX":
      case "MIN": {
        if (!("list" in node.args[0])) throw new Error(`${node.call} of one metric is a number, not a time series`);
        const lists = node.args[0].list.map(run);
        const reduce = { SUM: (v) => v.reduce((a, b) => a + b), MAX: (v) => Math.max(...v), MIN: (v) => Math.min(...v) }[node.call];
        return each((i) => {
          const present = lists.map((values) => at(values, i)).filter((v) => v !== undefined);
          return present.length === 0 ? undefined : reduce(present);
        });
      }
      default:
        throw new Error(`the model does not implement the function ${node.call}: add it to cloudwatch.mjs`);
    }
  };
  return run(tree);
}

const uses = (tree, id) =>
  tree.id === id || Object.values(tree).flat().some((part) => typeof part === "object" && uses(part, id));

// The expressions in the order of their dependencies.
function inOrder(steps) {
  const rest = [...steps];
  const ordered = [];
  while (rest.length > 0) {
    const next = rest.findIndex((step) => !rest.some((other) => other !== step && uses(step.tree, other.id)));
    if (next < 0) throw new Error("the expressions depend on each other");
    ordered.push(...rest.splice(next, 1));
  }
  return ordered;
}

// ---------------------------------------------------------------- an alarm over time

// Every minute evaluates the same periods again, so results are cached by data points, statistic and minutes.
const cached = new WeakMap();

function aggregate(values, statistic, first, end) {
  const results = cached.get(values) ?? new Map();
  cached.set(values, results);
  const name = `${statistic} ${first} ${end}`;
  if (!results.has(name)) {
    const points = values.slice(first, end).filter((p) => p !== undefined);
    results.set(name, points.length === 0 ? undefined : AGGREGATES[statistic](points));
  }
  return results.get(name);
}

// The states of an alarm per minute: state[t] is the state after the evaluation at the end of minute t.
// metrics: key → array of data points by minute, undefined where nothing was sent.
export function play(alarm, metrics, dialect, from, to) {
  const minutes = alarm.period / 60;
  const range = alarm.periods + dialect.extra;
  // One more period at the start, from which DIFF subtracts.
  const length = range + 1;
  const steps = inOrder(alarm.expressions.map(({ id, expression }) => ({ id, tree: parse(expression) })));
  const states = [];
  let state = "INSUFFICIENT_DATA";
  for (let t = from; t < to; t++) {
    const end = dialect.grid === "sliding" ? t + 1 : Math.floor((t + 1) / minutes) * minutes;
    const seen = t + 1 - dialect.delay;
    const series = {};
    for (const { id, key, statistic } of alarm.metrics) {
      const values = metrics[key] ?? [];
      series[id] = Array.from({ length }, (_, i) => {
        const first = end - (length - i) * minutes;
        return aggregate(values, statistic, Math.max(0, first), Math.max(0, Math.min(first + minutes, seen)));
      });
    }
    for (const { id, tree } of steps) {
      series[id] = calculate(tree, series, length, alarm.period, dialect);
    }
    state = evaluate(alarm, series[alarm.result].slice(-range), state);
    states[t] = state;
  }
  return states;
}
