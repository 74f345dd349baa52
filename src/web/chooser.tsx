import { addressOf, feedFormats, feedPath, formatNames } from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import { bare } from "./layout.tsx";
import { copyQuery } from "./styles.ts";
import type { Visit } from "./visit.ts";

/**
 * The feeds of what a page shows, for people: each address in full, which a click selects; a button that copies it where
 * scripts run. A page with one says so (`runsScript`).
 */
export function Chooser({ visit, scope }: { visit: Visit; scope: PostScope }) {
  const { words, app } = visit;
  return (
    <details class="chooser">
      <summary>{words.say("chooser.title")}</summary>
      <p>
        {words.say("feeds.what")}
        {words.say("page.gap")}
        {words.say("twin.any")}
      </p>
      <ul class="addresses">
        {feedFormats.map((format) => (
          <li>
            <a href={bare(visit, feedPath(scope, format))}>{formatNames[format]}</a>
            <code id={`address-${format}`}>{addressOf(app.config.site.url, feedPath(scope, format))}</code>
            <button
              type="button"
              class="small"
              hidden
              aria-label={words.say("chooser.copy.what", { format: formatNames[format] })}
              data-copy={`address-${format}`}
              data-done={words.say("chooser.copied", { format: formatNames[format] })}
              data-failed={words.say("chooser.failed")}
            >
              {words.say("chooser.copy")}
            </button>
          </li>
        ))}
      </ul>
      <p class="hint" id="copied" role="status" aria-live="polite"></p>
      <p class="feeds">
        <a href={bare(visit, feedPath(scope, "html"))}>{words.say("feeds.note.more")}</a>
        {" · "}
        <a href={visit.href("feeds")}>{words.say("twin.all")}</a>
      </p>
      <script src={`${bare(visit, "copy.js")}?${copyQuery}`} defer></script>
    </details>
  );
}
