// Which texts are filters: the sandbox, and two parsers made from OData's grammar,
// odata-v4-parser and @odata/parser.
//
//     ODATA_MODULES=FOLDER TOKEN=TOKEN node odata_syntax.mjs URL GOOD BAD
//
// FOLDER has `node_modules`, GOOD and BAD have a text on each line. Differences that are
// not in KNOWN are printed, as are those in KNOWN that are none any more; then the exit
// code is 1.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.ODATA_MODULES, 'package.json'));
const parsers = [require('odata-v4-parser').filter, (text) => require('@odata/parser').defaultParser.filter(text)];

// Where the sandbox has another answer than a parser, by the text, and why.
const KNOWN = [
  [/ in \(/, 'no `in` in their grammar, which is that of 4.0'],
  [/ divby /, 'no `divby`, likewise'],
  [/1e5/, 'no exponents'],
  [/ eq 'New' eq /, 'no comparison of comparisons'],
  [/any\(t:.*\/team\/any/, 'no path of the referral inside a lambda'],
  [/'\/'/, 'odata-v4-parser: no / in a text'],
  [/^status EQ /, 'operators in any letter case are those of 4.01'],
  [/^(status|not)$/, 'a field alone; the sandbox knows that this one is no condition'],
];

const [url, good, bad] = process.argv.slice(2);
const lines = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

const taken = async (text) => {
  const query = `$top=1&$filter=${encodeURIComponent(text)}`;
  const answer = await fetch(`${url}/v1.0/engagements/referrals?${query}`, {
    headers: { authorization: `Bearer ${process.env.TOKEN}` },
  });
  const body = await answer.json();
  if (answer.status === 400 && /character \d+: /.test(body.error.message)) return false;
  if (answer.status === 200) return true;
  throw new Error(`${answer.status} for ${text}: ${JSON.stringify(body)}`);
};
const parsed = (parser, text) => {
  try {
    parser(text);
    return true;
  } catch {
    return false;
  }
};

const used = new Set();
const faults = [];
let same = 0;
for (const [file, wanted] of [[good, true], [bad, false]]) {
  for (const text of lines(file)) {
    const verdict = await taken(text);
    const verdicts = parsers.map((parser) => parsed(parser, text));
    const known = KNOWN.filter(([pattern]) => pattern.test(text));
    if (verdicts.every((other) => other === verdict)) {
      same += 1;
    } else if (known.length > 0) {
      known.forEach((entry) => used.add(entry));
    } else {
      faults.push(`${text}: ${verdict}, and the parsers ${verdicts.join(' and ')}`);
    }
    if (verdict !== wanted && known.length === 0) faults.push(`${text}: ${verdict}, not as listed`);
  }
}
for (const entry of KNOWN) {
  if (!used.has(entry)) faults.push(`no difference any more: ${entry[1]}`);
}
console.log(`parsers: ${same} alike`);
faults.forEach((fault) => console.log(fault));
process.exit(faults.length > 0 || same < 100 ? 1 : 0);
