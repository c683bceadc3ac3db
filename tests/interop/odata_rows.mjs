// Holds what the sandbox chose against odata-v4-inmemory, which makes a filter a function.
//
//     ODATA_MODULES=FOLDER node odata_rows.mjs REPORT
//
// REPORT is what odata_rows.py wrote, FOLDER has `node_modules`. Differences that are not
// in KNOWN are printed, as are those in KNOWN that are none any more; then the exit code is 1.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.ODATA_MODULES, 'package.json'));
const { createFilter } = require('odata-v4-inmemory');
const log = console.log;
console.log = () => {}; // it tells of what it does not know, and goes on

// Where it has another answer, by what is in the filter, and why that is its own.
const KNOWN = [
  [/ in \(/, 'no `in` in its grammar'],
  [/1e5/, 'no exponents'],
  [/ eq 'New' eq /, 'no comparison of comparisons'],
  [/any\(\)/, 'parsed, and not known any further'],
  [/any\(t:.*\/team\/any/, 'no path of the referral inside a lambda'],
  [/'\/'/, 'no / in a text'],
  [/\bnot \(.*\) (and|or) /, 'not takes all that follows'],
  [/\) eq \d{3,}/, 'a number above 127 is a text, and equal to no number'],
  [/^date\(/, 'date() is the time itself'],
  [/dealValue\)? (lt|le|gt -)/, 'null is 0'],
  [/closedDateTime lt/, 'null is 1970'],
  [/ add 1000 /, 'a number above 127 is a text, and put behind the other'],
  [/ (mul|div|mod) \d (add|sub|mul) /, 'arithmetic takes all that follows'],
  [/ div 10 eq /, 'div of whole numbers has a fraction'],
  [/ divby /, 'no divby in its grammar, which is that of 4.0'],
  [/^inviteContext\/notes eq null/, 'what is inside null is undefined, and not null'],
];

const { rows, chosen } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// Times are dates to it. A number or a time that is not set compares with nothing.
const typed = (value, name = '') => {
  if (Array.isArray(value)) return value.map((item) => typed(item));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item, key)]));
  }
  return typeof value === 'string' && name.endsWith('DateTime') ? new Date(value) : value;
};
const items = rows.map((row) => typed(row));

const byFunction = (expression) => {
  const test = createFilter(expression);
  const holds = (item) => {
    try {
      return test(item);
    } catch (error) {
      if (error instanceof TypeError) return false; // a function of null
      throw error;
    }
  };
  return items.filter(holds).map((item) => item.id).sort();
};

const other = new Map();
let same = 0;
for (const [expression, ids] of Object.entries(chosen)) {
  let found;
  try {
    found = byFunction(expression);
  } catch (error) {
    found = String(error.message ?? error).split('\n')[0];
  }
  if (JSON.stringify(found) === JSON.stringify(ids)) same += 1;
  else other.set(expression, typeof found === 'string' ? found : found.length);
}
const used = new Set();
const faults = [];
for (const [expression, found] of other) {
  const known = KNOWN.filter(([pattern]) => pattern.test(expression));
  known.forEach((entry) => used.add(entry));
  if (known.length === 0) {
    faults.push(`${expression}: ${chosen[expression].length}, and odata-v4-inmemory ${found}`);
  }
}
for (const entry of KNOWN) {
  if (!used.has(entry)) faults.push(`no difference any more: ${entry[1]}`);
}
log(`odata-v4-inmemory: ${same} alike, ${other.size} not, for ${KNOWN.length} reasons`);
faults.forEach((fault) => log(fault));
process.exit(faults.length > 0 || same < 200 ? 1 : 0);
