import type { App } from "../app.ts";
import { healthOf } from "../domain/health.ts";

/** A sentence for each source that is not well: `notes: The server answered 404 …`. */
export async function failingSources(app: App, only: string | null): Promise<readonly string[]> {
  const now = app.clock.now();
  return (await app.store.listSources())
    .filter(({ id }) => only === null || id === only)
    .map((row) => ({ id: row.id, health: healthOf(row, now) }))
    .filter(({ health }) => health.state !== "ok" && health.state !== "off" && health.state !== "new")
    .map(({ id, health }) => `${id}: ${health.sentence}`);
}
