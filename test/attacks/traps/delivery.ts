import { auto, drips, filled, head, megabyte, pours, redirects, says, type Trap } from "../trap.ts";

const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;
const cutOff = /closed the connection in the middle/;
const notHttp = /is not HTTP as it should be/;

/** Answers that never end, end too early, or come drop by drop. */
const endless: readonly Trap[] = [
  {
    name: "a body without end",
    read: auto,
    talk: pours(`${head}\r\n`, filled("<p>x", 65_536)),
    comesTo: /larger than 8 MB/,
  },
  {
    name: "chunks without end",
    read: auto,
    talk: pours(chunked, Buffer.from(`10000\r\n${"x".repeat(65_536)}\r\n`)),
    comesTo: /larger than 8 MB/,
  },
  {
    name: "chunks of one byte, without end",
    isHeavy: true,
    read: auto,
    talk: pours(chunked, filled("1\r\nx\r\n", 60_000)),
    comesTo: /larger than 8 MB/,
  },
  {
    name: "a length of 99 GB",
    read: auto,
    talk: pours(`${head}content-length: 99999999999\r\n\r\n`, filled("x", 65_536)),
    comesTo: /larger than 8 MB/,
  },
  {
    name: "headers without end",
    read: auto,
    talk: pours(head, filled("x-more: yes\r\n", 13_000)),
    comesTo: /headers .* too large/,
  },
  {
    name: "one header of 8 MB",
    read: auto,
    talk: says(`${head}x-long: ${"y".repeat(8 * megabyte)}\r\n\r\n`),
    comesTo: /headers .* too large/,
  },
  {
    name: "trailers without end",
    read: auto,
    talk: pours(`${chunked}1\r\nx\r\n0\r\n`, filled("x-more: yes\r\n", 13_000)),
    comesTo: /headers .* too large|in the middle/,
  },
  {
    name: "a page, and a next answer that nobody asked for",
    read: auto,
    talk: pours(
      `${head}content-length: 5\r\n\r\n<p>hi`,
      Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx"),
    ),
    comesTo: "items",
  },
];

const slow: readonly Trap[] = [
  { name: "no answer at all", read: auto, talk: () => {}, comesTo: /did not begin to answer in time/ },
  {
    name: "a body that drips",
    read: auto,
    talk: drips(`${head}\r\n`, "x", 100),
    comesTo: /less than 1024 bytes a second/,
  },
  {
    name: "a packed body that drips",
    read: auto,
    talk: drips(`${head}content-encoding: gzip\r\n\r\n`, "\x1f", 100_000),
    comesTo: /less than 1024 bytes a second/,
  },
  {
    name: "headers that drip",
    read: auto,
    talk: drips(head, "x: y\r\n", 50),
    comesTo: /did not begin to answer in time/,
  },
  {
    name: "a body just fast enough, for ever",
    read: auto,
    talk: drips(`${head}\r\n`, "x".repeat(400), 100),
    comesTo: /took longer than 3 s/,
  },
  {
    name: "early hints without end",
    read: auto,
    talk: pours("", filled("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", 45_000)),
    comesTo: /did not begin to answer in time|headers .* too large|is not HTTP/,
  },
  {
    name: "chunk extensions without end",
    read: auto,
    talk: pours(`${chunked}1;`, filled("x=y;", 65_536)),
    comesTo: /less than 1024 bytes a second|is not HTTP/,
  },
].map((trap) => ({ ...trap, isSlow: true }));

const broken: readonly Trap[] = [
  {
    name: "a reset in the middle",
    read: auto,
    talk: (socket) => socket.write(`${head}content-length: 9999\r\n\r\n<p>`, () => socket.resetAndDestroy()),
    comesTo: cutOff,
  },
  {
    name: "a reset before a word",
    read: auto,
    talk: (socket) => socket.resetAndDestroy(),
    comesTo: /closed the connection without an answer/,
  },
  {
    name: "a length never reached",
    read: auto,
    talk: says(`${head}content-length: 99\r\n\r\n<p>`),
    comesTo: cutOff,
  },
  {
    name: "more than the length said",
    read: auto,
    talk: says(`${head}content-length: 4\r\n\r\n<p>hello ${"and more ".repeat(99_999)}`),
    comesTo: "items",
  },
  {
    name: "two lengths that differ",
    read: auto,
    talk: says(`${head}content-length: 3\r\ncontent-length: 300\r\n\r\n<p>`),
    comesTo: notHttp,
  },
  {
    name: "a length that is no number",
    read: auto,
    talk: says(`${head}content-length: -1\r\n\r\n<p>`),
    comesTo: notHttp,
  },
  {
    name: "both a length and chunks",
    read: auto,
    talk: says(`${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n\r\n`),
    comesTo: notHttp,
  },
  { name: "a chunk of no size", read: auto, talk: says(`${chunked}zz\r\nx\r\n0\r\n\r\n`), comesTo: notHttp },
  {
    name: "a chunk of more bytes than can be counted",
    read: auto,
    talk: says(`${chunked}${"f".repeat(40)}\r\nx`),
    comesTo: notHttp,
  },
  { name: "chunks cut short", read: auto, talk: says(`${chunked}ff\r\nx`), comesTo: cutOff },
  {
    name: "an answer that switches protocols",
    read: auto,
    talk: says("HTTP/1.1 101 Yes\r\nupgrade: x\r\n\r\n"),
    comesTo: /switches to another protocol/,
  },
  { name: "another protocol", read: auto, talk: says("220 mail.example ESMTP\r\n"), comesTo: notHttp },
  {
    name: "not modified, unasked",
    read: auto,
    talk: says("HTTP/1.1 304 No\r\n\r\n"),
    comesTo: /without having been asked/,
  },
];

const astray: readonly Trap[] = [
  {
    name: "a redirect to itself",
    read: auto,
    talk: redirects(({ own, path }) => own + path),
    comesTo: /in circles/,
  },
  {
    name: "two redirects to each other",
    read: auto,
    talk: redirects(({ path }) => (path === "/a" ? "/" : "/a"), "301 Moved"),
    comesTo: /in circles/,
  },
  {
    name: "redirects without end",
    read: auto,
    talk: redirects(({ path }) => `${path}x`, "308 Moved"),
    comesTo: /more than 5 times/,
  },
  {
    name: "a redirect whose body has no end",
    read: auto,
    talk: (socket, visit) =>
      pours(`HTTP/1.1 302 Found\r\nlocation: ${visit.path}x\r\n\r\n`, filled("x", 65_536))(socket, visit),
    comesTo: /more than 5 times/,
  },
  { name: "a redirect to nowhere", read: auto, talk: redirects(() => " "), comesTo: /without saying where/ },
  {
    name: "a redirect to what is no address",
    read: auto,
    talk: redirects(() => "http://["),
    comesTo: /no address/,
  },
  {
    name: "a redirect to a file",
    read: auto,
    talk: redirects(() => "file:///etc/passwd"),
    comesTo: /not "file:"/,
  },
  {
    name: "a redirect to gopher",
    read: auto,
    talk: redirects(({ canary }) => `gopher${canary.slice(4)}/_x`),
    comesTo: /not "gopher:"/,
  },
  {
    name: "a missing page whose body has no end",
    read: auto,
    talk: pours("HTTP/1.1 404 No\r\n\r\n", filled("x", 65_536)),
    comesTo: /404/,
  },
];

export const deliveryTraps: readonly Trap[] = [...endless, ...slow, ...broken, ...astray];
