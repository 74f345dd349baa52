ALTER TABLE `categories` ADD `posts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sources` ADD `posts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `sources` SET `posts` = (SELECT count(*) FROM `posts` WHERE `posts`.`source_id` = `sources`.`id`);--> statement-breakpoint
UPDATE `categories` SET `posts` = (
	SELECT count(DISTINCT `shown`.`lead_id`) FROM `filings` CROSS JOIN `posts` AS `shown`
	WHERE `filings`.`category_id` = `categories`.`id` AND `shown`.`id` = `filings`.`post_id` AND `shown`.`state` = 'shown'
);--> statement-breakpoint
CREATE TRIGGER `posts_added` AFTER INSERT ON `posts` BEGIN
	UPDATE `sources` SET `posts` = `posts` + 1 WHERE `id` = NEW.`source_id`;
END;--> statement-breakpoint
CREATE TRIGGER `posts_removed` BEFORE DELETE ON `posts` BEGIN
	-- Not left to the foreign key: the trigger on filings needs to see the post.
	DELETE FROM `filings` WHERE `post_id` = OLD.`id`;
	UPDATE `sources` SET `posts` = `posts` - 1 WHERE `id` = OLD.`source_id`;
END;--> statement-breakpoint
CREATE TRIGGER `posts_judged` AFTER UPDATE OF `state` ON `posts`
WHEN (OLD.`state` = 'shown') <> (NEW.`state` = 'shown') BEGIN
	UPDATE `categories` SET `posts` = `posts` + iif(NEW.`state` = 'shown', 1, -1)
	WHERE `id` IN (SELECT `category_id` FROM `filings` WHERE `post_id` = NEW.`id`)
		AND NOT EXISTS (
			SELECT 1 FROM `posts` AS `other` CROSS JOIN `filings` AS `filed`
			WHERE `other`.`lead_id` = NEW.`lead_id` AND `other`.`state` = 'shown' AND `other`.`id` <> NEW.`id`
				AND `filed`.`post_id` = `other`.`id` AND `filed`.`category_id` = `categories`.`id`
		);
END;--> statement-breakpoint
CREATE TRIGGER `filings_added` AFTER INSERT ON `filings` BEGIN
	UPDATE `categories` SET `posts` = `posts` + 1
	WHERE `id` = NEW.`category_id`
		AND EXISTS (SELECT 1 FROM `posts` WHERE `id` = NEW.`post_id` AND `state` = 'shown')
		AND NOT EXISTS (
			SELECT 1 FROM `posts` AS `other` CROSS JOIN `filings` AS `filed`
			WHERE `other`.`lead_id` = (SELECT `lead_id` FROM `posts` WHERE `id` = NEW.`post_id`)
				AND `other`.`state` = 'shown' AND `other`.`id` <> NEW.`post_id`
				AND `filed`.`post_id` = `other`.`id` AND `filed`.`category_id` = NEW.`category_id`
		);
END;--> statement-breakpoint
CREATE TRIGGER `filings_removed` AFTER DELETE ON `filings` BEGIN
	UPDATE `categories` SET `posts` = `posts` - 1
	WHERE `id` = OLD.`category_id`
		AND EXISTS (SELECT 1 FROM `posts` WHERE `id` = OLD.`post_id` AND `state` = 'shown')
		AND NOT EXISTS (
			SELECT 1 FROM `posts` AS `other` CROSS JOIN `filings` AS `filed`
			WHERE `other`.`lead_id` = (SELECT `lead_id` FROM `posts` WHERE `id` = OLD.`post_id`)
				AND `other`.`state` = 'shown' AND `other`.`id` <> OLD.`post_id`
				AND `filed`.`post_id` = `other`.`id` AND `filed`.`category_id` = OLD.`category_id`
		);
END;
