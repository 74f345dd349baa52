DROP INDEX `posts_url`;--> statement-breakpoint
DROP INDEX `posts_text`;--> statement-breakpoint
CREATE INDEX `posts_url` ON `posts` (`url_key`,`source_id`);--> statement-breakpoint
CREATE INDEX `posts_text` ON `posts` (`text_key`,`source_id`);