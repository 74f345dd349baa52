import { getTableColumns } from "drizzle-orm";
import { integer, type SQLiteTable, text } from "drizzle-orm/sqlite-core";

/** A column that is true or false. */
export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A column that holds a record or a list as JSON. */
export const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();

/**
 * The columns of a table for statements that are prepared past Drizzle, where it would build the same query a thousand
 * times: their names, and a whole row as the values that Drizzle would write, in the same order.
 */
export function wholeRow<Table extends SQLiteTable>(table: Table) {
  const columns = Object.entries(getTableColumns(table));
  return {
    names: columns.map(([, { name }]) => name),
    values: (row: Table["$inferSelect"]): readonly unknown[] => {
      const fields: Readonly<Record<string, unknown>> = row;
      return columns.map(([field, column]) => {
        const value = fields[field] ?? null;
        return value === null ? null : column.mapToDriverValue(value);
      });
    },
  };
}
