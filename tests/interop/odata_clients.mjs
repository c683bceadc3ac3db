// Clients that nobody here wrote ask the sandbox: o.js and @odata/client.
//
//     ODATA_MODULES=FOLDER TOKEN=TOKEN node odata_clients.mjs URL
//
// FOLDER has `node_modules`. The exit code is 1 when an answer is not what was asked for.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.ODATA_MODULES, 'package.json'));
const { o } = require('odata');
const { OData } = require('@odata/client');

const base = `${process.argv[2]}/v1.0/engagements/`;
const headers = { authorization: `Bearer ${process.env.TOKEN}`, accept: 'application/json' };
const inOrder = (rows, key) => rows.every((row, at) => at === 0 || key(rows[at - 1]) <= key(row));

// o.js: a list, one by its key, a change, and what came of it.
const client = () => o(base, { headers: { ...headers, 'content-type': 'application/json' } });
const filter = "status in ('New','Active') and contains(tolower(customerProfile/name),'o')";
const rows = await client()
  .get('referrals')
  .query({ $filter: filter, $orderby: 'customerProfile/name,id', $top: 5, $select: 'id,status,customerProfile/name' });
assert.equal(rows.length, 5);
assert.ok(rows.every((row) => row.status !== 'Closed' && row.customerProfile.name.toLowerCase().includes('o')));
assert.ok(inOrder(rows, (row) => `${row.customerProfile.name}\u0000${row.id}`));
assert.deepEqual(Object.keys(rows[0]).sort(), ['customerProfile', 'id', 'status']);
const { id } = rows[0];
const one = await client().get(`referrals('${id}')`).query();
assert.equal(one.id, id);
const change = [{ op: 'replace', path: '/details/notes', value: 'by o.js' }];
await client().patch(`referrals(${id})`, change).query();
const changed = await client().get(`referrals('${id}')`).query({ $select: 'details/notes' });
assert.equal(changed.details.notes, 'by o.js');
console.log('o.js: list, key, patch');

// @odata/client: its own filters, one by its key, how many there are.
const service = OData.New4({ serviceEndpoint: base, commonHeaders: headers, processCsrfToken: false });
const referrals = service.getEntitySet('referrals');
const condition = service.newFilter().property('status').eq('Closed').property('substatus').eq('Won');
const options = service.newOptions().filter(condition).orderby('updatedDateTime', 'desc').top(7);
const won = await referrals.query(options);
assert.equal(won.length, 7);
assert.ok(won.every((row) => row.substatus === 'Won'));
assert.ok(inOrder([...won].reverse(), (row) => row.updatedDateTime));
const read = await referrals.retrieve(won[0].id);
assert.equal(read.id, won[0].id);
const count = await referrals.count(condition);
const all = await client().get('referrals').query({ $filter: "substatus eq 'Won'", $top: 100, $select: 'id' });
assert.equal(Number(count), all.length);
console.log('@odata/client: list, key, count');
