// Numbers as people read them.

const STEPS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** "12.3 k": three significant digits and a decimal prefix. */
export function formatCount(value: number): string {
  let step = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && step < STEPS.length - 1) {
    scaled /= 1000;
    step++;
  }
  const digits = step === 0 && Number.isInteger(scaled) ? 0 : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)}${step === 0 ? '' : ` ${STEPS[step]}`}`;
}

/** "12.3 Mbit/s" from bytes per second. */
export function formatBitRate(bytesPerSecond: number): string {
  const text = formatCount(bytesPerSecond * 8);
  return `${text}${/[a-zA-Z]$/.test(text) ? '' : ' '}bit/s`;
}

/** "not_connected 3, empty 1", or "none". */
export function formatDrops(drops: Readonly<Record<string, number>>): string {
  const parts = Object.entries(drops).map(([reason, count]) => `${reason} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Columns padded to their widest cell, two spaces apart. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
