CREATE TABLE `robots` (
	`origin` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`read_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `hosts` ADD `crawl_gap_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `failing_since` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `pace_ms` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `hints` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `move` text;