import { getTableColumns } from "drizzle-orm";
import { integer, type SQLiteTable, text } from "drizzle-orm/sqlite-core";

/** A column that is true or false. */
export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A column that holds a record or a list as JSON. */
export const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();

/**
 * Columns of a table for statements that are prepared past Drizzle, where it would build the same query a thousand
 * times: their names, and those fields of a row as the values that Drizzle would write, in the same order. All of them
 * unless `fields` says which.
 */
export function columnsOf<Table extends SQLiteTable, Field extends keyof Table["$inferSelect"] & string>(
  table: Table,
  fields?: readonly Field[],
) {
  const all = getTableColumns(table);
  const wanted: readonly string[] = fields ?? Object.keys(all);
  const columns = Object.entries(all).filter(([field]) => wanted.includes(field));
  return {
    names: columns.map(([, { name }]) => name),
    values: (row: Pick<Table["$inferSelect"], Field>): readonly unknown[] => {
      const fields: Readonly<Record<string, unknown>> = row;
      return columns.map(([field, column]) => {
        const value = fields[field] ?? null;
        return value === null ? null : column.mapToDriverValue(value);
      });
    },
  };
}
