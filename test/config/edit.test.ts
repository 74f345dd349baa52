import { describe, expect, test } from "vitest";
import { freeId, withSource } from "../../src/config/edit.ts";

describe("adding a source to a configuration", () => {
  test("keeps comments, order and everything else", () => {
    const before =
      "# ours\nsite: { title: Notes } # the name\nsources:\n  # the first one\n  - id: a\n    url: https://a.example/\ndata: ./data\n";

    const after = withSource(before, { id: "b", url: "https://b.example/", read: { kind: "auto" } });

    expect(after).toBe(
      "# ours\nsite: { title: Notes } # the name\nsources:\n  # the first one\n  - id: a\n    url: https://a.example/\n  - id: b\n    url: https://b.example/\n    read: { kind: auto }\ndata: ./data\n",
    );
  });

  test("works where there are no sources yet, in either way to write that", () => {
    for (const none of ["", "sources:\n", "sources: []\n"]) {
      expect(withSource(`data: ./data\n${none}`, { id: "b", url: "https://b.example/" })).toContain(
        "sources:\n  - id: b\n    url: https://b.example/\n",
      );
    }
  });

  test("finds an id that is free", () => {
    expect(freeId("https://www.example.org/blog/", [])).toBe("example-blog");
    expect(freeId("https://www.example.org/blog/", ["example-blog", "example-blog-2"])).toBe(
      "example-blog-3",
    );
    expect(freeId("https://例え.jp/", [])).toMatch(/^[a-z0-9][a-z0-9-]*$/);
  });
});
