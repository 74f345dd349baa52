import type { Instant } from "../../base/clock.ts";
import { cut } from "../../base/text.ts";
import { safeHttpUrl } from "../../base/url.ts";
import { healthOf, isTrouble, type Level, type SourceHealth } from "../../domain/health.ts";
import type { SourceRow } from "../../domain/source.ts";
import type { Visit } from "../visit.ts";
import { When } from "./when.tsx";

/** What the table of sources can be sorted by. */
export const columns = ["name", "state", "last", "next", "posts"] as const;
export type Column = (typeof columns)[number];

interface Seen {
  readonly row: SourceRow;
  readonly health: SourceHealth;
}

const levels: readonly Level[] = ["bad", "attention", "good", "idle"];

const orders: Readonly<Record<Column, (a: Seen, b: Seen) => number>> = {
  name: byName,
  state: (a, b) => levels.indexOf(a.health.level) - levels.indexOf(b.health.level) || byName(a, b),
  last: (a, b) => (b.row.state.lastLookAt ?? 0) - (a.row.state.lastLookAt ?? 0) || byName(a, b),
  next: (a, b) => a.row.state.nextLookAt - b.row.state.nextLookAt || byName(a, b),
  posts: (a, b) => b.row.posts - a.row.posts || byName(a, b),
};

function byName(a: Seen, b: Seen): number {
  return a.row.name.localeCompare(b.row.name) || (a.row.id < b.row.id ? -1 : 1);
}

/** Every source: how it is, when it was and will be looked at, and what to do where something is wrong. */
export function SourceTable(props: { visit: Visit; rows: readonly SourceRow[]; sort: Column; now: Instant }) {
  const { visit, rows, sort, now } = props;
  const { words } = visit;
  if (rows.length === 0) return <p class="empty">{words.say("admin.sources.empty")}</p>;
  const seen = rows.map((row) => ({ row, health: healthOf(row, now) })).toSorted(orders[sort]);
  return (
    <section class="scroll" aria-label={words.say("admin.sources")} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" aria-sort={column === sort ? "other" : undefined}>
                <a href={`${visit.href("admin").replace(/\?.*/, "")}?sort=${column}${carried(visit)}`}>
                  {words.say(`admin.column.${column}`)}
                </a>
              </th>
            ))}
            <th scope="col">{words.say("admin.column.what")}</th>
          </tr>
        </thead>
        <tbody>
          {seen.map(({ row, health }) => (
            <SourceLine visit={visit} row={row} health={health} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function carried({ asked }: Visit): string {
  return asked === null ? "" : `&lang=${encodeURIComponent(asked)}`;
}

function SourceLine(props: { visit: Visit; row: SourceRow; health: SourceHealth; now: Instant }) {
  const { visit, row, health, now } = props;
  const { words } = visit;
  const address = safeHttpUrl(row.state.address) ?? safeHttpUrl(row.url);
  const isLooked = row.configured && row.enabled;
  return (
    <tr>
      <th scope="row">
        {address === null ? row.name : <a href={address}>{row.name}</a>}
        <span class="meta"> {row.id}</span>
      </th>
      <td class={health.level}>{words.say(`health.${health.state}`)}</td>
      <td>
        <When words={words} at={row.state.lastLookAt} now={now} />
      </td>
      <td>
        <When words={words} at={isLooked ? row.state.nextLookAt : null} now={now} />
      </td>
      <td class="number">{words.number(row.posts)}</td>
      <td class="what">
        {isTrouble(health) && row.state.last?.detail ? <div>{cut(row.state.last.detail, 200)}</div> : null}
        {words.say(`health.${health.state}.next`, { url: row.url, count: row.state.failures })}
      </td>
    </tr>
  );
}
