CREATE TABLE `acts` (
	`who` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`who`, `hour`)
);
--> statement-breakpoint
CREATE INDEX `acts_hour` ON `acts` (`hour`);--> statement-breakpoint
CREATE TABLE `categories` (
	`id` integer PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`folded` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `categories_slug_unique` ON `categories` (`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `categories_folded_unique` ON `categories` (`folded`);--> statement-breakpoint
CREATE TABLE `confirmations` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`nonce` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `confirmations_nonce_unique` ON `confirmations` (`nonce`);--> statement-breakpoint
CREATE INDEX `confirmations_subscriber` ON `confirmations` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `consents_subscriber` ON `consents` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `cursors` (
	`cadence` text PRIMARY KEY NOT NULL,
	`covered_to` integer NOT NULL,
	`handled_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`issue` integer,
	`variant` text,
	`nonce` text,
	`language` text,
	`subscriber_id` integer,
	`email` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`submissions` integer DEFAULT 0 NOT NULL,
	`claims` integer DEFAULT 0 NOT NULL,
	`message_id` text NOT NULL,
	`code` text,
	`due_at` integer NOT NULL,
	`resend_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`owner` text,
	`lease_until` integer,
	FOREIGN KEY (`issue`) REFERENCES `issues`(`number`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`issue`,`subscriber_id`);--> statement-breakpoint
CREATE INDEX `deliveries_state` ON `deliveries` (`issue`,`state`);--> statement-breakpoint
CREATE INDEX `deliveries_subscriber` ON `deliveries` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`issue`,`due_at`,`id`) WHERE state in ('pending', 'deferred');--> statement-breakpoint
CREATE INDEX `deliveries_end` ON `deliveries` (`expires_at`) WHERE state in ('pending', 'deferred');--> statement-breakpoint
CREATE INDEX `deliveries_flight` ON `deliveries` (`lease_until`) WHERE state in ('leased', 'submitting');--> statement-breakpoint
CREATE INDEX `deliveries_unknown` ON `deliveries` (`resend_at`) WHERE state = 'unknown';--> statement-breakpoint
CREATE TABLE `dirty` (
	`scope` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `filings` (
	`post_id` integer NOT NULL,
	`category_id` integer NOT NULL,
	`place` integer NOT NULL,
	`order_at` integer NOT NULL,
	PRIMARY KEY(`post_id`, `category_id`),
	FOREIGN KEY (`post_id`) REFERENCES `posts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `filings_order` ON `filings` (`category_id`,`order_at`,`post_id`);--> statement-breakpoint
CREATE TABLE `hosts` (
	`host` text PRIMARY KEY NOT NULL,
	`free_at` integer NOT NULL,
	`gap_ms` integer NOT NULL,
	`hold_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `issues` (
	`number` integer PRIMARY KEY NOT NULL,
	`cadence` text NOT NULL,
	`period_key` text NOT NULL,
	`from_release` integer NOT NULL,
	`to_release` integer NOT NULL,
	`started_at` integer NOT NULL,
	`title` text NOT NULL,
	`opened_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`state` text NOT NULL,
	`then_state` text NOT NULL,
	`posts` text NOT NULL,
	`letterhead` text NOT NULL,
	`post_count` integer NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`members_to` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issues_period` ON `issues` (`cadence`,`period_key`);--> statement-breakpoint
CREATE INDEX `issues_state` ON `issues` (`state`);--> statement-breakpoint
CREATE TABLE `mail_server` (
	`id` integer PRIMARY KEY NOT NULL,
	`times_away` integer NOT NULL,
	`rests_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notes` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `posts` (
	`id` integer PRIMARY KEY NOT NULL,
	`source_id` text NOT NULL,
	`key` text NOT NULL,
	`guid_key` text,
	`url_key` text,
	`text_key` text,
	`lead_id` integer NOT NULL,
	`tag` text NOT NULL,
	`state` text NOT NULL,
	`released_as` integer,
	`first_seen_at` integer NOT NULL,
	`order_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`title` text NOT NULL,
	`title_is_made` integer NOT NULL,
	`url` text,
	`published_at` integer,
	`date_only` integer NOT NULL,
	`date_on` text,
	`categories` text NOT NULL,
	`author` text,
	`text` text,
	`html` text,
	`image` text,
	`enclosures` text NOT NULL,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `posts_key` ON `posts` (`source_id`,`key`);--> statement-breakpoint
CREATE INDEX `posts_guid` ON `posts` (`source_id`,`guid_key`);--> statement-breakpoint
CREATE INDEX `posts_url` ON `posts` (`url_key`);--> statement-breakpoint
CREATE INDEX `posts_text` ON `posts` (`text_key`);--> statement-breakpoint
CREATE INDEX `posts_lead` ON `posts` (`lead_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `posts_order` ON `posts` (`state`,`order_at`,`id`);--> statement-breakpoint
CREATE INDEX `posts_source` ON `posts` (`source_id`,`state`,`order_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `posts_released` ON `posts` (`released_as`);--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`category` text,
	`kind` text NOT NULL,
	`manner` text NOT NULL,
	`enabled` integer NOT NULL,
	`configured` integer NOT NULL,
	`address` text NOT NULL,
	`host` text NOT NULL,
	`validators` text,
	`body_hash` text,
	`learned` text,
	`failures` integer DEFAULT 0 NOT NULL,
	`empty_looks` integer DEFAULT 0 NOT NULL,
	`last_look_at` integer,
	`last_ok_at` integer,
	`last_new_at` integer,
	`next_look_at` integer NOT NULL,
	`last` text,
	`has_recorded` integer DEFAULT false NOT NULL,
	`lease_owner` text,
	`lease_until` integer
);
--> statement-breakpoint
CREATE INDEX `sources_due` ON `sources` (`configured`,`enabled`,`next_look_at`);--> statement-breakpoint
CREATE INDEX `sources_host` ON `sources` (`host`,`lease_until`);--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`folded` text NOT NULL,
	`status` text NOT NULL,
	`categories` text,
	`language` text,
	`zone` text,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`member_as` integer,
	`wish` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_folded_unique` ON `subscribers` (`folded`);--> statement-breakpoint
CREATE INDEX `subscribers_status` ON `subscribers` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`hash` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tombstones` (
	`source_id` text NOT NULL,
	`hash` text NOT NULL,
	`published_at` integer,
	PRIMARY KEY(`source_id`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `variants` (
	`issue` integer NOT NULL,
	`key` text NOT NULL,
	`language` text NOT NULL,
	`subject` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`issue`, `key`),
	FOREIGN KEY (`issue`) REFERENCES `issues`(`number`) ON UPDATE no action ON DELETE no action
);
