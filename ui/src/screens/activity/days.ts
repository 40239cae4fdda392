/** The timeline as one list: a heading for each day, then its rows. Only the days are known in advance; the rows come
 *  for what is in sight. */
import type { TimelineRow } from '../../bindings';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';

export type Line = { kind: 'day'; day: string } | { kind: 'row'; index: number; row?: TimelineRow };

export interface Days {
  /** Headings and rows together. */
  total: number;
  /** What stands at this place of the list. */
  at: (index: number) => Line | undefined;
  /** How many rows stand before this place. */
  rowsBefore: (index: number) => number;
}

export function byDay(days: { day: string; count: number }[], rows: number): Days {
  const starts: { line: number; row: number; day: string; count: number }[] = [];
  let line = 0;
  let first = 0;
  for (const { day, count } of days) {
    starts.push({ line, row: first, day, count });
    line += count + 1;
    first += count;
  }
  const find = (index: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]!.line <= index) low = middle;
      else high = middle - 1;
    }
    return starts[low];
  };
  return {
    total: line,
    at(index) {
      if (index < 0 || index >= line) return undefined;
      const day = find(index)!;
      if (day.line === index) return { kind: 'day', day: day.day };
      return { kind: 'row', index: day.row + index - day.line - 1 };
    },
    rowsBefore(index) {
      if (index <= 0 || starts.length === 0) return 0;
      if (index >= line) return rows;
      const day = find(index)!;
      return day.row + Math.max(0, index - day.line - 1);
    },
  };
}

const asDay = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');

/** "Today", "Yesterday", or the day in full. */
export function dayName(day: string, now = new Date()): string {
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day === asDay(now)) return t().activity.today;
  if (day === asDay(before)) return t().activity.yesterday;
  return formatDay(day);
}

/** "0.4 s", "12 s", "3 min", "2 h", "5 d": how long a step took, short enough to stand between two. */
export function duration(milliseconds: number, language: string): string {
  const units: [number, Intl.NumberFormatOptions['unit']][] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
  ];
  const [size, unit] = units.find(([size]) => milliseconds >= size) ?? [1000, 'second'];
  const value = milliseconds / size;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
