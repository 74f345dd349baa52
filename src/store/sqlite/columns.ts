import { integer, text } from "drizzle-orm/sqlite-core";

/** A column that is true or false. */
export const flag = (name: string) => integer(name, { mode: "boolean" });

/** A column that holds a record or a list as JSON. */
export const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();
