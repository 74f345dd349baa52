import { maskEmail } from "../../base/log.ts";
import { safeHttpUrl } from "../../base/url.ts";
import { postPath } from "../../domain/address.ts";
import type { Delivery } from "../../domain/delivery.ts";
import type { Accounting, Issue } from "../../domain/issue.ts";
import type { ShownPost } from "../../domain/post.ts";
import type { Health } from "../../domain/records.ts";
import type { Visit } from "../visit.ts";

const states = [
  "pending",
  "leased",
  "submitting",
  "deferred",
  "sent",
  "failed",
  "cancelled",
  "unknown",
] as const satisfies readonly Delivery["state"][];
const people = ["active", "pending", "left", "bounced"] as const;
const shares = [
  "posts",
  "candidates",
  "sent",
  "failed",
  "cancelled",
  "unknown",
  "pending",
  "skipped",
] as const;

/** The counts of the house: posts and subscribers, then mails by state. */
export function Counts({ visit, health }: { visit: Visit; health: Health }) {
  const { words } = visit;
  return (
    <>
      <dl class="counts">
        <Count label={words.say("admin.posts")} value={words.number(health.posts)} />
        {people.map((status) => (
          <Count
            label={words.say(`admin.subscribers.${status}`)}
            value={words.number(health.subscribers[status])}
          />
        ))}
      </dl>
      <dl class="counts">
        {states.map((state) => (
          <Count label={words.say(`admin.outbox.${state}`)} value={words.number(health.outbox[state] ?? 0)} />
        ))}
      </dl>
    </>
  );
}

function Count({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Mails whose fate nobody knows: each waits for the operator's word. */
export function Unknowns({ visit, deliveries }: { visit: Visit; deliveries: readonly Delivery[] }) {
  const { words } = visit;
  if (deliveries.length === 0) return null;
  return (
    <section>
      <h2 class="label">{words.say("admin.unknown")}</h2>
      <p>{words.say("admin.unknown.next")}</p>
      <ul class="plain">
        {deliveries.map(({ id, email, code }) => (
          <li>
            <code>postwire deliveries resolve {id} --as sent</code> · {maskEmail(email)}
            {code === null ? null : <span class="meta"> {code}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The issues with their accounting. */
export function IssueTable(props: {
  visit: Visit;
  issues: readonly (Omit<Issue, "posts" | "letterhead"> & { readonly accounting: Accounting })[];
}) {
  const { visit, issues } = props;
  const { words } = visit;
  if (issues.length === 0) return <p class="empty">{words.say("admin.issues.empty")}</p>;
  return (
    <section class="scroll" aria-label={words.say("admin.issues")} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.say("admin.issue")}</th>
            <th scope="col">{words.say("admin.column.state")}</th>
            {shares.map((share) => (
              <th scope="col">{words.say(`admin.share.${share}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {issues.map(({ number, period, state, accounting }) => (
            <tr>
              <th scope="row">
                {number} <span class="meta">{period.key}</span>
              </th>
              <td class={toneOf(state)}>{words.say(`admin.issues.${state}`)}</td>
              {shares.map((share) => (
                <td class="number">{words.number(accounting[share])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function toneOf(state: Issue["state"]): string {
  if (state === "halted") return "bad";
  if (state === "paused" || state === "approval") return "attention";
  return state === "cancelled" ? "idle" : "good";
}

/** Posts that are kept back until the operator has looked at them. */
export function HeldPosts({
  visit,
  posts,
  count,
}: {
  visit: Visit;
  posts: readonly ShownPost[];
  count: number;
}) {
  const { words } = visit;
  if (count === 0) return null;
  return (
    <section>
      <h2 class="label">
        {words.say("admin.held")} <span class="count">{words.number(count)}</span>
      </h2>
      <p>{words.say("admin.held.next")}</p>
      <ul class="plain">
        {posts.map(({ id, title, url, sourceName }) => (
          <li>
            <code>postwire posts release {id}</code> ·{" "}
            <a href={safeHttpUrl(url) ?? visit.href(postPath(id))}>{title}</a>
            <span class="meta"> {sourceName}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
