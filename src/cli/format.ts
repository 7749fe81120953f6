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

/** "12 us", "1.50 ms": a time in microseconds; "-" for none. */
export function formatMicroseconds(us: number | undefined): string {
  if (us === undefined) return '-';
  if (us < 999.5) return `${us < 9.95 ? us.toFixed(1) : Math.round(us)} us`;
  const ms = us / 1000;
  return ms < 999.5
    ? `${ms < 9.995 ? ms.toFixed(2) : ms < 99.95 ? ms.toFixed(1) : Math.round(ms)} ms`
    : `${(ms / 1000).toFixed(2)} s`;
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

/** How many there are of each kind. */
export interface KindCounts {
  readonly links: number;
  readonly hubs: number;
  readonly switches: number;
}

/** Counts links, hubs and switches. */
export function countKinds(segments: readonly { readonly kind: 'link' | 'hub' | 'switch' }[]): KindCounts {
  const count = (wanted: string): number => segments.filter(({ kind }) => kind === wanted).length;
  return { links: count('link'), hubs: count('hub'), switches: count('switch') };
}

/** "2 links, 1 hub, 1 switch"; switches are told only where there are any. */
export function formatKinds({ links, hubs, switches }: KindCounts): string {
  const parts = [`${links} link${links === 1 ? '' : 's'}`, `${hubs} hub${hubs === 1 ? '' : 's'}`];
  if (switches > 0) parts.push(`${switches} switch${switches === 1 ? '' : 'es'}`);
  return parts.join(', ');
}

/** Columns padded to their widest cell, two spaces apart; `widthOf` tells how wide a cell looks. */
export function formatTable(
  rows: readonly (readonly string[])[],
  widthOf: (cell: string) => number = (cell) => cell.length,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** "2d 3h", "1h 5m", "42s": the two largest units. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
