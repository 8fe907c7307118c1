// Where a row of the list belongs. This module knows no browser, so that it can be tested alone.

export interface Placed {
  id: string;
  /** Rises with every message of the house: the newest stands first. */
  moved: number;
}

/** The row before which one belongs, or null for the end. The row itself, if it is there already, does not count. */
export function before<T extends Placed>(rows: T[], one: Placed): T | null {
  for (const row of rows) {
    if (row.id !== one.id && row.moved < one.moved) {
      return row;
    }
  }
  return null;
}

/** Whether a row would stay where it is. */
export function stays(rows: Placed[], one: Placed): boolean {
  const at = rows.findIndex((row) => row.id === one.id);
  if (at < 0) {
    return false;
  }
  const next = before(rows, one);
  return next === null ? at === rows.length - 1 : rows[at + 1]?.id === next.id;
}
