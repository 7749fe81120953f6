// Every link of a page to a file of the repository leads somewhere, and so does the part after "#".
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { assertNone, ROOT, readText, trackedFiles } from '../support/repository.ts';

const LINK =
  /!?\[[^\]]*\]\(\s*<?([^()\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s+(\S+)|\b(?:src|href|srcset)="([^"]+)"/gm;
const ELSEWHERE = /^(https?:|mailto:)/;

const pages = trackedFiles().filter((file) => file.endsWith('.md'));

test('every link to a file of the repository resolves', () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !resolves(page, link))
      .map((link) => `${page}: ${link}`),
  );
  assertNone(broken);
});

test('a page in docs/ can be reached from README.md', () => {
  const reached = new Set<string>();
  const visit = (page: string): void => {
    if (reached.has(page) || !pages.includes(page)) return;
    reached.add(page);
    for (const link of linksOf(page)) visit(targetOf(page, link).file);
  };
  visit('README.md');
  assertNone(pages.filter((page) => page.startsWith('docs/') && !reached.has(page)));
});

function linksOf(page: string): string[] {
  const prose = readText(page)
    .replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '')
    .replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code));
  return [...prose.matchAll(LINK)]
    .map(([, inline, reference, html]) => (inline ?? reference ?? html)!)
    .filter((link) => !ELSEWHERE.test(link));
}

function targetOf(page: string, link: string): { file: string; anchor: string | undefined } {
  const [path = '', anchor] = decodeURI(link).split('#', 2);
  return { file: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
}

function resolves(page: string, link: string): boolean {
  const { file, anchor } = targetOf(page, link);
  if (file.startsWith('..') || !existsSync(ROOT + file)) return false;
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(file).has(anchor);
}

/** Headings as GitHub names them: lower case, punctuation left out, blanks as hyphens, repeats numbered. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of readText(page)
    .replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const name = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = name;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${name}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
