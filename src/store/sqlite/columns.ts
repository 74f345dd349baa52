import { Column, getTableColumns, getTableName } from "drizzle-orm";
import { integer, type SQLiteTable, text } from "drizzle-orm/sqlite-core";

import { once } from "./database.ts";

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
  // Most columns are written as they are: null stands for them.
  const written = columns.map(([field, column]) => ({
    field,
    column: column.mapToDriverValue === Column.prototype.mapToDriverValue ? null : column,
  }));
  return {
    names: columns.map(([, { name }]) => name),
    values: (row: Pick<Table["$inferSelect"], Field>): readonly unknown[] => {
      const given: Readonly<Record<string, unknown>> = row;
      return written.map(({ field, column }) => {
        const value = given[field] ?? null;
        return value === null || column === null ? value : column.mapToDriverValue(value);
      });
    },
  };
}

/** Writes these fields of the row with that id, and no others: what is said of an index is written into it again. */
export function writer<
  Table extends SQLiteTable,
  Field extends Exclude<keyof Table["$inferSelect"], "id"> & string,
>(table: Table, fields: readonly Field[]) {
  return once((db) => {
    const { names, values } = columnsOf(table, fields);
    const set = names.map((name) => `${name} = ?`).join(", ");
    const statement = db.$client.prepare(`update ${getTableName(table)} set ${set} where id = ?`);
    return (row: Pick<Table["$inferSelect"], Field | ("id" & keyof Table["$inferSelect"])>) =>
      statement.run(...values(row), (row as { readonly id: unknown }).id);
  });
}
