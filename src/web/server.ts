import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { AppError, errnoOf, messageOf } from "../base/errors.ts";
import { status } from "./admin/overview.tsx";
import { issue, issues } from "./archive.tsx";
import { confirm, confirmPage } from "./confirming.tsx";
import { feedList } from "./feedlist.tsx";
import { feed, preflight } from "./feeds.ts";
import { largestForm } from "./form.ts";
import { guarded } from "./headers.ts";
import { feedLane } from "./lane.ts";
import { leave, leavePage } from "./leaving.tsx";
import { metrics } from "./metrics.ts";
import { post } from "./permalink.tsx";
import { prefer, preferencesPage } from "./preferences.tsx";
import { home } from "./reading.tsx";
import { failed, refuse } from "./refusal.tsx";
import { category, source } from "./scoped.tsx";
import { copyScript, favicon, styles } from "./styles.ts";
import { subscribe, subscribeForm } from "./subscribing.tsx";
import { type Caller, type Door, receive, type WebNeeds } from "./visit.ts";

const headersWithinMs = 15_000;
const requestWithinMs = 30_000;
/** How long requests under way may take when the server closes. */
const drainMs = 10_000;

/** All routes: a request in, an answer out. `HEAD` is answered like `GET`, without the body. */
export function webApp(app: WebNeeds): Hono<Door> {
  const web = new Hono<Door>();
  web.use(guarded());
  web.use(receive(app));
  web.use(
    methodNotAllowed({
      app: web,
      onMethodNotAllowed: (c: Caller, methods) => {
        c.header("Allow", methods.join(", "));
        return refuse(c, "method");
      },
    }),
  );
  web.use(bodyLimit({ maxSize: largestForm, onError: (c: Caller) => refuse(c, "large") }));
  web.onError(failed(app));
  web.notFound((c) => refuse(c, "missing"));
  readers(web);
  subscribers(web);
  machines(web, app);
  web.get("/admin", status);
  web.get("/metrics", metrics);
  return web;
}

function readers(web: Hono<Door>): void {
  web.get("/", home);
  web.get("/c/:slug", category);
  web.get("/s/:id", source);
  web.get("/p/:id{[0-9]{1,15}}", post);
  web.get("/issues", issues);
  web.get("/issues/:n{[0-9]{1,9}}", issue);
  web.get("/feeds", feedList);
  for (const published of ["/feeds.opml", "/feeds/*"]) web.get(published, feed).options(published, preflight);
}

function subscribers(web: Hono<Door>): void {
  web.get("/subscribe", subscribeForm).post(subscribe);
  web.get("/confirm/:token", confirmPage).post(confirm);
  web.get("/preferences/:token", preferencesPage).post(prefer);
  web.get("/unsubscribe/:token", leavePage).post(leave);
}

function machines(web: Hono<Door>, app: WebNeeds): void {
  web.get("/style.css", styles);
  web.get("/copy.js", copyScript);
  web.get("/favicon.svg", favicon);
  web.get("/favicon.ico", favicon);
  web.get("/robots.txt", (c) => c.text(robots, 200, { "Cache-Control": "public, max-age=86400" }));
  web.get("/healthz", (c) => c.text("ok\n"));
  web.get("/readyz", async (c) => {
    try {
      await app.store.getPost(0);
      return c.text("ready\n");
    } catch (error) {
      app.log.error("not ready", { error: messageOf(error) });
      return c.text("the database does not answer\n", 503);
    }
  });
}

const robots = `User-agent: *
Disallow: /admin
Disallow: /metrics
Disallow: /confirm/
Disallow: /preferences/
Disallow: /unsubscribe/
`;

/** A server that takes requests; `address` is what to open on this machine. */
export interface Listening {
  readonly address: string;
  /** No new connections; idle ones are closed, requests under way get ten seconds. */
  close(): Promise<void>;
}

/**
 * Serves the web where the configuration says (port 0: any free one). Throws `AppError("busy")` when the port is
 * taken and `AppError("config")` when there is no such address here.
 */
export async function listen(app: WebNeeds): Promise<Listening> {
  const { host, port } = app.config.web.listen;
  const server = createServer(
    { headersTimeout: headersWithinMs, requestTimeout: requestWithinMs },
    feedLane(app, getRequestListener(webApp(app).fetch)),
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(unavailable(error, host, port)));
    server.listen(port, host, resolve);
  });
  return { address: openable(server, host), close: () => drain(server, sockets) };
}

function unavailable(error: Error, host: string, port: number): AppError {
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  switch (errnoOf(error)) {
    case "EADDRINUSE":
      return new AppError("busy", `${place} is taken by another program.`, {
        hint: "Stop that one, or set web.listen to a free port.",
        cause: error,
      });
    case "EACCES":
      return new AppError("config", `web.listen: ${place} is not allowed to this user.`, {
        hint: "Take a port from 1024 upwards, and let a proxy serve 80 and 443.",
        cause: error,
      });
    default:
      return new AppError("config", `web.listen: ${place} cannot be listened on: ${error.message}.`, {
        hint: "Name an address of this machine, 127.0.0.1:8080.",
        cause: error,
      });
  }
}

function openable(server: Server, host: string): string {
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function drain(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const end = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(end);
      resolve();
    });
    // Browsers open connections ahead of need; Node does not count one that never asked as idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
}
