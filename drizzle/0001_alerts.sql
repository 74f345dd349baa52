DROP INDEX `deliveries_due`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `domain` text GENERATED ALWAYS AS (substr(email, instr(email, '@') + 1)) VIRTUAL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `alert` text;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_alerts` ON `deliveries` (`message_id`) WHERE alert is not null;--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`issue`,`due_at`,`id`,`domain`) WHERE state in ('pending', 'deferred');--> statement-breakpoint
ALTER TABLE `mail_server` ADD `code` text;