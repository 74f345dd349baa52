// "Field Notes": a small blog with a listing and no feed, as there are many. Plain Node.js, nothing to install.
// The demo serves it, and so do the tests; `node examples/site/site.mjs` serves it at http://127.0.0.1:4000.
import { readFileSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

/** @typedef {{ slug: string | null, title: string | null, category: string | null, date: string | null, text: string }} SamplePost */

/**
 * The posts that come with the site, newest first.
 * @type {readonly SamplePost[]}
 */
export const samplePosts = JSON.parse(readFileSync(new URL("posts.json", import.meta.url), "utf8"));

const perPage = 10;

/**
 * Answers for the site: `/`, `/page/2`, `/tag/<name>` and `/posts/<slug>`. `posts` is asked at every request, so that
 * posts can appear and change; `around` puts something between header and cards: a counter, an advertisement.
 *
 * @param {() => readonly SamplePost[]} posts
 * @param {() => string} [around]
 * @returns {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void}
 */
export function sampleSite(posts, around = () => "") {
  return (request, response) => {
    const path = pathOf(request.url ?? "/");
    const page = path === null ? null : pageAt(path, posts(), around());
    response.writeHead(page === null ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? layout("Not found", "<p>There is no such page.</p>"));
  };
}

/**
 * The path of a request, decoded; null when nobody can read it.
 *
 * @param {string} target
 */
function pathOf(target) {
  try {
    return decodeURIComponent(new URL(target, "http://site").pathname);
  } catch {
    return null;
  }
}

/**
 * @param {string} path
 * @param {readonly SamplePost[]} posts
 * @param {string} around
 */
function pageAt(path, posts, around) {
  const [, room, name] = path.split("/");
  if (path === "/") return listing(posts, 1, around);
  if (room === "page" && Number(name) > 1) return listing(posts, Number(name), around);
  if (room === "tag")
    return cards(
      posts.filter((post) => post.category?.toLowerCase() === name),
      `Tag: ${name}`,
      around,
      "",
    );
  const post = room === "posts" ? posts.find(({ slug }) => slug === name) : undefined;
  return post === undefined
    ? null
    : layout(
        post.title ?? "Note",
        `<article class="post"><h1>${escaped(post.title ?? "Note")}</h1><p>${escaped(post.text)}</p></article>`,
      );
}

/**
 * @param {readonly SamplePost[]} posts
 * @param {number} page
 * @param {string} around
 */
function listing(posts, page, around) {
  const last = Math.max(1, Math.ceil(posts.length / perPage));
  if (page > last) return null;
  const pager = Array.from({ length: last }, (_, n) => n + 1)
    .map((n) =>
      n === page ? `<span class="current">${n}</span>` : `<a href="${n === 1 ? "/" : `/page/${n}`}">${n}</a>`,
    )
    .join(" ");
  const next = page < last ? ` <a rel="next" href="/page/${page + 1}">Older</a>` : "";
  return cards(
    posts.slice((page - 1) * perPage, page * perPage),
    "Latest updates",
    around,
    `<nav class="pager">${pager}${next}</nav>`,
  );
}

/**
 * @param {readonly SamplePost[]} posts
 * @param {string} heading
 * @param {string} around
 * @param {string} pager
 */
function cards(posts, heading, around, pager) {
  const hero = `<header class="hero"><p class="kicker">Signals from the field</p><h1>${escaped(heading)}</h1></header>`;
  return layout(heading, `${hero}${around}<main class="cards">${posts.map(card).join("\n")}</main>${pager}`);
}

/** @param {SamplePost} post */
function card({ slug, title, category, date, text }) {
  const tag =
    category === null
      ? ""
      : `<a class="tag" rel="tag" href="/tag/${encodeURIComponent(category.toLowerCase())}">${escaped(category)}</a>`;
  const time = date === null ? "" : `<time datetime="${date}">${date}</time>`;
  const meta = tag + time === "" ? "" : `<p class="meta">${tag} ${time}</p>`;
  const head =
    title === null
      ? ""
      : `<h2>${slug === null ? escaped(title) : `<a href="/posts/${slug}">${escaped(title)}</a>`}</h2>`;
  return `<article class="card">${meta}${head}<p class="excerpt">${escaped(text)}</p></article>`;
}

/**
 * @param {string} title
 * @param {string} body
 */
function layout(title, body) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} – Field Notes</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem}.hero{padding:3rem 0}.card{padding:1rem 0;border-top:1px solid #ddd}.meta{color:#666;font-size:.85rem}</style></head>
<body><nav class="top"><a href="/">Field Notes</a> <a href="/tag/maps">Maps</a> <a href="/tag/rivers">Rivers</a> <a href="/tag/tools">Tools</a> <a href="/about">About</a></nav>
${body}
<footer><p>Field Notes is written by a few people near a river.</p></footer></body></html>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  createServer(sampleSite(() => samplePosts)).listen(4000, "127.0.0.1", () =>
    console.log("Field Notes is at http://127.0.0.1:4000"),
  );
}
