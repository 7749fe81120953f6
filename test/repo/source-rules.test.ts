// Rules of CONTRIBUTING.md that a program can check, file by file. Each test lists every offender, so one run is enough
// to mend them all.
import { test } from 'node:test';
import { assertNone, isProduct, readText, sourceFiles, trackedFiles, withoutComments } from '../support/repository.ts';

const MAX_LINES = 400;
const CODE = /\.(ts|tsx|mjs|c|h|py|sh|css)$|^scripts\/[^.]+$|^\.ci\/run$/;
const VAGUE_NAMES = /^(utils?|helpers?|common|misc|shared)$/;

// What is named as a man page or a header names it needs no sentence.
const HEADERS = /^src\/dataplane\/sys\/(constants|errno|libc)\.ts$/;

/** Where time comes from and chance: everywhere else both are arguments, so that a test can replay a run. */
const CLOCKS = /\b(Math\.random|Date\.now|performance\.(now|timeOrigin)|process\.hrtime|new Date\(\))/g;
const PURE = /^src\/(dataplane|channel|topology|decode|drill)\/|^src\/errors\.ts$/;
const MAY_READ: Readonly<Record<string, readonly string[]>> = {
  'src/dataplane/loop/worker.ts': ['Math.random'],
  'src/dataplane/loop/self-check.ts': ['process.hrtime'],
  'src/dataplane/tap.ts': ['performance.timeOrigin', 'performance.now'],
};

const code = trackedFiles().filter((file) => CODE.test(file));
const product = sourceFiles().filter(isProduct);

test(`no file of code is longer than ${MAX_LINES} lines`, () => {
  const long = code.map((file) => [file, readText(file).trimEnd().split('\n').length] as const);
  assertNone(long.filter(([, lines]) => lines > MAX_LINES).map(([file, lines]) => `${file}: ${lines} lines`));
});

test('every file of code opens with a comment', () => {
  const bare = code.filter((file) => !/^(#!.*\n)?(\/\/|\/\*|# |""")/.test(readText(file)));
  assertNone(bare);
});

test('every exported symbol of the product has a sentence above it', () => {
  const bare = product
    .filter((file) => !HEADERS.test(file))
    .flatMap((file) => {
      const lines = readText(file).split('\n');
      return lines.flatMap((line, index) => {
        const [, name] =
          /^export (?:declare |abstract |async )*(?:function\*?|class|const|let|interface|type) (\w+)/.exec(line) ?? [];
        return name !== undefined && !lines[index - 1]?.endsWith('*/') ? `${file}: ${name}` : [];
      });
    });
  assertNone(bare);
});

test('names of files and folders are kebab-case and name a subject', () => {
  const bad = code.filter((file) =>
    file.split('/').some((part, index) => {
      const name = part.replace(/^\./, '').replace(/(\.test)?\.[a-z]+$/, '');
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || (index > 0 && VAGUE_NAMES.test(name));
    }),
  );
  assertNone(bad);
});

test('time and chance are arguments below the loop, and in everything that is pure', () => {
  const read = product
    .filter((file) => PURE.test(file))
    .flatMap((file) => {
      const found = withoutComments(readText(file)).match(CLOCKS) ?? [];
      return found.filter((clock) => !MAY_READ[file]?.includes(clock)).map((clock) => `${file}: ${clock}`);
    });
  assertNone(read);
});

test('nothing in the data plane waits for a promise or prints', () => {
  const waits = product
    .filter((file) => file.startsWith('src/dataplane/'))
    .flatMap((file) => {
      const found =
        withoutComments(readText(file)).match(/\b(await|async|Promise|setTimeout|setImmediate|console)\b/g) ?? [];
      return found.map((word) => `${file}: ${word}`);
    });
  assertNone(waits);
});

test('no type check is switched off', () => {
  const pattern = /(?:[:<|&(,] ?|\bas |\bkeyof )any\b(?=[\s\])>;,|&=]|$)|@ts-(?:ignore|nocheck|expect-error)/gm;
  const typescript = code.filter((file) => /\.tsx?$/.test(file) && file !== 'test/repo/source-rules.test.ts');
  const off = typescript.flatMap((file) => {
    // Words in quotes are not types.
    const text = readText(file).replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
    return [...new Set(text.match(/@ts-\w+/g) ?? []), ...(withoutComments(text).match(pattern) ?? [])].map(
      (found) => `${file}: ${found}`,
    );
  });
  assertNone(off);
});
