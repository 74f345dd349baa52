DROP INDEX `sources_due`;--> statement-breakpoint
CREATE INDEX `sources_leased` ON `sources` (`lease_until`,`host`) WHERE lease_until is not null;--> statement-breakpoint
CREATE INDEX `sources_due` ON `sources` (`configured`,`enabled`,`next_look_at`,`id`,`host`);--> statement-breakpoint
CREATE INDEX `hosts_free` ON `hosts` (`free_at`,`host`);--> statement-breakpoint
CREATE INDEX `hosts_hold` ON `hosts` (`hold_until`,`host`);