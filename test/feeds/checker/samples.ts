/** A proper file of each kind, as it would be served at `https://a.example/f.<kind>`. */
export const atom = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en">
  <id>tag:a.example,2026:all</id>
  <title type="text">T</title>
  <subtitle type="text">S</subtitle>
  <updated>2026-01-05T07:00:00Z</updated>
  <generator>G</generator>
  <author><name>N</name></author>
  <link rel="self" href="https://a.example/f.atom" type="application/atom+xml"/>
  <link rel="alternate" href="https://a.example/" type="text/html"/>
  <entry>
    <id>tag:a.example,2026:1</id>
    <title type="text">One</title>
    <link rel="alternate" href="https://a.example/1"/>
    <updated>2026-01-05T07:00:00Z</updated>
    <summary type="text">About</summary>
    <content type="html">&#x3C;p&#x3E;x&#x3C;/p&#x3E;</content>
    <category term="t" label="L"/>
    <media:thumbnail url="https://a.example/i.png"/>
  </entry>
  <entry><id>tag:a.example,2026:2</id><title>Two</title><updated>2026-01-05T07:00:01Z</updated><link href="https://a.example/2"/><summary>S</summary></entry>
</feed>`;

export const rss = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>T</title>
    <link>https://a.example/</link>
    <description>D</description>
    <language>en</language>
    <lastBuildDate>Mon, 05 Jan 2026 07:00:00 GMT</lastBuildDate>
    <ttl>60</ttl>
    <atom:link rel="self" href="https://a.example/f.rss" type="application/rss+xml"/>
    <item>
      <title>One</title>
      <link>https://a.example/1</link>
      <guid isPermaLink="false">tag:a.example,2026:1</guid>
      <pubDate>Mon, 05 Jan 2026 07:00:00 GMT</pubDate>
      <description>About</description>
      <content:encoded>&#x3C;p&#x3E;x&#x3C;/p&#x3E;</content:encoded>
      <category>C</category>
      <enclosure url="https://a.example/a.mp3" length="0" type="audio/mpeg"/>
      <source url="https://b.example/">B</source>
    </item>
    <item><title>Two</title><guid isPermaLink="false">tag:a.example,2026:2</guid></item>
  </channel>
</rss>`;

export const opml = `<opml version="2.0"><head><title>T</title></head><body>
<outline type="rss" text="A" title="A" xmlUrl="https://a.example/a" htmlUrl="https://a.example/"/></body></opml>`;

export const json = JSON.stringify({
  version: "https://jsonfeed.org/version/1.1",
  title: "T",
  feed_url: "https://a.example/f.json",
  authors: [{ name: "N" }],
  items: [
    { id: "1", url: "https://a.example/1", content_html: "<p>x</p>", date_published: "2026-01-05T07:00:00Z" },
  ],
});
