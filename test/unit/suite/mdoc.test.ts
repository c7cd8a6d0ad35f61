/** The plain rendering of manual pages. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mdocSection, renderMdoc } from '../../../src/suite/mdoc.js';
import { inline, splitWords } from '../../../src/suite/mdoc-inline.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';

const test = suite('suite/mdoc');
const mark = { bold: (t: string) => `*${t}*`, underline: (t: string) => `_${t}_` };
const line = (text: string) => inline(splitWords(text), 'fmnist-x', mark);

test('options, arguments and punctuation', () => {
  assert.is(line('Fl o , Fl -output Ar FILE'), '*-o*, *--output* _FILE_');
  assert.is(line('Op Ar OPTION ...'), '[_OPTION_ _..._]');
  assert.is(line('Op Ar COMMAND Op Ar ARG'), '[_COMMAND_ [_ARG_]]');
  assert.is(line('Xr fmnist-idx 5 )'), '*fmnist-idx*(5))');
  assert.is(line('Ql - ,'), '‘-’,');
  assert.is(line('Nm'), '*fmnist-x*');
  assert.is(line('Nm ,'), '*fmnist-x*,');
  assert.is(line('Pq Ql stats ,'), '(‘stats’),');
  assert.is(line('Fl -seed Ns = Ns Ar N'), '*--seed*=_N_');
  assert.is(line('Pf ( Ar N )'), '(_N_)');
  assert.is(line('Dq two words'), '“two words”');
  assert.is(line('Ar'), '_file ..._');
});

test('escapes', () => {
  assert.is(line('No a\\-b \\(em c\\e'), 'a-b — c\\');
  assert.is(line('No "two words" \\&.'), 'two words .');
});

test('a page', () => {
  const page = [
    '.Dd November 20, 2026',
    '.Dt FMNIST-X 1',
    '.Os',
    '.Sh NAME',
    '.Nm fmnist-x',
    '.Nd shows nothing',
    '.Sh DESCRIPTION',
    '.Nm',
    'takes words that are',
    '.Em long enough',
    'to be set on more than one line of forty.',
    '.Pp',
    'A list:',
    '.Bl -bullet -compact',
    '.It',
    'one',
    '.It',
    'two',
    '.El',
    '.Bl -tag -width Ds',
    '.It 0',
    'fine',
    '.It Fl -output Ar FILE',
    'where',
    '.El',
    '.Bd -literal -offset indent',
    'a | b  >  c',
    '.Ed',
    '',
  ].join('\n');
  assert.is(
    renderMdoc(page, { width: 40 }),
    [
      'FMNIST-X(1)',
      '',
      'NAME',
      '    fmnist-x — shows nothing',
      '',
      'DESCRIPTION',
      '    fmnist-x takes words that are long',
      '    enough to be set on more than one',
      '    line of forty.',
      '',
      '    A list:',
      '    •   one',
      '    •   two',
      '',
      '    0       fine',
      '',
      '    --output FILE',
      '            where',
      '',
      '        a | b  >  c',
      '',
    ].join('\n'),
  );
  assert.is(mdocSection(page, 'NAME'), '    fmnist-x — shows nothing');
  assert.is(mdocSection(page, 'NOWHERE'), undefined);
});

test('our pages use no macro that the rendering does not know', () => {
  for (const file of readdirSync(paths.man).filter((name) => /\.\d$/.test(name))) {
    const text = renderMdoc(readFileSync(join(paths.man, file), 'utf8'));
    const unknown = /(^|\s)(\.[A-Z][a-z]|\\\(?[A-Za-z&-])/.exec(text);
    assert.is(unknown, null, `${file}: ${unknown?.[0]}`);
  }
});

const mandoc = spawnSync('mandoc', ['/dev/null']).error === undefined;
const against = needing(test, mandoc ? undefined : 'no mandoc(1) to compare the rendering with');
against('the same words as mandoc(1) sets', () => {
  for (const file of readdirSync(paths.man).filter((name) => /\.\d$/.test(name))) {
    const path = join(paths.man, file);
    const theirs = spawnSync('mandoc', ['-T', 'utf8', '-O', 'width=200', path], {
      encoding: 'utf8',
    });
    // Overstruck bold is undone; where lines break and how long a dash is are matters of taste.
    const [head, ...body] = theirs.stdout.replaceAll(/.[\b]/g, '').trimEnd().split('\n');
    const words = (text: string) => text.replace(/\s+/g, '').replace(/[–—]/g, '-');
    assert.match(head!, /^FMNIST/);
    const ours = renderMdoc(readFileSync(path, 'utf8')).split('\n').slice(1);
    const [own, wanted] = [words(ours.join('\n')), words(body.slice(0, -1).join('\n'))];
    // A page is long: what is shown is where they part.
    const apart = [...own, ''].findIndex((character, i) => character !== (wanted[i] ?? ''));
    const around = (text: string) => text.slice(Math.max(0, apart - 40), apart + 40);
    if (own !== wanted) assert.is(around(own), around(wanted), file);
  }
});

test.run();
